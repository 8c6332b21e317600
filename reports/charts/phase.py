"""The phase plane: two ratios on log scales, a path joined through its years."""

from dataclasses import dataclass

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.charts.canvas import SMALLEST, Box, Canvas, Type
from reports.charts.room import Spare
from reports.facts.figures import Figure
from reports.palette import LIGHT

TICKS = (0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 16)
# Every so many years a point is named, and the first and last.
NAMED, NAMED_NARROW = 5, 10
# Where a year's words may stand beside its point, the best place first.
SIDES = (
    Spare((9, 5), "left"),
    Spare((-9, 5), "right"),
    Spare((0, -19), "center"),
    Spare((0, 11), "center"),
    Spare((9, -14), "left"),
    Spare((-9, -14), "right"),
)
LOW = Spare((-8, -17), "right")


@dataclass(frozen=True)
class Place:
    """One year's two ratios; a place is only made of known ones."""

    year: int
    goods: Figure
    technology: Figure

    @property
    def at(self) -> tuple[float, float]:
        """Where it lies: goods across, technology up."""
        return self.goods.value or 1.0, self.technology.value or 1.0


@dataclass(frozen=True)
class Path:
    """One economy's places; hollow and apart where its years are not joined."""

    role: str
    name: str
    is_joined: bool
    places: tuple[Place, ...]


@dataclass(frozen=True)
class PhasePlot:
    """The paths, and the names of the two axes."""

    paths: tuple[Path, ...]
    across: str
    up: str


def draw(plot: PhasePlot, face: Type, width: int) -> Canvas:
    """Draw the plane `width` pixels wide: 680 or 340."""
    narrow = width < 500
    text = 12.0 if narrow else 13.0
    canvas = Canvas(Box(width, 360 if narrow else 420, 36, 34, 24, 46), face)
    _scale(canvas, plot, text)
    for path in plot.paths:
        _draw_path(canvas, path, text)
    return canvas


def _scale(canvas: Canvas, plot: PhasePlot, text: float) -> None:
    places = [place.at for path in plot.paths for place in path.places]
    across = [*(goods for goods, _ in places), 1.0]
    up = [*(technology for _, technology in places), 1.0]
    axes = canvas.axes
    axes.set(xscale="log", yscale="log", xlim=_limits(across), ylim=_limits(up))
    for axis, values in ((axes.xaxis, across), (axes.yaxis, up)):
        low, high = _limits(values)
        axis.set_major_locator(FixedLocator([t for t in TICKS if low <= t <= high]))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.tick_params(labelcolor=LIGHT["mute"], pad=7)
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        tick.set_fontproperties(canvas.face.font(text))
    axes.grid(color=LIGHT["grid"], lw=1)
    axes.set_axisbelow(True)
    axes.axhline(1, color=LIGHT["ink"], lw=1.2)
    axes.axvline(1, color=LIGHT["ink"], lw=1.2)
    inside = "axes fraction"
    small = max(text - 1, SMALLEST)
    canvas.text((0, 0), plot.across, small, "mute", (0, -40), coordinates=inside)
    canvas.text((0, 1), plot.up, small, "mute", (-28, 14), coordinates=inside)


def _limits(values: list[float]) -> tuple[float, float]:
    return min(values) / 1.15, max(values) * 1.22


def _draw_path(canvas: Canvas, path: Path, text: float) -> None:
    colour = LIGHT[path.role]
    across, up = zip(*(place.at for place in path.places), strict=True)
    if path.is_joined:
        canvas.axes.plot(across, up, color=colour, lw=1.6, zorder=3)
        canvas.axes.plot(across, up, "o", color=colour, ms=3.5, mew=0, zorder=4)
    else:
        canvas.axes.plot(
            across,
            up,
            "o",
            ms=8,
            mew=1.8,
            mec=colour,
            mfc=LIGHT["paper"],
            zorder=5,
        )
    _name_years(canvas, path, max(text - 1, SMALLEST))


def _name_years(canvas: Canvas, path: Path, size: float) -> None:
    """Name the ends of a path, then the years between where room is left."""
    ends = (path.places[-1], path.places[0])
    step = NAMED if canvas.box.width > 500 else NAMED_NARROW
    between = [p for p in path.places if p.year % step == 0 and p not in ends]
    if not path.is_joined:
        between = [p for p in path.places if p not in ends]
    for place in dict.fromkeys((*ends, *between)):
        is_end = place in ends
        is_named = place is path.places[-1] or not path.is_joined
        words = f"{path.name} {place.year}" if is_named else f"{place.year}"
        bold = is_named or is_end
        if path.is_joined and is_end:
            canvas.axes.plot(
                *place.at, "o", color=LIGHT[path.role], ms=7, mew=0, zorder=5
            )
        # The end of a path stands where its last years already crowd.
        is_low = path.is_joined and place is path.places[-1]
        sides = (LOW, *SIDES) if is_low else SIDES
        found = canvas.free(place.at, words, size, bold, sides)
        if found or bold:
            found = found or sides[0]
            canvas.text(place.at, words, size, path.role, *found, bold=bold)
