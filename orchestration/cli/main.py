"""The `geese` command. Heavy imports wait until a command needs them."""

import sys
from datetime import date, datetime
from typing import Annotated, Any, Literal

import duckdb
import typer
from rich.markup import escape

from ingest.source import IngestError
from orchestration import heartbeat
from orchestration import status as status_of
from orchestration.briefs.files import all_newest
from orchestration.cli import brief as cli_brief
from orchestration.cli import bulk as cli_bulk
from orchestration.cli import checks as cli_checks
from orchestration.cli import (
    doctor,
    explain,
    history,
    outbox,
    selftest,
    sources,
    sql,
    verdict,
    versions,
)
from orchestration.cli.brief import print_briefs
from orchestration.cli.checks import print_stopped
from orchestration.cli.terminal import (
    AsJson,
    first_line,
    out,
    print_json,
    print_rows,
    progress,
    settings,
    stop,
)
from orchestration.errors import OperatorError
from orchestration.readiness import check_room
from orchestration.resources import lock
from orchestration.runs import unchanged
from orchestration.settings import Settings
from orchestration.warehouse import engines

app = typer.Typer(
    name="geese",
    help="Flying Geese 雁行: does Taiwan's semiconductor industry follow Japan's path?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Engine = Annotated[
    Literal["duckdb", "spark"] | None,
    typer.Option(help="What computes ratios and rankings."),
]

PARTIAL = 3
"""Exit code of a refresh that published, but not from every source or payload."""


@app.command()
def refresh(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Build, apart from the rest, the warehouse as published by that day.",
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help='Ask the publishers, as mode = "live" does.'),
    ] = False,
    full: Annotated[
        bool,
        typer.Option("--full", help="Keep whole archives; make bulk tables of them."),
    ] = False,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Ask this publisher alone, e.g. baci; may be repeated."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Do it all even if nothing has changed.")
    ] = False,
    upstreams: Annotated[
        str | None,
        typer.Option(help="A server in place of all publishers; works in data/trial."),
    ] = None,
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Update the warehouse, check it, publish it and make the briefs."""
    found = cli_bulk.asking(settings(), live, full, upstreams, source or [])
    if engine:
        found = found.model_copy(update={"engine": engine})
    engines.require(found)
    if as_of:
        _build_as_of(found, as_of.date())
        return
    outcome = (None if force else _repeated(found)) or _run_refresh(found)
    written = all_newest(found)
    bulk = None
    if found.keep_archives and not outcome.problems:
        bulk = cli_bulk.refresh(found, is_silent=as_json)
    if as_json:
        told = {"briefs": [vars(brief) for brief in written]}
        print_json(vars(outcome) | told | {"bulk": bulk and vars(bulk)})
    if outcome.problems:
        raise stop(*outcome.problems, _kept(outcome, found))
    if not as_json:
        news = "published" if outcome.is_new_version else "unchanged, still"
        out.print(f"[bold]{news} {outcome.version}[/bold]  {found.latest}")
        print_briefs(written)
    left_out = [*outcome.unread, *outcome.held_back, *(bulk.held_back if bulk else ())]
    if left_out:
        raise stop(*left_out, code=PARTIAL)


def _kept(outcome: status_of.Outcome, found: Settings) -> str:
    """What readers have after a refresh with problems, and where more is said."""
    if outcome.version:
        return (
            f"version {outcome.version} is published, but not all that follows was made"
        )
    kept = "the refresh failed; readers keep the last published version"
    if not any(problem.startswith("check ") for problem in outcome.problems):
        return kept
    # A trial is kept apart, and asked for apart.
    where = "" if found.data == settings().data else f"GEESE_DATA={found.data} "
    return f"{kept}; `{where}geese checks` says what to do"


def _repeated(found: Settings) -> status_of.Outcome | None:
    """The outcome of a refresh that need not run, for nothing has changed."""
    from ingest import clock

    with lock(found):
        if not unchanged.is_unchanged(found):
            return None
        version = found.latest.resolve().stem
        outcome = status_of.Outcome(None, (), (), (), version, is_new_version=False)
        status_of.note_refresh(found, clock.now(), outcome)
        heartbeat.beat(found, clock.now())
    return outcome


def _run_refresh(found: Settings) -> status_of.Outcome:
    check_room(found)
    with progress("loading Dagster and dbt") as tell:
        from orchestration import refresh as job

        return job.run(found, tell)


def _build_as_of(found: Settings, day: date) -> None:
    with progress("loading dbt") as tell:
        from orchestration.warehouse.looks_back import look_back

        target = look_back(found, day, tell)
    out.print(f"[bold]as published by {day}[/bold]  {target}")
    if found.keep_archives:
        cli_bulk.look_back(found, day)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show what is published, from which sources, and how the last refresh went."""
    found = status_of.collect(settings())
    if as_json:
        print_json(found)
        return
    last, published = found["last_refresh"], found["published"]
    out.print(f"data     {found['data']} ({found['mode']})", soft_wrap=True)
    line = _refresh_line(last, found["last_success"])
    out.print(f"refresh  {line}", soft_wrap=True)
    if found["stopped"]:
        print_stopped(found["stopped"])
    if published is None:
        out.print("version  nothing published yet; run `geese refresh`")
        return
    checks = published["checks"]
    out.print(
        f"version  [bold]{published['version']}[/bold] of {published['published_at']}"
    )
    out.print(
        f"checks   {checks['passed']} of {checks['ran']} passed, "
        f"{checks['warnings']} warnings  {found['checks_page'] or ''}",
        soft_wrap=True,
    )
    print_rows(published["series"], "\nratios")
    series = [x for x in published["freshness"] if x["alias"] and x["is_followed"]]
    print_rows([_against_calendar(x) for x in series], "\nseries")
    for why in sorted({x["reason"] for x in series if x["state"] == "not awaited"}):
        out.print(f"not awaited  {escape(why)}", soft_wrap=True)
    shown = ("source", "file", "rows", "accessed_on")
    print_rows([{n: row[n] for n in shown} for row in published["sources"]], "\nfiles")
    for line in found["late"]:
        out.print(f"[yellow]late[/yellow]  {escape(line)}", soft_wrap=True)
    told = [("unread", x) for x in last["unread"]] if last else []
    told += [("held back", x) for x in found["held_back"]]
    for name, line in told:
        out.print(f"[red]{name}[/red]  {escape(line)}", soft_wrap=True)


