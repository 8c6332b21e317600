"""Facts go in; the charts, each drawn wide and narrow, come out as SVG."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from reports.charts import ranks, ratios, slopes
from reports.charts.canvas import Canvas, Type, settings
from reports.charts.plot import Line, Note, RatioPlot, Span, Spot
from reports.charts.svg import Caption, restyle
from reports.facts.facts import Event, Facts, RatioPoint, RatioSeries
from reports.kinds import Edition
from reports.palette import role_of
from reports.pictures import month_pictures, rank_pictures, verdict_pictures
from reports.words import homes
from reports.words.headings import check_title, like_title
from reports.words.phrases import Phrase, period, phrase
from reports.words.voice import Voice

WIDE, NARROW = 680, 340
ARTICLE_POINTS = ("R1", "R2", "R3")


@dataclass(frozen=True)
class Picture:
    """One chart in its two drawings."""

    name: str
    wide: str
    narrow: str


def pictures(
    facts: Facts, voice: Voice, face: Type, edition: Edition
) -> dict[str, Picture]:
    """Draw every chart that the brief shows, by name. Raises if a glyph is missing."""
    ranking = rank_pictures.rank_plot(facts, voice)
    drawings: list[tuple[str, Caption, Callable[[int], Canvas]]] = [
        (
            "like",
            _caption(voice, like_title(facts), ic_series(facts)),
            lambda width: ratios.draw(like_plot(facts, voice, width), face, width),
        ),
        (
            "check",
            _caption(voice, check_title(facts), components(facts)),
            lambda width: ratios.draw(check_plot(facts, voice, width), face, width),
        ),
        (
            "ranks",
            rank_pictures.caption(facts, voice),
            lambda width: ranks.draw(ranking, face, width),
        ),
        (
            "homes",
            homes.caption(facts, voice),
            lambda width: slopes.draw(
                homes.slope_plot(facts, voice, width), face, width
            ),
        ),
        *verdict_pictures.drawings(facts.trajectory, voice, face),
        (
            "months",
            month_pictures.caption(facts, edition, voice),
            lambda width: month_pictures.draw(facts, edition, voice, face, width),
        ),
    ]
    with settings():
        return {
            name: _picture(name, said, draw)
            for name, said, draw in drawings
            if edition.shows(name)
        }


def _picture(name: str, said: Caption, draw: Callable[[int], Canvas]) -> Picture:
    wide, narrow = (
        restyle(canvas.raw_svg(), f"{name}-{size}", said, canvas.marks)
        for size, canvas in (("w", draw(WIDE)), ("n", draw(NARROW)))
    )
    return Picture(name, wide, narrow)


def ic_series(facts: Facts) -> tuple[RatioSeries, ...]:
    """Return Taiwan's and Japan's ratios of the same product."""
    found = (facts.ratios("TWN", "ic"), facts.ratios("JPN", "ic"))
    return tuple(s for s in found if s)


def components(facts: Facts) -> tuple[RatioSeries, ...]:
    """Return Japan's components ratio, the one the article prints."""
    series = facts.ratios("JPN", "components")
    return (series,) if series else ()


def like_plot(facts: Facts, voice: Voice, width: int) -> RatioPlot:
    """Taiwan's ratio beside Japan's on the same product."""
    plot = RatioPlot(
        lines=tuple(_line(s, voice, width) for s in ic_series(facts)),
        events=events(facts, voice, ic_series(facts), width),
        balanced=voice("chart.balanced"),
        notes=extremes(ic_series(facts), voice),
    )
    place = facts.placement
    if place is None or not place.last_year_at_or_above.value:
        return plot
    last, ratio = place.last_year_at_or_above, place.ratio_in_that_year
    said = voice.plain(phrase("chart.last", value=ratio, year=last))
    start = Spot(last.value or 0, ratio, said)
    level = (start, Spot(place.year, place.ratio))
    return replace(
        plot, level=level, notes=(*plot.notes, Note("japan", start, "right"))
    )


def check_plot(facts: Facts, voice: Voice, width: int) -> RatioPlot:
    """Japan's components with the article's three points."""
    series = components(facts)
    claims = [c for c in map(facts.claim, ARTICLE_POINTS) if c and c.claimed.is_known]
    rings = tuple(Spot(c.year, c.claimed, voice.show(c.claimed)) for c in claims)
    window = None
    if len(rings) > 1:
        first, last = int(rings[0].year), int(rings[-1].year)
        window = Span(first, last, voice("check.window"))
    return RatioPlot(
        lines=tuple(_line(s, voice, width) for s in series),
        events=events(facts, voice, series, width)[:1],
        balanced=voice("chart.balanced"),
        notes=(*ring_notes(rings, series, width), *extremes(series, voice)),
        rings=rings,
        window=window,
    )


