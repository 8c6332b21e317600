"""A sentence before it is written: a key of the catalogues and what fills its slots."""

import datetime as dt
from dataclasses import dataclass

from reports.facts.facts import RatioPoint
from reports.facts.figures import Figure


@dataclass(frozen=True)
class Phrase:
    """One sentence or label in no language yet.

    `slots` holds names (str), years (int), days, figures and other phrases.
    """

    key: str
    slots: "tuple[tuple[str, str | int | dt.date | Figure | Phrase], ...]" = ()


def phrase(key: str, **slots: "str | int | dt.date | Figure | Phrase") -> Phrase:
    """Build a phrase from its slots by name."""
    return Phrase(key, tuple(slots.items()))


def period(point: RatioPoint) -> Phrase:
    """Name the months of a running year; the catalogue knows how."""
    key = "partial_month" if point.start.month == point.end.month else "partial_period"
    return phrase(
        f"page.{key}",
        first=phrase(f"months.{point.start.month}"),
        last=phrase(f"months.{point.end.month}"),
        year=point.year,
    )


AMOUNTS = ("USD", "JPY", "TWD")


def amount(money: Figure) -> Phrase:
    """Write money with its unit."""
    if money.currency in AMOUNTS:
        return phrase(f"amounts.{money.currency}", value=money)
    return phrase("amounts.other", value=money, currency=money.currency or "")


def month_named(period: str) -> Phrase:
    """Name a month such as 2026-09."""
    return phrase("kinds.month", month=dt.date.fromisoformat(f"{period}-01"))


def phrase_series(items: list[Phrase]) -> Phrase:
    """Name things one after the other, the last with the "and" of the language."""
    if len(items) == 1:
        return items[0]
    before = phrase_list(items[:-1], "lists.comma")
    return phrase("lists.last", first=before, second=items[-1])


def phrase_list(items: list[Phrase], key: str = "lists.pair") -> Phrase:
    """Chain phrases with a separator of the language they are written in."""
    chain = items[0]
    for item in items[1:]:
        chain = phrase(key, first=chain, second=item)
    return chain
