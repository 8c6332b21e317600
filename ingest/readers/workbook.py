"""Workbooks from outside: opened with care, read as plain rows of cells.

Only values are read: no formulas, no links, no macros. A publisher's workbook is a few
screens of figures; one that is larger is refused before it is unpacked.
"""

import math
import re
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ingest import archive
from ingest.source import IngestError, Table

Row = tuple[Any, ...]

_LARGEST = 32_000_000
"""Bytes that a workbook may unpack to; the ministries' have 0.2 million."""

_MOST_ROWS, _MOST_COLUMNS = 5_000, 500
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Sheet:
    """A sheet's name and its rows, all of one width, up to the last filled cell.

    Cells are texts, numbers, dates, truth values or None, as the workbook holds them.
    """

    name: str
    rows: tuple[Row, ...]


def sheets(path: Path) -> list[Sheet]:
    """The workbook's sheets. Raises IngestError in one line if it is not readable."""
    _check(path)
    # Takes a quarter of a second, which only those who read a workbook need to wait.
    from openpyxl import load_workbook

    # Opened here: openpyxl leaves the file open when it stumbles over a broken one.
    with path.open("rb") as file, warnings.catch_warnings():
        # What openpyxl cannot keep (styles, validations) is none of our business.
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            try:
                found = {one.title: _cells(one) for one in book.worksheets}
            finally:
                book.close()
        # A broken workbook makes openpyxl stumble in ways that it does not list.
        except Exception as error:
            what = " ".join(str(error).split())[:100] or type(error).__name__
            raise IngestError(f"not a readable workbook: {what}") from error
    return [_sheet(name, rows) for name, rows in found.items()]


def sheet(path: Path, name: str) -> Sheet:
    """The sheet of that name. Raises IngestError telling the names that there are."""
    found = sheets(path)
    for one in found:
        if text(one.name) == text(name):
            return one
    names = ", ".join(one.name for one in found)
    raise IngestError(
        f"no sheet {name} (the workbook has {names[:100]}); it was renamed or is "
        "another workbook"
    )


def text(cell: object) -> str:
    """A cell's text in one width and without any white space; "" for other cells."""
    if not isinstance(cell, str):
        return ""
    return _SPACE.sub("", unicodedata.normalize("NFKC", cell))


def is_number(cell: object) -> bool:
    """Whether the cell holds a number."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return False
    return math.isfinite(cell)


def numeral(number: float, places: int) -> str:
    """The number as written at so many decimals; more of them if it has more.

    Workbooks store binary fractions: 0.1 + 0.2 is meant to be 0.3.
    """
    rounded = round(Decimal(repr(number)), places)
    if abs(rounded - Decimal(repr(number))) <= abs(rounded) * Decimal("1e-12"):
        return f"{rounded:f}"
    return f"{Decimal(repr(number)):f}"


def place(row: int, column: int) -> str:
    """How spreadsheets call a cell, both counted from 1: (7, 2) is B7."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def leave(
    con: duckdb.DuckDBPyConnection, table: Table, rows: Iterable[Sequence[Any]]
) -> None:
    """Leave rows, each its line and then the table's columns, as `as_written`.

    Everything is text there, or NULL; ingest.incoming types and checks it.
    """
    written = list(zip(*rows, strict=True)) or [()] * (len(table.columns) + 1)
    columns = ", ".join(
        f'unnest(cast(? as varchar[])) as "{c.name}"' for c in table.columns
    )
    con.execute(
        f"""create temporary table as_written as
        select unnest(cast(? as bigint[])) as line, {columns}""",
        [list(values) for values in written],
    )


def _check(path: Path) -> None:
    """Refuse what is no workbook, unpacks to too much, or defines XML entities."""
    try:
        archive.members(path)
    except IngestError as error:
        raise IngestError(
            "not a workbook of the kind xlsx (an old xls must be saved as xlsx)"
            if "not a readable archive" in str(error)
            else str(error)
        ) from error
    with zipfile.ZipFile(path) as book:
        infos = book.infolist()
        size = sum(info.file_size for info in infos)
        if size > _LARGEST:
            raise IngestError(f"the workbook unpacks to {size:,} bytes; refused")
        try:
            texts = [
                book.read(i) for i in infos if i.filename.endswith((".xml", ".rels"))
            ]
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError) as error:
            raise IngestError(f"the workbook is damaged: {error}") from error
    if any(_ENTITIES.search(one) for one in texts):
        raise IngestError("the workbook defines XML entities; refused")


def _cells(sheet: Any) -> list[Row]:
    # The size that a sheet claims may be wrong; its cells are what counts.
    sheet.reset_dimensions()
    return [_filled(tuple(row)) for row in sheet.iter_rows(values_only=True)]


def _sheet(name: str, rows: list[Row]) -> Sheet:
    while rows and not rows[-1]:
        rows.pop()
    width = max(map(len, rows), default=0)
    if len(rows) > _MOST_ROWS or width > _MOST_COLUMNS:
        raise IngestError(
            f"sheet {name} has {len(rows)} rows of {width} columns, more than "
            f"{_MOST_ROWS} of {_MOST_COLUMNS}; refused"
        )
    return Sheet(name, tuple(row + (None,) * (width - len(row)) for row in rows))


def _filled(row: Row) -> Row:
    """The row up to its last cell with something in it."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]
