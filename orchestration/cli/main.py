"""The `geese` command. Heavy imports wait until a command needs them."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import duckdb
import typer
from rich.markup import escape

from ingest.source import IngestError
from orchestration import heartbeat, source_states
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
    status,
    verdict,
    versions,
)
from orchestration.cli.brief import print_briefs
from orchestration.cli.terminal import (
    AsJson,
    distinct,
    first_line,
    open_published,
    out,
    print_csv,
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
        kept = (
            f"version {outcome.version} is published, but not all that follows was made"
            if outcome.version
            else "the refresh failed; readers keep the last published version"
        )
        raise stop(*outcome.problems, kept)
    if not as_json:
        news = "published" if outcome.is_new_version else "unchanged, still"
        out.print(f"[bold]{news} {outcome.version}[/bold]  {found.latest}")
        print_briefs(written)
    left_out = [*outcome.unread, *outcome.held_back, *(bulk.held_back if bulk else ())]
    if left_out:
        raise stop(*left_out, code=PARTIAL)


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
def sources(as_json: AsJson = False) -> None:
    """Show every source: how often it is new, when it was read, and how it stands."""
    found = source_states.rows(settings())
    if as_json:
        print_json(found)
        return
    print_rows(
        [
            {
                "source": row["source"],
                "cadence": row["cadence_days"] and f"{row['cadence_days']} days",
                "last checked": row["last_checked"]
                and f"{row['last_checked']:%Y-%m-%d %H:%M}",
                "last changed": row["last_changed"] and row["last_changed"].date(),
                "next due": row["next_due"] and row["next_due"].date(),
                "days late": row["days_late"] or None,
                "state": row["state"],
            }
            for row in found
        ]
    )
    _print_reasons(found)


def _print_reasons(found: list[dict[str, Any]]) -> None:
    """Why sources stand as they do, those of one reason together."""
    by_reason: dict[str, list[str]] = {}
    for row in found:
        if row["reason"]:
            by_reason.setdefault(row["reason"], []).append(row["source"])
    out.print()
    for reason, named in by_reason.items():
        line = f"[bold]{', '.join(named)}[/bold]  {escape(reason)}"
        out.print(line, soft_wrap=True)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="Any SQL, e.g. from marts.economies")],
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    parquet: Annotated[
        Path | None, typer.Option(help="Write the rows to this new Parquet file.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows of the table.")] = 50,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="Ask the bulk tables: every product.")
    ] = False,
) -> None:
    """Ask the latest published version a question in SQL; nothing can be changed."""
    found = settings()
    if not query.strip():
        raise stop("an empty query; ask for example: from marts.economies", code=2)
    if parquet:
        _write_parquet(found, query, parquet, bulk)
        return
    with open_published(found, bulk=bulk) as con:
        cursor = con.execute(query)
        names = distinct([column[0] for column in cursor.description or ()])
        rows = [dict(zip(names, r, strict=True)) for r in cursor.fetchall()]
    if as_csv:
        print_csv(rows, names)
    elif as_json:
        print_json(rows)
    else:
        print_rows(rows[:limit])
        if len(rows) > limit:
            out.print(f"… {len(rows) - limit} more rows; --limit or --csv shows them")


def _write_parquet(found: Settings, query: str, target: Path, bulk: bool) -> None:
    if target.exists():
        raise stop(f"{target}: exists already; choose another name")
    with open_published(found, only_here=False, bulk=bulk) as con:
        quoted = str(target).replace("'", "''")
        # The query is the user's own; the file is opened read-only.
        con.execute(
            f"copy ({query.rstrip().rstrip(';')}) to '{quoted}' (format parquet)"
        )
    out.print(f"{target}", soft_wrap=True)


app.add_typer(cli_brief.app, name="brief", help="Make the brief, or open it.")
app.add_typer(outbox.app, name="outbox", help="What was sent by mail, to whom.")
app.command()(outbox.unsubscribe)
app.add_typer(doctor.app)
app.add_typer(status.app)
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
