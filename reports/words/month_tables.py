"""A month's facts go in; the table of contributions and the monthly table come out."""

from dataclasses import dataclass

from reports.facts.facts import Facts, RatioPoint, RatioSeries
from reports.facts.figures import Figure
from reports.kinds import Edition, japans_month
from reports.words.phrases import Phrase, phrase

SHOWN_MONTHS = 36


@dataclass(frozen=True)
class MonthRow:
    """One series in the month shown: its levels, its change, and what moved it."""

    name: Phrase
    month: Phrase
    point: RatioPoint
    before: Figure | None


def key_rows(facts: Facts, edition: Edition) -> tuple[MonthRow, ...]:
    """Return a row for each series that has flows in the month beside Taiwan's."""
    japan = japans_month(facts, edition.month)
    months = {"TWN": edition.month, "JPN": japan.period if japan else ""}
    rows = []
    for series in sorted(
        (s for s in facts.series if s.economy_code in months),
        key=lambda s: (s.economy_code != "TWN", s.product_set != "ic", s.product_set),
    ):
        point = series.month(months[series.economy_code])
        if point:
            before = series.month(point.year_before)
            name = phrase(
                "flash.series", economy=series.economy, product=series.product
            )
            rows.append(
                MonthRow(
                    name,
                    phrase("kinds.month", month=point.start),
                    point,
                    before.ratio if before else None,
                )
            )
    return tuple(rows)


def drawn(facts: Facts, edition: Edition) -> tuple[RatioSeries, ...]:
    """Return Taiwan's and Japan's chips, the months of the last three years."""
    found = (facts.ratios("TWN", "ic"), facts.ratios("JPN", "ic"))
    return tuple(s for s in found if s and shown_months(facts, edition, s))


def shown_months(
    facts: Facts, edition: Edition, series: RatioSeries
) -> tuple[RatioPoint, ...]:
    """Return the known months of a series that the chart has room for."""
    japan = japans_month(facts, edition.month)
    last = edition.month
    if series.economy_code == "JPN":
        last = japan.period if japan else ""
    until = max(edition.month, japan.period if japan else "")
    if not until:
        return ()
    first = f"{int(until[:4]) - SHOWN_MONTHS // 12}{until[4:]}"
    return tuple(p for p in series.known_months if first <= p.period <= last)


def month_rows(
    facts: Facts, edition: Edition
) -> tuple[tuple[Phrase, tuple[Figure | None, ...]], ...]:
    """Lay the months drawn side by side, newest first."""
    series = drawn(facts, edition)
    points = [{p.period: p for p in shown_months(facts, edition, s)} for s in series]
    periods = sorted({period for one in points for period in one}, reverse=True)
    rows = []
    for period in periods:
        here = [one.get(period) for one in points]
        start = next(p.start for p in here if p)
        cells: list[Figure | None] = []
        for point in here:
            cells += (
                (point.ratio, point.exports, point.imports, point.change)
                if point
                else (None,) * 4
            )
        rows.append((phrase("kinds.month", month=start), tuple(cells)))
    return tuple(rows)
