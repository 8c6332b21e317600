"""Tables hold what the marts hold, and say why a cell is empty."""

from dataclasses import replace

import pytest
import yaml

from reports import brief
from reports.facts import queries
from reports.facts.desk import Desk
from reports.facts.text import Scrubber
from reports.fonts import covered
from reports.pictures.pictures import ic_series
from reports.words import tables
from reports.words.voice import Voice
from tests.conftest import CHECKOUT

REPLICATION = CHECKOUT / "dbt_project/models/marts/article_replication.yml"
ENGLISH = Voice("en")


@pytest.fixture
def facts(marts):
    return queries.read(Desk(marts, "en", Scrubber(covered())), "article")


def test_running_years_stand_last_and_apart(facts):
    table = tables.ratio_table(ic_series(facts))
    heads = [head for head, _ in table.rows]
    assert heads[:-2] == list(range(1988, 2026))
    assert [ENGLISH.plain(h) for h in heads[-2:]] == ["Jan–Aug 2025", "Jan–Mar 2026"]


def test_years_outside_a_series_are_explained(facts):
    table = tables.ratio_table(ic_series(facts))
    said = [ENGLISH.plain(r) for r in table.reasons]
    assert said == ["Taiwan, the series does not cover these years"]


def test_a_missing_ratio_is_explained(facts):
    japan = facts.ratios("JPN", "equipment")
    (reason,) = tables.ratio_table((japan,)).reasons
    assert ENGLISH.plain(reason) == "Japan, the source prints no imports"


def test_the_top_ten_shows_where_each_firm_comes_from(facts):
    rows = {row.company: row for row in tables.firm_rows(facts)}
    assert ENGLISH.show(rows["SK hynix"].places) == "+3"
    assert ENGLISH.show(rows["Intel"].places) == "0"
    assert ENGLISH.plain(rows["MediaTek"].remark) == "new"
    assert ENGLISH.plain(rows["Kioxia"].remark) == "from Toshiba"


def test_a_firm_without_a_move_has_no_figure(facts):
    rows = tables.firm_rows(replace(facts, moves=()))
    assert {ENGLISH.plain(row.remark) for row in rows} == {"no figure"}


def test_claims_come_in_the_articles_order(facts):
    ids = [row.claim.id for row in tables.claim_rows(facts)]
    assert ids == [f"R{i}" for i in range(1, 10)] + ["C15", "C16", "C18"]


def test_the_first_print_of_r3_is_told(facts):
    (told,) = [r.first_print for r in tables.claim_rows(facts) if r.first_print]
    assert ENGLISH.plain(told) == "First printed on 28 January 2022 as 1.43."


def test_the_forty_rows_are_summed_up(facts):
    said = ENGLISH.plain(tables.tally(facts)[0])
    assert said.startswith("Of the 40 rows of its company table, 22 agree")
    assert "2 differ and 16 cannot be checked" in said


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "Of the 5 statements of its text that were looked at: 1 reproduced, "
            "1 different, 1 superseded, 1 disputed by a second source, "
            "1 beyond what figures can decide.",
        ),
        (
            "zh-TW",
            "文中 5 項陳述逐一查核：相符 1 項，不同 1 項，後來已被刷新 1 項，"
            "與第二手來源不符 1 項，非數字所能判斷 1 項。",
        ),
    ],
)
def test_the_statements_are_summed_up_by_outcome(facts, language, expected):
    assert Voice(language).plain(tables.tally(facts)[1]) == expected


def test_every_outcome_of_the_mart_has_a_place_in_the_sum():
    twin = yaml.safe_load(REPLICATION.read_text(encoding="utf-8"))
    tests = twin["models"][0]["data_tests"]
    (form,) = [test["well_formed"] for test in tests if "well_formed" in test]
    outcomes = form["arguments"]["values"]["replication_status"]
    assert sorted(tables.STATUSES) == sorted(outcomes)
    for language in brief.LANGUAGES:
        assert all(Voice(language).has(f"tally.{status}") for status in outcomes)


def test_what_rests_on_second_sources_is_only_tallied(facts):
    assert facts.claim("C05") is None
    assert facts.claim("C21") is None


def test_the_two_rows_that_differ_are_named(facts):
    said = [ENGLISH.plain(row) for row, _ in tables.odd_rows(facts)]
    assert said == [
        "Hitachi, 2000: share 3.2% in the article, 3.3% in the release.",
        "Samsung, 2010: revenue ($bn) 28.256 in the article, 28.137 in the release.",
    ]
