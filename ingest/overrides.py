"""An operator's correction of a printed number, laid over it and never instead of it.

The decision is an event of the landing zone's journal, with reason, author and source.
Raw tables keep what was printed; `raw.overrides` says what should stand beside it.
"""

from collections.abc import Mapping
from datetime import datetime

import duckdb

from ingest.landing import LandingZone
from ingest.source import Column, IngestError, Source, Table, all_sources

_SEPARATOR = "|"


def decide(
    con: duckdb.DuckDBPyConnection,
    zone: LandingZone,
    raw_name: str,
    key: Mapping[str, str],
    column: str,
    value: str,
    reason: str,
    source_url: str,
    author: str,
    decided_at: datetime,
) -> None:
    """Note a correction of one value of one row; a later one replaces it.

    `con` reads the build file, `raw_name` is the raw table, `key` its key columns'
    values as printed. Raises IngestError if table, key, row or column do not exist or
    the value is not of the column's type.
    """
    source, table = _table(raw_name)
    if column not in table.correctable:
        may = ", ".join(table.correctable) or "none of its columns"
        raise IngestError(f"{raw_name}.{column}: may not be corrected; may be: {may}")
    if set(key) != set(table.keys):
        raise IngestError(
            f"{raw_name}: the key is {', '.join(table.keys)}; "
            f"given: {', '.join(key) or 'nothing'}"
        )
    if not reason.strip():
        raise IngestError("a correction needs a reason")
    _check_value(next(c for c in table.columns if c.name == column), raw_name, value)
    row_key = _SEPARATOR.join(key[name] for name in table.keys)
    _check_row(con, raw_name, table, row_key)
    zone.override(
        {
            "source": source.name,
            "table_name": raw_name,
            "row_key": row_key,
            "column_name": column,
            "corrected_value": value,
            "reason": reason,
            "author": author,
            "source_url": source_url,
            "decided_at": decided_at.isoformat(),
        }
    )


def load(con: duckdb.DuckDBPyConnection, source: Source, zone: LandingZone) -> int:
    """Write the source's standing corrections to `raw.overrides`; returns how many."""
    names = (
        *("table_name", "row_key", "column_name", "corrected_value", "reason"),
        *("author", "source_url", "decided_at"),
    )
    standing = {
        (e["table_name"], e["row_key"], e["column_name"]): [e[name] for name in names]
        for e in zone.events()
        if e["event"] == "override" and e["source"] == source.name
    }
    tables = [source.raw_name(table) for table in source.tables]
    con.execute("delete from raw.overrides where table_name = any(?)", [tables])
    for decision in standing.values():
        con.execute(
            "insert into raw.overrides values (?, ?, ?, ?, ?, ?, ?, ?)", decision
        )
    return len(standing)


def _table(raw_name: str) -> tuple[Source, Table]:
    for source in all_sources().values():
        for table in source.tables:
            if source.raw_name(table) == raw_name:
                return source, table
    raise IngestError(
        f"{raw_name}: no such raw table; `geese status` lists the sources"
    )


def _check_value(column: Column, raw_name: str, value: str) -> None:
    with duckdb.connect() as con:
        # The type is the project's own declaration.
        cast = con.execute(f"select try_cast(? as {column.sql_type})", [value])
        ((typed,),) = cast.fetchall()
    low, high = column.minimum, column.maximum
    if typed is None or (low is not None and typed < low):
        raise IngestError(f"{raw_name}.{column.name}: {value!r} is not such a value")
    if high is not None and typed > high:
        raise IngestError(f"{raw_name}.{column.name}: {value!r} is above {high}")


def _check_row(
    con: duckdb.DuckDBPyConnection, raw_name: str, table: Table, row_key: str
) -> None:
    key = ", ".join(f'"{name}"' for name in table.keys)
    found = con.execute(
        f"""select 1 from raw.{raw_name} where recorded_to is null
        and concat_ws('{_SEPARATOR}', {key}) = ?""",
        [row_key],
    ).fetchone()
    if not found:
        raise IngestError(f"{raw_name}: no row {row_key} ({', '.join(table.keys)})")
