"""The kinds of brief, what each of them prints, and which period one is about."""

import datetime as dt
import re
from dataclasses import dataclass, replace

from reports.facts.facts import Facts, RatioPoint
from reports.words.phrases import Phrase, month_named, phrase

ANNUAL, QUARTERLY, MONTHLY = "annual", "quarterly", "monthly"
CORRECTS = "-corrects-"
"""In a folder's name between a version and the one that it corrects."""
KINDS = (ANNUAL, QUARTERLY, MONTHLY)
FORMS = {
    ANNUAL: (re.compile(r"\d{4}"), "2025"),
    QUARTERLY: (re.compile(r"\d{4}-Q[1-4]"), "2026-Q3"),
    MONTHLY: (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "2026-09"),
}
SECTIONS = {
    ANNUAL: "verdict questions lag signs technology phase strip like check ranks homes"
    " top claims changes fresh limits",
    QUARTERLY: "months verdict lag technology phase changes fresh limits",
    MONTHLY: "months changes fresh limits",
}


class UnknownPeriodError(ValueError):
    """No brief can be made for this period. The message says which there are."""


@dataclass(frozen=True)
class Edition:
    """Which brief: kind, period and the published version it is made from.

    `as_of` is set where the data are those of an earlier day; `corrects` names the
    version whose brief this one corrects, and `cause` says why.
    """

    kind: str
    version: str
    period: str = ""
    as_of: dt.date | None = None
    corrects: str = ""
    cause: str = ""

    @property
    def key(self) -> str:
        """The version as folders name it: a regular brief is never overwritten."""
        if self.as_of:
            return f"as-of-{self.as_of}"
        return (
            f"{self.version}{CORRECTS}{self.corrects}"
            if self.corrects
            else self.version
        )

    @property
    def month(self) -> str:
        """The month a monthly or quarterly brief leads with, "" for a year's."""
        if self.kind == QUARTERLY and self.period:
            return quarter_months(self.period)[-1]
        return self.period if self.kind == MONTHLY else ""

    def shows(self, section: str) -> bool:
        """Whether briefs of this kind print the section."""
        return section in SECTIONS[self.kind].split()


def settled(edition: Edition, facts: Facts) -> Edition:
    """Fill in the newest period where none was asked for.

    Raises `UnknownPeriodError` for a period of another form or without figures.
    """
    known = periods(facts, edition.kind)
    if not edition.period:
        return replace(edition, period=known[-1] if known else "")
    form, example = FORMS[edition.kind]
    if not form.fullmatch(edition.period):
        raise UnknownPeriodError(
            f"{edition.period}: a {edition.kind} brief is for a period like {example}"
        )
    if edition.period not in known:
        held = f"{known[0]} to {known[-1]}" if known else "none"
        raise UnknownPeriodError(
            f"{edition.period}: no figures of Taiwan's chip trade for a"
            f" {edition.kind} brief; there are: {held}"
        )
    return edition


def restricted(facts: Facts, edition: Edition) -> Facts:
    """Leave out the years after the one that an annual brief is about.

    The newest year keeps what is newer elsewhere; an earlier one has no placement.
    """
    known = periods(facts, edition.kind)
    if edition.kind != ANNUAL or not known or edition.period == known[-1]:
        return facts
    year = int(edition.period)
    series = tuple(
        replace(s, years=tuple(p for p in s.years if p.year <= year), running=None)
        for s in facts.series
    )
    placed = (
        facts.placement if facts.placement and facts.placement.year == year else None
    )
    return replace(facts, series=series, placement=placed)


def periods(facts: Facts, kind: str) -> tuple[str, ...]:
    """Return the periods that Taiwan's chip trade ratio is known for, oldest first."""
    taiwan = facts.ratios("TWN", "ic")
    if taiwan is None:
        return ()
    if kind == ANNUAL:
        return tuple(p.period for p in taiwan.known)
    months = [p.period for p in taiwan.known_months]
    if kind == MONTHLY:
        return tuple(months)
    quarters = {quarter_of(month) for month in months}
    whole = (q for q in quarters if set(quarter_months(q)) <= set(months))
    return tuple(sorted(whole))


def quarter_of(month: str) -> str:
    """Return the quarter of a month: 2026-09 lies in 2026-Q3."""
    return f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}"


def quarter_months(quarter: str) -> tuple[str, str, str]:
    """Return the three months of a quarter such as 2026-Q3."""
    last = 3 * int(quarter[-1])
    first, second, third = (f"{quarter[:4]}-{m:02}" for m in range(last - 2, last + 1))
    return first, second, third


def said_period(edition: Edition) -> Phrase:
    """Name the period in words; the catalogue knows how."""
    if not edition.period:
        return phrase("kinds.no_period")
    year = int(edition.period[:4])
    if edition.kind == ANNUAL:
        return phrase("kinds.year", year=year)
    if edition.kind == QUARTERLY:
        return phrase("kinds.quarter", year=year, quarter=int(edition.period[-1]))
    return month_named(edition.period)


def japans_month(facts: Facts, month: str) -> RatioPoint | None:
    """Return the month of Japan's that stands beside Taiwan's.

    Beside Taiwan's newest month stands Japan's newest, which may be another; beside an
    earlier one the same month, or the last before it.
    """
    taiwan, japan = facts.ratios("TWN", "ic"), facts.ratios("JPN", "ic")
    if taiwan is None or japan is None or not japan.known_months:
        return None
    is_newest = bool(taiwan.known_months) and taiwan.known_months[-1].period == month
    may = [p for p in japan.known_months if is_newest or p.period <= month]
    return may[-1] if may else None
