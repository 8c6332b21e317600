"""The R&D survey's tables over real sockets: found by title, checked, or told."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingest import loading
from ingest.http import Client, Limits
from ingest.landing import LandingZone
from ingest.readers import technology_trade
from ingest.session import Session
from ingest.source import IngestError
from ingest.sources import estat_rd_survey
from tests.upstreams.publishers import estat
from tests.upstreams.publishers.estat import APP_ID, HOST, survey
from tests.upstreams.server import running
from tests.upstreams.world import World

NOW = datetime(2026, 11, 22, 9, 0)  # noqa: DTZ001 the clock is naive on purpose
LATER = datetime(2026, 12, 20, 8, 0)  # noqa: DTZ001

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


class Visits:
    """A warehouse that visits the simulated publisher."""

    def __init__(self, folder: Path, base: str) -> None:
        limits = Limits(attempts=1, first_pause=0.01)
        self.client = Client(folder / "downloads", base, limits, pace=0)
        self.zone = LandingZone(folder / "landing")
        self.con = duckdb.connect()

    def visit(self, now: datetime = NOW) -> str | None:
        """What the operator reads of a visit; None if all went well."""
        source, held = estat_rd_survey.SOURCE, [*self.held_back()]
        session = Session(source, self.zone, self.client, now, APP_ID, held_back=held)
        try:
            estat_rd_survey.fetch(session)
        except IngestError as error:
            problem = str(error)
            assert "\n" not in problem
            assert APP_ID not in problem
            return problem
        finally:
            self.loaded = loading.load(self.con, source, self.zone)
        return None

    def held_back(self) -> dict[str, str]:
        if not self.zone.journal.exists():
            return {}
        return dict(
            self.con.execute(
                "select payload_sha256, reason from raw.quarantine order by sequence"
            ).fetchall()
        )

    def values(self, **chosen: object) -> list[tuple]:
        where = " and ".join([f"{name} = ${name}" for name in chosen] or ["true"])
        return self.con.execute(
            f"""select flow, affiliation, industry, fiscal_year, value_million_yen,
                missing_reason from raw.estat_rd_survey__technology_trade
            where recorded_to is null and published_to is null and {where}
            order by all""",
            chosen,
        ).fetchall()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def visits(tmp_path, world) -> Iterator[Visits]:
    with running(world) as base:
        found = Visits(tmp_path, base)
        yield found
        found.client.close()


def test_both_directions_are_found_by_title_and_affiliates_stand_apart(visits, world):
    assert visits.visit() is None
    assert {x.payload.part for x in visits.loaded} == set(estat.SURVEYS)
    name = estat.INDUSTRIES["031"]
    assert visits.values(industry_code="031", fiscal_year=2020) == [
        (flow, part, name, 2020, int(survey(world, word, item, "031", 2020)), None)
        for flow, word in (("payments", "技術輸入"), ("receipts", "技術輸出"))
        for part, item in (("affiliates", "050"), ("all", "040"))
    ]


def test_a_withheld_figure_is_empty_with_its_reason(visits):
    assert visits.visit() is None
    withheld = visits.values(industry_code="060", affiliation="affiliates")
    assert withheld
    assert {row[4:] for row in withheld} == {(None, "withheld")}


def test_nothing_updated_lands_nothing(visits, world):
    assert visits.visit() is None
    before = len(world.asked())
    assert visits.visit(LATER) is None
    assert {a.path.rpartition("/")[2] for a in world.asked()[before:]} == {
        "getStatsList"
    }
    assert visits.loaded == []


def test_an_update_restates_a_year(visits, world):
    assert visits.visit() is None
    world.advance()
    assert visits.visit(LATER) is None
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
        visits.visit(),
    )


def test_a_statistic_without_tables_is_told(visits, world):
    world.fault(HOST, "nothing_listed")
    assert visits.visit().startswith("search for 技術輸出: e-Stat answers STATUS 1")


def test_a_table_that_is_listed_without_data_stops_no_other(visits, world):
    world.fault(HOST, "no_data", path="0004100001")
    assert visits.visit().startswith("table 0004100001: e-Stat answers STATUS 1")
    assert {row[0] for row in visits.values()} == {"payments"}


def test_figures_known_from_elsewhere_tell_of_other_years_and_units(
    visits, monkeypatch
):
    monkeypatch.setattr(technology_trade, "_KNOWN", {("receipts", 2020): 2_385_200})
    assert visits.visit() is None
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
    assert visits.visit() is None
    (reason,) = visits.held_back().values()
    assert re.search(line, reason), reason


@pytest.mark.parametrize("fault", HELD_BACK)
def test_a_wrong_table_is_held_back_and_asked_for_again(visits, world, fault):
    world.fault(HOST, fault, path="statsDataId=0004100001")
    assert visits.visit() is None
    (reason,) = visits.held_back().values()
    assert re.search(HELD_BACK[fault], reason), reason
    assert {row[0] for row in visits.values()} == {"payments"}
    world.clear()
    assert visits.visit(LATER) is None
    assert {row[0] for row in visits.values()} == {"payments", "receipts"}


def test_a_year_that_vanishes_leaves_its_rows_standing(visits, world):
    assert visits.visit() is None
    before = {row[3] for row in visits.values()}
    world.advance()
    world.fault(HOST, "missing_year", path="getStatsData")
    assert visits.visit(LATER) is None
    assert {row[3] for row in visits.values()} == before
