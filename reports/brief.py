"""The published warehouse goes in; one language's brief comes out."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path

from duckdb import DuckDBPyConnection

from reports import fonts
from reports.charts.canvas import type_of
from reports.content import Content
from reports.facts import change_queries, queries
from reports.facts.change_facts import Previous
from reports.facts.desk import Desk
from reports.facts.text import Scrubber
from reports.kinds import Edition, restricted, settled
from reports.pictures.pictures import Picture, pictures
from reports.rendering.page import Page, dressed, render
from reports.rendering.weights import bold_text
from reports.words.corrections import corrections
from reports.words.findings import Finding
from reports.words.halts import Halt
from reports.words.phrases import Phrase, phrase
from reports.words.voice import Voice

LANGUAGES = ("zh-TW", "en")
RANKING = "article"


@dataclass(frozen=True)
class Brief:
    """One brief in one language.

    `period` is the newest one for which Taiwan's chip trade ratio is known, where no
    other was asked for, "" where there is none; `figures` maps every figure id printed
    to its link target, `printed` to its text and value; `replaced` holds the characters
    the typeface lacks, printed as 〓. `day` is the day of the data and `faces` the
    typeface, for the PDF and the mail.
    """

    kind: str
    period: str
    language: str
    title: str
    headlines: tuple[str, str, str]
    html: bytes
    figures: Mapping[str, str]
    replaced: tuple[str, ...]
    day: dt.date | None
    faces: tuple[fonts.Face, ...]
    edition: Edition
    printed: Mapping[str, tuple[str, float | None]]


def make(
    connection: DuckDBPyConnection,
    edition: Edition,
    language: str,
    font_cache: Path,
    previous: Previous | None = None,
    wrong: Mapping[str, tuple[str, float | None]] | None = None,
    halt: Halt | None = None,
) -> Brief:
    """Make the brief of an edition in `language`, one of `LANGUAGES`.

    `previous` is the brief it is compared with, `wrong` what a brief that it corrects
    printed, `halt` a later refresh that checks stopped. Only reads. The same
    warehouse, edition, language, previous brief and halt give the same bytes. Raises
    `ValueError` for another language, `kinds.UnknownPeriodError` for a period without
    figures, `duckdb.Error` where the contract's tables are absent and
    `fonts.FontError` where the typeface is not the pinned one.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}; there are {LANGUAGES}")
    scrub = Scrubber(fonts.covered())
    desk = Desk(connection, language, scrub)
    facts = queries.read(desk, RANKING)
    edition = settled(edition, facts)
    facts = restricted(facts, edition)
    changes = None
    if previous:
        changes = change_queries.changes(desk, facts, edition, previous)
    said = (scrub(edition.version), scrub(edition.corrects), scrub(edition.cause))
    voice = Voice(language)
    others = (*strings(changes), *strings(halt))
    # Names of all the dimensions: every kind of a language has the same typeface.
    names = queries.names(desk)
    glyphs = "".join((voice.characters(), *said, *names, *strings(facts), *others))
    faces = fonts.faces(glyphs, font_cache)
    drawings = pictures(facts, voice, type_of(faces), edition)
    shown = replace(edition, version=said[0], corrects=said[1], cause=said[2])
    content = Content(facts, shown, changes, halt=halt)
    content, page = _printed(content, voice, drawings, faces, wrong, scrub, font_cache)
    first, second, third = (subject(voice, in_a_line(f)) for f in content.findings)
    return Brief(
        kind=edition.kind,
        period=edition.period,
        language=language,
        title=subject(voice, content.headline),
        headlines=(first, second, third),
        html=page.html,
        figures=page.figures,
        replaced=tuple(sorted(scrub.missing)),
        day=facts.sources_read_on,
        faces=faces,
        edition=edition,
        printed=page.printed,
    )


def _printed(
    content: Content,
    voice: Voice,
    drawings: Mapping[str, Picture],
    faces: tuple[fonts.Face, ...],
    wrong: Mapping[str, tuple[str, float | None]] | None,
    scrub: Scrubber,
    font_cache: Path,
) -> tuple[Content, Page]:
    """Print the page to learn its figures and characters, then give it its style."""
    page = render(content, voice, drawings, bool(scrub.missing))
    if wrong is not None:
        content = replace(content, corrections=corrections(wrong, page.printed))
        page = render(content, voice, drawings, bool(scrub.missing))
    # A page needs a part of the characters that the language's drawings share.
    bold = bold_text(page.html)
    slim = fonts.slim(faces, page.html.decode(), bold, font_cache)
    return content, dressed(page, slim)


def in_a_line(finding: Finding) -> Phrase:
    """Put a finding into one line: its lead, and the sentence with its figures."""
    return phrase("lists.finding", lead=finding.lead, first=finding.body[0])


def subject(voice: Voice, phrase: Phrase) -> str:
    """Write a phrase for a subject line, where no-break spaces have no use."""
    return voice.plain(phrase).replace("\xa0", " ")


def strings(value: object) -> Iterator[str]:
    """Walk facts and yield every text they may print."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from strings(getattr(value, part.name))
