"""e-Stat's trade tables over real sockets: what lands, is held back, or is told."""

import re
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from ingest.sources import estat_trade
from tests.ingest.sources.visits import LATER, NOW, Visits, visiting
from tests.upstreams.publishers import estat
from tests.upstreams.publishers.estat import APP_ID, FAULTS, HOST, trade
from tests.upstreams.world import World

VALUES = """flow, commodity_code, area_code, year, month, value_thousand_yen,
    missing_reason, published_from"""

# Landed as if nothing had happened.
HARMLESS = (
    *("slow_body", "resaved", "shuffled_rows", "bom", "small_pages"),
    "refused_with_200",
)
# Refused on the way: nothing lands.
REFUSED = {
    "truncated_gzip": "cut off",
    "gzip_bomb": "more than 20,000,000 bytes",
    "wrong_content_type": "answers with text/html instead of json",
    "html_outage": "answers with a web page instead of json",
    "empty_200": "answers with an empty body",
    "status_500": "answers 500",
    "status_502_html": "answers 502",
    "status_503_retry_after": "answers 503 .* asks to wait 2 s",
    "rate_limit_429": "answers 429 .*asks to wait 1 s",
    "quota_403": "table 0003425295, HTTP status 403: not an answer of getStatsData",
    "redirect_to_html": "sends us to www.wto.org",
    "reset": "Connection reset|ReadError|peer",
    "truncated_body": "peer closed connection",
    "oversized": "peer closed connection",
    "no_data": "table 0003425295: e-Stat answers STATUS 1, 正常に終了しましたが",
    "same_page_again": "the page after 1 is to begin at 1",
}
# Landed, and held back by the loader.
HELD_BACK = {
    "duplicated_rows": "repeats the key of",
    "duplicated_year": "is not a number of type BIGINT|repeats the key of",
    "scale_1000": "thousand yen, .* the unit or the commodity is another",
    "scale_1000_down": "thousand yen, .* the unit or the commodity is another",
    "scale_1000_year": "thousand yen, .* the unit or the commodity is another",
    "scale_1000_year_down": "thousand yen, .* the unit or the commodity is another",
    "sign_error": "thousand yen, .* the unit or the commodity is another",
    "month_zero": r"have the months \[\].*the table is not whole",
    "missing_year": r"have the months \[\].*the table is not whole",
    "half_the_rows": r"of 70131000 in 2021 have the months \[\]",
    "new_country": "area is 999, which the table does not explain",
    "letter_in_number": "is not a number of type BIGINT",
    "swapped_columns": r"time is \d+, which the table does not explain",
    "shifted_column": "cat01 is empty, which the table does not explain",
    "future_period": "time is 2035000000, which the table does not explain",
    "decimal_comma": r"have the months \[\].*the table is not whole",
    "lost_cells": r"says \d+ cells and holds \d+",
    "measures_moved": "cat02 140 is 1月_数量 in 千円, not a month's value",
    "one_cell": r"have the months \[1\]",
    "swapped_direction": "70323000 is 音響機器, not 半導体等電子部品",
    "wrong_unit": "cat02 140 is 1月_金額 in 円, not a month's value in 千円",
}
CLOSED, RUNNING, IMPORTS = "0003425295", "0004049327", "0004049328"


@pytest.fixture
def world() -> World:
    return World(drip_pieces=4, drip_seconds=0.001)


@pytest.fixture
def visits(tmp_path, world) -> Iterator[Visits]:
    with visiting(estat_trade.SOURCE, tmp_path, world, APP_ID) as found:
        yield found


@pytest.fixture(autouse=True)
def only(monkeypatch):
    """A publisher with few tables, for quick visits."""

    def only(*tables: str) -> None:
        exports = {t: y for t, y in estat._EXPORTS.items() if t in tables}
        imports = {t: y for t, y in estat._IMPORTS.items() if t in tables}
        monkeypatch.setattr(estat, "_EXPORTS", exports)
        monkeypatch.setattr(estat, "_IMPORTS", imports)
        known = {
            flow: {t: years for t, years in held.items() if t in tables}
            for flow, held in estat_trade._TABLES.items()
        }
        monkeypatch.setattr(estat_trade, "_TABLES", known)

    all_tables = (dict(estat._EXPORTS), dict(estat._IMPORTS), estat_trade._TABLES)
    only(CLOSED, RUNNING, IMPORTS)

    def everything() -> None:
        monkeypatch.setattr(estat, "_EXPORTS", all_tables[0])
        monkeypatch.setattr(estat, "_IMPORTS", all_tables[1])
        monkeypatch.setattr(estat_trade, "_TABLES", all_tables[2])

    only.everything = everything
    return only


