"""Technology trade: the newest year of each statistic, and the cell of both ratios."""

import re

import pytest

from reports import brief
from reports.facts.desk import Desk
from reports.facts.technology_facts import Technology
from reports.facts.technology_queries import technology
from reports.kinds import Edition
from reports.words import technology_words
from reports.words.voice import Voice


@pytest.fixture(scope="module")
def found(fresh_marts):
    return technology(Desk(fresh_marts, "zh-TW", str))


def test_taiwan_stands_first_with_its_level(found):
    assert [line.economy for line in found.lines] == ["臺灣", "日本"]
    first, second = found.lines
    assert (first.level, first.sets_agreeing.value) == ("middle", 6)
    assert second.ratio.is_known
    assert not second.receipts.is_known


def test_the_cell_is_told_with_the_sets_that_agree(found):
    said = "".join(map(Voice("zh-TW").plain, technology_words.said(found)))
    assert "臺灣 2024 年的技術貿易收支比" in said
    assert "屬「中技術、低貨品」，1 組門檻設定中有 3 組結果相同" in said


def test_without_any_cell_the_brief_says_so():
    (said,) = technology_words.said(Technology())
    assert said.key == "technology.missing"


@pytest.mark.parametrize("kind", ["annual", "quarterly", "monthly"])
def test_every_kind_states_the_technology_ratio_with_its_id(
    fresh_marts, font_cache, kind
):
    made = brief.make(fresh_marts, Edition(kind, "v"), "en", font_cache)
    page = made.html.decode()
    name = next(n for n in made.figures if n.startswith("typology_combined_cells.tech"))
    assert re.search(rf'id="{made.figures[name]}">\d\.\d\d<', page)
    assert page.count("medium technology, low goods") == 2
    assert ('id="technology"' in page) == (kind != "monthly")


def test_an_unknown_cell_stops_the_brief(marts):
    marts.execute("update marts.typology_combined_cells set cell = 'odd'")
    with pytest.raises(ValueError, match="no such cell: odd"):
        technology(Desk(marts, "en", str))
