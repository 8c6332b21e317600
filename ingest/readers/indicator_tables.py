"""Tables of the Science and Technology Indicators of NISTEP, as rows.

What a figure is (year, direction, parties, industry) is read off its labels, wherever
they stand: above it, before it, or above its part of the table.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.readers import headings, workbook
from ingest.readers.headings import Figure
from ingest.readers.workbook import Row
from ingest.source import IngestError

_READ_ME = "お読みください"
_UNIT = "億円"
_YEAR = re.compile(r"((?:19|20)\d{2})(?:年度?)?")
_PASSED_OVER = re.compile("米国|収支額|収支差|伸び率|年度?比|構成比|シェア")
_MEASURES = {"収支比": "balance_ratio", "輸出": "exports", "輸入": "imports"}
_RELATIONS = {"以外": "others", "親子会社": "affiliates", "関連会社": "affiliates"}
_SAYS_NOTHING = re.compile(
    r"(\([A-Z]\))?(日本の?)?(全体|総額|計|技術貿易額?)?(の推移)?"
)
_NAMES = ("exports", "imports", "balance_ratio")
REASONS = {"": "not_printed", "...": "not_available", "-": "no_figure"}
"""Why there is no number, by the mark that stands in its place."""

Balance = dict[str, Figure]
"""Figures of one row by what they measure: exports, imports, balance_ratio."""


@dataclass
class _Meaning:
    """What the labels of a figure say, and the labels that say something else."""

    year: int = 0
    measure: str = ""
    relation: str = "all"
    rest: list[str] = field(default_factory=list)


def technology_trade(path: Path, title: str) -> Iterator[tuple[Any, ...]]:
    """Line, fiscal year, parties; then what `_printed` gives.

    Exports and imports are in 100 million yen; figures of another country than Japan
    are passed over. Raises IngestError if no sheet has the title (a pattern), or if
    headings or figures cannot be what they say.
    """
    for (year, of_whom, relation), balance in _balances(path, title).items():
        if of_whom not in ("", "合計"):
            raise _unknown(next(iter(balance.values())))
        yield _row(balance), year, relation, *_printed(balance)


def technology_trade_by_industry(path: Path, title: str) -> Iterator[tuple[Any, ...]]:
    """The same with the industry, as printed, after the fiscal year."""
    for (year, industry, relation), balance in _balances(path, title).items():
        if not industry:
            raise _unknown(next(iter(balance.values())))
        yield _row(balance), year, industry, relation, *_printed(balance)


def goods_balance_ratios(path: Path, title: str) -> Iterator[tuple[Any, ...]]:
    """Line, calendar year, commodity as printed, exports over imports, why it is None.

    Amounts beside the ratios are passed over. Raises as `technology_trade` does.
    """
    rows, start = _titled(path, title)
    years = set()
    for figure in headings.figures(rows, start):
        meaning = _meaning(figure)
        if meaning and meaning.measure in ("", "balance_ratio"):
            if not meaning.year or len(meaning.rest) != 1:
                raise _unknown(figure)
            years.add(meaning.year)
            ratio, why = _value(figure), _reason(figure)
            yield figure.row, meaning.year, meaning.rest[0], ratio, why
    _check_newest(years)


def _balances(path: Path, title: str) -> dict[tuple[int, str, str], Balance]:
    """The figures by year, industry (or whatever else is said) and parties."""
    rows, start = _titled(path, title)
    if not any(_UNIT in workbook.text(cell) for row in rows[:20] for cell in row):
        raise IngestError(f"the table does not say that it is in {_UNIT}")
    balances: dict[tuple[int, str, str], Balance] = {}
    for figure in headings.figures(rows, start):
        meaning = _meaning(figure)
        if meaning is None:
            continue
        if not meaning.year or not meaning.measure or len(meaning.rest) > 1:
            raise _unknown(figure)
        of_whom = (meaning.year, "".join(meaning.rest), meaning.relation)
        balance = balances.setdefault(of_whom, {})
        if meaning.measure in balance:
            first = _where(balance[meaning.measure])
            raise IngestError(f"{_where(figure)}: says the same as {first}")
        balance[meaning.measure] = figure
    _check_newest({year for year, _, _ in balances})
    for of_whom, balance in balances.items():
        _check_ratio(balance)
        _check_parts(balances, *of_whom[:2])
    return balances


def _titled(path: Path, title: str) -> tuple[tuple[Row, ...], int]:
    """The rows of the sheet with the title, and the row (from 0) that follows it."""
    sheets = [x for x in workbook.sheets(path) if _READ_ME not in workbook.text(x.name)]
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:10]):
            if any(re.search(title, workbook.text(cell)) for cell in row):
                return sheet.rows, number + 1
    begin = (f"{s.name}: {workbook.text(s.rows[0][0])}" for s in sheets if s.rows)
    raise IngestError(
        f"no sheet has the title {title} (there is {'; '.join(begin)[:200]}); it is "
        "another table or was renamed"
    )


def _meaning(figure: Figure) -> _Meaning | None:
    """What the figure is; None if it is passed over."""
    found = _Meaning()
    for label in figure.labels:
        if _PASSED_OVER.search(label):
            return None
        measures = [name for word, name in _MEASURES.items() if word in label]
        relations = [name for word, name in _RELATIONS.items() if word in label]
        if year := _YEAR.fullmatch(label):
            found.year = int(year[1])
        elif measures or relations:
            found.measure = measures[0] if measures else found.measure
            found.relation = relations[0] if relations else found.relation
        elif not _SAYS_NOTHING.fullmatch(label):
            found.rest.append(label)
    return found


def _check_newest(years: set[int]) -> None:
    """An edition adds the next year, never one after that."""
    newest = max(years, default=0)
    if len(years) > 1 and newest - 1 not in years:
        raise IngestError(f"{newest} is there without {newest - 1}; a year is mistyped")


def _check_ratio(balance: Balance) -> None:
    exports, imports, ratio = (_number(balance, name) for name in _NAMES)
    if exports == imports == 0:
        # Where there is none, a mark is printed.
        raise IngestError(f"{_where(balance['exports'])}: no trade at all, but zeros")
    if exports is None or not imports or ratio is None:
        return
    # Amounts may be rounded to one unit, ratios to one decimal.
    rounding = 0.051 + 0.5 * (1 + ratio) / imports
    if abs(exports / imports - ratio) > rounding:
        raise IngestError(
            f"{_where(balance['balance_ratio'])}: a ratio of {ratio:g}, but exports "
            f"over imports are {exports / imports:.2f}"
        )


def _check_parts(
    balances: dict[tuple[int, str, str], Balance], year: int, of_whom: str
) -> None:
    """Trade between affiliates and with others is all trade, to the rounding."""
    parties = [
        balances.get((year, of_whom, relation), {})
        for relation in ("all", "affiliates", "others")
    ]
    for name in _NAMES[:2]:
        whole, *parts = (_number(balance, name) for balance in parties)
        if whole is None or None in parts:
            continue
        total = sum(x for x in parts if x is not None)
        if abs(total - whole) > 1.5:
            raise IngestError(
                f"{_where(parties[0][name])}: {name} of {whole:g}, but affiliates and "
                f"others have {total:g}"
            )


def _row(balance: Balance) -> int:
    return min(figure.row for figure in balance.values())


def _printed(balance: Balance) -> Iterator[str | None]:
    """Exports, imports and ratio, then why each of them is None."""
    for name in _NAMES:
        yield _value(balance.get(name))
    for name in _NAMES:
        yield _reason(balance.get(name))


def _number(balance: Balance, name: str) -> float | None:
    figure = balance.get(name)
    return figure.value if figure else None


def _value(figure: Figure | None) -> str | None:
    if figure is None or figure.value is None:
        return None
    return repr(float(figure.value))


def _reason(figure: Figure | None) -> str | None:
    if figure is None:
        return REASONS[""]
    return None if figure.value is not None else REASONS.get(figure.mark, "no_figure")


def _where(figure: Figure) -> str:
    return workbook.place(figure.row, figure.column)


def _unknown(figure: Figure) -> IngestError:
    labels = " / ".join(figure.labels)[:150] or "without a heading"
    return IngestError(
        f"{_where(figure)}: {labels}: does not say what the figure is; the headings "
        "have changed"
    )
