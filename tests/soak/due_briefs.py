"""Which brief is due to whom, worked out from the files alone."""

from dataclasses import dataclass

from ingest import clock
from orchestration.mail import notices, waiting
from orchestration.mail.outbox import Key
from orchestration.settings import Settings


@dataclass(frozen=True, order=True)
class Due:
    """A brief that a reader is to have, whatever the version."""

    kind: str
    period: str
    language: str
    reader: str


def due(settings: Settings) -> list[Due]:
    """The newest period of each kind and language, unless it waits for figures.

    None while a stopped refresh withholds them.
    """
    if not settings.latest.exists() or notices.stopped(settings):
        return []
    version = settings.latest.resolve().stem
    newest: dict[tuple[str, str], str] = {}
    for file in settings.briefs.glob(f"*/*/{version}/*/mail.eml"):
        kind, period, _, language = file.parts[-5:-1]
        if period != "none":
            held = newest.get((kind, language), "")
            newest[kind, language] = max(held, period)
    days = settings.mail.deadline_days
    return [
        Due(kind, period, language, reader.address)
        for (kind, language), period in newest.items()
        if not waiting.waits(
            settings, Key(kind, period, version, language), days, clock.now()
        )
        for reader in settings.mail.recipients
        if kind in reader.kinds and language in reader.languages
    ]


def stops(settings: Settings) -> set[str]:
    """The version in force while a stopped refresh withholds the briefs."""
    if notices.stopped(settings) is None or not settings.latest.exists():
        return set()
    return {settings.latest.resolve().stem}
