"""Strings from the warehouse go in; strings safe to print on any page come out."""

import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass, field

CAP = 400
GETA = "〓"
# Overrides and isolates can make a name read backwards without a trace on screen.
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e")
BIDI_ISOLATES = frozenset("\u2066\u2067\u2068\u2069")
HAN, WESTERN = "[\u4e00-\u9fff]", "[A-Za-z0-9]"
MEETING = re.compile(f"(?<={HAN})(?={WESTERN})|(?<={WESTERN})(?={HAN})")


def clean(text: str, cap: int = CAP) -> str:
    """Return `text` in NFC on one line, without controls, at most `cap` characters."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    bare = "".join(c for c in spaced if _printable(c))
    kept = " ".join(unicodedata.normalize("NFC", bare).split())
    return kept if len(kept) <= cap else kept[: cap - 1] + "…"


def spaced(text: str) -> str:
    """Set Chinese characters apart from the digits and Latin letters they meet."""
    return MEETING.sub(" ", text)


def _printable(character: str) -> bool:
    if character in BIDI_CONTROLS or character in BIDI_ISOLATES:
        return False
    return unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}


@dataclass
class Scrubber:
    """Cleans strings and replaces what the brief's font cannot draw.

    `covered` holds the code points of the font; `missing` collects what it lacks,
    so that the run can report it.
    """

    covered: Container[int]
    missing: set[str] = field(default_factory=set)

    def __call__(self, text: str | None) -> str:
        """Clean `text`; None becomes an empty string."""
        return "".join(map(self.drawable, clean(text or "")))

    def drawable(self, character: str) -> str:
        """Return the character, or 〓 where the font lacks it."""
        if ord(character) in self.covered:
            return character
        self.missing.add(character)
        return GETA


def opening(text: str) -> str:
    """Return text as it opens a line: "The article", but "iSuppli" as it is."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() else text
