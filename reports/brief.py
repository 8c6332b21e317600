"""The published warehouse goes in; one language's brief comes out."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

from reports import fonts, queries
from reports.charts.canvas import type_of
from reports.facts import Facts
from reports.findings import Finding, findings, headline
from reports.page import render
from reports.phrases import Phrase, phrase
from reports.pictures import pictures
from reports.text import Scrubber
from reports.voice import Voice

LANGUAGES = ("zh-TW", "en")
RANKING = "article"


@dataclass(frozen=True)
class Brief:
    """One brief in one language.

    `period` is the newest whole year for which Taiwan's chip trade ratio is known, ""
    where there is none; `figures` maps every figure id printed to its link target;
    `replaced` holds the characters the typeface lacks, printed as 〓. `day` is the day
    of the data and `faces` the typeface, for the PDF and the mail.
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


def make(
    connection: DuckDBPyConnection, version: str, language: str, font_cache: Path
) -> Brief:
    """Make the annual brief of `version` in `language`, one of `LANGUAGES`.

    Only reads. The same warehouse, version and language give the same bytes. Raises
    `ValueError` for another language, `duckdb.Error` where the contract's tables are
    absent and `fonts.FontError` where the typeface is not the pinned one.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}; there are {LANGUAGES}")
    scrub = Scrubber(fonts.covered())
    facts = queries.read(connection, language, scrub, RANKING)
    printed_version = scrub(version)
    voice = Voice(language)
    glyphs = "".join((voice.characters(), printed_version, *strings(facts)))
    faces = fonts.faces(glyphs, font_cache)
    drawings = pictures(facts, voice, type_of(faces))
    page = render(facts, voice, printed_version, drawings, faces, bool(scrub.missing))
    first, second, third = (subject(voice, in_a_line(f)) for f in findings(facts))
    taiwan = facts.ratios("TWN", "ic")
    newest = taiwan.newest if taiwan else None
    return Brief(
        kind="annual",
        period=str(newest.year) if newest else "",
        language=language,
        title=subject(voice, headline(facts)),
        headlines=(first, second, third),
        html=page.html,
        figures=page.figures,
        replaced=tuple(sorted(scrub.missing)),
        day=facts.sources_read_on,
        faces=faces,
    )


def in_a_line(finding: Finding) -> Phrase:
    """Put a finding into one line: its lead, and the sentence with its figures."""
    return phrase("lists.finding", lead=finding.lead, first=finding.body[0])


def subject(voice: Voice, phrase: Phrase) -> str:
    """Write a phrase for a subject line, where no-break spaces have no use."""
    return voice.plain(phrase).replace("\xa0", " ")


def strings(value: Facts | object) -> Iterator[str]:
    """Walk facts and yield every text they may print."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from strings(part)
    elif is_dataclass(value):
        for part in fields(value):
            yield from strings(getattr(value, part.name))
