"""Strict CSV: a file enters, a typed temporary table leaves, or one line of complaint.

DuckDB reads and types the file; nothing is sniffed, skipped or padded.
"""

import re
from pathlib import Path

import duckdb

from ingest.source import Column, IngestError, Table

INCOMING = "incoming"
"""Temporary table left by `read`: `line` (of the file) and the table's columns."""

_CHECKS = {
    "required": ("{0} is null", "is empty"),
    "minimum": ("{0} < {1}", "is below {1}"),
    "maximum": ("{0} > {1}", "is above {1}"),
    "pattern": ("not regexp_full_match({0}, '{1}')", "does not look like {1}"),
    "allowed": ("{0} not in {1}", "is not one of {1}"),
}


def read(con: duckdb.DuckDBPyConnection, table: Table, path: Path, label: str) -> int:
    """Read `path` into the temporary table `incoming` and return its rows.

    `label` names the file in messages. Raises IngestError naming the file, and where
    it can the line and the column: empty file, other columns than declared, a row of
    another width, a value of another type, a value outside its limits, a repeated
    key, fewer or more rows than believable.
    """
    _check_header(table, path, label)
    con.execute(f"drop table if exists {INCOMING}")
    types = ", ".join(
        f"'{c.name}': '{'VARCHAR' if _numeral(c) else c.sql_type}'"
        for c in table.columns
    )
    try:
        con.execute(
            f"""create or replace temporary table as_written as
            select row_number() over () + 1 as line, *
            from read_csv(?, columns={{{types}}}, header=true, auto_detect=false,
                delim=',', quote='"', escape='"', encoding='utf-8', strict_mode=true,
                null_padding=false, store_rejects=true, rejects_table='rejected',
                rejects_scan='rejected_scans')""",
            [str(path)],
        )
    except duckdb.Error as error:
        raise IngestError(
            f"{label}: not a readable CSV: {_first_line(error)}"
        ) from error
    _check_rejected(con, label)
    for column in table.columns:
        _check_numeral(con, column, label)
    typed = ", ".join(
        f'cast("{c.name}" as {c.sql_type}) as "{c.name}"' for c in table.columns
    )
    con.execute(
        f"create temporary table {INCOMING} as select line, {typed} from as_written"
    )
    con.execute("drop table as_written")
    for column in table.columns:
        _check_column(con, column, label)
    _check_keys(con, table, label)
    (rows,) = con.execute(f"select count(*) from {INCOMING}").fetchall()[0]
    low, high = table.rows
    if not low <= rows <= high:
        raise IngestError(
            f"{label}: {rows} rows, expected {low} to {high}; the file may be "
            "truncated or doubled: fetch or restore it"
        )
    return rows


def _check_header(table: Table, path: Path, label: str) -> None:
    if path.stat().st_size == 0:
        raise IngestError(f"{label}: the file is empty; fetch or restore it")
    with path.open(encoding="utf-8", errors="replace") as lines:
        found = lines.readline().rstrip("\r\n").removeprefix("\ufeff").split(",")
    expected = [c.name for c in table.columns]
    if found == expected:
        return
    missing = [name for name in expected if name not in found]
    extra = [name for name in found if name not in expected]
    detail = "; ".join(
        f"{what} {', '.join(names)}"
        for what, names in (("missing", missing), ("unexpected", extra))
        if names
    )
    raise IngestError(
        f"{label}, line 1: columns differ from the contract of {table.name} "
        f"({detail or 'other order'}); restore the file or revise the contract"
    )


def _check_rejected(con: duckdb.DuckDBPyConnection, label: str) -> None:
    row = con.execute(
        "select line, column_name, error_message from rejected order by line limit 1"
    ).fetchone()
    con.execute("drop table rejected")
    con.execute("drop table rejected_scans")
    if row:
        line, column, message = row
        where = f", column {column}" if column else ""
        raise IngestError(f"{label}, line {line}{where}: {message.splitlines()[0]}")


def _numeral(column: Column) -> str | None:
    """How a number of the column's type is written; None for other types.

    A cast alone would round what has too many decimals.
    """
    if column.sql_type in ("INTEGER", "BIGINT"):
        return r"-?\d{1,18}"
    found = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", column.sql_type)
    if not found:
        return None
    width, scale = int(found[1]), int(found[2])
    return rf"-?\d{{1,{width - scale}}}(\.\d{{1,{scale}}})?"


def _check_numeral(con: duckdb.DuckDBPyConnection, column: Column, label: str) -> None:
    numeral = _numeral(column)
    if numeral is None:
        return
    row = con.execute(
        f"""select line, "{column.name}" from as_written
        where not regexp_full_match("{column.name}", ?) order by line""",
        [numeral],
    ).fetchone()
    if row:
        raise IngestError(
            f"{label}, line {row[0]}, column {column.name}: {row[1]} is not a number "
            f"of type {column.sql_type}"
        )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _check_column(con: duckdb.DuckDBPyConnection, column: Column, label: str) -> None:
    for limit, (fails, says) in _CHECKS.items():
        bound = getattr(column, limit)
        # Not `in`: a minimum of 0 equals False.
        if bound is None or bound is False or bound == ():
            continue
        # The bounds are the project's own declarations, not outside values.
        sql = fails.format(f'"{column.name}"', _literal(bound))
        row = con.execute(
            f'select line, "{column.name}" from {INCOMING} where {sql} order by line'
        ).fetchone()
        if row:
            shown = "" if limit == "required" else f" {row[1]!s}"
            shows = ", ".join(bound) if isinstance(bound, tuple) else bound
            raise IngestError(
                f"{label}, line {row[0]}, column {column.name}:{shown} "
                + says.format("", shows)
            )


def _literal(bound: object) -> object:
    if isinstance(bound, tuple):
        return "(" + ", ".join(f"'{value}'" for value in bound) + ")"
    return bound


def _check_keys(con: duckdb.DuckDBPyConnection, table: Table, label: str) -> None:
    dated = [table.published_on] if table.published_on else []
    key = ", ".join([*(f'"{name}"' for name in table.keys), *dated])
    row = con.execute(
        f"""select max(line), min(line) from {INCOMING}
        group by {key} having count(*) > 1 order by 1"""
    ).fetchone()
    if row:
        raise IngestError(
            f"{label}, line {row[0]}: repeats the key of line {row[1]} "
            f"({', '.join(table.keys)}); remove one of them"
        )
