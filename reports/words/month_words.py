"""A month's facts go in; the headline, the findings and the key figures come out."""

import datetime as dt

from reports.facts.facts import Facts, RatioPoint, RatioSeries
from reports.facts.figures import Figure
from reports.kinds import QUARTERLY, Edition, japans_month, quarter_months, said_period
from reports.words import verdict_words
from reports.words.findings import Finding, driver
from reports.words.headings import KeyFigure
from reports.words.numbers import same_print
from reports.words.phrases import Phrase, amount, phrase, phrase_series


def headline(facts: Facts, edition: Edition) -> Phrase:
    """State the level of Taiwan's month or quarter, its move and what moved it."""
    series, point = _taiwan(facts, edition)
    if series is None or point is None:
        return phrase("flash.missing")
    said = phrase("flash.level", period=said_period(edition), ratio=point.ratio)
    if edition.kind == QUARTERLY:
        months = [series.month(month) for month in quarter_months(edition.period)]
        ratios = [phrase("flash.bare", ratio=p.ratio) for p in months if p]
        said = phrase(
            "flash.level_quarter",
            period=said_period(edition),
            ratios=phrase_series(ratios),
        )
    return phrase("flash.headline", level=said, move=_move(series, point, edition))


def _taiwan(
    facts: Facts, edition: Edition
) -> tuple[RatioSeries | None, RatioPoint | None]:
    series = facts.ratios("TWN", "ic")
    return series, series.month(edition.month) if series else None


def _move(series: RatioSeries, point: RatioPoint, edition: Edition) -> Phrase:
    before = series.month(point.year_before)
    if before is None or not point.change.is_known:
        return phrase("flash.no_move")
    way = driver(point, before).split("_")[0]
    cause = phrase(f"flash.{driver(point, before)}")
    last = phrase("flash.last_month", month=point.start)
    when = last if edition.kind == QUARTERLY else phrase("headline.nothing")
    return phrase(f"flash.move_{way}", when=when, change=point.change, cause=cause)


def findings(facts: Facts, edition: Edition) -> tuple[Finding, Finding, Finding]:
    """Return three findings: Taiwan's month, Japan's month, the standing verdict."""
    series, point = _taiwan(facts, edition)
    japan = facts.ratios("JPN", "ic")
    beside = japans_month(facts, edition.month)
    return (
        _finding(series, point, "change"),
        _finding(japan, beside, "flash.japan"),
        Finding(verdict_words.title(facts.trajectory), _stands(facts)),
    )


def _stands(facts: Facts) -> tuple[Phrase, ...]:
    """Repeat the answer of the annual test, or say why there is none."""
    answer = facts.trajectory.answer(verdict_words.CONFIRMATORY)
    if answer is None:
        return (verdict_words.question(facts.trajectory),)
    if answer.lacks:
        said = phrase("flash.insufficient")
        return (said, *verdict_words.lacks_in_short(answer))
    return (*verdict_words.statement(answer)[:1], *verdict_words.standing(answer))


def _finding(
    series: RatioSeries | None, point: RatioPoint | None, leads: str
) -> Finding:
    if series is None or point is None:
        missing = (phrase("flash.body_missing"),)
        key = "change.missing_month" if leads == "change" else "flash.japan_missing"
        return Finding(phrase(key), missing)
    before = series.month(point.year_before)
    cause = driver(point, before) if before and point.change.is_known else "uncompared"
    if leads == "change":
        key = "uncompared_month" if cause == "uncompared" else cause
        lead = phrase(f"change.{key}")
    else:
        lead = phrase(
            f"flash.japan_{cause.split('_')[0]}", month=point.start, ratio=point.ratio
        )
    said = [_flows(point), _ratio(point, before)]
    if point.rolling.is_known:
        said.append(phrase("flash.rolling", ratio=point.rolling))
    return Finding(lead, tuple(said))


def _flows(point: RatioPoint) -> Phrase:
    exports, imports = point.exports, point.imports
    gap = (exports.value or 0) - (imports.value or 0)
    kind = "surplus" if gap >= 0 else "deficit"
    return phrase(
        "flash.flows",
        month=point.start,
        exports=amount(exports),
        imports=amount(imports),
        export_move=_grown(point.export_contribution, 1),
        import_move=_grown(point.import_contribution, -1),
        balance=phrase(
            f"flash.{kind}", gap=amount(Figure("", abs(gap), "money", exports.currency))
        ),
    )


def _grown(contribution: Figure, sign: int) -> Phrase:
    """Say by how much a flow grew: imports weigh on the ratio with a minus."""
    if contribution.value is None:
        return phrase("headline.nothing")
    growth = Figure("", sign * contribution.value, "log_points")
    way = "up" if sign * contribution.value >= 0 else "down"
    return phrase(f"flash.{way}", change=growth)


def _ratio(point: RatioPoint, before: RatioPoint | None) -> Phrase:
    if before is None or not point.change.is_known:
        return phrase("flash.ratio_alone", ratio=point.ratio)
    moved = "unchanged"
    if not same_print(point.ratio, before.ratio) and point.change.value:
        moved = "rose" if point.change.value > 0 else "fell"
    return phrase(
        f"flash.ratio_{moved}",
        previous=before.ratio,
        ratio=point.ratio,
        change=point.change,
        exports=point.export_contribution,
        imports=point.import_contribution,
    )


def dek(edition: Edition) -> Phrase:
    """Return the standfirst of a monthly or quarterly brief."""
    return phrase(f"dek.{edition.kind}")


def key_figures(facts: Facts, edition: Edition) -> tuple[KeyFigure, ...]:
    """Return up to four key figures of the month; one without a value is left out."""
    series, point = _taiwan(facts, edition)
    japan = facts.ratios("JPN", "ic")
    machines = facts.ratios("TWN", "equipment")
    picked = [
        _key(series, point, "taiwan_ic"),
        _rolling_key(series, point),
        _key(japan, japans_month(facts, edition.month), "japan_ic"),
        _key(
            machines,
            machines.month(edition.month) if machines else None,
            "taiwan_equipment",
        ),
    ]
    return tuple(key for key in picked if key)


def _key(
    series: RatioSeries | None, point: RatioPoint | None, name: str
) -> KeyFigure | None:
    if series is None or point is None or not point.ratio.is_known:
        return None
    return KeyFigure(
        point.ratio,
        phrase(f"key.month_{name}", month=point.start),
        _earlier(point, series.month(point.year_before)),
    )


def _earlier(point: RatioPoint, before: RatioPoint | None) -> Phrase:
    if before is None or not before.ratio.is_known or point.change.value is None:
        return phrase("page.no_earlier")
    way = "up" if point.change.value >= 0 else "down"
    return phrase(
        f"key.earlier_{way}",
        value=before.ratio,
        month=before.start,
        change=point.change,
    )


def _rolling_key(
    series: RatioSeries | None, point: RatioPoint | None
) -> KeyFigure | None:
    if series is None or point is None or not point.rolling.is_known:
        return None
    before = (point.start - dt.timedelta(days=1)).strftime("%Y-%m")
    last = series.month(before)
    earlier = phrase("page.no_earlier")
    if last and last.rolling.is_known:
        earlier = phrase("key.earlier_month", value=last.rolling, month=last.start)
    label = phrase("key.month_rolling", month=point.start)
    return KeyFigure(point.rolling, label, earlier)
