"""The landing zone's deliveries → raw tables, in the order of the journal.

Each payload is applied whole or not at all, once. One that has lost what stood is held
back in `raw.quarantine` until a person accepts it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from ingest import books, incoming, overrides
from ingest.incoming import INCOMING
from ingest.landing import LandingZone
from ingest.payload import Delivery, Payload
from ingest.source import IngestError, Source, Table
from ingest.vintages import Applier

# What stood when the payload was published: a late, old payload is no loss.
_STOOD = """recorded_to is null and published_from <= $moment
    and (published_to is null or published_to > $moment)"""


@dataclass(frozen=True)
class Loaded:
    """What one payload did to its raw table; `held_back` says why it did nothing."""

    payload: Payload
    rows_read: int = 0
    rows_opened: int = 0
    rows_closed: int = 0
    held_back: str | None = None


def load(
    con: duckdb.DuckDBPyConnection, source: Source, zone: LandingZone
) -> list[Loaded]:
    """Apply what the source has delivered, and what operators have decided of it.

    Returns one entry per payload that was read; payloads already applied, and those
    already in quarantine, are not parsed again. A download that is not what its table
    declares is held back. Raises IngestError if a payload is damaged, or an embedded
    file not as declared: then it leaves no trace.
    """
    books.create(con, source)
    loaded = [
        _deliver(con, source, delivery)
        for delivery in zone.deliveries(source.name)
        if not books.holds(con, delivery.payload)
        and (delivery.accepted_why or not books.holds_back(con, delivery.payload))
    ]
    overrides.load(con, source, zone)
    books.count_unmapped(con, source)
    return loaded


def _deliver(
    con: duckdb.DuckDBPyConnection, source: Source, delivery: Delivery
) -> Loaded:
    payload = delivery.payload
    table, feed = source.feed(payload.resource)
    payload.verify()
    try:
        rows = incoming.read(con, table, feed, payload.path, payload.label)
    except IngestError as error:
        if feed.origin == "embedded":
            raise
        return _hold_back(con, payload, str(error))
    with _transaction(con):
        name = source.raw_name(table)
        reason = _loss(con, name, table, payload, rows)
        if reason and not delivery.accepted_why:
            books.hold_back(con, payload, reason)
            return Loaded(payload, rows, held_back=reason)
        recorded_at = books.recording_moment(con, payload)
        applier = Applier(con, name, table, payload, recorded_at)
        opened, closed = applier.apply()
        books.enter(con, payload, recorded_at, rows, delivery.accepted_why)
    return Loaded(payload, rows, opened, closed)


def _hold_back(con: duckdb.DuckDBPyConnection, payload: Payload, why: str) -> Loaded:
    with _transaction(con):
        books.hold_back(con, payload, why)
    return Loaded(payload, held_back=why)


def _loss(
    con: duckdb.DuckDBPyConnection,
    name: str,
    table: Table,
    payload: Payload,
    rows: int,
) -> str | None:
    """What the payload lacks that it should have; None if nothing that matters."""
    for column in table.steady:
        gone = con.execute(
            f"""select string_agg(distinct cast("{column}" as varchar), ', ')
            from raw.{name} where {_STOOD}
            and "{column}" not in (select "{column}" from {INCOMING})""",
            {"moment": payload.published_at},
        ).fetchone()
        if gone and gone[0]:
            return f"no longer has {column} {gone[0][:80]}"
    # Dated rows speak for themselves alone: only a shorter file tells of a loss.
    if table.published_on:
        before = books.last_row_count(con, payload) or 0
        lost = before - rows
    else:
        before, lost = _vanished(con, name, table, payload)
    if lost > table.may_lose * before:
        return f"lacks {lost} of {before} rows that stood before"
    return None


def _vanished(
    con: duckdb.DuckDBPyConnection, name: str, table: Table, payload: Payload
) -> tuple[int, int]:
    """Rows that stood within the payload's coverage, and how many of them it lacks."""
    scope = ", ".join(f'"{column}"' for column in table.scope)
    covered = f"({scope}) in (select {scope} from {INCOMING})" if scope else "true"
    keys = ", ".join(f'"{key}"' for key in table.keys)
    ((before, lost),) = con.execute(
        f"""select count(*), count(*) filter (({keys}) not in
            (select {keys} from {INCOMING}))
        from raw.{name} where {_STOOD} and {covered}""",
        {"moment": payload.published_at},
    ).fetchall()
    return before, lost


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Generator[None]:
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        con.rollback()
        raise
