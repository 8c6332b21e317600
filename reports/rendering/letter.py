"""A brief and its PDF go in; the mail with both, addressed to nobody, comes out.

Whoever sends it puts the lines that differ from reader to reader in front of it.
"""

import datetime as dt
import email.policy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

import css_inline

from reports.brief import Brief
from reports.fonts import Face
from reports.palette import DARK, LIGHT
from reports.rendering import pdf
from reports.rendering.blocks import Drawing, Node, cells, is_signpost, read, without
from reports.rendering.plaintext import plain
from reports.rendering.templating import template
from reports.words.voice import Voice

# What a phone's page leaves out a letter does, too; the PDF has the rest.
LEFT_OUT = frozenset({"quiet", "wide", "home", "barhead", "barcell", "sources"})
# A table of more columns has no room in a letter; its rows are told one by one.
COLUMNS = 5
CHART_WIDTH = 440
DOTS_PER_PIXEL = 2
SEVEN_BIT = email.policy.SMTP.clone(cte_type="7bit")


class LetterError(ValueError):
    """The letter cannot be written as asked."""


@dataclass(frozen=True)
class Chart:
    """A chart of the letter: its content id, its PNG, what is said in its place."""

    cid: str
    png: bytes
    alt: str


def make(brief: Brief, document: bytes) -> bytes:
    """Write the mail of a brief with `document`, its PDF, attached.

    The bytes are a whole message without sender, recipient and id. Raises
    `LetterError` where the subject holds a line break.
    """
    sheet, voice = read(brief.html), Voice(brief.language)
    body = without(sheet.body, _is_left_out)
    charts = draw(body, sheet.drawings, brief.faces)
    attached = voice("mail.attached")
    message = envelope(brief.title, brief.day)
    message.set_content(f"{plain(body, sheet.drawings)}\n{attached}\n")
    html = page(
        body=body,
        charts=charts,
        language=sheet.language,
        title=brief.title,
        preheader=voice.join(leads(body)),
        attached=attached,
    )
    message.add_alternative(html, subtype="html")
    _add_charts(message, {chart.cid: chart for chart in charts.values()})
    name = "-".join(filter(None, ("brief", brief.kind, brief.period, brief.language)))
    message.add_attachment(
        document, maintype="application", subtype="pdf", filename=f"{name}.pdf"
    )
    # Set last: as a header of the content it would go down into the first part.
    message["Content-Language"] = brief.language
    return sealed(message)


def draw(
    body: Node, drawings: Sequence[Drawing], faces: Sequence[Face]
) -> dict[str, Chart]:
    """Draw the charts of a tree as PNG, by the number its `svg` nodes give."""
    numbers = [svg.attributes["data-n"] for svg in body.all("svg")]
    drawn = [drawings[int(number)] for number in numbers]
    pngs = pdf.charts(drawn, faces, CHART_WIDTH * DOTS_PER_PIXEL)
    return {
        number: Chart(content_id(png), png, drawing.alt)
        for number, png, drawing in zip(numbers, pngs, drawn, strict=True)
    }


def leads(body: Node) -> list[str]:
    """Return what the findings say in short: the first a reader sees in the list."""
    return [h.text for found in body.all("ol", "findings") for h in found.all("h3")]


def told(table: Node) -> list[tuple[Node, list[tuple[Node, Node]]]]:
    """Return a wide table's rows: their heading, then each value with its label.

    Nothing for a table that has room as it is, or more than one row of headings.
    """
    head = table.find("thead")
    headings = list(head.all("tr")) if head else []
    if pdf.width(table) <= COLUMNS or len(headings) != 1:
        return []
    labels = cells(headings[0])[1:]
    rows = [cells(row) for body in table.all("tbody") for row in body.all("tr")]
    return [(row[0], list(zip(labels, row[1:], strict=False))) for row in rows]


def page(**contents: object) -> str:
    """Return the mail's page, its rules written into its elements."""
    html = template("letter.html.j2").render(
        width=CHART_WIDTH, told=told, light=LIGHT, dark=DARK, **contents
    )
    return css_inline.inline(html, load_remote_stylesheets=False)


def _is_left_out(node: Node) -> bool:
    is_checks = node.tag == "section" and node.find("table", "claims") is not None
    is_apart = node.tag == "details" or is_checks or is_signpost(node)
    return is_apart or bool(LEFT_OUT & set(node.classes))


def content_id(content: bytes) -> str:
    """Name a part of the message by its bytes."""
    return hashlib.sha256(content).hexdigest()[:24] + "@flying-geese"


def envelope(subject: str, day: dt.date | None) -> EmailMessage:
    """Begin a message. Raises `LetterError` where the subject holds a line break."""
    if len(subject.splitlines()) > 1 or subject != subject.rstrip("\r\n"):
        raise LetterError(f"subject {subject!r} holds a line break; write it in one")
    message = EmailMessage(SEVEN_BIT)
    message["Subject"] = subject
    if day:
        midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
        message["Date"] = format_datetime(midnight)
    return message


def _add_charts(message: EmailMessage, charts: dict[str, Chart]) -> None:
    _, html = message.iter_parts()
    for place, chart in enumerate(charts.values(), 1):
        html.add_related(
            chart.png,
            maintype="image",
            subtype="png",
            cid=f"<{chart.cid}>",
            disposition="inline",
            filename=f"chart-{place}.png",
        )


def sealed(message: EmailMessage) -> bytes:
    """Return the message's bytes, its boundaries drawn from what stands between."""
    contents = hashlib.sha256()
    nested = [part for part in message.walk() if part.is_multipart()]
    for part in message.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            contents.update(content)
    for place, part in enumerate(nested):
        part.set_boundary(f"=_{contents.hexdigest()[:32]}_{place}")
    return message.as_bytes()
