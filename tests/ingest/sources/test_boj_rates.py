"""The Bank of Japan's series over real sockets. All rates are synthetic."""

import re

import pytest

from ingest.sources import boj_rates
from tests.ingest.sources.visits import (
    ACCEPTED,
    HELD_BACK,
    REFUSED,
    UNCHANGED,
    on_the_way,
    visiting,
)
from tests.upstreams.publishers.boj import FAULTS, HOST, rate

OUTCOMES = on_the_way("json") | {
    "bom": (ACCEPTED, ""),
    "shuffled_rows": (ACCEPTED, ""),
    "paged": (ACCEPTED, ""),
    "unmoved_last_update": (ACCEPTED, ""),
    "endless_pages": (REFUSED, "its pages go round in circles"),
    "no_data_200": (REFUSED, "no figures of FXERM07: 200 M181030I .*ask again later"),
    "status_503_in_200": (REFUSED, "no figures of FXERM07: 503 .*ask again later"),
    "unknown_series_400_in_200": (
        REFUSED,
        "no figures of FXERM07: 400 M181013E .*correct SERIES in boj_rates.py",
    ),
    "other_series": (HELD_BACK, "holds FXERM06 MONTHLY, not FXERM07 MONTHLY"),
    "unpaired_values": (HELD_BACK, "dates and values do not pair"),
    "duplicated_rows": (HELD_BACK, "row .*: repeats the key of row"),
    "duplicated_year": (HELD_BACK, "row .*: repeats the key of row"),
    "scale_1000": (HELD_BACK, "column jpy_per_usd: .* is above 400"),
    "scale_1000_down": (HELD_BACK, "column jpy_per_usd: .* is below 70"),
    "scale_1000_year": (HELD_BACK, "column jpy_per_usd: .* is above 400"),
    "scale_1000_year_down": (HELD_BACK, "column jpy_per_usd: .* is below 70"),
    "sign_error": (HELD_BACK, "column jpy_per_usd: .* is below 70"),
    "month_zero": (HELD_BACK, "column jpy_per_usd: 0.0 is below 70"),
    "missing_year": (HELD_BACK, r"lists \d+ months, but not \d{4}-01 among them"),
    "half_the_rows": (HELD_BACK, "rows, expected 500 to 2000"),
    "letter_in_number": (HELD_BACK, "is not a number of type DOUBLE"),
    "swapped_columns": (HELD_BACK, "is not a month, YYYYMM"),
    "shifted_column": (HELD_BACK, "'' is not a month, YYYYMM"),
    "future_period": (HELD_BACK, "months, but not 2026-12 among them"),
    "decimal_comma": (HELD_BACK, "is not a number of type DOUBLE"),
}


@pytest.fixture
def visits(tmp_path):
    with visiting(boj_rates.SOURCE, tmp_path) as made:
        yield made


def test_months_are_read_and_those_without_a_rate_left_out(visits):
    assert visits.visit() == (ACCEPTED, "")
    rows = visits.standing("month, jpy_per_usd, published_from")
    assert rows[0][0] == "1973-02"
    assert float(rows[0][1]) == rate(visits.world, 1)
    assert rows[-1][0] == "2026-10"
    assert str(rows[0][2]) == "2026-11-04 00:00:00"
    assert len(rows) == 12 * 53 + 10 - 1


def test_a_second_visit_lands_and_parses_nothing_although_the_answer_differs(visits):
    visits.visit()
    assert visits.visit() == (UNCHANGED, "")
    visits.world.advance()
    assert visits.visit() == (ACCEPTED, "")
    assert visits.standing("month")[-1] == ("2026-11",)
    assert visits.loaded[0].rows_opened > 1


def test_pages_are_followed_to_the_last(visits):
    visits.world.fault(HOST, "paged")
    assert visits.visit() == (ACCEPTED, "")
    asked = [request.query for request in visits.world.asked(HOST)]
    assert [query.get("startPosition") for query in asked] == [None, "2"]
    assert len(visits.standing("month")) == 12 * 53 + 10 - 1


def test_a_code_the_bank_does_not_know_is_one_clear_line(visits, monkeypatch):
    asked = boj_rates._ASKED | {"code": "FXERM99"}
    monkeypatch.setattr(boj_rates, "_ASKED", asked)
    kind, said = visits.visit()
    assert kind == REFUSED
    assert "M181013E The specified series code does not exist" in said


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
