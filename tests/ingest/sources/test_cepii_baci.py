"""BACI over real sockets. All numbers are synthetic."""

import csv
import hashlib
import re
from datetime import datetime
from decimal import Decimal

import pytest

from ingest.readers import baci_archive
from ingest.sources import cepii_baci
from tests.conftest import CHECKOUT
from tests.ingest.sources.visits import (
    ACCEPTED,
    REFUSED,
    UNCHANGED,
    on_the_way,
    visiting,
)
from tests.upstreams.publishers import cepii
from tests.upstreams.publishers.cepii import COUNTRIES, FAULTS, HOST, PRODUCTS, value

_WAIT = "; wait for a corrected version"
OUTCOMES = on_the_way() | {
    "truncated_zip": (REFUSED, "archive that is cut off"),
    "path_traversal_zip": (REFUSED, r"unsafe name: '../../evil.csv'"),
    "zip_bomb": (REFUSED, "expands to 3,221,225,472 bytes; refused"),
    "shuffled_rows": (ACCEPTED, ""),
    "duplicated_rows": (REFUSED, f"has flows that stand there twice{_WAIT}"),
    "duplicated_year": (REFUSED, f"has flows that stand there twice{_WAIT}"),
    "scale_1000": (REFUSED, f"has a world total of another magnitude{_WAIT}"),
    "scale_1000_down": (REFUSED, f"has a world total of another magnitude{_WAIT}"),
    "scale_1000_year": (REFUSED, f"has a world total of another magnitude{_WAIT}"),
    "scale_1000_year_down": (REFUSED, f"has a world total of another magnitude{_WAIT}"),
    "sign_error": (REFUSED, r"csv, line 2: \d{4}, 392, 490, 010121, -.* above zero; w"),
    "month_zero": (REFUSED, r"2025_V202701.csv, line 2: .*, 0\.000 is no flow of 2025"),
    "missing_year": (REFUSED, "should have every year from 2019 to 2025, has 20"),
    "half_the_rows": (REFUSED, "from 2019 to 2025, has 2019, 2020, 2021, 2022"),
    "new_country": (REFUSED, f"has economies that the list of countries lacks{_WAIT}"),
    "letter_in_number": (REFUSED, 'Line: .* converting column "v".*O'),
    "swapped_columns": (REFUSED, 'Line: .* converting column "v".*"NA"'),
    "shifted_column": (REFUSED, "should have every year|is no flow of"),
    "future_period": (REFUSED, "from 2019 to 2025, has .*, 2025, 2035"),
    "decimal_comma": (REFUSED, 'Line: .* converting column "v".*,'),
    "bom": (ACCEPTED, ""),
    "crlf": (ACCEPTED, ""),
    "corrected_version": (ACCEPTED, ""),
    "listed_economy": (ACCEPTED, ""),
    "lost_zeros": (REFUSED, "line 2: 2019, 392, 490, 10121, .* of six characters"),
    "mixed_versions": (REFUSED, "hold one version's years, has HS07 V202401, HS07 V20"),
    "no_countries": (REFUSED, "the archive has no country_codes_V202701.csv"),
    "no_taiwan": (REFUSED, r"has no integrated circuits of Japan .* Taiwan \(490\)"),
    "no_versions": (UNCHANGED, ""),
    "renamed_column": (REFUSED, "begins with t,i,j,k,value,q, not t,i,j,k,v,q"),
}


@pytest.fixture
def visits(tmp_path, monkeypatch):
    """One revision that begins late, so that the archives are small."""
    monkeypatch.setattr(baci_archive, "FIRST_YEARS", {"HS07": 2019})
    monkeypatch.setattr(cepii, "FIRST_YEARS", {"HS07": 2019})
    with visiting(cepii_baci.SOURCE, tmp_path) as made:
        yield made


def next_version(visits):
    """January has come."""
    visits.world.advance(datetime(2027, 1, 25).date())  # noqa: DTZ001


def total(world, version, i=None, j=None, products=PRODUCTS["HS07"], year=2022):
    """What all flows from i or to j add up to, thousand US$."""
    flows = (
        value(world, version, i or other, j or other, k, year)
        for other in COUNTRIES
        for k in products
        if other not in (i, j)
    )
    return sum(Decimal(f"{flow:.3f}") for flow in flows)


def test_flows_are_summed_over_partners_both_ways(visits):
    assert visits.visit() == (ACCEPTED, "")
    found = visits.standing(
        "flow, product, value_thousand_usd, partners",
        "trade_values",
        "economy = 490 and year = 2022 and product in ('854231', 'TOTAL')",
    )
    chips = ("854231",)
    assert found == [
        ("export", "854231", total(visits.world, "V202601", 490, products=chips), 6),
        ("export", "TOTAL", total(visits.world, "V202601", 490), 6),
        ("import", "854231", total(visits.world, "V202601", j=490, products=chips), 6),
        ("import", "TOTAL", total(visits.world, "V202601", j=490), 6),
    ]


def test_an_unknown_weight_is_left_out_of_the_sum_and_counted(visits):
    visits.visit()
    found = visits.standing(
        "product, partners, partners_with_quantity, quantity_tonnes is null",
        "trade_values",
        "economy = 392 and flow = 'export' and year = 2022",
    )
    assert found == [
        ("848620", 6, 4, False),
        ("854140", 6, 4, False),
        ("854231", 6, 4, False),
        ("TOTAL", 6, None, True),
    ]


def test_economies_have_the_codes_of_the_publishers_list(visits):
    visits.visit()
    found = visits.standing("distinct economy, economy_iso3", "trade_values")
    assert found == sorted((code, c[2]) for code, c in COUNTRIES.items())


