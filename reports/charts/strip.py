"""A placebo strip: each economy a mark, the nearest to the lagged template on top."""

from dataclasses import dataclass

from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from reports.charts.canvas import SMALLEST, Box, Canvas, Type, fit
from reports.facts.figures import Figure
from reports.palette import LIGHT

NAME_SHARE = 0.36


@dataclass(frozen=True)
class Mark:
    """One economy: its name, its smallest gap, and its words where it is the target."""

    role: str
    name: str
    figure: Figure
    words: str = ""

    @property
    def value(self) -> float:
        """Return the gap; a mark is only made of known ones."""
        return self.figure.value or 0.0


@dataclass(frozen=True)
class Strip:
    """The marks, nearest first, and the name of their axis."""

    marks: tuple[Mark, ...]
    axis: str


def draw(strip: Strip, face: Type, width: int) -> Canvas:
    """Draw the strip `width` pixels wide: 680 or 340."""
    text = 12.0 if width < 500 else 13.0
    names = [
        fit(face, m.name, text, width * NAME_SHARE, bool(m.words)) for m in strip.marks
    ]
    left = max((face.width(n, text, True) for n in names), default=0) + 14
    height = 19 * len(strip.marks) + 54
    right = max((face.width(m.words, text, True) for m in strip.marks), default=0)
    canvas = Canvas(Box(width, height, left, 8, max(right + 14, 12), 46), face)
    _scale(canvas, strip, text)
    for place, (mark, name) in enumerate(zip(strip.marks, names, strict=True)):
        _draw_mark(canvas, mark, name, -place, text)
    return canvas


def _scale(canvas: Canvas, strip: Strip, text: float) -> None:
    values = [mark.value for mark in strip.marks] or [1.0]
    axes = canvas.axes
    axes.set(xlim=(0, max(values) * 1.04), ylim=(-len(strip.marks) + 0.4, 0.6))
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_major_locator(NullLocator())
    axes.tick_params(labelcolor=LIGHT["mute"], pad=6)
    for tick in axes.get_xticklabels():
        tick.set_fontproperties(canvas.face.font(text))
    axes.grid(axis="x", color=LIGHT["grid"], lw=1)
    axes.set_axisbelow(True)
    canvas.text(
        (0, 0),
        strip.axis,
        max(text - 1, SMALLEST),
        "mute",
        (0, -38),
        coordinates="axes fraction",
    )


def _draw_mark(
    canvas: Canvas, mark: Mark, name: str, height: float, text: float
) -> None:
    is_target = bool(mark.words)
    role = mark.role if is_target else "mute"
    colour = LIGHT["ink" if is_target else "link"]
    colour = LIGHT[mark.role] if is_target and mark.role != "other" else colour
    canvas.axes.plot(
        [0, mark.value], [height, height], color=LIGHT["grid"], lw=1, zorder=1
    )
    canvas.axes.plot(
        mark.value, height, "o", color=colour, ms=8 if is_target else 6.5, mew=0,
        clip_on=False, zorder=5,
    )  # fmt: skip
    role = "ink" if role == "other" else role
    drop = -text * 0.35
    canvas.text(
        (0, height), name, text, role, (-8, drop), "right", bold=is_target, halo=False
    )
    if is_target:
        canvas.text(
            (mark.value, height), mark.words, text, role, (9, drop), bold=True,
            figure=mark.figure,
        )  # fmt: skip
