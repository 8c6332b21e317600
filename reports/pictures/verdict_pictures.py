"""The trajectory test goes in; its lag curve and placebo strip come out as plots."""

from collections.abc import Callable

from reports.charts import lags, phase
from reports.charts import strip as strips
from reports.charts.canvas import Canvas, Type
from reports.charts.lags import Curve, LagPlot
from reports.charts.plot import Note, Span, Spot
from reports.charts.strip import Mark, Strip
from reports.charts.svg import Caption
from reports.facts.verdict_facts import DESCRIBED, LagPoint, Trajectory
from reports.palette import role_of
from reports.words.lag_words import lag_title, nearest, registered_band
from reports.words.phase_words import phase_caption, phase_plot
from reports.words.phrases import phrase
from reports.words.verdict_words import shown_title
from reports.words.voice import Voice

Drawing = tuple[str, Caption, Callable[[int], Canvas]]
"""A chart's name, its caption, and what draws it at a width in pixels."""


def drawings(found: Trajectory, voice: Voice, face: Type) -> list[Drawing]:
    """Return the charts `lag`, `phase` and `strip`, to be drawn."""
    lag, plane, marks = (
        lag_plot(found, voice),
        phase_plot(found, voice),
        strip(found, voice),
    )
    return [
        (
            "lag",
            lag_caption(found, voice),
            lambda width: lags.draw(lag, face, width),
        ),
        (
            "phase",
            phase_caption(found, voice),
            lambda width: phase.draw(plane, face, width),
        ),
        (
            "strip",
            strip_caption(found, voice),
            lambda width: strips.draw(marks, face, width),
        ),
    ]


def lag_plot(found: Trajectory, voice: Voice) -> LagPlot:
    """Taiwan's distance to Japan at each lag, and a flat line's."""
    curve = found.lag_curve
    answer = found.answer(DESCRIBED)
    first, last = registered_band(found)
    inside = tuple(p for p in curve if first <= p.lag <= last)
    marked = {p.lag: p for p in (nearest(part) for part in (curve, inside) if part)}
    return LagPlot(
        curves=(
            Curve(
                "taiwan",
                answer.target if answer else "",
                tuple(Spot(p.lag, p.distance) for p in curve),
            ),
            Curve(
                "other",
                voice("lag.flat_line"),
                tuple(Spot(p.lag, p.flat_line) for p in curve),
            ),
        )
        if curve
        else (),
        band=Span(first, last, voice("lag.band")) if inside else None,
        nearest=tuple(_mark(p, voice) for p in marked.values()),
        axis=voice("lag.axis"),
    )


def _mark(point: LagPoint, voice: Voice) -> Note:
    """Name the lag and its years on the side where the flat line is not."""
    words = voice(
        "lag.mark", lag=point.lag, first=point.template_from, last=point.template_to
    )
    flat, own = point.flat_line.value or 0, point.distance.value or 0
    side = "above" if flat < own else "dip"
    return Note("taiwan", Spot(point.lag, point.distance, words), side)


def lag_caption(found: Trajectory, voice: Voice) -> Caption:
    """What a screen reader says of the lag curve."""
    curve = found.lag_curve
    said = voice("lag.missing")
    if curve:
        best = nearest(curve)
        said = voice("lag.description", lag=best.lag, all=len(curve))
    return Caption(voice.plain(lag_title(found)), said)


def strip(found: Trajectory, voice: Voice) -> Strip:
    """Each economy's smallest gap to lagged Japan, the target's with its words."""
    return Strip(
        marks=tuple(
            Mark(
                role_of(p.economy_code),
                p.economy,
                p.score,
                voice.show(p.score) if p.role == "target" else "",
            )
            for p in found.placebos
        ),
        axis=voice("strip.axis"),
    )


def strip_caption(found: Trajectory, voice: Voice) -> Caption:
    """What a screen reader says of the strip."""
    answer = found.shown
    if answer is None:
        return Caption(voice("strip.missing"), voice("strip.missing"))
    said = phrase(
        "strip.description",
        target=answer.target,
        nearer=answer.nearer_donors,
        donors=answer.donors,
    )
    return Caption(voice.plain(shown_title(answer)), voice.plain(said))
