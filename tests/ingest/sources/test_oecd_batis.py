"""BaTIS over real sockets. All numbers are synthetic."""

import re
from datetime import datetime

import pytest

from ingest.sources import oecd_batis
from tests.ingest.sources.visits import (
    ACCEPTED,
    HELD_BACK,
    REFUSED,
    UNCHANGED,
    on_the_way,
    visiting,
)
from tests.upstreams.publishers.oecd import FAULTS, HOST, value

OUTCOMES = on_the_way() | {
    "shuffled_rows": (ACCEPTED, ""),
    "duplicated_rows": (HELD_BACK, "row 3: repeats the key of row 2"),
    "duplicated_year": (HELD_BACK, r"row \d+: repeats the key of row \d+"),
    "scale_1000": (HELD_BACK, r"JPN, flow M: \d{8}.* see whether the unit"),
    "scale_1000_down": (HELD_BACK, r"JPN, flow M: \d\d\..* see whether the unit"),
    "scale_1000_year": (HELD_BACK, r"JPN, flow M: .* to \d{8}.* see whether the unit"),
    "scale_1000_year_down": (HELD_BACK, r"JPN, flow M: \d\d\..* see whether the unit"),
    "sign_error": (HELD_BACK, "JPN, flow M: -.* see whether the unit"),
    "month_zero": (HELD_BACK, r"JPN, flow M: 0\.0 to .* see whether the unit"),
    "missing_year": (HELD_BACK, "JPN, flow M: 20 of 21 years; wait"),
    "half_the_rows": (HELD_BACK, "no longer has ref_area"),
    "new_country": (HELD_BACK, "column ref_area: QQQ is not one of JPN, TWN"),
    "letter_in_number": (HELD_BACK, "column obs_value: .*O.* is not a number"),
    "swapped_columns": (HELD_BACK, r"JPN, flow M: \d+ of \d+ years"),
    "shifted_column": (HELD_BACK, "column time_period: B is not a number"),
    "future_period": (HELD_BACK, "JPN, flow M: 22 of 31 years; wait"),
    "decimal_comma": (HELD_BACK, "column obs_value: .*,.* is not a number"),
    "bom": (ACCEPTED, ""),
    "crlf": (ACCEPTED, ""),
    "another_multiplier": (HELD_BACK, "column unit_mult: 0 is not one of 6"),
    "header_only": (REFUSED, "answers with a header and no rows; ask again"),
    "moved_columns": (ACCEPTED, ""),
    "no_multiplier": (ACCEPTED, ""),
    "no_results": (REFUSED, "answers 404 NoResultsFound; a code or the order"),
    "no_taiwan": (HELD_BACK, "has no flow M of TWN"),
    "no_valid_from": (REFUSED, "DF_BATIS/1.0: names no validFrom"),
    "renamed_column": (HELD_BACK, r"line 1: columns differ .*\(OBS_VALUE\); revise"),
    "unknown_status": (ACCEPTED, ""),
    "unmoved_valid_from": (ACCEPTED, ""),
}


@pytest.fixture
def visits(tmp_path):
    with visiting(oecd_batis.SOURCE, tmp_path) as made:
        yield made


def test_both_flows_are_read_as_reported_and_as_balanced(visits):
    assert visits.visit() == (ACCEPTED, "")
    found = visits.standing(
        "ref_area, trade_flow, adjustment, obs_value",
        "services_values",
        "time_period = 2020 and ref_area in ('JPN', 'TWN')",
    )
    assert found == [
        (area, flow, adjustment, value(visits.world, area, flow, adjustment, 2020))
        for area in ("JPN", "TWN")
        for flow in ("M", "X")
        for adjustment in ("B", "N")
    ]


def test_one_narrow_download_brings_everything(visits):
    visits.visit()
    structure, data = visits.world.asked(HOST)
    assert structure.path.startswith("/public/rest/contentconstraint/OECD.SDD.TPS/CR_A")
    key = data.path.rpartition("/")[2]
    assert key.endswith(".W.M+X..SH.A.USD_EXC.N+B")
    assert {"JPN", "TWN", "W"} < {*key.partition(".")[0].split("+")}


def test_what_has_not_been_updated_is_not_downloaded(visits):
    visits.visit()
    before = visits.payloads()
    assert visits.visit() == (UNCHANGED, "")
    assert visits.payloads() == before
    assert len(visits.world.asked(HOST, "/data/")) == 1


def test_a_publication_has_the_moment_of_its_update(visits):
    visits.visit()
    moments = visits.standing("distinct published_from", "services_values")
    assert moments == [(datetime(2026, 1, 8, 17, 33, 35, 737000),)]  # noqa: DTZ001


def test_new_values_under_the_old_structure_version_are_a_vintage(visits):
    visits.visit()
    visits.world.advance()
    assert visits.visit() == (ACCEPTED, "")
    revised = visits.con.execute(
        """select distinct time_period from raw.oecd_batis__services_values
        where published_to is not null order by 1"""
    ).fetchall()
    assert revised == [(2022,), (2023,), (2024,)]
    assert visits.standing("max(time_period)", "services_values") == [(2025,)]


def test_the_sixty_first_download_of_an_hour_is_refused_in_one_line(visits):
    visits.world.fault(HOST, "header_only")
    for _ in range(60):
        assert visits.visit()[0] == REFUSED
    kind, said = visits.visit()
    assert kind == REFUSED
    assert said.endswith("answers 429 Too many requests")


def test_a_status_nobody_knows_is_kept_and_counted(visits):
    visits.world.fault(HOST, "unknown_status")
    assert visits.visit() == (ACCEPTED, "")
    unmapped = visits.con.execute(
        "select column_name, value from raw.unmapped"
    ).fetchall()
    assert unmapped == [("obs_status", "Y")]


def test_a_key_in_another_order_of_dimensions_finds_nothing(visits, monkeypatch):
    data = oecd_batis._DATA.replace("..SH", ".SH")
    monkeypatch.setattr(oecd_batis, "_DATA", data)
    kind, said = visits.visit()
    assert kind == REFUSED
    assert "answers 404 NoResultsFound; a code or the order of dimensions" in said
    assert visits.payloads() == 0


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
    assert (visits.everything() == before) == (kind != ACCEPTED)
