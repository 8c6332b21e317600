"""The command that brings everything up to date: refresh."""

from datetime import date, datetime
from typing import Annotated, Literal

import typer

from orchestration import heartbeat
from orchestration import status as status_of
from orchestration.briefs.files import all_newest
from orchestration.cli import bulk as cli_bulk
from orchestration.cli.brief import print_briefs
from orchestration.cli.terminal import (
    AsJson,
    out,
    print_json,
    progress,
    settings,
    stop,
)
from orchestration.readiness import check_room
from orchestration.resources import lock
from orchestration.runs import unchanged
from orchestration.settings import Settings
from orchestration.warehouse import engines

app = typer.Typer()

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
