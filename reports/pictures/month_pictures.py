"""The months go in; their chart comes out, drawn as the charts of years are."""

from reports.charts import ratios
from reports.charts.canvas import Canvas, Type
from reports.charts.plot import Line, RatioPlot, Spot
from reports.charts.svg import Caption
from reports.facts.facts import Facts, RatioPoint, RatioSeries
from reports.kinds import Edition
from reports.palette import role_of
from reports.words import month_tables
from reports.words.phrases import Phrase, phrase
from reports.words.voice import Voice

SHORT_SPAN = 40


def title(facts: Facts, edition: Edition) -> Phrase:
    """Say where both ratios stand, each in its newest month."""
    ends = [
        phrase(
            "months.end",
            economy=series.economy,
            ratio=shown[-1].ratio,
            month=shown[-1].start,
        )
        for series in month_tables.drawn(facts, edition)
        if (shown := month_tables.shown_months(facts, edition, series))
    ]
    if not ends:
        return phrase("months.missing")
    first, *rest = ends
    return phrase("months.title", first=first, second=rest[0]) if rest else first


def caption(facts: Facts, edition: Edition, voice: Voice) -> Caption:
    """Describe the chart for those who cannot see it."""
    lines = [
        voice(
            "months.line",
            economy=series.economy,
            first=shown[0].ratio,
            first_month=shown[0].start,
            last=shown[-1].ratio,
            last_month=shown[-1].start,
        )
        for series in month_tables.drawn(facts, edition)
        if (shown := month_tables.shown_months(facts, edition, series))
    ]
    said = voice.gap.join(lines) or voice("like.line_empty")
    described = voice("like.description", lines=said)
    return Caption(voice.plain(title(facts, edition)), described)


def draw(
    facts: Facts, edition: Edition, voice: Voice, face: Type, width: int
) -> Canvas:
    """Draw both ratios by month, `width` pixels wide."""
    return ratios.draw(plot(facts, edition, voice, width), face, width)


def plot(facts: Facts, edition: Edition, voice: Voice, width: int) -> RatioPlot:
    """Lay months on the axis of years: twelve steps a year."""
    series = month_tables.drawn(facts, edition)
    points = {s: month_tables.shown_months(facts, edition, s) for s in series}
    lines = tuple(_line(s, points[s], voice, width) for s in series)
    steps = [step(p) for shown in points.values() for p in shown]
    return RatioPlot(
        lines=lines,
        events=(),
        balanced=voice("chart.balanced"),
        ticks=ticks(min(steps), max(steps), voice, width) if steps else (),
    )


def step(point: RatioPoint) -> int:
    """Return where a month stands on the axis."""
    return 12 * point.start.year + point.start.month - 1


def ticks(
    first: int, last: int, voice: Voice, width: int
) -> tuple[tuple[float, str], ...]:
    """Return the months that the axis names: each January by its year."""
    every = 6 if width < 500 or last - first > SHORT_SPAN else 3
    found = [month for month in range(first, last + 1) if month % every == 0]
    return tuple((float(m), _tick(m, voice)) for m in found or [first])


def _tick(month: int, voice: Voice) -> str:
    year, place = divmod(month, 12)
    name = phrase(f"months.{place + 1}")
    return voice("chart.tick", month=name) if place else str(year)


def _line(
    series: RatioSeries, shown: tuple[RatioPoint, ...], voice: Voice, width: int
) -> Line:
    last = shown[-1]
    key = "chart.last_month_short" if width < 500 else "chart.last_month"
    said = phrase(
        key,
        value=last.ratio,
        year=last.year,
        month=phrase(f"months.{last.start.month}"),
    )
    return Line(
        role=role_of(series.economy_code),
        name=series.economy,
        last=voice.plain(said),
        spots=tuple(Spot(step(p), p.ratio) for p in shown),
    )
