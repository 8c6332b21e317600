"""All briefs go in; the page that lists them, with the glossary, comes out."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports.facts.text import clean
from reports.rendering.page import digest, stylesheet
from reports.rendering.templating import template
from reports.words.voice import Voice

LANGUAGES = ("zh-TW", "en")


@dataclass(frozen=True)
class Entry:
    """One brief: `key` is its version, `link` leads to its page from the list."""

    kind: str
    period: str
    key: str
    language: str
    title: str
    link: str


@dataclass(frozen=True)
class Term:
    """A term in both languages, and what it means in each."""

    name: str
    words: tuple[tuple[str, str, str], ...]


def render(entries: Sequence[Entry]) -> bytes:
    """Render the list, newest version first. The same briefs give the same bytes."""
    style = stylesheet(())
    voices = {language: Voice(language) for language in LANGUAGES}
    html = template("archive.html.j2").render(
        voices=voices,
        entries=sorted(entries, key=_order),
        clean=clean,
        terms=terms(voices),
        style=Markup(style),  # noqa: S704 - our own rules and palette
        style_hash=digest(style),
    )
    return html.encode()


def _order(entry: Entry) -> tuple:
    day, _, number = entry.key.partition(".")
    place = -int(number) if number.isdigit() else 0
    return (
        tuple(-ord(c) for c in day[:10]),
        place,
        entry.key,
        entry.kind,
        tuple(-ord(c) for c in entry.period),
        entry.language != "zh-TW",
    )


def terms(voices: dict[str, Voice]) -> tuple[Term, ...]:
    """Return the glossary: every term of the catalogues, as they order it."""
    names = voices["zh-TW"].messages["glossary"]
    return tuple(
        Term(
            name,
            tuple(
                (tag, *voice.messages["glossary"][name])
                for tag, voice in voices.items()
            ),
        )
        for name in names
        if isinstance(names[name], list)
    )
