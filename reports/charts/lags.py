"""The distance of two paths at every lag, beside a flat line that follows nobody."""

from dataclasses import dataclass

from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from matplotlib.transforms import blended_transform_factory

from reports.charts.canvas import Box, Canvas, Type, fit, spread
from reports.charts.ends import NAME_SHARE
from reports.charts.plot import Note, Size, Span, Spot
from reports.palette import LIGHT

# How far above or below its mark the words stand, in pixels: clear of both lines.
RISE = {"above": 28, "dip": -18}


@dataclass(frozen=True)
class Curve:
    """One line over the lags; a spot's `year` is its lag in years."""

    role: str
    name: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class LagPlot:
    """The target's curve and the flat line's, the registered lags, the nearest ones."""

    curves: tuple[Curve, ...]
    band: Span | None
    nearest: tuple[Note, ...]
    axis: str


def draw(plot: LagPlot, face: Type, width: int) -> Canvas:
    """Draw the plot `width` pixels wide: 680 or 340."""
    narrow = width < 500
    size = Size(width, 300, 12, 5) if narrow else Size(width, 320, 13, 5)
    names = [_name(curve, face, size) for curve in plot.curves]
    right = max((face.width(n, size.text, True) for n in names), default=0)
    canvas = Canvas(Box(width, size.height, 26, 30, right + 18, 44), face)
    _scale(canvas, plot, size)
    if plot.band:
        _draw_band(canvas, plot.band, size)
    for curve in plot.curves:
        lags, values = [s.year for s in curve.spots], [s.value for s in curve.spots]
        canvas.axes.plot(lags, values, color=LIGHT[curve.role], lw=2.4, zorder=4)
    for note in plot.nearest:
        _draw_nearest(canvas, note, size)
    _write_names(canvas, plot.curves, size)
    return canvas


def _name(curve: Curve, face: Type, size: Size) -> str:
    return fit(face, curve.name, size.text, size.width * NAME_SHARE, bold=True)


def _scale(canvas: Canvas, plot: LagPlot, size: Size) -> None:
    lags = [s.year for c in plot.curves for s in c.spots] or [0, 1]
    values = [s.value for c in plot.curves for s in c.spots] or [1]
    axes = canvas.axes
    axes.set(xlim=(min(lags) - 0.3, max(lags) + 0.3), ylim=(0, max(values) * 1.08))
    axes.xaxis.set_major_locator(MultipleLocator(size.year_step))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.tick_params(labelcolor=LIGHT["mute"], pad=7)
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        tick.set_fontproperties(canvas.face.font(size.text))
    axes.grid(axis="y", color=LIGHT["grid"], lw=1)
    axes.set_axisbelow(True)
    canvas.text(
        (0, 0), plot.axis, size.small, "mute", (0, -38), coordinates="axes fraction"
    )


def _draw_band(canvas: Canvas, band: Span, size: Size) -> None:
    axes = canvas.axes
    across = blended_transform_factory(axes.transData, axes.transAxes)
    axes.axvspan(
        band.first - 0.5, band.last + 0.5, color=LIGHT["tint"], lw=0, zorder=0.1
    )
    middle = (band.first + band.last) / 2
    canvas.text(
        (middle, 1), band.name, size.small, "mute", (0, 9), "center", coordinates=across
    )


def _draw_nearest(canvas: Canvas, note: Note, size: Size) -> None:
    spot = note.spot
    at = (spot.year, spot.value)
    canvas.axes.plot(*at, "o", color=LIGHT[note.role], ms=7, mew=0, zorder=5)
    half = canvas.face.width(spot.words, size.small) / 2
    # Words near the edge are moved in rather than cut off.
    nudge = max(0.0, half + 2 - canvas.pixel(*at)[0])
    canvas.text(
        at,
        spot.words,
        size.small,
        note.role,
        (nudge, RISE[note.side]),
        "center",
    )


def _write_names(canvas: Canvas, curves: tuple[Curve, ...], size: Size) -> None:
    drawn = [curve for curve in curves if curve.spots]
    ends = [(c.spots[-1].year, c.spots[-1].value) for c in drawn]
    wanted = [canvas.pixel(*end)[1] for end in ends]
    centres = spread(wanted, [size.line] * len(drawn))
    for curve, end, here, centre in zip(drawn, ends, wanted, centres, strict=True):
        shift = (10, centre - here - size.text * 0.35)
        name = _name(curve, canvas.face, size)
        canvas.text(end, name, size.text, curve.role, shift, bold=True)
