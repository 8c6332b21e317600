"""Facts and drawings go in; one self-contained HTML page comes out."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape

from reports.content import Content
from reports.facts.figures import Figure
from reports.facts.text import opening
from reports.fonts import FAMILY, WebFace
from reports.palette import LIGHT, css_colours, css_variables
from reports.pictures.pictures import Picture
from reports.rendering.templating import TEMPLATES, template
from reports.words import tables
from reports.words.numbers import MISSING, day
from reports.words.phrases import Phrase
from reports.words.voice import Printed, Voice

FIRST = Markup('<span class="n" id="{}">{}</span>')
AGAIN = Markup('<span class="n" data-figure="{}">{}</span>')


@dataclass
class Printer:
    """Prints figures as elements with ids, and keeps the account of them.

    `figures` maps each figure id printed to its link target. An id may stand once in
    a page, so the first printing carries it and later ones point to it.
    """

    voice: Voice
    figures: dict[str, str] = field(default_factory=dict)
    printed: dict[str, tuple[str, float | None]] = field(default_factory=dict)

    def say(self, phrase: Phrase) -> Markup:
        """Print a phrase."""
        return Markup("").join(map(self.part, self.voice.say(phrase)))

    def show(self, figure: Figure) -> Markup:
        """Print a figure."""
        return self.part(Printed(figure, self.voice.show(figure)))

    def part(self, part: str | Printed) -> Markup:
        """Print text as it is, a figure as an element; one without id is text."""
        if isinstance(part, str):
            return escape(part)
        if not part.figure.id:
            return escape(part.text)
        target = part.figure.anchor
        if part.figure.id in self.figures:
            return AGAIN.format(target, part.text)
        self.figures[part.figure.id] = target
        self.printed[part.figure.id] = (part.text, part.figure.value)
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
    """The page's bytes and the figures printed on it.

    `figures` maps each id to its link target, `printed` to its text and value.
    """

    html: bytes
    figures: Mapping[str, str]
    printed: Mapping[str, tuple[str, float | None]]


def render(
    content: Content,
    voice: Voice,
    drawings: Mapping[str, Picture],
    has_replaced: bool,
) -> Page:
    """Render the brief in no style yet. Raises `jinja2.UndefinedError` for no value.

    `has_replaced` adds the note on 〓.
    """
    printer = Printer(voice)
    html = template("brief.html.j2").render(
        t=voice,
        say=printer.say,
        show=printer.show,
        cell=printer.cell,
        prose=printer.prose,
        day=lambda date: day(date, voice.locale),
        join=voice.join,
        opening=opening,
        unit=voice.unit,
        missing_note=printer.missing_note,
        style="",
        style_hash="",
        drawings=drawings,
        has_replaced=has_replaced,
        **content.named(),
    )
    return Page(html.encode(), printer.figures, printer.printed)


def dressed(page: Page, faces: tuple[WebFace, ...]) -> Page:
    """Give a page its style, faces inside, and its policy the hash of the style."""
    style = stylesheet(faces)
    html = page.html.replace(b"<style></style>", f"<style>{style}</style>".encode(), 1)
    html = html.replace(b"'sha256-'", f"'sha256-{digest(style)}'".encode(), 1)
    return replace(page, html=html)


def stylesheet(faces: tuple[WebFace, ...]) -> str:
    """Return the page's style with its fonts inside."""
    fonts = "".join(map(_font_rule, faces))
    rules = (TEMPLATES / "brief.css").read_text("utf-8")
    on_paper = f"@media print{{:root{{color-scheme:light;{css_variables(LIGHT)}}}}}"
    return fonts + css_colours() + rules + on_paper


def _font_rule(face: WebFace) -> str:
    data = base64.b64encode(face.woff2.read_bytes()).decode()
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{face.weight};"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )


def digest(style: str) -> str:
    """Return the hash by which the page's policy knows its one style."""
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
