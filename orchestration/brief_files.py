"""Briefs that lie on disk."""

import json
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import Settings

ALWAYS_MADE = ("annual", "monthly")
"""The kinds that every refresh makes; a quarterly one only when a quarter is whole."""


@dataclass(frozen=True)
class Written:
    """A brief on disk."""

    kind: str
    period: str
    version: str
    language: str
    page: Path
    headlines: tuple[str, ...]


def newest(settings: Settings, language: str, kind: str = "annual") -> Written | None:
    """The brief of a kind of the latest published version, if it has been made."""
    if not settings.latest.exists():
        return None
    version = settings.latest.resolve().stem
    pages = sorted(settings.briefs.glob(f"{kind}/*/{version}/{language}/index.html"))
    if not pages:
        return None
    facts = json.loads(pages[-1].with_name("brief.json").read_text(encoding="utf-8"))
    period = pages[-1].parents[2].name
    told = tuple(facts["headlines"])
    return Written(kind, period, version, language, pages[-1], told)


def all_newest(settings: Settings) -> list[Written]:
    """The briefs that every refresh makes, of the latest published version."""
    found = [
        newest(settings, language, kind)
        for kind in ALWAYS_MADE
        for language in settings.languages
    ]
    return [brief for brief in found if brief]
