"""The Central Bank's table over real sockets. All rates are synthetic."""

import re

import pytest

from ingest.sources import cbc_rates
from tests.ingest.sources.visits import (
    ACCEPTED,
    HELD_BACK,
    REFUSED,
    UNCHANGED,
    on_the_way,
    visiting,
)
from tests.upstreams.publishers.cbc import FAULTS, HEADINGS, HOST, rate

OUTCOMES = on_the_way("json") | {
    "bom": (ACCEPTED, ""),
    "shuffled_rows": (ACCEPTED, ""),
    "moved_column": (ACCEPTED, ""),
    "unmoved_last_updated": (ACCEPTED, ""),
    "no_update_date": (REFUSED, "no last_updated date; the table BP01M01 has changed"),
    "renamed_column": (HELD_BACK, "has no column 新台幣NTD/USD; the table BP01M01 has"),
    "short_row": (HELD_BACK, "row 101: has 5 cells, not 6"),
    "duplicated_rows": (HELD_BACK, "row .*: repeats the key of row"),
    "duplicated_year": (HELD_BACK, "row .*: repeats the key of row"),
    "scale_1000": (HELD_BACK, "column twd_per_usd: .* is above 50"),
    "scale_1000_down": (HELD_BACK, "column twd_per_usd: .* is below 20"),
    "scale_1000_year": (HELD_BACK, "column twd_per_usd: .* is above 50"),
    "scale_1000_year_down": (HELD_BACK, "column twd_per_usd: .* is below 20"),
    "sign_error": (HELD_BACK, "column twd_per_usd: .* is below 20"),
    "month_zero": (HELD_BACK, "column twd_per_usd: 0.000000 is below 20"),
    "missing_year": (HELD_BACK, r"lists \d+ months, but not \d{4}-01 among them"),
    "half_the_rows": (HELD_BACK, "rows, expected 500 to 2000"),
    "letter_in_number": (HELD_BACK, "is not a number of type DECIMAL"),
    "swapped_columns": (HELD_BACK, "column twd_per_usd: .* is above 50"),
    "shifted_column": (HELD_BACK, "'' is not a month; the table BP01M01 has changed"),
    "future_period": (HELD_BACK, "months, but not 2026-12 among them"),
    "decimal_comma": (HELD_BACK, "is not a number of type DECIMAL"),
}


@pytest.fixture
def visits(tmp_path):
    with visiting(cbc_rates.SOURCE, tmp_path) as made:
        yield made


def test_months_are_read_and_missing_ones_left_out(visits):
    assert visits.visit() == (ACCEPTED, "")
    rows = visits.standing("month, twd_per_usd, published_from")
    expected = rate(visits.world, HEADINGS[0], 4)
    assert rows[0][0] == "1960-05"
    assert float(rows[0][1]) == pytest.approx(expected, abs=0.0005)
    assert rows[-1][0] == "2026-10"
    assert str(rows[0][2]) == "2026-11-05 00:00:00"
    assert len(rows) == 12 * 66 + 10 - 4


def test_a_second_visit_lands_and_parses_nothing(visits):
    visits.visit()
    assert visits.visit() == (UNCHANGED, "")
    visits.world.advance()
    assert visits.visit() == (ACCEPTED, "")
    assert visits.standing("month")[-1] == ("2026-11",)
    assert visits.loaded[0].rows_opened > 1


def test_an_unknown_table_is_an_empty_answer_and_refused(visits, monkeypatch):
    monkeypatch.setattr(cbc_rates, "_FILE", "BP99M99")
    kind, said = visits.visit()
    assert kind == REFUSED
    assert said.endswith("FileName=BP99M99: answers with an empty body")


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
