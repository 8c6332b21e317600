"""WTO Stats over real sockets. All numbers are synthetic."""

import re
from datetime import datetime

import pytest

from ingest.sources import wto_trade
from tests.ingest.sources.visits import (
    ACCEPTED,
    HELD_BACK,
    REFUSED,
    UNCHANGED,
    on_the_way,
    visiting,
)
from tests.upstreams.publishers.wto import FAULTS, HOST, value

OUTCOMES = on_the_way() | {
    "truncated_zip": (REFUSED, "archive that is cut off"),
    "path_traversal_zip": (HELD_BACK, r"unsafe name: '../../evil.csv'"),
    "zip_bomb": (HELD_BACK, "expands to 3,221,225,472 bytes; refused"),
    "shuffled_rows": (ACCEPTED, ""),
    "duplicated_rows": (HELD_BACK, "row 3: repeats the key of row 2"),
    "duplicated_year": (HELD_BACK, r"row \d+: repeats the key of row \d+"),
    "scale_1000": (HELD_BACK, "ITS_MTV_AX of reporter 392, MAMTOTIC: .*has changed"),
    "scale_1000_down": (HELD_BACK, "reporter 392, SH: .* see whether the unit has"),
    "scale_1000_year": (HELD_BACK, r"are 1\d{3} times those of the year before"),
    "scale_1000_year_down": (HELD_BACK, "MAMTOTIC: .*US\\$ million, expected 5000 to"),
    "sign_error": (HELD_BACK, r"are -1\.\d+ times those of the year before"),
    "month_zero": (HELD_BACK, r"SH: 0\.0 to .* US\$ million, expected 5000"),
    "missing_year": (HELD_BACK, r"26 of 27 years since 2000.*no longer has year \d{4}"),
    "half_the_rows": (HELD_BACK, "has no ITS_MTV_AM of reporter 392, MAMTOTIC"),
    "new_country": (ACCEPTED, ""),
    "letter_in_number": (HELD_BACK, "column value: .*O.* is not a number"),
    "swapped_columns": (HELD_BACK, r"column year: .*\..* is not a number"),
    "shifted_column": (HELD_BACK, "column year: Million US dollar is not a number"),
    "future_period": (HELD_BACK, r"28 of 37 years since 2000; wait"),
    "decimal_comma": (HELD_BACK, "column value: .*,.* is not a number"),
    "bom": (HELD_BACK, "line 1: columns differ from the contract"),
    "latin1": (ACCEPTED, ""),
    "cp1252": (ACCEPTED, ""),
    "cp932": (ACCEPTED, ""),
    "big5": (ACCEPTED, ""),
    "trailing_comma": (ACCEPTED, ""),
    "crlf": (ACCEPTED, ""),
    "another_unit": (HELD_BACK, "column unit_code: UST is not one of USM"),
    "broken_bytes": (HELD_BACK, "is not in cp1252: .*0x81"),
    "moved_member": (HELD_BACK, "the archive holds data.csv, expected merch.* alone"),
    "no_etag": (ACCEPTED, ""),
    "no_imports_of_taiwan": (HELD_BACK, "has no ITS_MTV_AM of reporter 158, MAMTOTIC"),
    "no_taiwan": (HELD_BACK, "of reporter 158, .*no longer has reporter_code 158"),
    "renamed_column": (HELD_BACK, r"line 1: .*\(Obs_Value, Value\); revise"),
    "second_member": (HELD_BACK, "ReadMe.txt, expected .* alone"),
    "two_royalties": (HELD_BACK, "ITS_CS_AX5 has the products S266, S891, expected 1"),
    "unknown_flag": (ACCEPTED, ""),
}
TAIWAN = "reporter_code = '158'"


@pytest.fixture
def visits(tmp_path):
    with visiting(wto_trade.SOURCE, tmp_path) as made:
        yield made


def test_goods_are_read_both_ways_with_the_world_alone(visits):
    assert visits.visit() == (ACCEPTED, "")
    found = visits.standing(
        "indicator_code, product_code, reporter_iso3a, value",
        "merchandise_values",
        f"{TAIWAN} and year = 2018",
    )
    assert found == [
        (flow, product, "CHT", value(visits.world, flow, "CHT", product, 2018))
        for flow in ("ITS_MTV_AM", "ITS_MTV_AX")
        for product in ("MAMTOTIC", "TO")
    ]
    flags = visits.standing(
        "distinct value_flag_code, reporter_iso3a, year",
        "merchandise_values",
        "value_flag_code is not null",
    )
    assert flags == [("B", "DEU", 1991), ("C", "NLD", 2002), ("E", "CIV", 2001)]


