"""Briefs that lie on disk."""

import json
from dataclasses import dataclass
from pathlib import Path

from orchestration.settings import Settings


@dataclass(frozen=True)
class Written:
    """A brief on disk."""

    language: str
    page: Path
    headlines: tuple[str, ...]


def newest(settings: Settings, language: str) -> Written | None:
    """The brief of the latest published version, if it has been made."""
    if not settings.latest.exists():
        return None
    version = settings.latest.resolve().stem
    pages = sorted(settings.briefs.glob(f"*/*/{version}/{language}/index.html"))
    if not pages:
        return None
    facts = json.loads(pages[-1].with_name("brief.json").read_text(encoding="utf-8"))
    return Written(language, pages[-1], tuple(facts["headlines"]))


def all_newest(settings: Settings) -> list[Written]:
    """The briefs of the latest published version in the languages of the settings."""
    found = [newest(settings, language) for language in settings.languages]
    return [brief for brief in found if brief]
