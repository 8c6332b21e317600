"""Ratios over the years on a log axis, with their last values written at the end."""

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from matplotlib.transforms import blended_transform_factory

from reports.charts import ends
from reports.charts.canvas import Box, Canvas, Type
from reports.charts.plot import Line, RatioPlot, Size, Span, Spot
from reports.charts.room import Spare
from reports.palette import LIGHT

# Shift and alignment of a note by the side it stands on. A ring needs more room
# below than a bend of the line; the narrow drawing has none to the right of a ring.
SIDES = {
    "above": ((0, 11), "center"),
    "below": ((0, -21), "center"),
    "dip": ((0, -18), "center"),
    "right": ((10, 4), "left"),
    "left": ((-10, 4), "right"),
    "over": ((2, 22), "left"),
}
TICKS = (0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32)
WIDE, NARROW = 680, 340


def draw(plot: RatioPlot, face: Type, width: int) -> Canvas:
    """Draw the plot `width` pixels wide: 680 or 340."""
    narrow = width < 500
    size = Size(width, 350, 12, 10) if narrow else Size(width, 370, 13, 5)
    right = max((ends.width(line, face, size) for line in plot.lines), default=0) + 16
    canvas = Canvas(Box(width, size.height, 24, 34, right, 28), face)
    years = [s.year for line in plot.lines for s in line.every] or [2000, 2001]
    _scale(canvas, plot, (min(years), max(years)), size)
    backdrop(canvas, plot, size)
    for line in plot.lines:
        _draw_line(canvas, line)
    _draw_extras(canvas, plot, size)
    ends.write(canvas, plot.lines, max(years), size)
    _write_balance(canvas, plot, size)
    return canvas


def _scale(
    canvas: Canvas, plot: RatioPlot, years: tuple[float, float], size: Size
) -> None:
    spots = [s.value for line in plot.lines for s in line.every if s.value > 0]
    values = [*spots, *(s.value for s in plot.rings), 1.0]
    bottom, top = min(values) / 1.12, max(values) * 1.12
    axes = canvas.axes
    ticks = [t for t in TICKS if bottom <= t <= top]
    pad = (years[1] - years[0] or 1) * 0.01
    axes.set(yscale="log", xlim=(years[0] - pad, years[1] + pad), ylim=(bottom, top))
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    named = dict(plot.ticks)
    places = [*named] or [float(y) for y in _year_ticks(years, size.year_step)]
    axes.xaxis.set_major_locator(FixedLocator(places))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: named.get(value, f"{value:.0f}"))
    )
    axes.tick_params(labelcolor=LIGHT["mute"], pad=7)
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        tick.set_fontproperties(canvas.face.font(size.text))
    axes.grid(axis="y", color=LIGHT["grid"], lw=1)
    axes.set_axisbelow(True)


def _year_ticks(years: tuple[float, float], step: int) -> list[int]:
    first, last = int(years[0]), int(years[1])
    round_years = [y for y in range(first, last + 1) if y % step == 0]
    return round_years or sorted({first, last})


def backdrop(canvas: Canvas, plot: RatioPlot, size: Size) -> None:
    """Draw what lies behind the lines: the window, the events, the balance."""
    axes = canvas.axes
    across = blended_transform_factory(axes.transData, axes.transAxes)
    if plot.window:
        axes.axvspan(
            plot.window.first, plot.window.last, color=LIGHT["tint"], lw=0, zorder=0.1
        )
        middle = (plot.window.first + plot.window.last) / 2
        words = plot.window.name
        canvas.text(
            (middle, 1), words, size.small, "mute", (0, 9), "center", coordinates=across
        )
    for event in plot.events:
        _draw_event(canvas, event, size)
    axes.axhline(1, color=LIGHT["ink"], lw=1.2)


def _write_balance(canvas: Canvas, plot: RatioPlot, size: Size) -> None:
    """Name the line of balance where no other line and no text stands."""
    start = (canvas.axes.get_xlim()[0], 1.0)
    width = canvas.face.width(plot.balanced, size.small)
    room = int(canvas.axes.bbox.width - width)
    places = [
        Spare((float(across), up), "left")
        for up in (-14.0, 6.0)
        for across in range(4, max(room, 5), 12)
    ]
    at = canvas.free(start, plot.balanced, size.small, False, places) or places[0]
    canvas.text(start, plot.balanced, size.small, "mute", *at)


def _draw_event(canvas: Canvas, event: Span, size: Size) -> None:
    axes = canvas.axes
    across = blended_transform_factory(axes.transData, axes.transAxes)
    middle = (event.first + event.last) / 2
    if event.first == event.last:
        axes.axvline(middle, color=LIGHT["link"], lw=1, ls=(0, (2, 3)), zorder=0.5)
    else:
        axes.axvspan(event.first, event.last, color=LIGHT["band"], lw=0, zorder=0.2)
    half = canvas.face.width(event.name, size.small) / 2
    centre, _ = canvas.pixel(middle, 1)
    # A label near the edge is moved in rather than cut off.
    nudge = max(0.0, half + 2 - centre)
    canvas.text(
        (middle, 1),
        event.name,
        size.small,
        "mute",
        (nudge, 9),
        "center",
        coordinates=across,
    )


def _draw_line(canvas: Canvas, line: Line) -> None:
    colour = LIGHT[line.role]
    for run in unbroken(line.spots):
        xs, ys = [s.year for s in run], [s.value for s in run]
        canvas.keep_off(list(zip(xs, ys, strict=True)))
        # A year between two gaps would be invisible as a line of one point.
        marker = "o" if len(run) == 1 else ""
        canvas.axes.plot(
            xs, ys, color=colour, lw=2.4, marker=marker, ms=5, mew=0, zorder=4
        )
    if line.spots:
        last = line.spots[-1]
        canvas.axes.plot(
            last.year,
            last.value,
            "o",
            color=colour,
            ms=7,
            mew=0,
            clip_on=False,
            zorder=5,
        )
    if line.running:
        canvas.axes.plot(
            line.running.year,
            line.running.value,
            "o",
            ms=6.5,
            mew=1.6,
            mec=colour,
            mfc=LIGHT["paper"],
            clip_on=False,
            zorder=5,
        )


def unbroken(spots: tuple[Spot, ...]) -> list[list[Spot]]:
    """Split a series where a year is missing: no line may bridge it."""
    runs: list[list[Spot]] = []
    for spot in spots:
        if runs and spot.year - runs[-1][-1].year == 1:
            runs[-1].append(spot)
        else:
            runs.append([spot])
    return runs


def _draw_extras(canvas: Canvas, plot: RatioPlot, size: Size) -> None:
    if plot.level:
        start, end = plot.level
        canvas.axes.plot(
            [start.year, end.year],
            [end.value, end.value],
            color=LIGHT["taiwan"],
            lw=1.2,
            ls=(0, (4, 3)),
            zorder=3,
        )
    for ring in plot.rings:
        canvas.axes.plot(
            ring.year,
            ring.value,
            "o",
            ms=12,
            mew=1.8,
            mec=LIGHT["ink"],
            mfc="none",
            clip_on=False,
            zorder=6,
        )
    for note in plot.notes:
        shift, align = SIDES[note.side]
        at = (note.spot.year, note.spot.value)
        words, figure = note.spot.words, note.spot.figure
        canvas.text(at, words, size.small, note.role, shift, align, figure=figure)
