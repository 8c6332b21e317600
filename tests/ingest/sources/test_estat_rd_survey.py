"""The R&D survey's tables over real sockets: found by title, checked, or told."""

import re
from collections.abc import Iterator

import pytest

from ingest.readers import technology_trade
from ingest.sources import estat_rd_survey
from tests.ingest.sources.visits import LATER, NOW, Visits, visiting
from tests.upstreams.publishers import estat
from tests.upstreams.publishers.estat import APP_ID, HOST, survey
from tests.upstreams.world import World

VALUES = """flow, affiliation, industry, fiscal_year, value_million_yen,
    missing_reason"""

HELD_BACK = {
    "duplicated_rows": "repeats the key of",
    "scale_1000": "million yen; year or unit is another",
    "scale_1000_down": "million yen; year or unit is another",
    "scale_1000_year": "million yen; year or unit is another",
    "sign_error": "million yen; year or unit is another",
    "month_zero": "million yen; year or unit is another",
    "half_the_rows": "no industry is called 全産業",
    "new_country": "cat02 is 999, which the table does not explain",
    "swapped_columns": r"time is \d+, which the table does not explain",
    "shifted_column": "cat01 is empty, which the table does not explain",
    "future_period": "time is 2034100000, which the table does not explain",
    "decimal_comma": "are None million yen; year or unit is another",
    "lost_cells": r"says \d+ cells and holds \d+",
    "one_cell": "no industry is called 全産業",
    "wrong_unit": "in 円, of 20..; expected 百万円 of a 年度",
}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def visits(tmp_path, world) -> Iterator[Visits]:
    with visiting(estat_rd_survey.SOURCE, tmp_path, world, APP_ID) as found:
        yield found


def test_both_directions_are_found_by_title_and_affiliates_stand_apart(visits, world):
    assert visits.told(NOW) is None
    assert {x.payload.part for x in visits.loaded} == set(estat.SURVEYS)
    name = estat.INDUSTRIES["031"]
    assert visits.standing(VALUES, industry_code="031", fiscal_year=2020) == [
        (flow, part, name, 2020, int(survey(world, word, item, "031", 2020)), None)
        for flow, word in (("payments", "技術輸入"), ("receipts", "技術輸出"))
        for part, item in (("affiliates", "050"), ("all", "040"))
    ]


def test_a_withheld_figure_is_empty_with_its_reason(visits):
    assert visits.told(NOW) is None
    withheld = visits.standing(VALUES, industry_code="060", affiliation="affiliates")
    assert withheld
    assert {row[4:] for row in withheld} == {(None, "withheld")}


def test_nothing_updated_lands_nothing(visits, world):
    assert visits.told(NOW) is None
    before = len(world.asked())
    assert visits.told(LATER) is None
    assert {a.path.rpartition("/")[2] for a in world.asked()[before:]} == {
        "getStatsList"
    }
    assert visits.loaded == []


def test_an_update_restates_a_year(visits, world):
    assert visits.told(NOW) is None
    world.advance()
    assert visits.told(LATER) is None
    restated = visits.con.execute(
        """select distinct fiscal_year from raw.estat_rd_survey__technology_trade
        where published_to is not null"""
    ).fetchall()
    assert restated == [(2024,)]


def test_a_direction_whose_table_is_not_found_is_told_in_one_line(visits, monkeypatch):
    monkeypatch.setattr(estat, "SURVEYS", {"0004100001": "技術輸出"})
    assert re.fullmatch(
        "no title under 00200543 on e-Stat has 技術輸入 by 産業 alone "
        r"\(found: .*世界州別.*\); find what the table is called now",
        visits.told(NOW),
    )


def test_a_statistic_without_tables_is_told(visits, world):
    world.fault(HOST, "nothing_listed")
    assert visits.told(NOW).startswith("search for 技術輸出: e-Stat answers STATUS 1")


def test_a_table_that_is_listed_without_data_stops_no_other(visits, world):
    world.fault(HOST, "no_data", path="0004100001")
    assert visits.told(NOW).startswith("table 0004100001: e-Stat answers STATUS 1")
    assert {row[0] for row in visits.standing(VALUES)} == {"payments"}


def test_figures_known_from_elsewhere_tell_of_other_years_and_units(
    visits, monkeypatch
):
    monkeypatch.setattr(technology_trade, "_KNOWN", {("receipts", 2020): 2_385_200})
    assert visits.told(NOW) is None
    (reason,) = visits.held_back().values()
    assert "fiscal year 2020 are" in reason
    assert reason.endswith("known are 2385200; year or unit is another")


@pytest.mark.parametrize(
    ("labels", "line"),
    [
        ({"040": "受取額", "050": "うち親子会社"}, "0 axes of table .* 対価受取額"),
        ({"050": "対価受取額_うち関連会社"}, "2 items are called 対価受取額, 0 its"),
    ],
)
def test_other_labels_are_not_guessed(visits, monkeypatch, labels, line):
    honest = estat._survey_table

    def relabelled(world, about):
        table = honest(world, about)
        if about[0] == "0004100001":
            name, items = table.axes["cat01"]
            table.axes["cat01"] = (name, items | labels)
        return table

    monkeypatch.setattr(estat, "_survey_table", relabelled)
    assert visits.told(NOW) is None
    (reason,) = visits.held_back().values()
    assert re.search(line, reason), reason


@pytest.mark.parametrize("fault", HELD_BACK)
@pytest.mark.sampled(3)
def test_a_wrong_table_is_held_back_and_asked_for_again(visits, world, fault):
    world.fault(HOST, fault, path="statsDataId=0004100001")
    assert visits.told(NOW) is None
    (reason,) = visits.held_back().values()
    assert re.search(HELD_BACK[fault], reason), reason
    assert {row[0] for row in visits.standing(VALUES)} == {"payments"}
    world.clear()
    assert visits.told(LATER) is None
    assert {row[0] for row in visits.standing(VALUES)} == {"payments", "receipts"}


def test_a_year_that_vanishes_leaves_its_rows_standing(visits, world):
    assert visits.told(NOW) is None
    before = {row[3] for row in visits.standing(VALUES)}
    world.advance()
    world.fault(HOST, "missing_year", path="getStatsData")
    assert visits.told(LATER) is None
    assert {row[3] for row in visits.standing(VALUES)} == before
