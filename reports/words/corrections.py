"""What two briefs printed goes in; the figures that differ come out."""

from collections.abc import Mapping
from dataclasses import dataclass

from reports.facts.figures import anchor

Prints = Mapping[str, tuple[str, float | None]]
"""Each figure's text and value by its id."""


@dataclass(frozen=True)
class Correction:
    """A figure that was printed wrong; `new` is None where it is printed no more."""

    id: str
    anchor: str
    old: str
    new: str | None


def corrections(wrong: Prints, right: Prints) -> tuple[Correction, ...]:
    """Return the figures of the wrong brief that are printed otherwise, by id.

    A figure that only the right brief prints was not wrong and is left out.
    """
    found = []
    for name, (old, _) in sorted(wrong.items()):
        new = right[name][0] if name in right else None
        if new != old:
            found.append(Correction(name, anchor(name), old, new))
    return tuple(found)
