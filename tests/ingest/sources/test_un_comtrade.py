"""UN Comtrade over real sockets: what lands, what is held back, what is said of it."""

import math
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from ingest.sources import un_comtrade
from tests.ingest.sources.visits import LATER, NOW, Visits, visiting
from tests.upstreams.publishers import comtrade as publisher
from tests.upstreams.publishers.comtrade import FAULTS, HOST, KEY, value
from tests.upstreams.world import World

VALUES = """method, reporter_code, partner_code, flow_code, classification_search_code,
    cmd_code, year, primary_value_usd, valuation, classification_code"""

# Landed as if nothing had happened.
HARMLESS = {"slow_body", "resaved", "shuffled_rows", "bom", "ignored_pins"}
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
    "rate_limit_429": "answers 429 .*Rate limit is exceeded.*asks to wait 1 s",
    "quota_403": "answers 403 .*Out of call volume quota.*asks to wait 3600 s",
    "redirect_to_html": "sends us to www.wto.org",
    "reset": "Connection reset|ReadError|peer",
    "truncated_body": "peer closed connection",
    "oversized": "peer closed connection",
    "empty_data": "no rows, which says nothing; not kept",
    "error_in_body": "answers with the error Synthetic failure",
    "short_count": r"says \d+ rows, sends \d+; not kept",
    "missing_year": "no rows of 20.., which it lists; not kept",
    "half_the_rows": "no rows of 20.*, which it lists; not kept",
    "new_country": "rows of 999, which were not asked for",
    "future_period": "rows of 20.., which were not asked for",
    "shifted_column": "no rows of|not readable as an answer of UN Comtrade",
}
# Landed, and held back by the loader.
HELD_BACK = {
    "duplicated_rows": "repeats the key of",
    "duplicated_year": "repeats the key of",
    "scale_1000": "primary_value_usd: .* is above",
    "scale_1000_down": "far below what is known; unit",
    "scale_1000_year": "is above|jumps from",
    "scale_1000_year_down": "far below what is known|jumps from",
    "sign_error": "far below what is known",
    "month_zero": "far below what is known",
    "letter_in_number": "not readable as an answer of UN Comtrade: .*Failed to cast",
    "swapped_columns": "primary_value_usd: is empty|is empty",
    "decimal_comma": "not readable as an answer of UN Comtrade: .*Failed to cast",
}


@pytest.fixture
def world() -> World:
    return World(drip_pieces=4, drip_seconds=0.001)


@pytest.fixture
def visits(tmp_path, world) -> Iterator[Visits]:
    with visiting(un_comtrade.SOURCE, tmp_path, world) as found:
        yield found


@pytest.fixture
def narrow(monkeypatch):
    """A publisher with few reporters and years, for quick visits."""

    def narrow(*reporters: int, first_year: int = 2016) -> None:
        codes = {"HS": reporters, "S2": reporters}
        monkeypatch.setattr(un_comtrade, "_REPORTERS", codes)
        monkeypatch.setattr(un_comtrade, "_FIRST_YEAR", first_year)

    narrow(392)
    return narrow


def test_questions_keep_within_the_publishers_limits(visits, world, narrow):
    narrow(156, 392, 490, first_year=1976)
    assert visits.told(NOW) is None
    asked = world.asked(HOST, "preview")
    assert asked
    for request in asked:
        query = request.query
        lists = [query[n].split(",") for n in ("period", "partnerCode", "cmdCode")]
        assert len(lists[0]) <= 12
        assert 2 * math.prod(map(len, lists)) < 500
        assert len(f"{request.path}?{query}") < 4096
        pinned = ("partner2Code", "customsCode", "motCode")
        assert [query[name] for name in pinned] == ["0", "C00", "0"]


def test_values_are_as_published_and_have_their_valuation(visits, world, narrow):
    narrow(392, 490)
    assert visits.told(NOW) is None
    rows = visits.con.execute(
        """select method, partner_code, flow_code, primary_value_usd, valuation,
            classification_code, is_aggregate
        from raw.un_comtrade__goods_values
        where reporter_code = 392 and cmd_code = '8542' and year = 2020 order by all"""
    ).fetchall()
    honest = [
        (method, partner, flow, value(world, 392, partner, flow, "8542", 2020), kind)
        for method, partner in (("mirror", 490), ("reported", 0))
        for flow, kind in (("M", "CIF"), ("X", "FOB"))
    ]
    assert rows == [(*row, "H5", True) for row in honest]


def test_japan_and_taiwan_tell_of_one_trade_from_both_sides(visits, world, narrow):
    narrow(392, 490)
    assert visits.told(NOW) is None
    sides = visits.con.execute(
        """select here.flow_code, here.valuation, there.valuation,
            here.primary_value_usd / there.primary_value_usd as ratio
        from raw.un_comtrade__goods_values as here
        join raw.un_comtrade__goods_values as there
            using (classification_search_code, cmd_code, year)
        where here.method = 'bilateral' and there.method = 'mirror'
        and here.flow_code <> there.flow_code"""
    ).fetchall()
    assert {side[:3] for side in sides} == {("M", "CIF", "FOB"), ("X", "FOB", "CIF")}
    assert all(0.8 < ratio < 1.25 and ratio != 1 for *_, ratio in sides)