def test_what_is_no_single_economy_and_a_new_one_are_kept_and_counted(visits):
    visits.world.fault(HOST, "listed_economy")
    visits.visit()
    counted = visits.con.execute(
        "select column_name, value, row_count from raw.unmapped order by all"
    ).fetchall()
    assert [row[:2] for row in counted] == [
        ("economy_iso3", "QQQ"),
        ("economy_iso3", "R20"),
    ]
    assert all(count > 10 for *_, count in counted)


def test_the_known_economies_are_those_that_the_figures_know():
    with (CHECKOUT / "dbt_project/seeds/economies.csv").open(encoding="utf-8") as file:
        seed = {row["baci_iso3"] for row in csv.DictReader(file)} - {""}
    columns = {column.name: column for column in cepii_baci.TRADE_VALUES.columns}
    assert set(columns["economy_iso3"].known) == seed


def test_only_the_sums_are_kept_and_their_record_names_the_archive(visits):
    visits.visit()
    (delivery,) = visits.zone.deliveries("cepii_baci")
    payload = delivery.payload
    archive = cepii._archive(visits.world, "HS07", "V202601")
    digest = hashlib.sha256(archive).hexdigest()
    assert payload.path.suffix == ".csv"
    assert payload.origin["compiled_from"] == (
        f"summed over partners from BACI_HS07_V202601.zip, sha256 {digest}"
    )
    assert payload.published_at == datetime(2026, 1, 22, 17, 30)  # noqa: DTZ001
    assert [*visits.client.folder.iterdir()] == []


def test_a_full_refresh_keeps_the_archive_too_and_reads_the_same_of_it(visits):
    assert visits.visit(is_full=True) == (ACCEPTED, "")
    archive, sums = visits.loaded
    assert archive.payload.path.suffix == ".zip"
    assert archive.rows_opened == archive.rows_read == sums.rows_read
    assert (sums.rows_opened, sums.rows_closed) == (0, 0)
    assert visits.visit(is_full=True) == (UNCHANGED, "")


def test_the_archive_is_fetched_for_the_first_full_refresh_only(visits):
    visits.visit()
    before = visits.everything()
    assert visits.visit(is_full=True) == (ACCEPTED, "")
    assert visits.everything() == before
    (archive,) = visits.loaded
    assert (archive.rows_opened, archive.rows_closed) == (0, 0)


def test_a_version_that_is_there_is_not_asked_for_again(visits):
    visits.visit()
    before = len(visits.world.asked(HOST))
    assert visits.visit() == (UNCHANGED, "")
    asked = visits.world.asked(HOST)[before:]
    assert [(a.status, a.path.rpartition("_")[2]) for a in asked] == [
        (404, "V202601b.zip")
    ]


def test_rows_in_another_order_give_the_same_bytes(visits, tmp_path):
    visits.visit()
    before = [d.payload.sha256 for d in visits.zone.deliveries("cepii_baci")]
    visits.world.fault(HOST, "shuffled_rows")
    with visiting(cepii_baci.SOURCE, tmp_path / "other") as other:
        other.world.fault(HOST, "shuffled_rows")
        other.visit()
        after = [d.payload.sha256 for d in other.zone.deliveries("cepii_baci")]
    assert after == before


def test_a_new_version_replaces_the_old_one_whole(visits):
    visits.visit()
    next_version(visits)
    assert visits.visit() == (ACCEPTED, "")
    assert visits.standing("distinct version", "trade_values") == [("V202701",)]
    assert visits.standing("max(year)", "trade_values") == [(2025,)]
    old = visits.con.execute(
        """select distinct version, published_to from raw.cepii_baci__trade_values
        where published_to is not null"""
    ).fetchall()
    assert old == [("V202601", datetime(2027, 1, 22, 17, 30))]  # noqa: DTZ001


def test_a_corrected_version_is_found(visits):
    visits.visit()
    visits.world.fault(HOST, "corrected_version")
    assert visits.visit() == (ACCEPTED, "")
    assert visits.standing("distinct version", "trade_values") == [("V202601b",)]


def test_without_any_version_the_address_is_in_question(visits):
    visits.world.fault(HOST, "no_versions")
    kind, said = visits.visit()
    assert kind == REFUSED
    assert "has no version of BACI_HS07 of the last three years" in said
    assert len(visits.world.asked(HOST)) == 6


def test_two_revisions_stand_side_by_side(tmp_path):
    with visiting(cepii_baci.SOURCE, tmp_path) as visits:
        assert visits.visit() == (ACCEPTED, "")
        found = visits.standing(
            "revision, min(year), max(year)", "trade_values", "true group by all"
        )
        assert found == [("HS07", 2007, 2024), ("HS92", 1995, 2024)]
        products = visits.standing(
            "distinct product", "trade_values", "revision = 'HS92'"
        )
        assert products == [("854140",), ("854211",), ("TOTAL",)]


def test_the_sums_are_what_the_loader_reads_of_them(visits):
    visits.visit()
    (delivery,) = visits.zone.deliveries("cepii_baci")
    with delivery.payload.path.open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    assert len(rows) == len(visits.standing(table="trade_values"))
    assert (rows[0]["revision"], rows[0]["version"]) == ("HS07", "V202601")


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.sampled(4)
def test_a_fault_ends_as_it_should(fault, visits):
    visits.visit()
    before = visits.everything()
    next_version(visits)
    visits.world.fault(HOST, fault)
    kind, said = visits.visit()
    expected, pattern = OUTCOMES[fault]
    assert (kind, said) == (expected, said)
    assert re.search(pattern, said), said
    assert (visits.everything() == before) == (kind != ACCEPTED)
    assert [*visits.client.folder.iterdir()] == []
