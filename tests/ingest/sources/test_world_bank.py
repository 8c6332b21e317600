"""The World Bank over real sockets. All values but the embedded ones are synthetic."""

import csv
import re
from datetime import datetime

import duckdb
import pytest

from ingest import clock, embedded, loading
from ingest.landing import LandingZone
from ingest.sources import world_bank
from tests.conftest import CHECKOUT
from tests.ingest.sources.visits import (
    ACCEPTED,
    HELD_BACK,
    REFUSED,
    UNCHANGED,
    on_the_way,
    visiting,
)
from tests.upstreams.publishers import world_bank as publisher
from tests.upstreams.publishers.world_bank import FAULTS, HOST

RECEIPTS, PAYMENTS = "BX.GSR.ROYL.CD", "BM.GSR.ROYL.CD"
AREAS = ("DEU", "FRA", "GBR", "HIC", "JPN", "KOR", "USA", "WLD")
OUTCOMES = on_the_way("json") | {
    "bom": (ACCEPTED, ""),
    "latin1": (ACCEPTED, ""),  # no name in these answers has other letters
    "shuffled_rows": (ACCEPTED, ""),
    "numbers_as_text": (ACCEPTED, ""),
    "new_country": (ACCEPTED, ""),
    "unmoved_lastupdated": (ACCEPTED, ""),
    "message_200": (REFUSED, "refused: The provided parameter value is not valid"),
    "null_rows": (REFUSED, r"has no rows \(null\)"),
    "updated_midway": (REFUSED, "was updated while it was read"),
    "wrong_total": (REFUSED, "rows on 1 pages, but its header announces"),
    "xml_despite_json": (REFUSED, "answers with a web page instead of json"),
    "vanished_economy": (REFUSED, "refused: The provided parameter value is not valid"),
    "duplicated_rows": (HELD_BACK, "row .*: repeats the key of row"),
    "duplicated_year": (HELD_BACK, "row .*: repeats the key of row"),
    "scale_1000": (HELD_BACK, "JPN .* is out of all proportion; the unit"),
    "scale_1000_down": (HELD_BACK, "JPN .* is out of all proportion; the unit"),
    "scale_1000_year": (HELD_BACK, "is out of all proportion; the unit"),
    "scale_1000_year_down": (HELD_BACK, "is out of all proportion; the unit"),
    "sign_error": (HELD_BACK, "is out of all proportion; the unit or the sign"),
    "month_zero": (HELD_BACK, "with 0 US.* is out of all proportion"),
    "missing_year": (HELD_BACK, r"has values of 2025, but none of \d{4}"),
    "half_the_rows": (HELD_BACK, r"has values of 2025, but none of \d{4}"),
    "letter_in_number": (HELD_BACK, "column value_usd: .* is not a number of type"),
    "swapped_columns": (HELD_BACK, "column value_usd: .* is not a number of type"),
    "shifted_column": (HELD_BACK, "column year: .* is not a number of type INTEGER"),
    "future_period": (HELD_BACK, "has values of 2035, but none of 2026"),
    "decimal_comma": (HELD_BACK, "column value_usd: .* is not a number of type"),
}


@pytest.fixture
def visits(tmp_path, monkeypatch):
    few = {iso3: publisher.reported()[iso3] for iso3 in AREAS}
    monkeypatch.setattr(publisher, "reported", lambda: few)
    with visiting(world_bank.SOURCE, tmp_path) as made:
        yield made


@pytest.fixture
def shipped(tmp_path):
    zone = LandingZone(tmp_path / "landing")
    embedded.land(world_bank.SOURCE, zone, clock.now())
    con = duckdb.connect()
    loading.load(con, world_bank.SOURCE, zone)
    return con


def test_economies_and_groups_are_read_and_empty_years_left_out(visits):
    assert visits.visit() == (ACCEPTED, "")
    rows = visits.standing("iso3, indicator, year, value_usd, published_from")
    assert {row[0] for row in rows} == set(AREAS)
    assert len(rows) == sum(map(len, publisher.reported().values()))
    found = {row[:3]: row[3:] for row in rows}
    value = publisher.value(visits.world, RECEIPTS, "JPN", 2024)
    # The date of the last update is the day of publication.
    assert found["JPN", RECEIPTS, 2024] == (value, datetime.fromisoformat("2026-07-01"))
    assert ("JPN", RECEIPTS, 1995) not in found


