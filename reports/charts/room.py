"""Where the texts of a drawing stand, so that none is written over another."""

from dataclasses import dataclass
from typing import NamedTuple

# Of a text's size, how far its characters reach above and below the baseline.
ASCENT, DESCENT = 0.88, 0.14


@dataclass(frozen=True)
class Ink:
    """The rectangle that a line of text fills, in pixels from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Ink") -> bool:
        """Whether two texts would be written over each other."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top


class Spare(NamedTuple):
    """One place where a text may stand: moved by `shift` pixels, and aligned."""

    shift: tuple[float, float]
    align: str
