"""Facts go in; the key figures, the standfirst and the chart titles come out."""

from dataclasses import dataclass

from reports.facts.facts import CountryCount, Facts, Move, RatioPoint
from reports.facts.figures import Figure
from reports.words.numbers import same_print
from reports.words.phrases import Phrase, phrase, phrase_list


@dataclass(frozen=True)
class KeyFigure:
    """A figure in large type, what it is, and what it was."""

    figure: Figure
    label: Phrase
    earlier: Phrase


# What was split off was one line of the parent's chip business.
SPLIT_LINES = {"kioxia": "memory"}


def japanese_firms(facts: Facts) -> tuple[CountryCount, ...]:
    """Return Japan's count in each table, oldest first."""
    return tuple(c for c in facts.countries if c.country_code == "JPN")


def dek(facts: Facts) -> Phrase:
    """Return the standfirst: the question, and the count of Japanese firms."""
    counts = japanese_firms(facts)
    if len(counts) < 2:
        return phrase("dek.plain")
    return phrase(
        "dek.ranked",
        first_year=counts[0].year,
        first=counts[0].firms,
        last_year=counts[-1].year,
        last=counts[-1].firms,
    )


def as_of(facts: Facts) -> tuple[Phrase, ...]:
    """Say when the sources were read, and to which month each economy's data reach."""
    read = phrase("page.as_of_unknown")
    if facts.sources_read_on:
        read = phrase("page.as_of", date=facts.sources_read_on)
    reach = [
        phrase("page.reach", economy=r.economy, until=r.until) for r in facts.reaches
    ]
    return (read, phrase_list(reach, "lists.aside")) if reach else (read,)


def key_figures(facts: Facts) -> tuple[KeyFigure, ...]:
    """Return up to four key figures; one without a value at all is left out."""
    taiwan = facts.ratios("TWN", "ic")
    newest = taiwan.newest if taiwan else None
    picked = [
        _ratio_key_figure(facts, "TWN", "ic", newest.year if newest else None),
        _ratio_key_figure(facts, "JPN", "ic", newest.year if newest else None),
        _components_key_figure(facts),
        _firms_key_figure(facts),
    ]
    return tuple(k for k in picked if k)


def _ratio_key_figure(
    facts: Facts, economy: str, product: str, year: int | None
) -> KeyFigure | None:
    series = facts.ratios(economy, product)
    point = series.at(year) if series and year else None
    if series is None or point is None:
        return None
    name = {"TWN": "taiwan", "JPN": "japan"}[economy]
    label = phrase(f"key.{name}_{product}", year=point.year)
    return KeyFigure(point.ratio, label, _earlier(series.at(point.year - 1)))


def _components_key_figure(facts: Facts) -> KeyFigure | None:
    series = facts.ratios("JPN", "components")
    point = series.newest if series else None
    if series is None or point is None:
        return None
    first = series.known[0] if series.known[0] is not point else None
    label = phrase("key.japan_components", year=point.year)
    return KeyFigure(point.ratio, label, _earlier(first))


def _firms_key_figure(facts: Facts) -> KeyFigure | None:
    counts = japanese_firms(facts)
    if not counts:
        return None
    first, last = counts[0], counts[-1]
    label = phrase("key.japanese_firms", year=last.year)
    before = phrase("key.earlier_firms", value=first.firms, year=first.year)
    alone = phrase("page.no_earlier")
    return KeyFigure(last.firms, label, before if len(counts) > 1 else alone)


def _earlier(point: RatioPoint | None) -> Phrase:
    if point is None or not point.ratio.is_known:
        return phrase("page.no_earlier")
    return phrase("page.earlier", value=point.ratio, year=point.year)


def like_title(facts: Facts) -> Phrase:
    """Say which ratio is higher in Taiwan's newest year, and how the gap moved."""
    taiwan, japan = facts.ratios("TWN", "ic"), facts.ratios("JPN", "ic")
    newest = taiwan.newest if taiwan else None
    if taiwan is None or japan is None or newest is None:
        return phrase("gap.missing")
    now = gap(newest, japan.at(newest.year))
    if now is None:
        return phrase("gap.missing")
    before = gap(taiwan.at(newest.year - 1), japan.at(newest.year - 1))
    side = "above" if now >= 1 else "below"
    return phrase(f"gap.{side}_{_gap_move(now, before)}", year=newest.year)


def gap(one: RatioPoint | None, other: RatioPoint | None) -> float | None:
    """Return how many times `other` fits into `one`, None where either is missing."""
    if one is None or other is None or not one.ratio.value or not other.ratio.value:
        return None
    return one.ratio.value / other.ratio.value


def _gap_move(now: float, before: float | None) -> str:
    if before is None or (now >= 1) != (before >= 1):
        return "alone"
    # Below parity a gap narrows as the quotient rises.
    distance = {True: (now, before), False: (1 / now, 1 / before)}[now >= 1]
    return "narrowed" if distance[0] < distance[1] else "widened"


def check_title(facts: Facts) -> Phrase:
    """Name the first ratio, the one the article starts at, and the last."""
    series, start = facts.ratios("JPN", "components"), facts.claim("C16")
    known = series.known if series else ()
    if start is None or not start.claimed.is_known or len(known) < 2:
        return phrase("check.title_plain")
    return phrase(
        "check.title",
        first=known[0].ratio,
        first_year=known[0].year,
        start=start.claimed,
        last=known[-1].ratio,
        last_year=known[-1].year,
    )


def ranks_title(facts: Facts) -> Phrase:
    """Say how many Japanese firms stood in the first and the last table."""
    counts = japanese_firms(facts)
    if len(counts) < 2:
        return phrase("ranks.missing")
    first, last = counts[0].firms, counts[-1].firms
    if same_print(first, last):
        return phrase("ranks.same", last=last)
    key = "fell" if (last.value or 0) < (first.value or 0) else "rose"
    return phrase(f"ranks.{key}", first=first, last=last)


def ranks_note(facts: Facts) -> Phrase:
    """Name the mergers and spin-offs that the chart draws as dotted lines."""
    items = [p for p in map(_lineage, facts.moves) if p]
    if not items:
        return phrase("ranks.note", list="")
    named = phrase("ranks.note_list", items=phrase_list(items))
    return phrase("ranks.note", list=named)


def _lineage(move: Move) -> Phrase | None:
    if not move.related_company or move.status not in ("MERGED_INTO", "SPLIT_FROM"):
        return None
    is_merger = move.status == "MERGED_INTO"
    names = {"old": move.company, "new": move.related_company}
    if not is_merger:
        names = {"old": move.related_company, "new": move.company}
    years = {"from_year": move.from_year, "to_year": move.to_year}
    line = SPLIT_LINES.get(move.entity)
    split = f"ranks.split_{line}" if line else "ranks.split"
    return phrase("ranks.merged" if is_merger else split, **names, **years)
