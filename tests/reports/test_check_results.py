"""The page on a run's checks: what is wrong first, and nothing from outside in it."""

import re

import pytest

from reports import check_results


def _row(name, outcome="passed", severity="ERROR", table="marts.a", **more):
    return {
        "run_id": "r1",
        "version": None,
        "evaluated_at": "2026-05-01 09:00:00",
        "table_name": table,
        "check_name": name,
        "checker": "dbt",
        "severity": severity,
        "outcome": outcome,
        "is_passed": outcome == "passed",
        "description": None if outcome == "passed" else f"found by {name}",
        "what_to_do": f"do {name}",
    } | more


ROWS = [
    _row("fine"),
    _row("warned", "failed", "WARN"),
    _row("blind", "could_not_run", table="marts.b"),
    _row("wrong", "failed", table="marts.c"),
]


def test_what_failed_comes_first_and_what_passed_last():
    names = [row["check_name"] for row in check_results.in_order(ROWS)]
    assert names == ["wrong", "blind", "warned", "fine"]


def test_the_page_tells_failed_from_could_not_run():
    html = check_results.page(ROWS, None)
    assert "2 checks stopped the publication" in html
    stops, warnings, _ = html.split("<section>")[1:]
    assert re.findall(r'class="outcome (\w+)"', stops) == ["failed", "could_not_run"]
    assert "found by wrong" in stops
    assert "do wrong" in stops
    assert "found by warned" in warnings
    assert "found by warned" not in stops


@pytest.mark.parametrize(
    ("rows", "headline"),
    [
        ([_row("fine")], "v1 passed every check"),
        ([_row("fine"), _row("w", "failed", "WARN")], "v1 was published with 1 warni"),
    ],
)
def test_the_headline_says_how_a_published_version_did(rows, headline):
    html = check_results.page(rows, "v1")
    assert headline in html
    assert "stops the publication" not in html


def test_what_a_check_found_is_text_and_never_markup():
    said = "<script>alert(1)</script>"
    html = check_results.page([_row("a", "failed", description=said)], None)
    assert said not in html
    assert "&lt;script&gt;" in html


def test_the_page_asks_for_nothing_from_anywhere():
    html = check_results.page(ROWS, None)
    assert not re.search(r"(?:src|href)=|url\(|@import", html)


def test_an_outcome_that_the_page_has_no_word_for_is_an_error():
    with pytest.raises((KeyError, ValueError)):
        check_results.page([_row("a", "odd")], None)