def test_all_goods_come_with_the_products_and_are_more(visits, world, narrow):
    assert visits.told(NOW) is None
    asked = world.asked(HOST, "preview")
    assert {a.query["cmdCode"].split(",")[-1] for a in asked} == {"TOTAL"}
    ((least,),) = visits.con.execute(
        """with totals as (
            from raw.un_comtrade__goods_values where cmd_code = 'TOTAL'
        )
        select min(totals.primary_value_usd / part.primary_value_usd)
        from raw.un_comtrade__goods_values as part join totals
            using (method, flow_code, classification_search_code, year)
        where part.cmd_code <> 'TOTAL'"""
    ).fetchall()
    assert least > 1


def test_a_product_above_all_goods_is_held_back(visits, world, narrow, monkeypatch):
    def upside_down(world, reporter, partner, flow, code, year):
        return 9e10 if code == "TOTAL" else 1e11

    monkeypatch.setattr(publisher, "value", upside_down)
    assert visits.told(NOW) is None
    for reason in visits.held_back().values():
        assert "is US$ 100000000000, more than all its goods, 90000000000" in reason
    assert visits.standing(VALUES) == []


def test_a_wider_question_is_asked_although_nothing_was_released(
    visits, world, narrow, monkeypatch
):
    with monkeypatch.context() as patched:
        codes = {"HS": ("8541", "8542"), "S2": ("776",)}
        patched.setattr(un_comtrade, "_CODES", codes)
        assert visits.told(NOW) is None
    assert visits.standing("count(*)", "goods_values", "cmd_code = '8486'") == [(0,)]
    assert visits.told(LATER) is None
    assert visits.standing("count(*)", "goods_values", "cmd_code = '8486'")[0] > (9,)


def test_what_the_list_releases_is_the_day_of_publication(visits, world, narrow):
    assert visits.told(NOW) is None
    assert visits.con.execute(
        """select distinct published_from from raw.un_comtrade__goods_values
        where year = 2024"""
    ).fetchall() == [(datetime(2025, 9, 2, 18, 31, 7),)]  # noqa: DTZ001


@pytest.mark.parametrize("days", [1, 200])
def test_nothing_changed_asks_for_no_values_again(visits, world, narrow, days):
    assert visits.told(NOW) is None
    before = len(world.asked())
    assert visits.told(NOW + timedelta(days=days)) is None
    assert {a.path.split("/")[3] for a in world.asked()[before:]} == {"getDA"}
    assert not [x for x in visits.loaded if x.payload.part]


def test_a_release_is_asked_for_in_its_own_block_and_revises(visits, world, narrow):
    assert visits.told(NOW) is None
    before = len(world.asked())
    world.advance()
    assert visits.told(LATER) is None
    blocks = [a.query["period"] for a in world.asked()[before:] if "period" in a.query]
    assert {period[:4] for period in blocks} == {"2016"}
    changed = visits.con.execute(
        """select distinct year from raw.un_comtrade__goods_values
        where published_from > '2026-11-30' order by 1"""
    ).fetchall()
    assert changed == [(2024,), (2025,)]
    assert {x.rows_closed > 0 for x in visits.loaded} == {True}


def test_taiwan_that_does_not_report_is_mirrored(visits, world, narrow):
    narrow(392, 490)
    world.fault(HOST, "taiwan_absent")
    assert visits.told(NOW) is None
    found = visits.con.execute(
        """select method, reporter_code, partner_code, count(*) > 0
        from raw.un_comtrade__goods_values group by all order by all"""
    ).fetchall()
    assert found == [("mirror", 392, 490, True), ("reported", 392, 0, True)]
    world.clear()
    assert visits.told(NOW) is None
    found = visits.con.execute(
        """select method, count(*) from raw.un_comtrade__goods_values
        where 490 in (reporter_code, partner_code) group by all order by all"""
    ).fetchall()
    assert [method for method, _ in found] == ["bilateral", "mirror", "reported"]


def test_taiwan_that_stops_reporting_is_told_and_its_rows_stay(visits, world, narrow):
    narrow(392, 490)
    assert visits.told(NOW) is None
    before = visits.standing(VALUES)
    world.fault(HOST, "taiwan_absent")
    assert visits.told(LATER) is None
    assert list(visits.held_back().values()) == ["no longer has reporter_code 490"]
    assert visits.standing(VALUES) == before