def test_a_second_visit_asks_for_one_row_and_parses_nothing(visits):
    visits.visit()
    asked = len(visits.world.asked(HOST))
    assert visits.visit() == (UNCHANGED, "")
    (request,) = visits.world.asked(HOST)[asked:]
    assert request.query["per_page"] == "1"
    visits.world.advance()
    assert visits.visit() == (ACCEPTED, "")
    assert visits.standing("max(published_from)")[0][0].year == 2026


def test_pages_are_followed_to_the_last(visits, monkeypatch):
    monkeypatch.setattr(world_bank, "_PER_PAGE", 100)
    assert visits.visit() == (ACCEPTED, "")
    pages = [r.query["page"] for r in visits.world.asked(HOST, RECEIPTS)[1:]]
    assert pages == [str(n) for n in range(1, 7)]
    expected = sum(map(len, publisher.reported().values()))
    assert len(visits.standing("year")) == expected


def test_an_area_nobody_knows_is_kept_and_counted(visits):
    visits.world.fault(HOST, "new_country")
    assert visits.visit() == (ACCEPTED, "")
    counted = visits.con.execute("from raw.unmapped").fetchall()
    assert [row[:3] for row in counted] == [("world_bank__ip_charges", "iso3", "QQQ")]


def test_an_economy_that_is_gone_is_held_back(visits, monkeypatch):
    visits.visit()
    visits.world.advance()
    left = {a: r for a, r in publisher.reported().items() if a != "KOR"}
    monkeypatch.setattr(publisher, "reported", lambda: left)
    assert visits.visit() == (HELD_BACK, "no longer has iso3 KOR")


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.sampled(4)
def test_a_fault_ends_as_it_should(fault, visits):
    visits.visit()
    before = visits.standing("*")
    visits.world.advance()
    visits.world.fault(HOST, fault)
    kind, said = visits.visit()
    expected, pattern = OUTCOMES[fault]
    assert (kind, said) == (expected, said)
    assert re.search(pattern, said), said
    assert (visits.standing("*") == before) == (kind != ACCEPTED)


def test_the_embedded_file_is_the_vintage_of_its_publication(shipped):
    rows = shipped.execute(
        """select count(*), count(distinct iso3), min(year), max(year),
            min(published_from), max(published_from)
        from raw.world_bank__ip_charges"""
    ).fetchone()
    published = datetime.fromisoformat("2026-07-01")
    assert rows == (14_225, 229, 1960, 2025, published, published)


def test_japans_ratio_of_2024_is_the_known_one(shipped):
    (ratio,) = shipped.execute(
        """select max(value_usd) filter (indicator = ?)
            / max(value_usd) filter (indicator = ?)
        from raw.world_bank__ip_charges where iso3 = 'JPN' and year = 2024""",
        [RECEIPTS, PAYMENTS],
    ).fetchone()
    assert ratio == pytest.approx(1.690, abs=0.0005)


def test_negative_values_are_kept_and_empty_ones_are_no_rows(shipped):
    rows = shipped.execute(
        """select indicator, value_usd from raw.world_bank__ip_charges
        where iso3 = 'SDN' and year = 1998 order by 1"""
    ).fetchall()
    assert rows == [(PAYMENTS, -200_000.0), (RECEIPTS, 200_000.0)]
    aruba = shipped.execute(
        """select indicator from raw.world_bank__ip_charges
        where iso3 = 'ABW' and year = 1999"""
    ).fetchall()
    assert aruba == [(PAYMENTS,)]


def test_every_area_has_its_kind_and_is_known(shipped):
    path = CHECKOUT / "dbt_project" / "seeds" / "world_bank_areas.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        kinds = {row["area_code"]: row["area_kind"] for row in csv.DictReader(lines)}
    assert set(kinds) == set(world_bank.IP_CHARGES.columns[0].known)
    assert {a for a, kind in kinds.items() if kind == "aggregate"} >= {"WLD", "EUU"}
    assert kinds["JPN"] == kinds["KOR"] == "economy"
    assert not shipped.execute("from raw.unmapped").fetchall()


def test_an_honest_edition_follows_the_embedded_one(tmp_path):
    with visiting(world_bank.SOURCE, tmp_path) as visits:
        embedded.land(world_bank.SOURCE, visits.zone, clock.now())
        loading.load(visits.con, world_bank.SOURCE, visits.zone)
        visits.world.advance()
        assert visits.visit() == (ACCEPTED, "")
        assert len(visits.standing("year")) == 14_225
