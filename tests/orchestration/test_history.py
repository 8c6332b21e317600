"""Looking back, and rebuilding from the bytes."""

import json

import duckdb
import pytest

from tests.conftest import run_geese

pytestmark = pytest.mark.integration

MARTS = ("balance_ratios", "company_rankings", "rank_deltas", "country_shares")


@pytest.fixture(scope="module")
def looked_back(refreshed):
    """The file of `geese refresh --as-of 2022-01-31`."""
    done = run_geese("refresh", "--as-of", "2022-01-31", data=refreshed)
    assert done.returncode == 0, done.stderr
    with duckdb.connect(
        str(refreshed / "as_of/2022-01-31.duckdb"), read_only=True
    ) as con:
        yield con


def test_a_look_back_shows_what_was_published_then(looked_back):
    rows = looked_back.execute(
        """select period, round(balance_ratio, 4) from marts.balance_ratios
        where series_id = 'jpn.components.customs_principal.ratio.a'
        and period_year >= 2020 order by period"""
    ).fetchall()
    assert rows == [("2020", 1.6582), ("2021", 1.4339)]


def test_sources_without_vintages_are_absent_and_say_so(looked_back):
    rows = looked_back.execute(
        "select count(*) from marts.balance_ratios where economy_code = 'TWN'"
    ).fetchone()
    assert rows == (0,)
    states = looked_back.execute(
        "select resource, as_of_state from meta.sources order by resource"
    ).fetchall()
    assert dict(states)["taiwan_mof_ic_and_equipment.csv"] == "vintage_unknown"
    assert dict(states)["japan_customs_semiconductors_vintages.csv"] == "available"


@pytest.mark.parametrize("mart", MARTS)
def test_a_macro_gives_the_same_as_a_build(published, looked_back, mart):
    built = looked_back.execute(f"select * from marts.{mart} order by all").fetchall()
    asked = published.execute(
        f"select * from marts.{mart}_as_of('2022-01-31') order by all"
    ).fetchall()
    assert asked == built


@pytest.mark.parametrize("mart", MARTS)
def test_a_macro_of_today_gives_the_mart(published, mart):
    now = published.execute(f"select * from marts.{mart} order by all").fetchall()
    asked = published.execute(
        f"select * from marts.{mart}_as_of('2026-12-31') order by all"
    ).fetchall()
    assert asked == now


def test_a_day_means_its_end_and_a_moment_itself(published):
    query = """select round(balance_ratio, 4) from marts.balance_ratios_as_of(?)
        where series_id = 'jpn.components.customs_principal.ratio.a'
        and period = '2021'"""
    assert published.execute(query, ["2022-01-28"]).fetchall() == [(1.4339,)]
    assert published.execute(query, ["2022-01-27 23:59:59"]).fetchall() == []


def test_the_january_edition_that_ends_in_november_is_eleven_months(published):
    rows = published.execute(
        """select period, months_covered, is_partial
        from marts.balance_ratios_as_of('2026-01-06')
        where series_id like 'jpn.components.%' and period_year = 2025
        and period_kind <> 'monthly'"""
    ).fetchall()
    assert rows == [("2025-01..11", 11, True)]
    causes = published.execute(
        """select distinct revision_cause from marts.revisions
        where published_on = date '2026-01-06' and period_year = 2025"""
    ).fetchall()
    assert causes == [("new_period",)]


def test_revisions_of_2021(refreshed):
    done = run_geese(
        *("revisions", "--series", "jp.components", "--year", "2021", "--json"),
        data=refreshed,
    )
    found = [
        (r["published_on"], round(r["old"], 4), round(r["new"], 4), r["revision_cause"])
        for r in json.loads(done.stdout)
    ]
    assert found == [
        ("2022-03-31", 1.4339, 1.4608, "provider_revision"),
        ("2022-11-29", 1.4608, 1.4605, "provider_revision"),
    ]


def test_first_prints_start_where_they_are_known(published):
    rows = published.execute(
        """select series_id, first_year, largest_absolute_revision > 0
        from marts.first_print_accuracy order by series_id"""
    ).fetchall()
    assert ("jpn.components.customs_principal.ratio.a", 2021, True) in rows
    assert all(series.startswith("jpn") for series, _, _ in rows)