def test_all_tables_together_have_every_month_since_1988(visits, only):
    only.everything()
    assert visits.told(NOW) is None
    months = visits.con.execute(
        """select flow, count(distinct year * 12 + month), min(year), max(year)
        from raw.estat_trade__monthly_values group by flow order by flow"""
    ).fetchall()
    whole = (2026 - 1988) * 12 + 9
    assert months == [("export", whole, 1988, 2026), ("import", whole, 1988, 2026)]


def test_values_are_as_published_and_dated_by_the_publisher(visits, world):
    assert visits.told(NOW) is None
    expected = trade(world, "輸出", "70323050", "50106", 2026, 9)
    found = [
        row[5:]
        for row in visits.standing(VALUES)
        if row[:5] == ("export", "70323050", "50106", 2026, 9)
    ]
    assert found == [(int(expected), None, datetime(2026, 10, 30))]  # noqa: DTZ001


def test_months_to_come_are_no_values_and_a_month_without_trade_is_zero(visits):
    assert visits.told(NOW) is None
    assert _months(visits, 2026) == list(range(1, 10))
    tubes = [
        row
        for row in visits.standing(VALUES)
        if row[1:4] == ("70323010", "50113", 2026)
    ]
    assert [(row[4], row[5], row[6]) for row in tubes] == [
        (1, 0, None),
        (2, 0, None),
        (3, None, "withheld"),
        (4, None, "no figure"),
        (5, None, "withheld"),
        (6, None, "blank"),
        (7, 0, None),
        (8, 0, None),
        (9, 0, None),
    ]


def test_nothing_updated_lands_nothing_and_parses_nothing(visits, world):
    assert visits.told(NOW) is None
    before = len(world.asked())
    assert visits.told(LATER) is None
    assert [a.path.rpartition("/")[2] for a in world.asked()[before:]] == [
        "getStatsList"
    ]
    assert visits.loaded == []


def test_an_update_brings_a_month_and_restates_the_year_before(visits, world):
    assert visits.told(NOW) is None
    world.advance()
    assert visits.told(LATER) is None
    assert _months(visits, 2026) == list(range(1, 11))
    restated = visits.con.execute(
        """select year, count(*) > 0 from raw.estat_trade__monthly_values
        where recorded_to is null and published_to = '2026-12-20' group by year"""
    ).fetchall()
    assert restated == [(2025, True)]


def test_new_values_under_an_old_date_are_not_asked_for(visits, world):
    assert visits.told(NOW) is None
    world.fault(HOST, "unmoved_updated_date")
    world.advance()
    before = len(world.asked())
    assert visits.told(LATER) is None
    assert len(world.asked()) == before + 1


def test_a_table_that_is_no_longer_listed_is_told_and_its_rows_stay(visits, world):
    assert visits.told(NOW) is None
    before = visits.standing(VALUES)
    world.fault(HOST, "vanished_table")
    assert visits.told(LATER) == (
        "e-Stat no longer lists table 0003425295, exports of 2021 to 2025; find out "
        "under which number they are now"
    )
    assert visits.standing(VALUES) == before


def test_a_second_table_for_known_years_is_told_and_not_read(visits, world):
    world.fault(HOST, "another_table")
    assert re.search(
        "e-Stat lists table 0004999999 .* beside 0004049327 for 2026; decide which",
        visits.told(NOW),
    )
    assert len(visits.loaded) == 3


def test_a_new_table_for_further_years_is_read(visits, world, only, monkeypatch):
    monkeypatch.setitem(estat_trade._TABLES, "export", {CLOSED: (2021, 2025)})
    assert visits.told(NOW) is None
    assert _months(visits, 2026) == list(range(1, 10))


