"""The `geese` command. Heavy imports wait until a command needs them."""

import csv
import json
import sys
import webbrowser
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import duckdb
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from orchestration import status as status_of
from orchestration.resources import current_settings
from orchestration.settings import Settings, SettingsError

if TYPE_CHECKING:
    from orchestration.briefs import Written
    from orchestration.refresh import Outcome

app = typer.Typer(
    name="geese",
    help="Flying Geese 雁行: does Taiwan's semiconductor industry follow Japan's path?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
brief_app = typer.Typer(no_args_is_help=True)
app.add_typer(brief_app, name="brief", help="Make the brief, or open it.")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Language = Annotated[
    str | None,
    typer.Option("--language", help="zh-TW or en; without it, all of geese.toml."),
]


def _stop(*lines: str, code: int = 1) -> typer.Exit:
    """Say on standard error what is wrong; the caller raises what is returned."""
    for line in lines:
        err.print(f"[red]geese:[/red] {escape(line)}", soft_wrap=True)
    return typer.Exit(code)


def _settings() -> Settings:
    try:
        return current_settings()
    except SettingsError as error:
        raise _stop(str(error), code=2) from None


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=1, default=str))


@app.command()
def refresh(as_json: AsJson = False) -> None:
    """Update the warehouse, check it, publish it and make the briefs."""
    settings = _settings()
    outcome, written = _run_refresh(settings)
    if as_json:
        _print_json(
            vars(outcome) | {"briefs": [vars(brief) for brief in written]},
        )
    if outcome.problems:
        raise _stop(
            *outcome.problems,
            "the refresh failed; readers keep the last published version",
        )
    if not as_json:
        news = "published" if outcome.is_new_version else "unchanged, still"
        out.print(f"[bold]{news} {outcome.version}[/bold]  {settings.latest}")
        _print_briefs(written)


def _run_refresh(settings: Settings) -> "tuple[Outcome, list[Written]]":
    shown = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
    )
    with shown:
        task = shown.add_task("loading Dagster and dbt")
        from ingest import clock
        from orchestration import briefs
        from orchestration import refresh as job

        def listen(step: str, kind: str) -> None:
            if kind == "start":
                shown.update(task, description=step.replace("__", " "))

        try:
            outcome = job.run(settings, listen)
        except (job.RefreshBusyError, duckdb.Error) as error:
            raise _stop(_first_line(error)) from None
    status_of.note_refresh(settings, outcome.run_id, clock.now(), outcome.problems)
    made = [briefs.newest(settings, language) for language in settings.languages]
    return outcome, [brief for brief in made if brief]


def _print_briefs(written: "Sequence[Written]") -> None:
    for brief in written:
        out.print(f"\n[bold]{brief.language}[/bold]  {brief.page}")
        for line in brief.headlines:
            out.print(f"  • {escape(line)}")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show what is published, from which sources, and how the last refresh went."""
    found = status_of.collect(_settings())
    if as_json:
        _print_json(found)
        return
    last, published = found["last_refresh"], found["published"]
    out.print(f"data     {found['data']} ({found['mode']})")
    out.print(f"refresh  {_refresh_line(last)}")
    if published is None:
        out.print("version  nothing published yet; run `geese refresh`")
        return
    checks = published["checks"]
    out.print(
        f"version  [bold]{published['version']}[/bold] of {published['published_at']}"
    )
    out.print(
        f"checks   {checks['passed']} of {checks['ran']} passed, "
        f"{checks['warnings']} warnings"
    )
    out.print(_table("\nratios", published["series"]))
    shown = ("source", "file", "rows", "accessed_on")
    out.print(
        _table(
            "\nsources", [{n: row[n] for n in shown} for row in published["sources"]]
        )
    )


def _refresh_line(last: dict[str, Any] | None) -> str:
    if last is None:
        return "never"
    if not last["problems"]:
        return f"{last['ended_at']}, succeeded"
    return f"{last['ended_at']}, [red]failed[/red]: {escape(last['problems'][0])}"


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in rows[0] if rows else ():
        numeric = any(isinstance(row[name], int | float) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(_shown(value)) for value in row.values()))
    return table


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="Any SQL, e.g. from marts.economies")],
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    limit: Annotated[int, typer.Option(help="Rows to show in the table.")] = 50,
) -> None:
    """Ask the latest published version a question in SQL; nothing can be changed."""
    settings = _settings()
    if not settings.latest.exists():
        raise _stop("nothing is published yet; run `geese refresh`")
    try:
        with duckdb.connect(str(settings.latest.resolve()), read_only=True) as con:
            cursor = con.execute(query)
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
    except duckdb.Error as error:
        raise _stop(_first_line(error)) from None
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([names, *rows])
        return
    records = [dict(zip(names, row, strict=True)) for row in rows]
    if as_json:
        _print_json(records)
        return
    out.print(_table("", records[:limit]))
    if len(rows) > limit:
        out.print(f"… {len(rows) - limit} more rows; --limit or --csv shows them")


@brief_app.command("make")
def brief_make(language: Language = None, as_json: AsJson = False) -> None:
    """Make the brief anew from the latest published version."""
    settings = _settings()
    from orchestration import briefs

    try:
        written = [
            briefs.write(settings, lang) for lang in _languages(settings, language)
        ]
    except briefs.NothingPublishedError as error:
        raise _stop(str(error)) from None
    if as_json:
        _print_json([vars(brief) for brief in written])
        return
    _print_briefs(written)


@brief_app.command("open")
def brief_open(language: Language = None) -> None:
    """Open the newest brief in the browser."""
    settings = _settings()
    from orchestration import briefs

    for wanted in _languages(settings, language)[:1]:
        written = briefs.newest(settings, wanted)
        if written is None:
            raise _stop(f"no brief in {wanted} yet; run `geese brief make`")
        if not webbrowser.open(written.page.as_uri()):
            raise _stop(f"no browser here; open {written.page} yourself")
        out.print(str(written.page))


def _languages(settings: Settings, wanted: str | None) -> Sequence[str]:
    if wanted is None:
        return settings.languages
    if wanted not in ("zh-TW", "en"):
        raise _stop(f"--language {wanted}: not one of zh-TW, en", code=2)
    return (wanted,)


@app.command()
def config(as_json: AsJson = False) -> None:
    """Show the settings in force and the folders they imply."""
    settings = _settings()
    found = settings.model_dump(mode="json") | {
        "latest": str(settings.latest),
        "briefs": str(settings.briefs),
    }
    if as_json:
        _print_json(found)
        return
    for name, value in found.items():
        out.print(f"{name:13} {value}", soft_wrap=True)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
