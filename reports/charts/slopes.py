"""Shares over a few columns: one line a home, its value at every dot."""

from dataclasses import dataclass
from itertools import pairwise

from reports.charts.canvas import SMALLEST, Box, Canvas, Type, fit
from reports.charts.room import Spare
from reports.facts.figures import Figure
from reports.palette import LIGHT

# Room for a name beside the outer columns, in pixels.
SIDE_ROOM = {False: 130, True: 66}
# Two values nearer than this, in per cent, are written above and below their dots.
NEAR = 6.0
# Where a value stands whose own place is taken: nearer, or on the other side.
ELSEWHERE = (
    Spare((10, 9), "center"),
    Spare((0, -17), "center"),
    Spare((0, 8), "center"),
)


@dataclass(frozen=True)
class Dot:
    """A value in one column, counted from 0, and its words."""

    column: int
    figure: Figure
    words: str

    @property
    def value(self) -> float:
        """Return the share; a dot is only made of known ones."""
        return self.figure.value or 0.0


@dataclass(frozen=True)
class Slope:
    """One home's dots, in the order of the columns."""

    role: str
    name: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class SlopePlot:
    """What the chart shows; `headings` are two lines a column, the second often empty.

    Steps into the columns from `apart_from` on change what is counted, not the year.
    """

    headings: tuple[tuple[str, str], ...]
    slopes: tuple[Slope, ...]
    apart_from: int


@dataclass(frozen=True)
class Size:
    """What differs between the wide and the narrow drawing, in pixels."""

    text: float
    height: float
    is_narrow: bool


def draw(plot: SlopePlot, face: Type, width: int) -> Canvas:
    """Draw the plot `width` pixels wide: 680 or 340."""
    narrow = width < 500
    size = Size(12, 300, True) if narrow else Size(13, 320, False)
    least = _heading_room(plot, face)
    left, right = (
        max(_side_width(plot, face, size, side) + 16, least) for side in (0, -1)
    )
    canvas = Canvas(Box(width, size.height, left, 52, right, 16), face)
    top = max((d.value for s in plot.slopes for d in s.dots), default=100.0)
    canvas.axes.set(
        xlim=(0, max(len(plot.headings) - 1, 1)), ylim=(0, top), xticks=[], yticks=[]
    )
    for column, (first, second) in enumerate(plot.headings):
        canvas.text((column, top), first, size.text, "ink", (0, 36), "center", True)
        canvas.text((column, top), second, SMALLEST, "mute", (0, 22), "center")
    for slope in sorted(plot.slopes, key=lambda s: s.role != "other"):
        _draw_slope(canvas, slope, plot)
    for slope in plot.slopes:
        _write_values(canvas, slope, plot)
        _write_names(canvas, slope, plot, size)
    return canvas


def _heading_room(plot: SlopePlot, face: Type) -> float:
    """Half the widest heading: it must not leave the drawing."""
    words = [second for _, second in plot.headings]
    return max((face.width(word, SMALLEST) for word in words), default=0) / 2 + 2


def _side_width(plot: SlopePlot, face: Type, size: Size, side: int) -> float:
    column = 0 if side == 0 else len(plot.headings) - 1
    names = [s.name for s in plot.slopes if s.dots and s.dots[side].column == column]
    widest = max((face.width(name, size.text, True) for name in names), default=0)
    return min(widest, SIDE_ROOM[size.is_narrow])


def _draw_slope(canvas: Canvas, slope: Slope, plot: SlopePlot) -> None:
    is_own = slope.role != "other"
    colour = LIGHT[slope.role if is_own else "link"]
    for start, end in pairwise(slope.dots):
        # No line bridges a table in which the home has no firm.
        if end.column - start.column > 1:
            continue
        canvas.axes.plot(
            (start.column, end.column),
            (start.value, end.value),
            color=colour,
            lw=3.2 if is_own else 1.8,
            ls=(0, (1, 1.6)) if end.column >= plot.apart_from else "-",
            clip_on=False,
            zorder=3 if is_own else 2,
        )
    for dot in slope.dots:
        is_hollow = dot.column >= plot.apart_from
        canvas.axes.plot(
            dot.column,
            dot.value,
            "o",
            ms=8,
            mew=2,
            mec=LIGHT[slope.role],
            mfc=LIGHT["paper"] if is_hollow else LIGHT[slope.role],
            clip_on=False,
            zorder=5,
        )


def _write_values(canvas: Canvas, slope: Slope, plot: SlopePlot) -> None:
    is_own = slope.role != "other"
    others = [d for s in plot.slopes if s is not slope for d in s.dots]
    for before, dot in zip((slope.dots[0], *slope.dots), slope.dots, strict=False):
        is_under = any(
            d.column == dot.column and 0 <= d.value - dot.value < NEAR for d in others
        )
        # A line that falls comes in where the words would stand.
        aside = 20 if before.value - dot.value > NEAR and not is_under else 0
        wanted = Spare((aside, -16 if is_under else 8), "center")
        at, words = (dot.column, dot.value), dot.words
        place = canvas.free(at, words, SMALLEST, is_own, (wanted, *ELSEWHERE)) or wanted
        role = slope.role if is_own else "mute"
        canvas.text(at, words, SMALLEST, role, *place, bold=is_own, figure=dot.figure)


def _write_names(canvas: Canvas, slope: Slope, plot: SlopePlot, size: Size) -> None:
    is_own = slope.role != "other"
    room = SIDE_ROOM[size.is_narrow] + 1
    name = fit(canvas.face, slope.name, size.text, room, is_own)
    role = slope.role if is_own else "ink"
    last = len(plot.headings) - 1
    ends = ((0, slope.dots[0], -11, "right"), (last, slope.dots[-1], 11, "left"))
    for column, dot, shift, align in ends:
        if dot.column == column:
            at = (dot.column, dot.value)
            canvas.text(at, name, size.text, role, (shift, -4.5), align, is_own)