def test_a_search_that_finds_a_single_table_gives_no_list(visits, only):
    only(RUNNING)
    assert visits.told(NOW) is None
    assert {row[3] for row in visits.standing(VALUES)} == {2026}


def test_a_search_without_a_hit_is_told(visits, world):
    world.fault(HOST, "nothing_listed")
    assert visits.told(NOW).startswith(
        "search for 概況品別国別表: e-Stat answers STATUS 1, 正常に終了しましたが"
    )


@pytest.mark.parametrize("fault", [None, "refused_with_200"])
def test_a_wrong_key_is_told_without_the_key(visits, world, fault):
    if fault:
        world.fault(HOST, fault)
    visits.key = "synthetic-wrong-key"
    assert re.fullmatch(
        "search for .*: e-Stat answers STATUS 100, 認証に失敗.*; check ESTAT_APP_ID",
        visits.told(NOW),
    )
    assert visits.loaded == []


def test_the_key_is_in_no_file(visits, tmp_path):
    assert visits.told(NOW) is None
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 3
    assert not [path for path in kept if APP_ID.encode() in path.read_bytes()]


def test_without_a_key_the_source_is_left_alone():
    assert estat_trade.SOURCE.is_without_key({})
    assert not estat_trade.SOURCE.is_without_key({"ESTAT_APP_ID": APP_ID})


def test_a_table_that_changes_between_two_pages_is_refused(visits, world, only):
    only(CLOSED)
    world.fault(HOST, "small_pages")
    world.fault(HOST, "changed_midway")
    assert "table 0003425295 changed while it was read" in visits.told(NOW)
    assert visits.standing(VALUES) == []
    world.clear()
    assert visits.told(LATER) is None


def test_every_declared_fault_has_its_outcome():
    told = {"another_table", "changed_midway", "nothing_listed", "vanished_table"}
    told |= {"unmoved_updated_date"}
    assert {*HARMLESS, *REFUSED, *HELD_BACK, *told} == set(FAULTS)


@pytest.mark.parametrize("fault", HARMLESS)
@pytest.mark.sampled(1)
def test_a_harmless_fault_changes_nothing(visits, world, fault):
    world.fault(HOST, fault)
    assert visits.told(NOW) is None
    spoilt = visits.standing(VALUES)
    world.clear()
    world.advance(to=date(2026, 10, 30))
    world.edition = 0
    assert visits.told(NOW) is None
    assert visits.loaded == []
    exports = [row for row in spoilt if row[0] == "export" and row[3] == 2024]
    assert [row[5] for row in exports if row[6] is None] == [
        int(trade(world, "輸出", *row[1:5])) for row in exports if row[6] is None
    ]


def test_refused_answers_leave_no_trace(visits, world, tmp_path):
    for fault, line in REFUSED.items():
        world.fault(HOST, fault, path="getStatsData")
        problem = visits.told(NOW)
        assert re.search(line, problem or "nothing"), (fault, problem)
        assert visits.loaded == [], fault
        assert not list((tmp_path / "downloads").glob("*")), fault
        world.clear()
    assert visits.told(LATER) is None
    assert visits.standing(VALUES)


@pytest.mark.parametrize("fault", HELD_BACK)
@pytest.mark.sampled(3)
def test_a_wrong_table_is_held_back_and_asked_for_again(visits, world, only, fault):
    only(CLOSED)
    world.fault(HOST, fault, path="getStatsData")
    assert visits.told(NOW) is None
    (reason,) = visits.held_back().values()
    assert re.search(HELD_BACK[fault], reason), reason
    assert visits.standing(VALUES) == []
    world.clear()
    assert visits.told(LATER) is None
    assert visits.standing(VALUES)


def test_a_month_that_turns_into_zeros_is_held_back(visits, world, monkeypatch, only):
    only(RUNNING)
    assert visits.told(NOW) is None
    before = visits.standing(VALUES)
    world.advance()
    monkeypatch.setattr(estat, "newest_month", lambda _: (2026, 8))
    assert visits.told(LATER) is None
    (reason,) = visits.held_back().values()
    assert reason == "lacks 42 of 378 rows that stood before"
    assert visits.standing(VALUES) == before


def _months(visits: Visits, year: int) -> list[int]:
    return sorted({month for (month,) in visits.standing("month", year=year)})
