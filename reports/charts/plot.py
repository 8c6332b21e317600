"""What a ratio chart is made of, before it is drawn."""

from dataclasses import dataclass

from reports.charts.canvas import SMALLEST
from reports.facts.figures import Figure


@dataclass(frozen=True)
class Spot:
    """One value: the year it stands at, its figure, and its words if it has any."""

    year: float
    figure: Figure
    words: str = ""

    @property
    def value(self) -> float:
        """Return the ratio; a spot is only made of known ones."""
        return self.figure.value or 0.0


@dataclass(frozen=True)
class Note:
    """Words at a value, on the side of it where the line is not."""

    role: str
    spot: Spot
    side: str


@dataclass(frozen=True)
class Line:
    """One economy's whole years, and its running year as a hollow mark of its own."""

    role: str
    name: str
    last: str
    spots: tuple[Spot, ...]
    running: Spot | None = None

    @property
    def every(self) -> tuple[Spot, ...]:
        """All its spots, the running year's last."""
        return (*self.spots, self.running) if self.running else self.spots


@dataclass(frozen=True)
class Span:
    """An event, or a stretch of years: a line where both years are the same."""

    first: int
    last: int
    name: str


@dataclass(frozen=True)
class RatioPlot:
    """What one ratio chart shows; `level` carries a value back to an earlier year.

    `ticks` name places on the axis that are not years.
    """

    lines: tuple[Line, ...]
    events: tuple[Span, ...]
    balanced: str
    notes: tuple[Note, ...] = ()
    rings: tuple[Spot, ...] = ()
    window: Span | None = None
    level: tuple[Spot, Spot] | None = None
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Size:
    """What differs between the wide and the narrow drawing, in pixels."""

    width: float
    height: float
    text: float
    year_step: int

    @property
    def small(self) -> float:
        """Return the size of notes."""
        return max(self.text - 1, SMALLEST)

    @property
    def line(self) -> float:
        """Return the height of a line of text."""
        return self.text + 4
