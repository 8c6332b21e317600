"""Content faults: what can be wrong with the rows of a well-formed file.

Each is a pure function of the rows, their shape and a number that decides which
row or year is hit. Periods begin with a four-digit year, as an int or a text.
"""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """Which columns of a publisher's rows play which part."""

    keys: tuple[str, ...]
    values: tuple[str, ...]
    period: str
    economy: str | None = None
    texts: tuple[str, ...] = ()


Content = Callable[[list[Row], Shape, int], list[Row]]


def _year(row: Row, shape: Shape) -> int:
    return int(str(row[shape.period])[:4])


def _with_year(row: Row, shape: Shape, year: int) -> Row:
    period = row[shape.period]
    return row | {shape.period: type(period)(f"{year}{str(period)[4:]}")}


def _some_year(rows: list[Row], shape: Shape, turn: int) -> int:
    """A year, neither the first nor the last where there are three."""
    years = sorted({_year(row, shape) for row in rows})
    inner = years[1:-1] or years
    return inner[turn % len(inner)]


def _newest(rows: list[Row], shape: Shape) -> list[Row]:
    newest = max(str(row[shape.period]) for row in rows)
    return [row for row in rows if str(row[shape.period]) == newest]


def _changed(row: Row, shape: Shape, change: Callable[[Any], Any]) -> Row:
    return row | {v: change(row[v]) for v in shape.values if row[v] is not None}


def _scaled(value: Any, factor: str) -> Any:
    """A number times a factor; of texts only those that are numbers."""
    if not isinstance(value, str):
        return value * (int(factor) if "." not in factor else float(factor))
    try:
        return f"{Decimal(value) * Decimal(factor):f}"
    except InvalidOperation:  # a publisher's mark for a missing value
        return value


def shuffled_rows(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """The same rows in another order."""
    order = [hashlib.sha256(f"{turn}|{i}".encode()).digest() for i in range(len(rows))]
    return [rows[i] for i in sorted(range(len(rows)), key=order.__getitem__)]


def duplicated_rows(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """Every fifth row stands there twice."""
    return [row for i, row in enumerate(rows) for row in [row] * (1 + (i % 5 == 0))]


def duplicated_year(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """One year stands there twice, the second time with other values."""
    year = _some_year(rows, shape, turn)
    again = [row for row in rows if _year(row, shape) == year]
    return rows + [_changed(row, shape, lambda v: _scaled(v, "1.25")) for row in again]


def scale_1000(
    rows: list[Row], shape: Shape, turn: int, factor: str, whole: bool
) -> list[Row]:
    """The values of one year, or of the whole file, times a factor."""
    hit = None if whole else _some_year(rows, shape, turn)
    return [
        _changed(row, shape, lambda v: _scaled(v, factor))
        if hit in (None, _year(row, shape))
        else row
        for row in rows
    ]


def sign_error(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """The values of one year have the wrong sign."""
    return scale_1000(rows, shape, turn, factor="-1", whole=False)


def month_zero(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """The newest period is published as 0."""
    newest = _newest(rows, shape)[0][shape.period]
    return [
        _changed(row, shape, lambda v: type(v)(0))
        if row[shape.period] == newest
        else row
        for row in rows
    ]


def missing_year(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """A year inside the series has vanished."""
    year = _some_year(rows, shape, turn)
    return [row for row in rows if _year(row, shape) != year]


def half_the_rows(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """The second half of the file is not there."""
    return rows[: len(rows) // 2]


def new_country(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """An economy nobody has heard of reports, too."""
    if shape.economy is None:
        raise TypeError("new_country needs a Shape with an economy column")
    code = rows[0][shape.economy]
    unknown = type(code)("999" if str(code).isdigit() else "QQQ"[: len(code)])
    of_one = [row for row in rows if row[shape.economy] == code]
    return rows + [row | {shape.economy: unknown} for row in of_one]


def letter_in_number(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """One value has a letter in its middle."""
    column = shape.values[0]
    filled = [i for i, row in enumerate(rows) if row[column] is not None]
    hit = filled[turn % len(filled)]
    text = str(rows[hit][column])
    spoilt = f"{text[: len(text) // 2]}O{text[len(text) // 2 :]}"
    return [row | {column: spoilt} if i == hit else row for i, row in enumerate(rows)]


def swapped_columns(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """Two columns have changed places under unchanged headings.

    Two value columns where there are two, else the value and the last key.
    """
    one, other = (*reversed(shape.values[:2]), shape.keys[-1])[:2]
    return [row | {one: row[other], other: row[one]} for row in rows]


def shifted_column(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """From the middle of the file on, every field stands one column to the right."""

    def shifted(row: Row) -> Row:
        return dict(zip(row, ["", *row.values()], strict=False))

    half = len(rows) // 2
    return rows[:half] + [shifted(row) for row in rows[half:]]


def future_period(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """The newest period once more, dated ten years later."""
    newest = _newest(rows, shape)
    return rows + [_with_year(r, shape, _year(r, shape) + 10) for r in newest]


def decimal_comma(rows: list[Row], shape: Shape, turn: int) -> list[Row]:
    """Values are written with a decimal comma."""

    def written(value: Any) -> str:
        text = str(value)
        return text.replace(".", ",") if "." in text else f"{text},0"

    return [_changed(row, shape, written) for row in rows]


def _scale(factor: str, whole: bool) -> Content:
    return functools.partial(scale_1000, factor=factor, whole=whole)


CONTENT: dict[str, Content] = {
    "shuffled_rows": shuffled_rows,
    "duplicated_rows": duplicated_rows,
    "duplicated_year": duplicated_year,
    "scale_1000": _scale("1000", whole=True),
    "scale_1000_down": _scale("0.001", whole=True),
    "scale_1000_year": _scale("1000", whole=False),
    "scale_1000_year_down": _scale("0.001", whole=False),
    "sign_error": sign_error,
    "month_zero": month_zero,
    "missing_year": missing_year,
    "half_the_rows": half_the_rows,
    "new_country": new_country,
    "letter_in_number": letter_in_number,
    "swapped_columns": swapped_columns,
    "shifted_column": shifted_column,
    "future_period": future_period,
    "decimal_comma": decimal_comma,
}
