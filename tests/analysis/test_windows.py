"""Which lags can be compared, and why the others cannot."""

import dataclasses

import numpy as np
import pytest

from analysis.panel import build
from analysis.windows import Roles, cut, feasibility
from tests.analysis.conftest import flows_of, synthetic_panel


@pytest.fixture
def confirmatory(registered):
    return registered("goods-confirmatory")


def _table(first=1976, economies=("JPN", "TWN"), seed=1):
    span = np.arange(first, 2026)
    paths = np.random.default_rng(seed).normal(size=(len(economies), len(span)))
    return flows_of(paths, list(economies), span, "goods")


def _feasible(panel, hypothesis, end):
    roles = Roles(panel.row("TWN"), panel.row("JPN"), np.empty(0, dtype=int))
    rows = feasibility(
        panel,
        roles,
        end,
        hypothesis.window_years,
        hypothesis.all_lags,
        hypothesis.rule,
    )
    windows = cut(
        panel.paths,
        panel.breaks,
        roles,
        panel.column(end),
        hypothesis.window_years,
        hypothesis.all_lags,
        hypothesis.rule,
    )
    assert [row.is_feasible for row in rows] == windows.feasible.tolist()
    return {row.lag: row.reason for row in rows}


def _without(table, economy, *years):
    gone = (table.economy == economy) & np.isin(table.year, years)
    return dataclasses.replace(table, exports=np.where(gone, np.nan, table.exports))


def test_a_series_from_1976_reaches_four_of_the_seven_registered_lags(confirmatory):
    panel = build([_table()])
    reasons = _feasible(panel, confirmatory, 2025)
    assert [lag for lag, reason in reasons.items() if not reason] == [35, 36, 37, 38]
    assert reasons[39] == "template_does_not_reach"
    earlier = _feasible(panel, confirmatory, 2024)
    assert [lag for lag, reason in earlier.items() if not reason] == [35, 36, 37]


def test_two_interior_years_may_be_missing_and_not_three(confirmatory):
    table = _without(_table(), "TWN", 2018, 2021)
    assert _feasible(build([table]), confirmatory, 2025)[36] == ""
    table = _without(table, "JPN", 1983)
    assert _feasible(build([table]), confirmatory, 2025)[36] == "too_many_years_missing"
    # 1983 is the year that lag 38 sets beside 2021, missing already.
    assert _feasible(build([table]), confirmatory, 2025)[38] == ""


@pytest.mark.parametrize("year", [2014, 2025])
def test_a_series_must_cover_both_ends_of_the_window(confirmatory, year):
    years = range(1976, 2015) if year == 2014 else [2025]
    table = _without(_table(), "TWN", *years)
    assert set(_feasible(build([table]), confirmatory, 2025).values()) == {
        "target_does_not_reach"
    }


def test_a_major_break_stops_windows_that_hold_it(confirmatory):
    table = _table()
    broken = build([dataclasses.replace(table, major_breaks=[("JPN", 1979)])])
    reasons = _feasible(broken, confirmatory, 2025)
    # Lag 35 begins in 1979: the break lies before it.
    assert reasons[35] == ""
    assert reasons[36] == "major_break_in_template"
    broken = build([dataclasses.replace(table, major_breaks=[("TWN", 2015)])])
    assert _feasible(broken, confirmatory, 2025)[35] == "major_break_in_target"
    broken = build([dataclasses.replace(table, major_breaks=[("TWN", 2014)])])
    assert _feasible(broken, confirmatory, 2025)[35] == ""


def test_a_missing_series_is_named_for_every_lag(confirmatory):
    panel = build([_table(economies=("JPN", "D00"))])
    assert panel.row("TWN") == -1
    rows = feasibility(
        panel,
        Roles(-1, panel.row("JPN"), np.empty(0, dtype=int)),
        2025,
        12,
        confirmatory.all_lags,
        confirmatory.rule,
    )
    assert {row.reason for row in rows} == {"target_has_no_series"}


def test_every_donor_gets_the_target_and_templates_mask(registered):
    hypothesis = registered("goods-exploratory")
    panel = synthetic_panel(donors=20)
    target = panel.row("TWN")
    panel.paths[target, panel.column(2018)] = np.nan
    donors = np.array([panel.row(f"D{place:02d}") for place in range(20)])
    windows = cut(
        panel.paths,
        panel.breaks,
        Roles(target, panel.row("JPN"), donors),
        panel.column(2025),
        12,
        hypothesis.all_lags,
        hypothesis.rule,
    )
    assert windows.counted.all()
    assert windows.reaches.all()
    assert (windows.present.sum(1) == 11).all()


def test_a_donor_that_lacks_a_year_of_the_window_does_not_count(registered):
    hypothesis = registered("goods-exploratory")
    panel = synthetic_panel(donors=3)
    panel.paths[panel.row("D01"), panel.column(2020)] = np.nan
    rows = np.array([panel.row(name) for name in ("D00", "D01", "D02")])
    windows = cut(
        panel.paths,
        panel.breaks,
        Roles(panel.row("TWN"), panel.row("JPN"), rows),
        panel.column(2025),
        12,
        hypothesis.all_lags,
        hypothesis.rule,
    )
    assert windows.counted.tolist() == [True, False, True]


def test_worlds_are_cut_like_single_panels(registered):
    hypothesis = registered("two-axis-exploratory")
    rng = np.random.default_rng(8)
    paths = rng.normal(size=(5, 12, 21, 2))
    paths[rng.random(paths.shape) < 0.02] = np.nan
    breaks = rng.random(paths.shape) < 0.01
    roles = Roles(0, 1, np.arange(2, 12))
    arguments = (roles, 20, 12, hypothesis.all_lags, hypothesis.rule)
    together = cut(paths, breaks, *arguments)
    for world in range(5):
        alone = cut(paths[world], breaks[world], *arguments)
        for field in dataclasses.fields(alone):
            both = getattr(together, field.name)
            if field.name != "lags":
                np.testing.assert_array_equal(both[world], getattr(alone, field.name))
