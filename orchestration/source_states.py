"""How every source stands, for `geese sources` and for the published file."""

from typing import Any

import duckdb

from ingest import clock, standing
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration.resources import secrets
from orchestration.settings import Settings


def collect(settings: Settings) -> list[standing.Standing]:
    """The standing of every source of the project, from the landing zone's journal."""
    return standing.standings(
        all_sources().values(),
        LandingZone(settings.landing),
        secrets(),
        settings.sources_on,
        clock.now(),
    )


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
    con.execute(
        """comment on table ops.source_states is
        'How each source stood when this version was published; Asia/Taipei'"""
    )
    rows: list[list[Any]] = [list(vars(source).values()) for source in found]
    con.executemany("insert into ops.source_states values (?,?,?,?,?,?,?,?,?)", rows)
