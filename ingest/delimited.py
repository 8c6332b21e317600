"""Strict CSV: a file enters, its rows as written leave, or one line of complaint.

DuckDB reads the file; nothing is sniffed, skipped or padded. Numbers stay text, so that
the checks of ingest.incoming can see what was written.
"""

import re
from pathlib import Path

import duckdb

from ingest.source import Column, IngestError, Table

_NUMBERS = re.compile(r"INTEGER|BIGINT|DOUBLE|DECIMAL.*")


def read(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read `path`, whose columns are exactly the table's, into `as_written`.

    Raises IngestError, beginning with the line and the column where it can: an empty
    file, other columns than declared, a row of another width, a value of another type.
    """
    _check_header(table, path)
    types = ", ".join(f"'{c.name}': '{_type(c)}'" for c in table.columns)
    try:
        con.execute(
            f"""create temporary table as_written as
            select row_number() over () + 1 as line, *
            from read_csv(?, columns={{{types}}}, header=true, auto_detect=false,
                delim=',', quote='"', escape='"', encoding='utf-8', strict_mode=true,
                null_padding=false, store_rejects=true, rejects_table='rejected',
                rejects_scan='rejected_scans')""",
            [str(path)],
        )
    except duckdb.Error as error:
        raise IngestError(
            f"not a readable CSV: {str(error).splitlines()[0]}"
        ) from error
    _check_rejected(con)


def _type(column: Column) -> str:
    return "VARCHAR" if _NUMBERS.fullmatch(column.sql_type) else column.sql_type


def _check_header(table: Table, path: Path) -> None:
    if path.stat().st_size == 0:
        raise IngestError("the file is empty; fetch or restore it")
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
        f"line 1: columns differ from the contract of {table.name} "
        f"({detail or 'other order'}); restore the file or revise the contract"
    )


def _check_rejected(con: duckdb.DuckDBPyConnection) -> None:
    row = con.execute(
        "select line, column_name, error_message from rejected order by line limit 1"
    ).fetchone()
    con.execute("drop table rejected")
    con.execute("drop table rejected_scans")
    if row:
        line, column, message = row
        where = f", column {column}" if column else ""
        raise IngestError(f"line {line}{where}: {message.splitlines()[0]}")
