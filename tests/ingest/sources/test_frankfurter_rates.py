"""Frankfurter's monthly means over real sockets. All rates are synthetic."""

import re

import pytest

from ingest.sources import frankfurter_rates
from tests.ingest.sources.visits import (
    ACCEPTED,
    HELD_BACK,
    REFUSED,
    UNCHANGED,
    on_the_way,
    visiting,
)
from tests.upstreams.publishers.frankfurter import FAULTS, HOST, rate

OUTCOMES = on_the_way("json") | {
    "bom": (ACCEPTED, ""),
    "shuffled_rows": (ACCEPTED, ""),
    "unknown_currency_422": (REFUSED, "answers 422 .*invalid currency: TWD"),
    "object_200": (REFUSED, "not a list of rates; revise frankfurter_rates.py"),
    "no_twd": (HELD_BACK, "has no rate of TWD"),
    "wrong_base": (HELD_BACK, "row 1: is no rate for one USD: .*EUR"),
    "swapped_currencies": (HELD_BACK, "is no rate of (JPY|TWD) per USD"),
    "duplicated_rows": (HELD_BACK, "row .*: repeats the key of row"),
    "duplicated_year": (HELD_BACK, "row .*: repeats the key of row"),
    "scale_1000": (HELD_BACK, "is no rate of TWD per USD"),
    "scale_1000_down": (HELD_BACK, "is no rate of JPY per USD"),
    "scale_1000_year": (HELD_BACK, "is no rate of TWD per USD"),
    "scale_1000_year_down": (HELD_BACK, "is no rate of JPY per USD"),
    "sign_error": (HELD_BACK, "is no rate of JPY per USD"),
    "month_zero": (HELD_BACK, "is no rate of JPY per USD"),
    "missing_year": (HELD_BACK, r"lists \d+ months, but not \d{4}-01 among them"),
    "half_the_rows": (HELD_BACK, r"lacks \d+ of \d+ rows that stood before"),
    "letter_in_number": (HELD_BACK, "is not a number of type DOUBLE"),
    "swapped_columns": (HELD_BACK, "is no rate for one USD|first day of a month"),
    "shifted_column": (HELD_BACK, "is no rate for one USD|first day of a month"),
    "future_period": (HELD_BACK, "months, but not 2026-12 among them"),
    "decimal_comma": (HELD_BACK, "is not a number of type DOUBLE"),
}


@pytest.fixture
def visits(tmp_path):
    with visiting(frankfurter_rates.SOURCE, tmp_path) as made:
        yield made


def test_only_months_that_are_over_are_read(visits):
    assert visits.visit() == (ACCEPTED, "")
    rows = visits.standing("currency_code, month, rate_per_usd")
    first = rate(visits.world, "JPY", 12 * 1999)
    assert rows[0] == ("JPY", "1999-01", first)
    assert rows[-1][:2] == ("TWD", "2026-10")
    assert len(rows) == 2 * (12 * 27 + 10)


def test_a_second_visit_lands_and_parses_nothing(visits):
    visits.visit()
    assert visits.visit() == (UNCHANGED, "")
    visits.world.advance()
    assert visits.visit() == (ACCEPTED, "")
    assert visits.standing("month")[-1] == ("2026-11",)


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
