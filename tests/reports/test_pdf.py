"""The PDF: tagged, in our typeface alone, and true to the page."""

import dataclasses
import io
import os
import re
import subprocess
import sys
from email import message_from_bytes
from email.policy import SMTP
from functools import cache

import pypdf
import pytest
import typst

from reports import brief
from reports.rendering import blocks, pdf
from tests.conftest import CHECKOUT
from tests.reports.conftest import parcel
from tests.reports.test_letter import tags_of

HOSTILE = "<script>alert(1)</script>\"'{{7*7}}#panic()$x$*b*\x0b\u202e" + "長" * 120
ASTRAL_AND_HANGUL = "\U0001f600한"


def reader(document):
    return pypdf.PdfReader(io.BytesIO(document))


@cache
def text_of(document):
    """Everything the PDF says, without the breaks of its lines."""
    pages = (page.extract_text() for page in reader(document).pages)
    return re.sub(r"\s+", "", "".join(pages))


def bare(text):
    return re.sub(r"\s+", "", text)


def structure(document):
    """The elements of the structure tree, in order."""
    found, waiting = [], [reader(document).trailer["/Root"]["/StructTreeRoot"]["/K"]]
    while waiting:
        node = waiting.pop(0).get_object() if waiting else None
        if isinstance(node, list):
            waiting = [*node, *waiting]
        elif isinstance(node, dict):
            found += [node] if "/S" in node else []
            waiting = [node["/K"], *waiting] if "/K" in node else waiting
    return found


def page_of(parcel):
    return blocks.read(parcel.brief.html)


def test_the_pdf_names_no_other_typeface(sent):
    document = reader(sent.pdf)
    objects = [document.get_object(n) for n in range(1, document.trailer["/Size"])]
    fonts = [o for o in objects if isinstance(o, dict) and "/BaseFont" in o]
    names = {font["/BaseFont"].partition("+")[2] for font in fonts}
    assert names == {"BriefSansTC-Regular", "BriefSansTC-Bold"}
    described = [o for o in objects if isinstance(o, dict) and "/FontDescriptor" in o]
    assert described
    assert all(
        {"/FontFile2", "/FontFile3"} & set(o["/FontDescriptor"]) for o in described
    )


def test_language_title_and_day_are_set(sent):
    document, root = reader(sent.pdf), reader(sent.pdf).trailer["/Root"]
    assert root["/Lang"] == sent.brief.language
    assert document.metadata.title == page_of(sent).title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert document.metadata["/CreationDate"].startswith("D:20261122")


def test_the_pdf_says_that_it_is_accessible(sent):
    root = reader(sent.pdf).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_every_chart_is_tagged_and_told_in_words(sent):
    told = [str(n["/Alt"]) for n in structure(sent.pdf) if n["/S"] == "/Figure"]
    wide = [d for d in page_of(sent).drawings if d.width == 680]
    assert told == [drawing.alt for drawing in wide]
    assert len(told) == 7
    assert all(len(words) > 40 for words in told)


def test_headings_lists_and_tables_are_tagged(sent):
    roles = [node["/S"] for node in structure(sent.pdf)]
    titles = list(page_of(sent).body.all("h2"))
    # The quiet heading of the key figures is for ears; the notes add one.
    assert roles.count("/H1") == len(titles)
    assert roles.count("/Title") == 1
    assert {"/P", "/L", "/LI", "/Table", "/TH", "/TD"} <= set(roles)


def test_the_headline_can_be_read_out_of_the_pdf(sent):
    assert bare(sent.brief.title) in text_of(sent.pdf)


def test_every_key_figure_of_the_page_stands_in_the_pdf(sent):
    said = text_of(sent.pdf)
    keys = page_of(sent).body.find("ul", "keys")
    items = [bare(part.text) for item in keys.all("li") for part in item.children]
    assert len(items) == 12
    assert not [item for item in items if item not in said]


