"""Links on a page come with the words around them and stay with the publisher."""

from datetime import datetime

import pytest

from ingest.http import Download
from ingest.questions import web_page
from ingest.questions.web_page import Link

PAGE = "https://www.example.org/list/index.html"


@pytest.fixture
def links(tmp_path):
    def links(markup):
        path = tmp_path / "page.html"
        path.write_text(markup, encoding="utf-8")
        return web_page.links(path, PAGE)

    return links


def test_a_link_in_a_table_has_the_words_of_its_row(links):
    assert links(
        """<table><tr><th>5-1</th><td>技術
        貿易</td><td><a href="a.xlsx">Excel</a> <a href="/b.png">図</a></td></tr>
        <tr><td>5-2<td><a href='c.xlsx'>Excel</a></table>"""
    ) == [
        Link("https://www.example.org/list/a.xlsx", "5-1 技術 貿易 Excel 図"),
        Link("https://www.example.org/b.png", "5-1 技術 貿易 Excel 図"),
        Link("https://www.example.org/list/c.xlsx", "5-2 Excel"),
    ]


def test_a_link_elsewhere_has_its_own_words(links):
    assert links('<p>before <a href="a.xlsx">the &amp; report</a> after</p>') == [
        Link("https://www.example.org/list/a.xlsx", "the & report")
    ]


@pytest.mark.parametrize(
    "href",
    [
        "https://www.example.net/a.xlsx",
        "//other.example.org/a.xlsx",
        "http://www.example.org/a.xlsx",
        "javascript:void(0)",
        "file:///etc/passwd",
        "https://user@www.example.org/a.xlsx",
        "https://[broken/a.xlsx",
        "",
    ],
)
def test_a_link_to_another_place_is_passed_over(links, href):
    assert links(f'<a href="{href}">a</a>') == []


NOW = datetime(2026, 11, 20, 9)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Thu, 06 Aug 2026 01:00:00 GMT", datetime(2026, 8, 6, 9)),  # noqa: DTZ001
        ("Thu, 06 Aug 2037 01:00:00 GMT", NOW),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_file_is_as_old_as_its_publisher_says(tmp_path, said, moment):
    headers = {"last-modified": said} if said else {}
    found = Download(PAGE, tmp_path, 200, headers)
    assert web_page.last_modified(found, NOW) == moment
