"""The phase plane: two ratios on log scales, a path joined through its years."""

from dataclasses import dataclass

from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.charts.canvas import Box, Canvas, Type
from reports.figures import Figure
from reports.palette import LIGHT

TICKS = (0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 16)
# Every so many years a point is named, and the first and last.
NAMED, NAMED_NARROW = 5, 10


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
    small = text - 1
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
    first, last = path.places[0], path.places[-1]
    step = NAMED if canvas.box.width > 500 else NAMED_NARROW
    for place in path.places:
        is_end = place in (first, last)
        if not (is_end or (path.is_joined and place.year % step == 0)):
            continue
        is_named = place is last or not path.is_joined
        words = f"{path.name} {place.year}" if is_named else f"{place.year}"
        bold = is_named or is_end
        if path.is_joined and is_end:
            canvas.axes.plot(*place.at, "o", color=colour, ms=7, mew=0, zorder=5)
        # The end of a path stands where its last years already crowd.
        is_low = path.is_joined and place is last
        _write(canvas, place, words, (path.role, text - 1, bold), is_low)


def _write(
    canvas: Canvas, place: Place, words: str, style: tuple[str, float, bool], low: bool
) -> None:
    """Write a year's words to the right of it, or to the left where no room is."""
    role, size, bold = style
    end = canvas.pixel(*place.at)[0] + 9 + canvas.face.width(words, size, bold)
    shift, align = ((9, 5), "left") if end < canvas.box.width else ((-9, 5), "right")
    if low:
        shift, align = (-8, -17), "right"
    canvas.text(place.at, words, size, role, shift, align, bold=bold)