def test_the_notes_name_every_figure_of_the_text(sent):
    body = blocks.without(page_of(sent).body, pdf._is_left_out)
    rows = pdf.printed(body, sent.brief.figures)
    assert len(rows) > 40
    assert len({name for _, name in rows}) == len(rows)
    said = text_of(sent.pdf)
    assert not [name for value, name in rows if bare(value + name) not in said]


def test_tables_print_what_the_page_prints(sent):
    said = text_of(sent.pdf)
    table = page_of(sent).body.find("table", "top")
    cells = [c for row in table.find("tbody").all("tr") for c in blocks.cells(row)]
    numbers = [cell.text for cell in cells if "num" in cell.classes]
    assert len(numbers) == 40
    assert not [number for number in numbers if bare(number) not in said]


def test_hostile_strings_are_inert_in_pdf_and_mail(marts, font_cache):
    wild = HOSTILE + ASTRAL_AND_HANGUL
    for column in ("company_name_en", "company_name_zh", "company_printed"):
        marts.execute(
            f"update marts.company_rankings set {column} = ? where revenue_rank = 7",
            [wild],
        )
    marts.execute("update marts.economies set name_en = ?, name_zh = ?", [wild] * 2)
    marts.execute("update meta.sources set url = 'javascript:alert(1)'")
    sent = parcel(marts, "en", font_cache, '"><script>')
    printed = text_of(sent.pdf)
    assert bare("{{7*7}}#panic()$x$*b*") in printed
    assert b"javascript:" not in sent.pdf
    message = message_from_bytes(sent.mail, policy=SMTP)
    html = message.get_body(("html",)).get_content()
    assert "script" not in {tag for tag, _ in tags_of(message)}
    assert "{{7*7}}#panic()" in html
    plain = message.get_body(("plain",)).get_content()
    for said in (html, plain, printed):
        assert not set(said) & set("\x0b\u202e" + ASTRAL_AND_HANGUL)
        assert "〓" in said


def test_a_character_without_glyph_stops_the_pdf(sent):
    html = sent.brief.html.replace(b"</h1>", "\u9f98</h1>".encode())
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        pdf.make(dataclasses.replace(sent.brief, html=html))


def test_the_templates_fetch_and_read_nothing():
    for name in ("brief.typ", "charts.typ"):
        text = (CHECKOUT / "reports/rendering/templates" / name).read_text()
        assert not re.search(r"@preview|#import|#include|read\(|plugin\(", text)


def test_empty_marts_still_give_pdf_and_mail(marts, font_cache):
    for (name,) in marts.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
    ).fetchall():
        marts.execute(f"delete from {name}")
    sent = parcel(marts, "zh-TW", font_cache)
    assert bare(sent.brief.title) in text_of(sent.pdf)
    message = message_from_bytes(sent.mail, policy=SMTP)
    assert message["Date"] is None


def test_a_page_that_does_not_nest_is_refused():
    with pytest.raises(ValueError, match="</p> where </b>"):
        blocks.read(b"<html lang='en'><title>t</title><main><p><b></p></main></html>")


MAKE = """
import sys, duckdb
from pathlib import Path
from reports.brief import LANGUAGES
from tests.reports.conftest import parcel
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    for kind, language in zip(("monthly", "annual"), LANGUAGES, strict=True):
        sent = parcel(connection, language, Path(sys.argv[2]), kind=kind)
        for form, content in (
            ("html", sent.brief.html), ("pdf", sent.pdf), ("eml", sent.mail)
        ):
            Path(sys.argv[3], f"{language}.{form}").write_bytes(content)
"""


@pytest.mark.sampled(0)
def test_two_processes_write_the_same_page_pdf_and_mail(tmp_path, small_file):
    outputs = []
    for seed, zone in (("1", "Asia/Taipei"), ("2", "America/New_York")):
        folder = tmp_path / seed
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-c", MAKE, small_file, tmp_path / f"fonts{seed}", folder],
            env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone},
            cwd=CHECKOUT,
            check=True,
            capture_output=True,
        )
        outputs.append({p.name: p.read_bytes() for p in folder.iterdir()})
    assert len(outputs[0]) == 3 * len(brief.LANGUAGES)
    assert outputs[0] == outputs[1]
