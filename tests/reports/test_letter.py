"""The mail: well-formed, self-contained, legible anywhere, addressed to nobody."""

import io
import re
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser

import pytest
from PIL import Image

from reports.rendering import blocks, letter
from reports.words.numbers import MISSING

ADDRESSING = {"from", "to", "cc", "bcc", "message-id", "reply-to", "list-unsubscribe"}
UNITS = {"en": 1000, "zh-TW": 100}


class Reader(HTMLParser):
    """Collects tags and, row by row, what the cells of tables of data say."""

    def __init__(self):
        super().__init__()
        self.tags, self.rows, self.cell = [], [], None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag == "tr":
            self.rows.append([])
        if "cell" in found.get("class", "").split():
            self.rows[-1].append("")
            self.cell = tag

    def handle_endtag(self, tag):
        if tag == self.cell:
            self.cell = None

    def handle_data(self, data):
        if self.cell:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def message(sent):
    return message_from_bytes(sent.mail, policy=SMTP)


def html_of(message):
    return message.get_body(("html",)).get_content()


def plain_of(message):
    return message.get_body(("plain",)).get_content()


def tags_of(message):
    reader = Reader()
    reader.feed(html_of(message))
    return reader.tags


def shape(part):
    kind = part.get_content_type()
    return (kind, *map(shape, part.iter_parts())) if part.is_multipart() else kind


def test_parts_are_nested_as_mail_programs_expect(message):
    related = ("multipart/related", "text/html", *["image/png"] * 7)
    alternative = ("multipart/alternative", "text/plain", related)
    assert shape(message) == ("multipart/mixed", alternative, "application/pdf")
    assert not [d for part in message.walk() for d in part.defects]


def test_the_mail_is_addressed_to_nobody(message):
    names = [name.lower() for name in message]
    assert not ADDRESSING & set(names)
    assert len(names) == len(set(names))
    assert {"subject", "date", "mime-version", "content-language"} <= set(names)


def test_headers_come_from_the_brief(message, sent):
    assert message["Subject"] == sent.brief.title
    assert message["Content-Language"] == sent.brief.language
    assert message["Date"] == "Sun, 22 Nov 2026 00:00:00 +0000"


def test_lines_put_in_front_address_the_mail(sent):
    front = b"From: brief@example.org\r\nTo: reader@example.org\r\n"
    addressed = message_from_bytes(front + sent.mail, policy=SMTP)
    assert addressed["To"] == "reader@example.org"
    assert addressed["Subject"] == sent.brief.title


def test_the_bytes_travel_through_any_server(sent):
    assert sent.mail.isascii()
    lines = sent.mail.split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 998


def test_sizes_stay_below_what_programs_clip(message, sent):
    assert len(html_of(message).encode()) < 90_000
    assert len(sent.mail) < 2_000_000


def test_every_image_is_used_and_present(message):
    used = {a["src"] for tag, a in tags_of(message) if tag == "img"}
    present = {
        "cid:" + p["Content-ID"][1:-1] for p in message.walk() if p["Content-ID"]
    }
    assert used == present
    assert len(used) == 7
    assert all(
        part["Content-ID"] is None or "inline" in part["Content-Disposition"]
        for part in message.walk()
    )


def test_images_are_sharp_and_on_white(message):
    for part in message.walk():
        if part.get_content_type() == "image/png":
            image = Image.open(io.BytesIO(part.get_content()))
            assert image.width == 2 * letter.CHART_WIDTH
            assert image.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_nothing_is_loaded_and_nothing_runs(message):
    html = html_of(message)
    assert not re.search(r"<svg|<script|https?:|data:|javascript:|url\(|@import", html)
    for _, attributes in tags_of(message):
        assert "href" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert attributes.get("src", "cid:").startswith("cid:")


def test_styles_are_inline_and_the_dark_ones_kept(message):
    html = html_of(message)
    assert "@media(prefers-color-scheme:dark)" in html.replace(" ", "").replace(
        "\n", ""
    )
    styled = [a for tag, a in tags_of(message) if tag in ("h1", "h2", "p", "img")]
    assert all(a.get("style") for a in styled)


