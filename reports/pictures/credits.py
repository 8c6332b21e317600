"""Facts go in; whom to credit under each chart and table comes out."""

from reports.facts.facts import Facts, RatioSeries
from reports.pictures.pictures import components, ic_series
from reports.words.phrases import Phrase, phrase

# The sources behind each section of the page, by their name in `meta.sources`.
BEHIND = {
    "like": ("taiwan_mof", "japan_customs"),
    "months": ("taiwan_mof", "japan_customs"),
    "check": ("japan_customs", "article"),
    "lag": ("taiwan_mof", "japan_customs"),
    "phase": ("taiwan_mof", "taiwan_factory_survey", "japan_customs", "world_bank"),
    "ranks": ("article",),
    "homes": ("article",),
    "top": ("article",),
    "claims": ("article", "japan_customs", "company_revenues"),
}
# The source of the test that is shown whole.
STRIPS = {
    "goods-confirmatory": ("un_comtrade",),
    "goods-exploratory": ("wto_trade",),
    "goods-exploratory-long": ("wto_trade",),
    "technology-exploratory": ("wto_trade",),
    "two-axis-exploratory": ("wto_trade",),
    "rehearsal-korea-technology": ("world_bank",),
}
# The article names where its table comes from.
TABLES = frozenset({"ranks", "homes", "top"})


def credits_of(facts: Facts) -> dict[str, tuple[Phrase, ...]]:
    """Return the sentences of each section's source line, none without a source."""
    shown = facts.trajectory.shown
    behind = BEHIND | {"strip": STRIPS.get(shown.hypothesis, ()) if shown else ()}
    found = facts.technology
    behind["technology"] = tuple(dict.fromkeys(line.source for line in found.lines))
    behind["cells"] = tuple(dict.fromkeys(cell.source for cell in found.cells))
    drawn = {"like": ic_series(facts), "check": components(facts)}
    return {
        section: (*_credits(facts, section, names), *_seams(drawn.get(section, ())))
        for section, names in behind.items()
    }


def _credits(facts: Facts, section: str, names: tuple[str, ...]) -> tuple[Phrase, ...]:
    named = [
        source.attribution
        for name in names
        for source in facts.sources
        if source.source == name
    ]
    # Several files of one source ask for the same credit.
    said = tuple(phrase("credits.one", credit=text) for text in dict.fromkeys(named))
    return (*said, phrase("credits.table")) if said and section in TABLES else said


def _seams(series: tuple[RatioSeries, ...]) -> tuple[Phrase, ...]:
    return tuple(p for p in map(seam, series) if p)


def seam(series: RatioSeries) -> Phrase | None:
    """Say where a series passes from the monthly table to the dated editions.

    Only editions carry a day of publication; None where there is no one passage.
    """
    undated = [p.year for p in series.known if p.published_on is None]
    dated = [p.year for p in series.known if p.published_on is not None]
    if not undated or not dated or max(undated) > min(dated):
        return None
    years = {"last": max(undated), "first": min(dated)}
    return phrase("credits.seam", economy=series.economy, **years)
