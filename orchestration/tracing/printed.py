"""The figures that archived briefs print: ids, link targets, text on the page."""

import difflib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.briefs.files import Kept, at, kept
from orchestration.errors import OperatorError
from orchestration.settings import Settings

_ANCHOR = re.compile(r"f-[0-9a-f]{10}")
_FIGURE = re.compile(r"(?P<mart>\w+)\.(?P<column>\w+)/(?P<key>\w+=.*)", re.DOTALL)
# A value may hold commas; only one before the next name ends it.
_NEXT_PART = re.compile(r",(?=\w+=)")


class UnknownFigureError(OperatorError):
    """No such figure. The message names those that come near."""


@dataclass(frozen=True)
class FigureId:
    """The parts of `<mart>.<column>/<key=value,…>`."""

    text: str
    mart: str
    column: str
    key: dict[str, str]


def parse(text: str) -> FigureId:
    """Read a figure id. Raises UnknownFigureError if it is not one."""
    found = _FIGURE.fullmatch(text)
    if not found:
        raise UnknownFigureError(
            f"{text}: not a figure id; one looks like "
            "balance_ratios.balance_ratio/series_id=twn.ic.mof_press.ratio.a,"
            "period=2024, or like f-0123456789"
        )
    parts = (part.partition("=") for part in _NEXT_PART.split(found["key"]))
    key = {name: value for name, _, value in parts}
    return FigureId(text, found["mart"], found["column"], key)


def archived(settings: Settings, version: str) -> list[Kept]:
    """The briefs that were made from a version."""
    return kept(settings, f"*/*/{version}/*")


def read(page: Path) -> Kept:
    """The brief whose page this is. Raises UnknownFigureError if there is none."""
    brief = at(page)
    if not brief.record.exists():
        raise UnknownFigureError(
            f"{page}: no {brief.record.name} beside it; give a brief's page"
        )
    return brief


def identify(asked: str, briefs: Sequence[Kept]) -> FigureId:
    """The figure of an id or of a link target (`f-…`, with or without `#`).

    A link target can be told only from the briefs that have it. Raises
    UnknownFigureError.
    """
    target = asked.rpartition("#")[2]
    if not _ANCHOR.fullmatch(target):
        return parse(asked)
    for brief in briefs:
        for text, anchor in brief.figures.items():
            if anchor == target:
                return parse(text)
    known = {anchor for brief in briefs for anchor in brief.figures.values()}
    raise UnknownFigureError(f"{asked}: no such figure; {near(target, known)}")


def near(asked: str, known: Sequence[str] | set[str]) -> str:
    """The known ids that look like the one asked for, in words."""
    found = difflib.get_close_matches(asked, sorted(known), n=3, cutoff=0.5)
    if not found:
        return f"the briefs of this version print {len(known)} others"
    return f"near it: {' ; '.join(found)}"


def text_of(figure: FigureId, brief: Kept) -> str | None:
    """What the page prints for a figure; None if it does not print it."""
    anchor = brief.figures.get(figure.text)
    if anchor is None:
        return None
    page = brief.page.read_text(encoding="utf-8")
    found = re.search(rf'id="{anchor}">([^<]*)<', page)
    return html.unescape(found[1]) if found else None
