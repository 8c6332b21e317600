"""The months that a brief is about go in; what it still lacks of them comes out."""

from dataclasses import dataclass

from reports.facts.facts import Due, Facts, RatioPoint
from reports.kinds import MONTHLY, QUARTERLY, Edition, quarter_months
from reports.words.phrases import Phrase, month_named, phrase, phrase_series

ECONOMIES = ("TWN", "JPN")
"""A brief on a month or quarter is whole with the chip trade of both."""


@dataclass(frozen=True)
class Gap:
    """Months of one economy's chip trade that a brief has no ratio for.

    `newest` is the newest month before them that it has, `due` when the next is due;
    a hole lies between months that it has.
    """

    economy_code: str
    months: tuple[str, ...]
    newest: RatioPoint | None
    due: Due | None
    is_hole: bool


def months_needed(kind: str, period: str) -> tuple[str, ...]:
    """Return the months that a brief of a kind is about; none for a year."""
    if kind == QUARTERLY and period:
        return quarter_months(period)
    return (period,) if kind == MONTHLY and period else ()


def gaps(facts: Facts, edition: Edition) -> tuple[Gap, ...]:
    """Return what the brief of an edition lacks, Taiwan's first; () if it is whole."""
    needed = months_needed(edition.kind, edition.period)
    found = []
    for code in ECONOMIES:
        series = facts.ratios(code, "ic")
        known = series.known_months if series else ()
        lacking = set(needed) - {p.period for p in known}
        if lacking:
            found.append(_gap(code, tuple(sorted(lacking)), known, facts.due(code)))
    return tuple(found)


def _gap(
    code: str, months: tuple[str, ...], known: tuple[RatioPoint, ...], due: Due | None
) -> Gap:
    before = [p for p in known if p.period < months[0]]
    is_hole = bool(before) and known[-1].period > months[-1]
    return Gap(code, months, before[-1] if before else None, due, is_hole)


def said(gap: Gap, edition: Edition) -> tuple[Phrase, ...]:
    """Say what is missing, since when, and when it is expected.

    A look back does not know what was expected on its day.
    """
    months = phrase_series([month_named(month) for month in gap.months])
    first = phrase(
        "gaps.missing", economy=phrase(f"gaps.{gap.economy_code}"), months=months
    )
    if gap.newest and gap.is_hole:
        return (first, phrase("gaps.hole", month=gap.newest.start))
    expected = () if edition.as_of else (_expected(gap.due),)
    return (first, _since(gap.newest), *expected)


def _since(newest: RatioPoint | None) -> Phrase:
    if newest is None:
        return phrase("gaps.none_before")
    if newest.published_on is None:
        return phrase("gaps.newest", month=newest.start)
    return phrase("gaps.newest_dated", month=newest.start, day=newest.published_on)


def _expected(due: Due | None) -> Phrase:
    if due is None:
        return phrase("gaps.no_due")
    return phrase("gaps.overdue" if due.is_over else "gaps.due", day=due.day)
