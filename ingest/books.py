"""The books of the raw schema: which payloads, publications and decisions are in it."""

from typing import Any

import duckdb

from ingest.landing import Payload
from ingest.source import Source
from ingest.vintages import CLOCKS

ORIGIN = (
    *("title_en", "title_zh", "publisher_en", "publisher_zh", "url"),
    *("licence_en", "licence_zh", "licence_url", "attribution_en", "attribution_zh"),
    *("unit", "coverage", "compiled_from"),
    "accessed_on",
)
"""What `raw.payloads` keeps of a payload's provenance."""

_BOOKS = f"""
create schema if not exists raw;
create table if not exists raw.payloads (
    source varchar,
    resource varchar,
    payload_sha256 varchar,
    published_at timestamp,
    retrieved_at timestamp,
    row_count bigint,
    {", ".join(f"{name} varchar" for name in ORIGIN[:-1])},
    accessed_on date,
    accepted_why varchar,
    primary key (source, payload_sha256, published_at)
);
create table if not exists raw.publications (
    table_name varchar,
    scope varchar,
    published_from timestamp,
    retrieved_at timestamp,
    payload_sha256 varchar,
    primary key (table_name, scope, published_from)
);
create table if not exists raw.quarantine (
    source varchar,
    resource varchar,
    payload_sha256 varchar,
    published_at timestamp,
    reason varchar,
    primary key (source, payload_sha256, published_at)
);
create table if not exists raw.overrides (
    table_name varchar,
    row_key varchar,
    column_name varchar,
    corrected_value varchar,
    reason varchar,
    author varchar,
    source_url varchar,
    decided_at timestamp,
    primary key (table_name, row_key, column_name)
);
"""


def create(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Create the source's raw tables and the books, where they do not exist."""
    con.execute(_BOOKS)
    for table in source.tables:
        columns = ", ".join(
            f'"{c.name}" {c.sql_type}' for c in (*table.stored, *CLOCKS)
        )
        con.execute(
            f"create table if not exists raw.{source.raw_name(table)} ({columns})"
        )


def holds(con: duckdb.DuckDBPyConnection, payload: Payload) -> bool:
    """Whether the payload has been applied."""
    return _is_in(con, "payloads", payload)


def holds_back(con: duckdb.DuckDBPyConnection, payload: Payload) -> bool:
    """Whether the payload waits in quarantine."""
    return _is_in(con, "quarantine", payload)


def last_row_count(con: duckdb.DuckDBPyConnection, payload: Payload) -> int | None:
    """Rows of the newest payload of the same resource; None if it is the first."""
    row = con.execute(
        """select row_count from raw.payloads where source = ? and resource = ?
        order by retrieved_at desc, published_at desc limit 1""",
        [payload.source, payload.resource],
    ).fetchone()
    return row[0] if row else None


def enter(
    con: duckdb.DuckDBPyConnection,
    payload: Payload,
    row_count: int,
    accepted_why: str | None,
) -> None:
    """Book an applied payload and take it out of quarantine."""
    facts: list[Any] = [
        *_identity(payload),
        payload.retrieved_at,
        row_count,
        *(payload.origin.get(name) for name in ORIGIN),
        accepted_why,
    ]
    marks = ", ".join("?" * len(facts))
    con.execute(f"insert into raw.payloads values ({marks})", facts)
    con.execute(
        """delete from raw.quarantine
        where source = ? and payload_sha256 = ? and published_at = ?""",
        [payload.source, payload.sha256, payload.published_at],
    )


def hold_back(con: duckdb.DuckDBPyConnection, payload: Payload, reason: str) -> None:
    """Put a payload into quarantine."""
    con.execute(
        "insert or replace into raw.quarantine values (?, ?, ?, ?, ?)",
        [*_identity(payload), reason],
    )


def quarantine(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Digest, resource and reason of every payload held back; none before a load."""
    exists = con.execute(
        """select 1 from duckdb_tables()
        where schema_name = 'raw' and table_name = 'quarantine'"""
    ).fetchone()
    if not exists:
        return []
    return con.execute(
        "select payload_sha256, resource, reason from raw.quarantine order by all"
    ).fetchall()


def _identity(payload: Payload) -> list[Any]:
    return [payload.source, payload.resource, payload.sha256, payload.published_at]


def _is_in(con: duckdb.DuckDBPyConnection, book: str, payload: Payload) -> bool:
    row = con.execute(
        f"""select 1 from raw.{book}
        where source = ? and payload_sha256 = ? and published_at = ?""",
        [payload.source, payload.sha256, payload.published_at],
    ).fetchone()
    return row is not None
