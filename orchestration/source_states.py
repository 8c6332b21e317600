"""How every source stands, for `geese sources` and for the published file."""

from datetime import datetime
from typing import Any

import duckdb

from ingest import clock, standing
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration import comments
from orchestration.resources import secrets
from orchestration.settings import Settings

WAS_READ = "publisher_was_read"
"""Check of every source: it could be read, and no dropped file was rejected."""


def collect(settings: Settings) -> list[standing.Standing]:
    """The standing of every source of the project, from the landing zone's journal."""
    return standing.standings(
        all_sources().values(),
        LandingZone(settings.landing),
        secrets(),
        settings.sources_on,
        clock.now(),
    )


def rows(settings: Settings) -> list[dict[str, Any]]:
    """The standings as plain values, each with `days_late`."""
    now = clock.now()
    return [vars(s) | {"days_late": days_late(s, now)} for s in collect(settings)]


def days_late(source: standing.Standing, now: datetime) -> int:
    """Whole days since something new was due; 0 where nothing is.

    What comes with the program or is dropped by people has no day it is due on.
    """
    if source.state != "overdue" or source.next_due is None:
        return 0
    return (now - source.next_due).days


def lateness(source: standing.Standing, now: datetime) -> str:
    """How a source stands against its calendar, in words."""
    if source.state == "overdue":
        due = f"due {source.next_due:%Y-%m-%d}"
        return f"late by {days_late(source, now)} days against the calendar; {due}"
    if source.next_due is None or source.state != "current":
        return f"nothing due: {source.state}"
    return f"nothing due before {source.next_due:%Y-%m-%d}"


_MEANINGS = {
    "source": "Short name of the source",
    "title": "What it is, in English",
    "cadence_days": "Usual days between two releases; NULL where there is no rule",
    "calendar": "When releases come out, in words",
    "last_checked": "When the publisher was last asked, or a file taken",
    "last_changed": "When it last had something new",
    "next_due": "When the next release is due; NULL without a calendar",
    "state": "How it stands, as `geese sources` shows it",
    "reason": "Why it stands so, where there is something to say",
}


def record(con: duckdb.DuckDBPyConnection, found: list[standing.Standing]) -> None:
    """Write the standings to `ops.source_states` of the build file."""
    con.execute("create schema if not exists ops")
    con.execute(
        """create or replace table ops.source_states (
            source varchar, title varchar, cadence_days integer, calendar varchar,
            last_checked timestamp, last_changed timestamp, next_due timestamp,
            state varchar, reason varchar
        )"""
    )
    meaning = "How each source stood when this version was published; Asia/Taipei"
    comments.write(con, "ops.source_states", meaning, _MEANINGS)
    rows: list[list[Any]] = [list(vars(source).values()) for source in found]
    con.executemany("insert into ops.source_states values (?,?,?,?,?,?,?,?,?)", rows)