def ring_notes(
    rings: tuple[Spot, ...], series: tuple[RatioSeries, ...], width: int
) -> list[Note]:
    """Write each ring's value on the side that the line leaves free."""
    ratio = {p.year: p.ratio.value or 0 for s in series for p in s.known}
    sides = [_free_side(ratio, int(ring.year)) for ring in rings]
    if width < 500:
        sides = ["over" if side == "right" else side for side in sides]
    return [Note("ink", *pair) for pair in zip(rings, sides, strict=True)]


def _free_side(ratio: dict[int, float], year: int) -> str:
    here = ratio.get(year, 0)
    before, after = ratio.get(year - 1, here), ratio.get(year + 1, here)
    if before > here and after > here:
        return "below"
    if before <= here and after <= here:
        return "above"
    return "right" if before > here else "left"


def extremes(series: tuple[RatioSeries, ...], voice: Voice) -> tuple[Note, ...]:
    """Write the highest year of each line, and the lowest where it falls below it.

    They tell the line's story; a year that is also the last is written at its end.
    """
    notes = []
    for one in series:
        known = one.known
        if len(known) < 2:
            continue
        high = max(known, key=lambda p: p.ratio.value or 0)
        low = min(known, key=lambda p: p.ratio.value or 0)
        sides = {high: "right" if high is known[0] else "above", low: "dip"}
        notes += [
            Note(role_of(one.economy_code), _said_at(point, voice), side)
            for point, side in sides.items()
            if point is not known[-1]
        ]
    return tuple(notes)


def _said_at(point: RatioPoint, voice: Voice) -> Spot:
    return Spot(point.year, point.ratio, voice.plain(_phrase_in_year(point)))


def _line(series: RatioSeries, voice: Voice, width: int) -> Line:
    known, running = series.known, series.running
    last = voice.plain(_phrase_in_year(known[-1])) if known else ""
    hollow = None
    # A running year that is older than the newest whole year has been overtaken.
    if running and running.ratio.is_known and known and running.year > known[-1].year:
        hollow = Spot(running.year, running.ratio, running_words(running, voice, width))
    return Line(
        role=role_of(series.economy_code),
        name=series.economy,
        last=last,
        spots=tuple(Spot(p.year, p.ratio) for p in known),
        running=hollow,
    )


def running_words(running: RatioPoint, voice: Voice, width: int) -> str:
    """Write a running year's value and months, on two lines where room is short."""
    months = period(running)
    if width < 500:
        return f"{voice.show(running.ratio)}\n{voice.plain(months)}"
    return voice("chart.running", value=running.ratio, period=months)


def _phrase_in_year(point: RatioPoint) -> Phrase:
    return phrase("chart.last", value=point.ratio, year=point.year)


def events(
    facts: Facts, voice: Voice, series: tuple[RatioSeries, ...], width: int
) -> tuple[Span, ...]:
    """Return the events that fall within the axis and have a label of ours."""
    years = [p.year for s in series for p in s.known]
    if not years:
        return ()
    named = [
        e
        for e in facts.events
        if voice.has(f"chart.{e.id}") and min(years) < e.year <= max(years)
    ]
    return tuple(Span(e.year, e.end_year, _event_name(e, voice, width)) for e in named)


def _event_name(event: Event, voice: Voice, width: int) -> str:
    short = f"chart.{event.id}_short"
    return voice(short if width < 500 and voice.has(short) else f"chart.{event.id}")


def _caption(voice: Voice, title: Phrase, series: tuple[RatioSeries, ...]) -> Caption:
    lines = voice.gap.join(_describe(s, voice) for s in series)
    said = voice("like.description", lines=lines or voice("like.line_empty"))
    return Caption(voice.plain(title), said)


def _describe(series: RatioSeries, voice: Voice) -> str:
    known = series.known
    if len(known) < 2:
        if not known:
            return voice("like.line_empty")
        only = {"last": known[0].ratio, "last_year": known[0].year}
        return voice("like.line_single", economy=series.economy, **only)
    high = max(known, key=lambda p: p.ratio.value or 0)
    low = min(known, key=lambda p: p.ratio.value or 0)
    return voice(
        "like.line",
        economy=series.economy,
        first=known[0].ratio,
        first_year=known[0].year,
        last=known[-1].ratio,
        last_year=known[-1].year,
        high=high.ratio,
        high_year=high.year,
        low=low.ratio,
        low_year=low.year,
    )
