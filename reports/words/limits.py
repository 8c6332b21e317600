"""Facts go in; what the data cannot say comes out, its figures first."""

from reports.facts.facts import Facts, RatioSeries
from reports.words.phrases import Phrase, period, phrase, phrase_list

FIXED = (
    "definitions",
    "valuation",
    "reexports",
    "volume",
    "log_points",
    "forecast",
)


def limits(facts: Facts) -> tuple[Phrase, ...]:
    """Return the caveats of this version, in the order they are printed."""
    fixed = tuple(phrase(f"limits.{name}") for name in FIXED)
    return (*_unread(facts), *equipment(facts), *_running_years(facts), *fixed)


def _unread(facts: Facts) -> tuple[Phrase, ...]:
    """Say which publishers could not be read, and from when their figures are."""
    unread = {s.publisher: s.accessed_on for s in facts.sources if s.is_unread}
    items = [
        phrase("limits.unread_item", publisher=publisher, day=day)
        for publisher, day in sorted(unread.items())
    ]
    return (phrase("limits.unread", items=phrase_list(items)),) if items else ()


def equipment(facts: Facts) -> tuple[Phrase, ...]:
    """Say that Japan's equipment has no ratio, and what Taiwan's is."""
    said = []
    japan, taiwan = (facts.ratios(code, "equipment") for code in ("JPN", "TWN"))
    if japan and not japan.known:
        said.append(phrase("limits.equipment"))
    newest = taiwan.newest if taiwan else None
    if newest:
        surplus = "_surplus" if (newest.ratio.value or 0) >= 1 else ""
        key = f"limits.equipment_taiwan{surplus}"
        said.append(phrase(key, ratio=newest.ratio, year=newest.year))
    return tuple(said)


def _running_years(facts: Facts) -> tuple[Phrase, ...]:
    items = [p for p in map(_running_year, facts.series) if p]
    return (phrase("limits.running", items=phrase_list(items)),) if items else ()


def _running_year(series: RatioSeries) -> Phrase | None:
    point = series.running
    if point is None or not point.ratio.is_known:
        return None
    return phrase(
        "limits.running_item",
        economy=series.economy,
        product=series.product,
        ratio=point.ratio,
        period=period(point),
    )
