"""Tables whose headings say what a figure is: every figure with its labels.

Statistical offices move rows, columns and whole tables from edition to edition; what a
figure is stands in the headings above it and in the label before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.readers.workbook import Row, is_number, place, text
from ingest.source import IngestError


@dataclass(frozen=True)
class Figure:
    """A number of a table, None if the cell has a `mark` instead, and its labels.

    The labels are those of its band (a line of its own above a part of the table), of
    its row and, from the top, of its column.
    """

    row: int
    column: int
    labels: tuple[str, ...]
    value: float | None
    mark: str


MARKS = ("...", "-", "―", "—", "–", "x", "***")
"""How publishers write that there is no figure, as `text` gives it."""

_NOTES = ("注", "(注", "資料", "出典", "参照", "備考", "※")


def figures(rows: Sequence[Row], start: int = 0) -> Iterator[Figure]:
    """The figures of a table with labels in its first column and headings above.

    A heading stands in the first of the columns that it spans, as in merged cells.
    Headings that follow on figures replace those before. `start` is the row (from 0)
    to begin with. Raises IngestError for a text among figures.
    """
    heads: list[list[str]] = []
    band, is_below = "", False
    for number, row in enumerate(rows[start:], start + 1):
        label, *others = map(_label, row)
        if label.startswith(_NOTES):
            continue
        if label and any(is_number(x) or text(x) in MARKS for x in row[1:]):
            is_below = True
            yield from _of_row(number, row, (band, label), heads)
        elif any(others):
            heads = [*([] if is_below else heads), others]
            is_below = False
        elif label:
            band = label


def _label(cell: object) -> str:
    """A label as text; years may be numbers, and a unit is no label."""
    if is_number(cell):
        return f"{cell:g}"
    return "" if "単位" in text(cell) else text(cell)


def _of_row(
    number: int, row: Row, labels: tuple[str, ...], heads: list[list[str]]
) -> Iterator[Figure]:
    paths, begins = _paths(heads, len(row) - 1)
    for at, (cell, path) in enumerate(zip(row[1:], paths, strict=True)):
        # Blanks beside the last column have no heading of their own.
        if cell is None and at not in begins:
            continue
        column = at + 2
        if not is_number(cell) and text(cell) not in ("", *MARKS):
            where = place(number, column)
            raise IngestError(f"row {number}, {where}: {str(cell)[:40]} is no figure")
        yield Figure(
            number,
            column,
            tuple(x for x in (*labels, *path) if x),
            cell if is_number(cell) else None,
            text(cell),
        )


def _paths(
    heads: list[list[str]], width: int
) -> tuple[list[tuple[str, ...]], set[int]]:
    """The headings above each column, from the top, and where headings begin."""
    paths: list[tuple[str, ...]] = [()] * width
    begins: set[int] = set()
    for head in heads:
        begins |= {column for column, label in enumerate(head) if label}
        spanning = ""
        for column, label in enumerate(head):
            # A heading ends where a heading above it ends.
            spanning = label if column in begins else spanning
            paths[column] += (spanning,) if spanning else ()
    return paths, begins