def _against_calendar(row: dict[str, Any]) -> dict[str, Any]:
    """What is shown of a series with a short name; `--json` has all of all series."""
    return {
        "series": row["alias"],
        "newest": row["newest_period"],
        "next": row["next_period"],
        "due": row["due_on"],
        "days late": row["days_late"] or None,
        "state": row["state"],
    }


def _refresh_line(last: dict[str, Any] | None, success: datetime | None) -> str:
    """How the last one went: the command's, unless a schedule's succeeded since."""
    if success and (last is None or last["ended_at"] < success.isoformat()):
        return f"{success} in Asia/Taipei, succeeded"
    if last is None:
        return "never"
    ended = f"{datetime.fromisoformat(last['ended_at'])} in Asia/Taipei"
    if not last["problems"]:
        return f"{ended}, succeeded"
    return f"{ended}, [red]failed[/red]: {escape(last['problems'][0])}"


app.add_typer(sources.app)
app.add_typer(sql.app)
app.add_typer(cli_brief.app, name="brief", help="Make the brief, or open it.")
app.add_typer(outbox.app, name="outbox", help="What was sent by mail, to whom.")
app.command()(outbox.unsubscribe)
app.add_typer(doctor.app)
app.add_typer(history.app)
app.add_typer(versions.app)
app.add_typer(explain.app)
app.add_typer(verdict.app)
app.add_typer(selftest.app)
app.add_typer(cli_checks.app)


def main() -> None:
    """Run the command: what a user can run into ends in a line, not in a traceback."""
    try:
        app()
    except OperatorError as error:
        sys.exit(stop(*str(error).splitlines()).exit_code)
    except (IngestError, duckdb.Error, OSError, UnicodeDecodeError) as error:
        sys.exit(stop(first_line(error)).exit_code)
