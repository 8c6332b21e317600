"""The landing zone's deliveries → raw tables, in the order of the journal.

Each payload is applied whole or not at all, once. One that cannot be believed is held
back in `raw.quarantine` until a person accepts it.
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from ingest import books, incoming, overrides, plausible
from ingest.landing import LandingZone
from ingest.payload import Delivery, Payload
from ingest.source import IngestError, Source
from ingest.vintages import Applier


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
    loaded = apply(con, source, zone.deliveries(source.name))
    overrides.load(con, source, zone)
    books.count_unmapped(con, source)
    return loaded


def apply(
    con: duckdb.DuckDBPyConnection, source: Source, deliveries: Iterable[Delivery]
) -> list[Loaded]:
    """Apply those deliveries that are new, into books that exist; raises as `load`."""
    return [
        _deliver(con, source, delivery)
        for delivery in deliveries
        if not books.holds(con, delivery.payload)
        and (delivery.accepted_why or not books.holds_back(con, delivery.payload))
    ]


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
        reason = plausible.doubt(con, name, table, payload)
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


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Generator[None]:
    con.begin()
    try:
        yield
        con.commit()
    except BaseException:
        con.rollback()
        raise