def test_the_mail_can_be_read_aloud(message, sent):
    tags = tags_of(message)
    assert [a["lang"] for tag, a in tags if tag == "html"] == [sent.brief.language]
    assert all(len(a["alt"]) > 40 for tag, a in tags if tag == "img")
    assert all(a.get("scope") for tag, a in tags if tag == "th")
    tables = [a for tag, a in tags if tag == "table"]
    assert all(
        "rows" in a.get("class", "") or a["role"] == "presentation" for a in tables
    )
    assert sum(tag == "h1" for tag, _ in tags) == 1


def test_the_sheet_is_560_pixels_wide(message):
    widths = [a.get("width") for tag, a in tags_of(message) if tag == "table"]
    assert widths.count("560") == 1


def test_plain_text_has_every_key_figure(message, sent):
    said = plain_of(message)
    keys = blocks.read(sent.brief.html).body.find("ul", "keys")
    for item in keys.all("li"):
        value, earlier, label = (part.text for part in item.children)
        assert f"{value} | {label} | {earlier}" in said
    assert sent.brief.title in said.replace("\xa0", " ")


def test_plain_text_tells_every_chart_in_words(message):
    said = plain_of(message)
    assert not [
        a["alt"]
        for tag, a in tags_of(message)
        if tag == "img" and f"[{a['alt']}]" not in said
    ]


def test_every_number_of_the_table_equals_the_mart(message, sent, fresh_marts):
    reader = Reader()
    reader.feed(html_of(message))
    rows = [row for row in reader.rows if len(row) == 5 and row[0].isdigit()]
    marts = fresh_marts.execute(
        "select revenue_rank, revenue_usd_millions, share_pct_printed"
        " from marts.company_rankings where ranking_series = 'article'"
        " and data_year = (select max(data_year) from marts.company_rankings"
        " where ranking_series = 'article') order by revenue_rank"
    ).fetchall()
    assert len(rows) == len(marts) == 10
    for (rank, _, revenue, share, _), (own, millions, percent) in zip(
        rows, marts, strict=True
    ):
        assert MISSING not in (revenue, share)
        assert int(rank) == own
        unit = UNITS[sent.brief.language]
        assert abs(float(revenue.replace(",", "")) - float(millions) / unit) <= 0.05
        assert abs(float(share.removesuffix("%")) - percent) <= 0.05


def test_the_attached_pdf_is_the_brief(message, sent):
    (attached,) = message.iter_attachments()
    assert attached.get_content() == sent.pdf
    assert attached.get_filename() == f"brief-annual-2024-{sent.brief.language}.pdf"


def test_boundaries_come_from_the_content(message, sent):
    again = letter.make(sent.brief, sent.pdf)
    other = letter.make(sent.brief, sent.pdf + b"%")
    assert again == sent.mail
    assert message_from_bytes(other).get_boundary() != message.get_boundary()


@pytest.mark.parametrize("end", ["\r\nBcc: x@example.org", "\n", "\r", "\u2028x"])
def test_a_line_break_in_the_subject_is_refused(end):
    with pytest.raises(letter.LetterError, match="line break"):
        letter.envelope("Brief" + end, None)


def table_of(columns, rows=2):
    head = "".join(f"<th>h{n}</th>" for n in range(columns))
    body = "".join(
        "<tr>" + "".join(f"<td>{row}.{n}</td>" for n in range(columns)) + "</tr>"
        for row in range(rows)
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    page = f"<html lang='en'><title>t</title><main>{table}</main></html>"
    return blocks.read(page.encode()).body.find("table")


def test_the_rows_of_a_wide_table_are_told_one_by_one():
    told = letter.told(table_of(8))
    assert [head.text for head, _ in told] == ["0.0", "1.0"]
    assert [(label.text, value.text) for label, value in told[1][1]] == [
        (f"h{n}", f"1.{n}") for n in range(1, 8)
    ]


def test_a_narrow_table_stays_a_table():
    assert letter.told(table_of(letter.COLUMNS)) == []


def test_a_unit_stands_on_the_line_of_its_figure(message):
    pairs = re.findall(
        r'<span class="pair".*?</span>(?=\u00a0·|</p>)', html_of(message)
    )
    assert pairs
    assert not [pair for pair in pairs if "<br" in pair]