def test_names_come_out_of_their_encoding_and_groups_have_no_iso_code(visits):
    visits.visit()
    names = dict(
        visits.standing("distinct reporter, reporter_iso3a", "merchandise_values")
    )
    assert names["Türkiye"] == "TUR"
    assert names["World"] is None


def test_royalties_are_known_by_their_name_and_charges_by_their_code(visits):
    visits.visit()
    found = visits.standing(
        "indicator_code, product_code, min(year), max(year)",
        "services_values",
        f"{TAIWAN} group by all",
    )
    assert found == [
        ("ITS_CS_AM5", "S266", 1980, 2013),
        ("ITS_CS_AM6", "SH", 2005, 2025),
        ("ITS_CS_AX5", "S266", 1980, 2013),
        ("ITS_CS_AX6", "SH", 2005, 2025),
    ]


def test_a_negative_value_of_services_is_kept(visits):
    visits.visit()
    ((least,),) = visits.standing("min(value)", "services_values")
    assert least == value(visits.world, "ITS_CS_AX6", "CIV", "SH", 2012) < 0


def test_the_newest_year_is_there_for_whom_it_is_known(visits):
    visits.visit()
    newest = visits.standing(
        "distinct reporter_iso3a", "merchandise_values", "year = 2025"
    )
    known = (
        "AUT BEL CAN CHE CHN CHT CRI DEU FRA GBR IRL ISR ITA JPN KOR MEX MYS PHL SGP"
    )
    expected = {*known.split(), "THA", "USA", None}
    assert {iso3 for (iso3,) in newest} == expected


def test_a_publication_has_the_moment_its_publisher_gives(visits):
    visits.visit()
    moments = visits.standing("distinct published_from", "merchandise_values")
    assert moments == [(datetime(2026, 4, 23, 3, 56, 48),)]  # noqa: DTZ001


def test_nothing_changed_lands_nothing_and_parses_nothing(visits):
    visits.visit()
    before = visits.payloads()
    assert visits.visit() == (UNCHANGED, "")
    assert visits.payloads() == before
    assert [asked.status for asked in visits.world.asked(HOST)] == [200, 200, 304, 304]


def test_the_same_rows_in_another_order_change_nothing(visits):
    visits.visit()
    before = visits.everything()
    visits.world.fault(HOST, "shuffled_rows")
    assert visits.visit() == (ACCEPTED, "")
    assert [(x.rows_opened, x.rows_closed) for x in visits.loaded] == [(0, 0), (0, 0)]
    assert visits.everything() == before


def test_an_edition_adds_a_year_and_keeps_what_it_revises(visits):
    visits.visit()
    visits.world.advance()
    visits.visit()
    years = visits.con.execute(
        f"""select distinct year from raw.wto_trade__merchandise_values
        where published_to is not null and {TAIWAN} order by 1"""
    ).fetchall()
    assert years == [(2023,), (2024,), (2025,)]
    assert visits.standing("max(year)", "merchandise_values") == [(2026,)]


def test_reporters_and_flags_nobody_knows_are_kept_and_counted(visits):
    visits.world.fault(HOST, "new_country")
    visits.world.fault(HOST, "unknown_flag")
    assert visits.visit() == (ACCEPTED, "")
    unmapped = visits.con.execute(
        """select column_name, value from raw.unmapped
        where table_name = 'wto_trade__merchandise_values' order by all"""
    ).fetchall()
    assert unmapped == [
        ("reporter_iso3a", "EEC"),
        ("reporter_iso3a", "QQQ"),
        ("value_flag_code", "P"),
    ]
    assert visits.standing("count(*)", "merchandise_values", "reporter_code = '999'")[
        0
    ] > (100,)


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.sampled(4)
def test_a_fault_ends_as_it_should(fault, visits):
    visits.visit()
    before = visits.everything()
    visits.world.advance()
    visits.world.fault(HOST, fault)
    kind, said = visits.visit()
    expected, pattern = OUTCOMES[fault]
    assert (kind, said) == (expected, said)
    assert re.search(pattern, said), said
    after = visits.everything()
    assert {name for name in after if after[name] != before[name]} == visits.accepted()