def test_an_edition_of_the_hs_nobody_knows_is_counted(visits, world, narrow):
    narrow(392)
    assert visits.told(NOW) is None
    world.advance()
    world.fault(HOST, "new_hs_edition")
    assert visits.told(LATER) is None
    assert visits.held_back() == {}
    unmapped = visits.con.execute(
        "select column_name, value from raw.unmapped order by all"
    ).fetchall()
    assert set(unmapped) == {("classification_code", "H7")}


def test_a_reporter_that_is_not_listed_is_told(visits, world, narrow):
    narrow(392, 158)
    assert visits.told(NOW) == "UN Comtrade lists nothing of reporter 158"
    assert visits.standing(VALUES)


def test_with_a_key_it_goes_into_the_header_alone(visits, world, narrow, tmp_path):
    visits.key = KEY
    assert visits.told(NOW) is None
    assert {a.path.split("/")[1] for a in world.asked()} == {"data"}
    assert not [a for a in world.asked() if KEY in str(a.query)]
    kept = [p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()]
    assert kept
    assert not [body for body in kept if KEY.encode() in body]


def test_a_wrong_key_is_told_without_the_key(visits, world, narrow):
    visits.key = "synthetic-wrong-key"
    problem = visits.told(NOW)
    assert "invalid subscription key" in problem
    assert problem.endswith("check COMTRADE_KEY")
    assert visits.key not in problem
    assert visits.loaded == []


def test_a_visit_that_was_stopped_goes_on_where_it_ended(visits, world, narrow):
    narrow(392, 410)
    world.fault(HOST, "burst_limit", path="preview")
    assert "answers 429" in visits.told(NOW)
    landed = [x.payload.part for x in visits.loaded if x.payload.part]
    assert landed
    world.clear()
    before = len(world.asked(HOST, "preview"))
    assert visits.told(LATER) is None
    assert len(world.asked(HOST, "preview")) - before == 4 - len(landed)


def test_an_answer_at_the_row_limit_is_refused_and_a_whole_one_held_back(
    visits, world, narrow
):
    narrow(392, first_year=2018)
    world.fault(HOST, "ignored_partner", path="preview")
    assert "500 rows, its limit, so some may be missing; not kept" in visits.told(NOW)
    (reason,) = visits.held_back().values()  # the block of few products came whole
    assert "column partner_code: 36 is not one of 0, 392, 490" in reason
    assert visits.standing(VALUES) == []


def test_every_declared_fault_has_its_outcome():
    told_above = {"taiwan_absent", "burst_limit", "ignored_partner"}
    own = told_above | {"new_hs_edition"}
    assert HARMLESS | set(REFUSED) | set(HELD_BACK) | own == set(FAULTS)


@pytest.mark.parametrize("fault", sorted(HARMLESS))
@pytest.mark.sampled(1)
def test_a_harmless_fault_changes_nothing(visits, world, narrow, fault, tmp_path):
    world.fault(HOST, fault)
    assert visits.told(NOW) is None
    spoilt = visits.standing(VALUES)
    world.clear()
    with visiting(un_comtrade.SOURCE, tmp_path / "honest", world) as honest:
        assert honest.told(NOW) is None
    assert spoilt == honest.standing(VALUES)


def test_refused_answers_leave_no_trace(visits, world, narrow, tmp_path):
    for fault, line in REFUSED.items():
        world.fault(HOST, fault, path="preview")
        problem = visits.told(NOW)
        assert re.search(line, problem or "nothing"), (fault, problem)
        assert {x.payload.resource for x in visits.loaded} <= {"datasets.zip"}, fault
        assert not list((tmp_path / "downloads").glob("*")), fault
        world.clear()
    assert visits.standing(VALUES) == []
    assert visits.told(LATER) is None
    assert visits.standing(VALUES)


@pytest.mark.parametrize("fault", sorted(HELD_BACK))
@pytest.mark.sampled(2)
def test_a_wrong_payload_is_held_back_and_asked_for_again(visits, world, narrow, fault):
    world.fault(HOST, fault, path="preview")
    assert visits.told(NOW) is None
    held = visits.held_back()
    assert held
    for reason in held.values():
        assert re.search(HELD_BACK[fault], reason), reason
    assert visits.standing(VALUES) == []
    world.clear()
    assert visits.told(LATER) is None
    assert visits.standing(VALUES)


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("half_the_rows", "no longer has reporter_code|lacks"),
        ("empty_data", "no rows, which says nothing"),
        ("new_country", "rows of 999, which were not asked for"),
        ("duplicated_rows", "UN Comtrade lists HS 392 1988 2 times"),
    ],
)
def test_a_wrong_list_leaves_all_rows_standing(visits, world, narrow, fault, line):
    narrow(392, 410)
    assert visits.told(NOW) is None
    before = visits.standing(VALUES)
    world.fault(HOST, fault, path="getDA")
    problem = visits.told(LATER)
    told = "; ".join([problem or "", *visits.held_back().values()])
    assert re.search(line, told), told
    assert visits.standing(VALUES) == before
