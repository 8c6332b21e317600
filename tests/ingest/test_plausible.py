"""What shows only beside what stood before: factors, signs, nothings, the future."""

from datetime import datetime

import duckdb
import pytest

from ingest import loading
from ingest.landing import LandingZone
from ingest.source import Feed, Source, Table, key, value

NOW = datetime(2025, 6, 1)  # noqa: DTZ001 the clock is naive on purpose
LATER = datetime(2025, 7, 1)  # noqa: DTZ001


@pytest.fixture
def loaded(tmp_path):
    """Load amounts by year and item; returns why they were held back, or None."""
    table = Table(
        name="amounts",
        feeds=(Feed("amounts.csv", "download"),),
        meaning="Amounts",
        rows=(1, 1000),
        may_lose=1.0,
        period="year",
        columns=(
            key("year", "INTEGER", "Year"),
            key("item", "VARCHAR", "Item"),
            value("amount", "DECIMAL(18,3)", "Amount", unit="US$ million"),
        ),
    )
    source = Source("model", "A model", (table,))
    zone = LandingZone(tmp_path / "landing")
    with duckdb.connect() as con:

        def load(amounts, moment=LATER):
            rows = (f"{y},{i},{a}" for (y, i), a in amounts.items())
            text = "\n".join(["year,item,amount", *rows]) + "\n"
            zone.land("model", "amounts.csv", text.encode(), moment, moment, {})
            (found,) = loading.load(con, source, zone)
            return found.held_back

        assert load(STOOD, NOW) is None
        yield load


STOOD = {
    (year, item): 100.0 + year % 7 + place
    for year in (2022, 2023)
    for place, item in enumerate("ABC")
}


def _with(change, where=lambda year, _: True):
    return {k: change(a) if where(*k) else a for k, a in STOOD.items()}


def test_revisions_of_a_usual_size_are_believed(loaded):
    assert loaded(_with(lambda a: a * 1.3)) is None


@pytest.mark.parametrize("factor", [1000, 0.001, 1_000_000])
def test_a_lost_factor_is_held_back_with_the_row_and_both_values(loaded, factor):
    said = loaded(_with(lambda a: round(a * factor, 3)))
    assert "amount of 6 rows, first 2022 A" in said
    assert "106 stood: a factor of 1,000 or more" in said


def test_a_factor_in_one_year_is_held_back(loaded):
    said = loaded(_with(lambda a: a * 1000, lambda year, _: year == 2023))
    assert "first 2023 A: 100000, where 100 stood" in said


def test_a_turned_sign_is_held_back(loaded):
    assert "a turned sign" in loaded(_with(lambda a: -a))


def test_nothing_where_something_stood_is_held_back(loaded):
    said = loaded(_with(lambda _: 0, lambda year, _: year == 2023))
    assert "nothing instead of something" in said


def test_a_new_year_of_the_usual_size_is_believed(loaded):
    assert loaded(STOOD | {(2024, "A"): 130.0}) is None


@pytest.mark.parametrize("amount", [130_000.0, 0.05, 0.0])
def test_a_new_year_of_another_size_is_held_back(loaded, amount):
    said = loaded(STOOD | {(2024, "A"): amount})
    assert "first 2024 A" in said
    assert "a jump that needs a look" in said


def test_a_year_that_has_not_begun_is_held_back(loaded):
    assert loaded(STOOD | {(2026, "A"): 1.0}) == "has year 2026, which has not begun"
