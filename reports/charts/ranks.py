"""Ranks over the years: one node a firm and year, lines along each firm's lineage."""

from dataclasses import dataclass

from matplotlib.patches import PathPatch
from matplotlib.path import Path

from reports.charts.canvas import SMALLEST, Box, Canvas, Type, fit
from reports.palette import LIGHT

RANKS = 10
# Room for a name, in pixels: beside the outer columns, and between two columns.
SIDE_ROOM = {False: 170, True: 92}
INNER_ROOM = {False: 92, True: 62}


@dataclass(frozen=True)
class Node:
    """A firm in one year's table; `name_at` is left, right, here or empty."""

    year: int
    rank: int
    name: str
    role: str
    name_at: str


@dataclass(frozen=True)
class Link:
    """A firm's way from one table to the next; dotted for a merger or a spin-off."""

    from_year: int
    from_rank: int
    to_year: int
    to_rank: int
    role: str
    is_dotted: bool


@dataclass(frozen=True)
class RankPlot:
    """What the rank chart shows."""

    years: tuple[int, ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Size:
    """What differs between the wide and the narrow drawing, in pixels."""

    text: float
    step: float
    radius: float
    is_narrow: bool


def draw(plot: RankPlot, face: Type, width: int) -> Canvas:
    """Draw the plot `width` pixels wide: 680 or 340."""
    narrow = width < 500
    size = Size(12, 36, 9, True) if narrow else Size(13, 31, 9.5, False)
    left, right = (
        _side_width(plot, face, size, side) + 2 * size.radius + 8
        for side in ("left", "right")
    )
    top = 36
    height = top + RANKS * size.step + 6
    canvas = Canvas(Box(width, height, left, top, right, 6), face)
    canvas.axes.set(
        xlim=(0, max(len(plot.years) - 1, 1)), ylim=(RANKS + 0.5, 0.5), xticks=[]
    )
    canvas.axes.set_yticks([])
    place = {year: i for i, year in enumerate(plot.years)}
    for year, i in place.items():
        canvas.text((i, 0.5), str(year), size.text, "ink", (0, 16), "center", True)
    for link in sorted(plot.links, key=lambda k: k.role != "other"):
        _draw_link(canvas, link, place)
    for node in plot.nodes:
        _draw_node(canvas, node, place[node.year], size)
    return canvas


def _side_width(plot: RankPlot, face: Type, size: Size, side: str) -> float:
    names = [n.name for n in plot.nodes if n.name_at == side]
    widest = max((face.width(name, size.text, True) for name in names), default=0)
    return min(widest, SIDE_ROOM[size.is_narrow])


def _draw_link(canvas: Canvas, link: Link, place: dict[int, int]) -> None:
    start, end = place[link.from_year], place[link.to_year]
    bend = (end - start) * 0.5
    curve = Path(
        [
            (start, link.from_rank),
            (start + bend, link.from_rank),
            (end - bend, link.to_rank),
            (end, link.to_rank),
        ],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
    )
    is_own = link.role != "other"
    width = 1.4 if link.is_dotted else 3.2 if is_own else 1.8
    patch = PathPatch(
        curve,
        fc="none",
        ec=LIGHT[link.role if is_own else "link"],
        lw=width,
        ls=(0, (1.5, 2.5)) if link.is_dotted else "-",
        clip_on=False,
        zorder=3 if is_own else 2,
    )
    canvas.axes.add_patch(patch)


def _draw_node(canvas: Canvas, node: Node, x: int, size: Size) -> None:
    at = (x, node.rank)
    canvas.axes.plot(
        *at,
        "o",
        ms=2 * size.radius,
        mew=0,
        color=LIGHT[node.role],
        clip_on=False,
        zorder=5,
    )
    canvas.text(
        at, str(node.rank), SMALLEST, "paper", (0, -4), "center", True, halo=False
    )
    is_own = node.role != "other"
    gap = size.radius + 6
    is_side = node.name_at in ("left", "right")
    room = (SIDE_ROOM if is_side else INNER_ROOM)[size.is_narrow] + 1
    pixels = size.text if is_side else max(size.text - 1, SMALLEST)
    name = fit(canvas.face, node.name, pixels, room, is_own)
    if is_side:
        shift = (gap, -4.5) if node.name_at == "right" else (-gap, -4.5)
        align = "left" if node.name_at == "right" else "right"
        role = node.role if is_own else "ink"
        canvas.text(at, name, pixels, role, shift, align, is_own)
    elif node.name_at:
        role = node.role if is_own else "mute"
        below = (0, -size.radius - 11)
        shift, align = (
            (below, "center") if size.is_narrow else ((gap - 1, -4.5), "left")
        )
        canvas.text(at, name, pixels, role, shift, align, is_own)
