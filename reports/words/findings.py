"""Facts go in; the sentences they allow come out. Sign and size choose the sentence."""

from dataclasses import dataclass

from reports.facts.facts import Facts, Placement, RatioPoint
from reports.words.numbers import same_print
from reports.words.phrases import Phrase, period, phrase

NOTHING = phrase("headline.nothing")


@dataclass(frozen=True)
class Finding:
    """What a reader should take away, and the sentences that carry it."""

    lead: Phrase
    body: tuple[Phrase, ...]


def findings(facts: Facts) -> tuple[Finding, Finding, Finding]:
    """Return the three headline findings, in the order they are printed."""
    return (change(facts), place(facts), article(facts))


def headline(facts: Facts) -> Phrase:
    """State Taiwan's newest whole year, its change and its place in Japan's history."""
    series = facts.ratios("TWN", "ic")
    point = series.newest if series else None
    if point is None:
        return phrase("headline.missing")
    level = "surplus" if (point.ratio.value or 0) >= 1 else "deficit"
    return phrase(
        "headline.joined",
        level=phrase(f"headline.{level}", ratio=point.ratio, taiwan_year=point.year),
        change=_headline_change(facts, point),
        placement=_headline_placement(facts.placement),
    )


def _headline_change(facts: Facts, point: RatioPoint) -> Phrase:
    before = year_before(facts, point)
    if before is None:
        return NOTHING
    return phrase(f"headline.{_direction(point, before)}", previous=before.ratio)


def _headline_placement(place: Placement | None) -> Phrase:
    if place is None:
        return NOTHING
    return phrase(
        f"headline.{standing(place)}",
        year=place.last_year_at_or_above,
        first=place.reference_first_year,
        last=place.reference_last_year,
    )


def change(facts: Facts) -> Finding:
    """Say how Taiwan's ratio moved, and whether exports or imports moved it."""
    series = facts.ratios("TWN", "ic")
    point = series.newest if series else None
    if series is None or point is None:
        return Finding(phrase("change.missing"), (phrase("change.body_missing"),))
    before = year_before(facts, point)
    running = series.running
    tail: tuple[Phrase, ...] = ()
    if running and running.ratio.is_known and running.year > point.year:
        months = period(running)
        tail = (phrase("change.running", period=months, ratio=running.ratio),)
    years = {"year": point.year, "before": point.year - 1}
    if before is None:
        body = phrase("change.body_alone", ratio=point.ratio, **years)
        return Finding(phrase("change.uncompared"), (body, *tail))
    body = phrase(
        f"change.body_{_direction(point, before)}",
        previous=before.ratio,
        ratio=point.ratio,
        change=point.change,
        imports=point.import_contribution,
        exports=point.export_contribution,
        **years,
    )
    return Finding(phrase(f"change.{driver(point, before)}"), (body, *tail))


def year_before(facts: Facts, point: RatioPoint) -> RatioPoint | None:
    """Return the year to compare with, None where the mart states no change."""
    series = facts.ratios("TWN", "ic")
    before = series.at(point.year - 1) if series else None
    comparable = before and before.ratio.is_known and point.change.is_known
    return before if comparable else None


def _direction(point: RatioPoint, before: RatioPoint) -> str:
    if same_print(point.ratio, before.ratio) or not point.change.value:
        return "unchanged"
    return "rose" if point.change.value > 0 else "fell"


def driver(point: RatioPoint, before: RatioPoint) -> str:
    """Name the flow behind the change.

    A flow pushes where its contribution has the sign of the change. Where both push,
    the larger is named; where one pushes, it outweighed the other.
    """
    way = _direction(point, before)
    exports = point.export_contribution.value
    imports = point.import_contribution.value
    if way == "unchanged" or exports is None or imports is None:
        return "unchanged" if way == "unchanged" else "uncompared"
    sign = 1 if way == "rose" else -1
    exports_push, imports_push = exports * sign > 0, imports * sign > 0
    if exports_push and imports_push:
        larger = "imports" if abs(imports) > abs(exports) else "exports"
        return f"{way}_mostly_{larger}"
    pushed_up = "imports" if way == "fell" else "exports"
    pusher = "exports" if exports_push else "imports"
    return f"{way}_{pusher}_{'outran' if pusher == pushed_up else 'sank'}"


