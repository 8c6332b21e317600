"""Tables 4 and 5 of the press release of Taiwan's Ministry of Finance, as rows.

A press table has full years, months of the year before, the running year and its
months down the first column; across it, below each commodity, amounts and growth rates
alternate. All three tell of each other, which is how a moved figure is noticed.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ingest.readers import workbook
from ingest.readers.workbook import Row
from ingest.source import IngestError

_PERIODS, _AMOUNT, _GROWTH, _UNIT = "年(月)別", "金額", "年增率", "百萬美元"
_CHANGES = ("較上月增減", "較上年同月增減", "較上年同期增減")
_NOTES = ("說明", "註", "附註", "資料來源")
_YEAR = re.compile(r"(\d{2,3})年(?:1[-~至](\d{1,2})月)?")
_MONTH = re.compile(r"(?:(\d{2,3})年)?(\d{1,2})月")
_GROUP = re.compile(r"\(.*\)")
_ROC = 1911  # added to a year of the Republic of China


@dataclass(frozen=True)
class Layout:
    """A press table: its sheet, its title, and how it writes each commodity."""

    sheet: str
    title: str
    commodities: Mapping[str, str]


@dataclass(frozen=True)
class _Period:
    row: int
    label: str
    kind: str
    year: int
    first: int
    last: int

    def __str__(self) -> str:
        if self.kind == "annual":
            return str(self.year)
        end = f"..{self.last:02}" if self.kind == "ytd" else ""
        return f"{self.year}-{self.first:02}{end}"


Figures = dict[_Period, float]


def rows(layout: Layout, path: Path) -> Iterator[tuple[Any, ...]]:
    """Line, kind, period, commodity, amount (US$ million) and growth (%, or None).

    Raises IngestError if a sheet, heading, unit, commodity or period is not where the
    table has it, or if months, running year and growth rates contradict each other.
    """
    cells = workbook.sheet(path, layout.sheet).rows
    top, bottom = _heading(layout, cells)
    columns = _columns(cells, top, bottom)
    periods = _periods(cells, bottom + 1)
    for commodity, pattern in layout.commodities.items():
        name = _name(columns, pattern)
        amounts, growths = _figures(cells, periods, name, columns[name])
        _check_growth(name, amounts, growths)
        _check_running_year(name, amounts)
        for period, amount in amounts.items():
            growth = growths.get(period)
            yield (
                *(period.row, period.kind, str(period), commodity),
                workbook.numeral(amount, 3),
                None if growth is None else repr(float(growth)),
            )


def published_by(layout: Layout, path: Path) -> date:
    """The last day of the month after the newest month in the workbook.

    The ministry publishes on the 7th to 9th of that month, but the workbook does not
    say when: by the end of the month it was out. The inbox dates no file later than
    the day on which it was found. Raises IngestError naming the file.
    """
    try:
        cells = workbook.sheet(path, layout.sheet).rows
        newest = _periods(cells, _heading(layout, cells)[1] + 1)[-1]
    except IngestError as error:
        raise IngestError(f"{path.name}: {error}") from error
    year, month = newest.year + newest.last // 12, newest.last % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _heading(layout: Layout, cells: tuple[Row, ...]) -> tuple[int, int]:
    """First and last row (from 0) of the heading, below the right title and unit."""
    tops = [n for n, row in enumerate(cells) if workbook.text(row[0]) == _PERIODS]
    bottoms = [n for n, row in enumerate(cells) if _AMOUNT in map(workbook.text, row)]
    if len(tops) != 1 or len(bottoms) != 1 or bottoms[0] <= tops[0]:
        raise IngestError(
            f"sheet {layout.sheet} has no heading from {_PERIODS} down to {_AMOUNT}; "
            "the layout has changed"
        )
    above = [workbook.text(cell) for row in cells[: tops[0]] for cell in row]
    for wanted in (layout.title, _UNIT):
        if not any(wanted in cell for cell in above):
            raise IngestError(f"sheet {layout.sheet} does not say {wanted} at its top")
    return tops[0], bottoms[0]


def _columns(cells: tuple[Row, ...], top: int, bottom: int) -> dict[str, int]:
    """Columns of amounts by the commodity above them; growth stands beside each."""
    columns: dict[str, int] = {}
    below = [workbook.text(cell) for cell in (*cells[bottom], None)]
    for column in range(1, len(cells[bottom])):
        above = [workbook.text(row[column]) for row in cells[top:bottom]]
        names = [x for x in above if x and not _GROUP.fullmatch(x)]
        where = workbook.place(bottom + 1, column + 1)
        # A merged heading is written in its first column, that of the amounts.
        if bool(names) != (below[column] == _AMOUNT):
            raise IngestError(
                f"{where}: {below[column] or 'nothing'} below "
                f"{names[-1] if names else 'no commodity'}; the heading has shifted"
            )
        if not names:
            continue
        if below[column + 1] != _GROWTH:
            raise IngestError(f"{where}: {_AMOUNT} without {_GROWTH} beside it")
        if names[-1] in columns:
            raise IngestError(f"{where}: {names[-1]} stands there a second time")
        columns[names[-1]] = column
    return columns


def _name(columns: dict[str, int], pattern: str) -> str:
    found = [name for name in columns if re.fullmatch(pattern, name)]
    if len(found) != 1:
        there = ", ".join(columns)[:150]
        raise IngestError(
            f"{len(found)} columns are headed {pattern}; there is {there}"
        )
    return found[0]


def _periods(cells: tuple[Row, ...], start: int) -> list[_Period]:
    """The rows of figures below the heading.

    A month without a year is of the year named last: after the full years it is of the
    last of them, after the running year of that one.
    """
    periods: list[_Period] = []
    year, is_note = 0, False
    for row, values in enumerate(cells[start:], start + 1):
        label = workbook.text(values[0])
        is_note = is_note or label.startswith(_NOTES)
        if is_note or not label:
            if any(map(workbook.is_number, values)):
                raise IngestError(f"row {row}: figures without a period")
        elif whole := _YEAR.fullmatch(label):
            year, last = int(whole[1]) + _ROC, int(whole[2] or 12)
            # A running year of twelve months is a year.
            kind = "annual" if last == 12 else "ytd"
            periods.append(_Period(row, label, kind, year, 1, last))
        elif one := _MONTH.fullmatch(label):
            year, month = int(one[1]) + _ROC if one[1] else year, int(one[2])
            periods.append(_Period(row, label, "monthly", year, month, month))
        elif label not in _CHANGES:
            raise IngestError(f"row {row}: {label[:40]} is not a known kind of row")
    _check_periods(periods)
    return periods


def _check_periods(periods: list[_Period]) -> None:
    """Years in a row, months to December, the running year, its months to the last."""
    months = [p for p in periods if p.kind == "monthly"]
    if not months or months[-1] != periods[-1]:
        raise IngestError("the figures do not end with a month; the file is cut off")
    year, last = months[-1].year, months[-1].last
    before = [f"{year - 1}-{p.first:02}" for p in months if p.year == year - 1]
    expected = [
        *map(str, range(periods[0].year, year)),
        *(f"{year - 1}-{month:02}" for month in range(13 - len(before), 13)),
        *([str(year)] if last == 12 else [f"{year}-01..{last:02}"]),
        *(f"{year}-{month:02}" for month in range(1, last + 1)),
    ]
    if last == 1 and [*map(str, periods[-2:-1])] != expected[-2:-1]:
        # January is its own running year.
        del expected[-2]
    for period, wanted in zip_longest(periods, expected):
        if str(period) != wanted:
            where = f"row {period.row} ({period.label})" if period else "the end"
            raise IngestError(f"{where}: {wanted or 'nothing'} is due; rows moved")


def _figures(
    cells: tuple[Row, ...], periods: list[_Period], name: str, column: int
) -> tuple[Figures, Figures]:
    """Amounts and growth rates of a commodity; a rate may be missing, no amount."""
    amounts: Figures = {}
    growths: Figures = {}
    for period in periods:
        amount, growth = cells[period.row - 1][column : column + 2]
        where = f"row {period.row} ({period.label}), {name}"
        if not workbook.is_number(amount):
            raise IngestError(f"{where}: {str(amount)[:40]} is no amount")
        amounts[period] = amount
        if workbook.is_number(growth):
            growths[period] = growth
        elif growth is not None and workbook.text(growth) not in ("", "-"):
            raise IngestError(f"{where}: {str(growth)[:40]} is no growth rate")
    return amounts, growths


def _check_growth(name: str, amounts: Figures, growths: Figures) -> None:
    period = _misfit(amounts, growths)
    if period is None:
        return
    where = f"row {period.row} ({period.label}), {name}"
    if _misfit(growths, amounts) is None:
        raise IngestError(f"{where}: {_AMOUNT} and {_GROWTH} are swapped")
    printed = f"growth of {growths[period]:.1f} %"
    raise IngestError(f"{where}: {printed} does not follow from the amounts")


def _misfit(amounts: Figures, growths: Figures) -> _Period | None:
    """The first period whose growth is not that of its amount, to one decimal."""
    known = {str(period): amount for period, amount in amounts.items()}
    for period, growth in growths.items():
        earlier = str(replace(period, year=period.year - 1))
        before, now = known.get(earlier), known.get(str(period))
        if before and now and abs((now / before - 1) * 100 - growth) > 0.06:
            return period
    return None


def _check_running_year(name: str, amounts: Figures) -> None:
    """The running year is the sum of its months, each rounded to three decimals."""
    running = max(period.year for period in amounts)
    of_year = {p: x for p, x in amounts.items() if p.year == running}
    months = sum(x for p, x in of_year.items() if p.kind == "monthly")
    for total, amount in of_year.items():
        if total.kind != "monthly" and abs(months - amount) > 0.02:
            where = f"row {total.row} ({total.label}), {name}"
            raise IngestError(f"{where}: {amount}, its months are {months:.3f}")
