"""Briefs that lie on disk, and what `brief.json` beside each page says of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.settings import Settings

RECORD = "brief.json"
ALWAYS_MADE = ("annual", "monthly")
"""The kinds that every refresh makes; a quarterly one only when a quarter is whole."""

_REGULAR = re.compile(r"\d{4}-\d\d-\d\d\.\d+")


@dataclass(frozen=True)
class Written:
    """A brief on disk."""

    kind: str
    period: str
    version: str
    language: str
    page: Path
    headlines: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """A brief in the archive, known by its folder; what it says is read when asked.

    `key` is the version, or what stands in its place for a look back or a correction.
    """

    kind: str
    period: str
    key: str
    language: str
    page: Path

    @property
    def record(self) -> Path:
        """The file that says what the brief says."""
        return self.page.with_name(RECORD)

    @property
    def is_regular(self) -> bool:
        """Whether it is no look back and no correction."""
        return bool(_REGULAR.fullmatch(self.key))

    @property
    def title(self) -> str:
        """Its headline."""
        return self._told.get("title") or self.headlines[0]

    @property
    def headlines(self) -> tuple[str, ...]:
        """Its findings, each in a line."""
        return tuple(self._told["headlines"])

    @property
    def figures(self) -> Mapping[str, str]:
        """The link target of each figure by its id."""
        return self._told["figures"]

    @property
    def printed(self) -> Mapping[str, tuple[str, float | None]] | None:
        """Each figure's text and value by its id; None if it was made without them."""
        found = self._told.get("printed")
        return found and {name: (text, value) for name, (text, value) in found.items()}

    @cached_property
    def _told(self) -> dict[str, Any]:
        return json.loads(self.record.read_text(encoding="utf-8"))


def at(page: Path) -> Kept:
    """The brief whose page this is, whether or not it is there."""
    return Kept(*page.parts[-5:-1], page=page)


def kept(settings: Settings, pattern: str = "*/*/*/*") -> list[Kept]:
    """The briefs whose kind/period/version/language match a pattern, by path."""
    paths = sorted(settings.briefs.glob(f"{pattern}/{RECORD}"))
    return [at(path.with_name("index.html")) for path in paths]


def newest(settings: Settings, language: str, kind: str = "annual") -> Written | None:
    """The brief of a kind of the latest published version, if it has been made."""
    if not settings.latest.exists():
        return None
    version = settings.latest.resolve().stem
    found = kept(settings, f"{kind}/*/{version}/{language}")
    if not found or not found[-1].page.exists():
        return None
    last = found[-1]
    return Written(
        kind, last.period, version, language, page=last.page, headlines=last.headlines
    )


def all_newest(settings: Settings) -> list[Written]:
    """The briefs that every refresh makes, of the latest published version."""
    found = [
        newest(settings, language, kind)
        for kind in ALWAYS_MADE
        for language in settings.languages
    ]
    return [brief for brief in found if brief]
