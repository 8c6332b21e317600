"""Strict CSV: a file enters, its rows as written leave, or one line of complaint.

DuckDB reads the file; nothing is sniffed, skipped or padded. Numbers stay text, so that
the checks of ingest.incoming can see what was written; only a file of nothing but
digits and signs, which cannot be misread, is read as whole numbers at once.
"""

import re
from pathlib import Path

import duckdb

from ingest.source import Column, IngestError, Table

_NUMBERS = re.compile(r"INTEGER|BIGINT|DOUBLE|DECIMAL.*")
_WHOLE = ("INTEGER", "BIGINT")
_DIGITS = b"0123456789-,\r\n"


def read(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read `path`, whose columns are exactly the table's, into `as_written`.

    Raises IngestError, beginning with the line and the column where it can: an empty
    file, other columns than declared, a row of another width, a value of another type.
    """
    _check_header(table, path)
    if _is_digits(table, path):
        _load(con, path, {c.name: c.sql_type for c in table.columns})
        if not _rejected(con):
            return
        # Read as text, what is wrong is told in the same words as anywhere.
        con.execute("drop table as_written")
    _load(con, path, {c.name: _type(c) for c in table.columns})
    if wrong := _rejected(con):
        raise IngestError(wrong)


def _is_digits(table: Table, path: Path) -> bool:
    """Whether all columns are whole numbers and all lines after the first show it."""
    if not all(column.sql_type in _WHOLE for column in table.columns):
        return False
    with path.open("rb") as file:
        file.readline()
        while chunk := file.read(1 << 20):
            if chunk.translate(None, _DIGITS):
                return False
    return True


def _load(con: duckdb.DuckDBPyConnection, path: Path, types: dict[str, str]) -> None:
    try:
        con.execute(
            f"""create temporary table as_written as
            select row_number() over () + 1 as line, *
            from read_csv(?, columns={types}, header=true, auto_detect=false,
                delim=',', quote='"', escape='"', encoding='utf-8', strict_mode=true,
                null_padding=false, store_rejects=true, rejects_table='rejected',
                rejects_scan='rejected_scans')""",
            [str(path)],
        )
    except duckdb.Error as error:
        raise IngestError(
            f"not a readable CSV: {str(error).splitlines()[0]}"
        ) from error


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


def _rejected(con: duckdb.DuckDBPyConnection) -> str | None:
    """What is wrong with the first line that was refused; None if none was."""
    row = con.execute(
        "select line, column_name, error_message from rejected order by line limit 1"
    ).fetchone()
    con.execute("drop table rejected")
    con.execute("drop table rejected_scans")
    if not row:
        return None
    line, column, message = row
    where = f", column {column}" if column else ""
    return f"line {line}{where}: {message.splitlines()[0]}"
