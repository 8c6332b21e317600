"""The books of the raw schema: which payloads, publications and decisions are in it."""

from datetime import datetime
from typing import Any

import duckdb

from ingest.payload import Payload
from ingest.source import IngestError, Source, Table
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
    sequence bigint primary key,
    source varchar,
    resource varchar,
    part varchar,
    payload_sha256 varchar,
    published_at timestamp,
    retrieved_at timestamp,
    recorded_at timestamp,
    row_count bigint,
    {", ".join(f"{name} varchar" for name in ORIGIN[:-1])},
    accessed_on date,
    accepted_why varchar
);
create table if not exists raw.publications (
    table_name varchar,
    scope varchar,
    published_from timestamp,
    payload_sha256 varchar,
    primary key (table_name, scope, published_from)
);
create table if not exists raw.quarantine (
    sequence bigint primary key,
    source varchar,
    resource varchar,
    part varchar,
    payload_sha256 varchar,
    published_at timestamp,
    reason varchar
);
create table if not exists raw.unmapped (
    table_name varchar,
    column_name varchar,
    value varchar,
    row_count bigint,
    primary key (table_name, column_name, value)
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
        _check_shape(con, source, table)
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
    """Rows of the newest payload of the same piece; None if it is the first."""
    row = con.execute(
        """select row_count from raw.payloads
        where source = ? and resource = ? and part = ?
        order by sequence desc limit 1""",
        [payload.source, payload.resource, payload.part],
    ).fetchone()
    return row[0] if row else None


def enter(
    con: duckdb.DuckDBPyConnection,
    payload: Payload,
    recorded_at: datetime,
    row_count: int,
    accepted_why: str | None,
) -> None:
    """Book an applied payload and take it out of quarantine."""
    facts: list[Any] = [
        *_identity(payload),
        payload.retrieved_at,
        recorded_at,
        row_count,
        *(payload.origin.get(name) for name in ORIGIN),
        accepted_why,
    ]
    marks = ", ".join("?" * len(facts))
    con.execute(f"insert into raw.payloads values ({marks})", facts)
    con.execute("delete from raw.quarantine where sequence = ?", [payload.sequence])


def hold_back(con: duckdb.DuckDBPyConnection, payload: Payload, reason: str) -> None:
    """Put a payload into quarantine."""
    con.execute(
        "insert or replace into raw.quarantine values (?, ?, ?, ?, ?, ?, ?)",
        [*_identity(payload), reason],
    )


def count_unmapped(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Count what is believed of values outside the codes that their columns know."""
    for table in source.tables:
        name = source.raw_name(table)
        con.execute("delete from raw.unmapped where table_name = ?", [name])
        for column in (c for c in table.columns if c.known):
            con.execute(
                f"""insert into raw.unmapped
                select $table, $column, cast("{column.name}" as varchar), count(*)
                from raw.{name} where recorded_to is null
                and cast("{column.name}" as varchar) not in (select unnest($known))
                group by all""",
                {"table": name, "column": column.name, "known": list(column.known)},
            )


def quarantine(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """Digest, name and reason of every payload held back; none before a load."""
    exists = con.execute(
        """select 1 from duckdb_tables()
        where schema_name = 'raw' and table_name = 'quarantine'"""
    ).fetchone()
    if not exists:
        return []
    return con.execute(
        """select payload_sha256,
            resource || case part when '' then '' else ' (' || part || ')' end, reason
        from raw.quarantine order by all"""
    ).fetchall()


def _identity(payload: Payload) -> list[Any]:
    return [
        payload.sequence,
        payload.source,
        payload.resource,
        payload.part,
        payload.sha256,
        payload.published_at,
    ]


def _is_in(con: duckdb.DuckDBPyConnection, book: str, payload: Payload) -> bool:
    row = con.execute(
        f"select 1 from raw.{book} where sequence = ?", [payload.sequence]
    ).fetchone()
    return row is not None


def recording_moment(con: duckdb.DuckDBPyConnection, payload: Payload) -> datetime:
    """When the payload counts as learned: its retrieval, but never before the last.

    A source's recorded clock only goes forward, also when a file retrieved long ago
    arrives. That of each source by itself: whatever is loaded first, a rebuild dates
    everything as it was dated when it came.
    """
    row = con.execute(
        "select max(recorded_at) from raw.payloads where source = ?", [payload.source]
    ).fetchone()
    last = row[0] if row else None
    return max(payload.retrieved_at, last) if last else payload.retrieved_at


def _check_shape(con: duckdb.DuckDBPyConnection, source: Source, table: Table) -> None:
    name = source.raw_name(table)
    found = con.execute(
        """select column_name from duckdb_columns()
        where schema_name = 'raw' and table_name = ? order by column_index""",
        [name],
    ).fetchall()
    expected = [column.name for column in (*table.stored, *CLOCKS)]
    if found and [column for (column,) in found] != expected:
        raise IngestError(
            f"raw.{name}: the build file is of another release; run "
            "`geese rebuild --adopt`"
        )
