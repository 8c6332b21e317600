"""A drawing surface in CSS pixels: styled once, exported as raw matplotlib SVG."""

import io
import warnings
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import matplotlib
from matplotlib.figure import Figure as Drawing
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Transform

from reports.charts.room import ASCENT, DESCENT, Ink, Spare
from reports.facts.figures import Figure
from reports.fonts import Face
from reports.palette import LIGHT

# One inch is 72 points and the figure has 72 dots an inch: a unit is a CSS pixel.
DPI = 72
SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "brief",
    "text.parse_math": False,
    "path.simplify": False,
    "lines.solid_capstyle": "round",
    "lines.dash_capstyle": "butt",
}
# The smallest phone shows 312 of a narrow drawing's 340 pixels: 10.5 remain of these.
SMALLEST = 11.5
# How far apart a line is noted, and how near a text may come to it, in pixels.
STRIDE, CLEAR = 4, 3
UNDATED = dict.fromkeys(("Date", "Creator", "Format", "Type"))


@contextmanager
def settings() -> Generator[None]:
    """Draw with our settings only; a missing glyph is an error, not a warning."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        warnings.filterwarnings("error", message=".*missing from font.*")
        warnings.filterwarnings("error", message=".*findfont.*")
        yield


@dataclass(frozen=True)
class Type:
    """The two weights a chart writes and measures with."""

    regular: str
    bold: str

    def font(self, size: float, bold: bool = False) -> FontProperties:
        """Return the font of `size` pixels."""
        path = self.bold if bold else self.regular
        return FontProperties(fname=path, size=size, weight=700 if bold else 400)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Return the width of `text` in pixels."""
        return _measured(self, text, size, bold)


@cache
def _measured(face: Type, text: str, size: float, bold: bool) -> float:
    font = face.font(size, bold)
    return text_to_path.get_text_width_height_descent(text, font, False)[0]


def fit(face: Type, text: str, size: float, room: float, bold: bool = False) -> str:
    """Cut `text` with an ellipsis where it is wider than `room` pixels."""
    if face.width(text, size, bold) <= room:
        return text
    cut = text
    while cut and face.width(cut + "…", size, bold) > room:
        cut = cut[:-1]
    return cut.rstrip() + "…"


def type_of(faces: Sequence[Face]) -> Type:
    """Return the type a chart is set in."""
    paths = {face.weight: str(face.ttf) for face in faces}
    return Type(paths[400], paths[700])


@dataclass(frozen=True)
class Box:
    """A drawing's size and the margins around its axes, in pixels."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float


@dataclass
class Canvas:
    """A figure with one pair of axes, and what `svg.restyle` must know of its texts.

    `marks` maps the group id of a text to the anchor of the figure it prints, ""
    where it prints none; every such text has a halo in the colour of the paper.
    `written` holds where the texts stand, `drawn` where lines run that none may meet.
    """

    box: Box
    face: Type
    marks: dict[str, str] = field(default_factory=dict)
    written: list[Ink] = field(default_factory=list)
    drawn: list[Ink] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay out the axes, bare of everything matplotlib adds."""
        box = self.box
        size = (box.width / DPI, box.height / DPI)
        self.drawing = Drawing(figsize=size, dpi=DPI, facecolor="none")
        self.axes = self.drawing.add_axes(
            (
                box.left / box.width,
                box.bottom / box.height,
                (box.width - box.left - box.right) / box.width,
                (box.height - box.top - box.bottom) / box.height,
            ),
            facecolor="none",
        )
        self.axes.spines[:].set_visible(False)
        self.axes.patch.set_visible(False)
        self.drawing.patch.set_visible(False)
        self.axes.tick_params(length=0)

    def text(
        self,
        at: tuple[float, float],
        words: str,
        size: float,
        role: str = "ink",
        shift: tuple[float, float] = (0, 0),
        align: str = "left",
        bold: bool = False,
        figure: Figure | None = None,
        halo: bool = True,
        coordinates: str | Transform = "data",
    ) -> None:
        """Write one line at `at`, moved by `shift` pixels."""
        note = self.axes.annotate(
            words,
            at,
            shift,
            xycoords=coordinates,
            textcoords="offset points",
            ha=align,
            va="baseline",
            color=LIGHT[role],
            fontproperties=self.face.font(size, bold),
            annotation_clip=False,
            zorder=9,
        )
        across, up = self._scale(coordinates).transform(at)
        place = (across + shift[0], up + shift[1])
        self.written.append(self.ink(place, words, size, align, bold))
        if halo:
            name = f"text-{len(self.marks)}"
            note.set_gid(name)
            self.marks[name] = figure.anchor if figure else ""

    def _scale(self, coordinates: str | Transform) -> Transform:
        if isinstance(coordinates, Transform):
            return coordinates
        return self.axes.transAxes if "axes" in coordinates else self.axes.transData

    def ink(
        self,
        place: tuple[float, float],
        words: str,
        size: float,
        align: str,
        bold: bool,
    ) -> Ink:
        """Return what a text fills that is written at `place`, in pixels."""
        width = self.face.width(words, size, bold)
        part = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        left, base = place[0] - part * width, place[1]
        return Ink(left, base - DESCENT * size, left + width, base + ASCENT * size)

    def keep_off(self, points: Sequence[tuple[float, float]]) -> None:
        """Note a line through these points of the data: no text shall cross it."""
        for (left, low), (right, high) in pairwise(
            self.pixel(*point) for point in points
        ):
            steps = max(1, int(max(abs(right - left), abs(high - low)) // STRIDE))
            for step in range(steps + 1):
                x = left + (right - left) * step / steps
                y = low + (high - low) * step / steps
                self.drawn.append(Ink(x - CLEAR, y - CLEAR, x + CLEAR, y + CLEAR))

    def free(
        self,
        at: tuple[float, float],
        words: str,
        size: float,
        bold: bool,
        places: Sequence[Spare],
    ) -> Spare | None:
        """Return the first place where a text meets no other and no line, uncut."""
        x, y = self.pixel(*at)
        for place in places:
            moved = (x + place.shift[0], y + place.shift[1])
            ink = self.ink(moved, words, size, place.align, bold)
            inside = ink.left >= 0 and ink.right <= self.box.width
            inside = inside and ink.bottom >= 0 and ink.top <= self.box.height
            if inside and not any(map(ink.meets, (*self.written, *self.drawn))):
                return place
        return None

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the data lies, from the lower left corner."""
        across, up = self.axes.transData.transform((x, y))
        return float(across), float(up)

    def raw_svg(self) -> bytes:
        """Return the drawing as matplotlib writes it."""
        buffer = io.BytesIO()
        self.drawing.savefig(buffer, format="svg", metadata=UNDATED)
        return buffer.getvalue()


def spread(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Move centres apart until boxes of these heights no longer overlap."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    centres = [wanted[i] for i in order]
    for _ in range(200):
        moved = False
        for low in range(len(centres) - 1):
            room = (heights[order[low]] + heights[order[low + 1]]) / 2
            overlap = room - (centres[low + 1] - centres[low])
            if overlap > 0.01:
                centres[low] -= overlap / 2
                centres[low + 1] += overlap / 2
                moved = True
        if not moved:
            break
    return [centres[order.index(i)] for i in range(len(wanted))]
