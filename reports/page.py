"""Facts and drawings go in; one self-contained HTML page comes out."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from reports import (
    findings,
    headings,
    homes,
    lag_words,
    limits,
    phase_words,
    tables,
    verdict_tables,
    verdict_words,
)
from reports.credits import credits_of
from reports.facts import Facts
from reports.figures import Figure
from reports.fonts import FAMILY, Face, trimmed
from reports.numbers import MISSING, day
from reports.palette import DARK, LIGHT, css_variables
from reports.phrases import Phrase
from reports.pictures import Picture, components, ic_series
from reports.voice import Printed, Voice

FIRST = Markup('<span class="n" id="{}">{}</span>')
AGAIN = Markup('<span class="n" data-figure="{}">{}</span>')
TEMPLATES = Path(__file__).with_name("templates")


@dataclass
class Printer:
    """Prints figures as elements with ids, and keeps the account of them.

    `figures` maps each figure id printed to its link target. An id may stand once in
    a page, so the first printing carries it and later ones point to it.
    """

    voice: Voice
    figures: dict[str, str] = field(default_factory=dict)

    def say(self, phrase: Phrase) -> Markup:
        """Print a phrase."""
        return Markup("").join(map(self.part, self.voice.say(phrase)))

    def show(self, figure: Figure) -> Markup:
        """Print a figure."""
        return self.part(Printed(figure, self.voice.show(figure)))

    def part(self, part: str | Printed) -> Markup:
        """Print text as it is, a figure as an element."""
        if isinstance(part, str):
            return escape(part)
        target = part.figure.anchor
        if part.figure.id in self.figures:
            return AGAIN.format(target, part.text)
        self.figures[part.figure.id] = target
        return FIRST.format(target, part.text)

    def cell(self, value: tables.Cell) -> Markup:
        """Print what a table cell holds; nothing prints as a dash."""
        if isinstance(value, Figure):
            return self.show(value)
        if isinstance(value, Phrase):
            return self.say(value)
        return escape(MISSING if value is None else value)

    def prose(self, phrases: tuple[Phrase, ...]) -> Markup:
        """Join sentences as their language does."""
        return escape(self.voice.gap).join(map(self.say, phrases))

    def missing_note(self, reasons: tuple[Phrase, ...]) -> str:
        """Say why dashes stand in a table."""
        said = "; " if self.voice.gap else "；"
        return self.voice(
            "page.missing_note", reasons=said.join(map(self.voice.plain, reasons))
        )


@dataclass(frozen=True)
class Page:
    """The page's bytes and the figures printed on it, id to link target."""

    html: bytes
    figures: Mapping[str, str]


def render(
    facts: Facts,
    voice: Voice,
    version: str,
    drawings: Mapping[str, Picture],
    faces: tuple[Face, ...],
    has_replaced: bool,
) -> Page:
    """Render the brief. Raises `jinja2.UndefinedError` where a value is absent.

    `version` is printed as it stands; `has_replaced` adds the note on 〓.
    """
    parts = (facts, voice, version, drawings, has_replaced)
    # Printed once for its characters alone: the typeface inside is cut to them.
    said = _printed("", *parts).html.decode()
    return _printed(stylesheet(trimmed(faces, said)), *parts)


def _printed(
    style: str,
    facts: Facts,
    voice: Voice,
    version: str,
    drawings: Mapping[str, Picture],
    has_replaced: bool,
) -> Page:
    printer = Printer(voice)
    newest = facts.ratios("TWN", "ic")
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    html = environment.get_template("brief.html.j2").render(
        t=voice,
        say=printer.say,
        show=printer.show,
        cell=printer.cell,
        prose=printer.prose,
        day=lambda date: day(date, voice.locale),
        join=voice.join,
        unit=voice.unit,
        missing_note=printer.missing_note,
        style=Markup(style),  # noqa: S704 - our own rules, palette and font bytes
        style_hash=digest(style),
        year=newest.newest.year if newest and newest.newest else "",
        version=version,
        facts=facts,
        drawings=drawings,
        has_replaced=has_replaced,
        **contents(facts),
    )
    return Page(html.encode(), printer.figures)


def contents(facts: Facts) -> dict:
    """Return what the template prints, by name."""
    years = facts.table_years
    return {
        "headline": findings.headline(facts),
        "dek": headings.dek(facts),
        "as_of": headings.as_of(facts),
        "credits": credits_of(facts),
        "key_figures": headings.key_figures(facts),
        "findings": findings.findings(facts),
        "like_title": headings.like_title(facts),
        "like_table": tables.ratio_table(ic_series(facts)),
        "check_title": headings.check_title(facts),
        "check_table": tables.ratio_table(components(facts)),
        "ranks_title": headings.ranks_title(facts),
        "ranks_note": headings.ranks_note(facts),
        "rank_rows": tables.rank_rows(facts),
        "home_rows": tables.home_rows(facts),
        "homes_title": homes.title(facts),
        "homes_note": homes.note(facts),
        "home_columns": homes.columns(facts),
        "home_shares": homes.table(facts),
        "firm_rows": tables.firm_rows(facts),
        "table_years": years,
        "claim_rows": tables.claim_rows(facts),
        "odd_rows": tables.odd_rows(facts),
        "tally": tables.tally(facts),
        "limits": limits.limits(facts),
        **verdict_contents(facts),
    }


def verdict_contents(facts: Facts) -> dict:
    """Return what the template prints of the trajectory test, by name."""
    found = facts.trajectory
    confirmatory, shown = found.answer(verdict_words.CONFIRMATORY), found.shown
    return {
        "verdict_title": verdict_words.title(found),
        "verdict_question": verdict_words.question(found),
        "verdict_body": verdict_words.statement(confirmatory) if confirmatory else (),
        "verdict_lacks": verdict_words.lacks(confirmatory),
        "verdict_standing": verdict_words.standing(confirmatory),
        "lag_title": lag_words.lag_title(found),
        "lag_body": lag_words.lag_body(facts),
        "phase_title": phase_words.phase_title(found),
        "phase_note": phase_words.phase_note(found),
        "signs_body": verdict_words.signs_body(found),
        "sign_rows": verdict_tables.sign_rows(found),
        "shown_title": verdict_words.shown_title(shown) if shown else None,
        "shown_body": verdict_words.shown_body(found, shown) if shown else (),
        "question_rows": verdict_tables.question_rows(found),
    }


def stylesheet(faces: tuple[Face, ...]) -> str:
    """Return the page's style with its fonts inside."""
    fonts = "".join(map(_font_rule, faces))
    colours = (
        f":root{{color-scheme:light dark;{css_variables(LIGHT)}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{css_variables(DARK)}}}}}"
    )
    rules = (TEMPLATES / "brief.css").read_text("utf-8")
    on_paper = f"@media print{{:root{{color-scheme:light;{css_variables(LIGHT)}}}}}"
    return fonts + colours + rules + on_paper


def _font_rule(face: Face) -> str:
    data = base64.b64encode(face.woff2.read_bytes()).decode()
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{face.weight};"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )


def digest(style: str) -> str:
    """Return the hash by which the page's policy knows its one style."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