def standing(place: Placement) -> str:
    """Say whether Japan was last this high in the past, never, or is so today."""
    if not place.last_year_at_or_above.is_known:
        return "never"
    newest = place.reference_last_year.value
    return "still" if place.last_year_at_or_above.value == newest else "past"


def place(facts: Facts) -> Finding:
    """Place Taiwan's newest whole year in Japan's history of the same product."""
    place = facts.placement
    if place is None or not place.ratio.is_known:
        missing = phrase("placement.body_missing")
        return Finding(phrase("placement.missing"), (missing,))
    body = [
        phrase(
            "placement.body",
            ratio=place.ratio,
            taiwan_year=place.year,
            percentile=place.percentile,
            years=place.reference_years,
            first=place.reference_first_year,
            last=place.reference_last_year,
        ),
        *crossings(place),
    ]
    if place.reference_same_year.is_known:
        ratio = place.reference_same_year
        body.append(phrase("placement.body_same", year=place.year, ratio=ratio))
    body.append(phrase("placement.caution"))
    lead = phrase(f"placement.{standing(place)}", year=place.last_year_at_or_above)
    return Finding(lead, tuple(body))


def crossings(place: Placement) -> list[Phrase]:
    """Name the years in which Japan crossed Taiwan's level, as far as it did."""
    crossed = []
    if place.last_year_at_or_above.is_known:
        year, ratio = place.last_year_at_or_above, place.ratio_in_that_year
        crossed.append(phrase("placement.body_above", year=year, ratio=ratio))
    if place.first_year_below.is_known:
        year, ratio = place.first_year_below, place.ratio_in_first_year_below
        crossed.append(phrase("placement.body_below", year=year, ratio=ratio))
    return crossed


def article(facts: Facts) -> Finding:
    """Set the article's account of Japan's fall against the official figures."""
    start = facts.claim("C16")
    if start is None or not start.ours.is_known or not start.claimed.is_known:
        missing = phrase("article.body_missing")
        return Finding(phrase("article.missing"), (missing, *_low(facts)))
    key = "body_agrees" if start.status == "reproduced" else "body_start"
    body = phrase(
        f"article.{key}",
        claimed=start.claimed,
        claimed_year=start.year,
        ratio=start.ours,
        year=start.our_year or start.year,
    )
    return Finding(phrase(f"article.{account(facts)}"), (body, *_low(facts)))


def account(facts: Facts) -> str:
    """Say whether most of Japan's fall, in log points, came before the article's start.

    Measured on the current figures: from the first year to the article's first,
    against from there to the lowest year.
    """
    start, series = facts.claim("C16"), facts.ratios("JPN", "components")
    if start is None or start.status == "reproduced":
        return "as_claimed"
    known = series.known if series else ()
    opening = series.at(start.year) if series else None
    if not known or opening is None or not opening.ratio.value:
        return "earlier_start"
    top, bottom = known[0].ratio.value, min(p.ratio.value or 0 for p in known)
    if not top or not bottom:
        return "earlier_start"
    # A ratio of ratios orders as the difference of their logarithms does.
    early, late = top / opening.ratio.value, opening.ratio.value / bottom
    return "earlier_fall" if early > late else "earlier_start"


def _low(facts: Facts) -> tuple[Phrase, ...]:
    claim = facts.claim("C18")
    if claim is None:
        return ()
    claimed = {"claimed": claim.claimed, "claimed_year": claim.year}
    if claim.status == "reproduced":
        return (phrase("article.body_low_stands", **claimed),)
    if not claim.ours.is_known or claim.our_year is None:
        return ()
    passed = {"ratio": claim.ours, "year": claim.our_year}
    return (phrase("article.body_low_passed", **claimed, **passed),)
