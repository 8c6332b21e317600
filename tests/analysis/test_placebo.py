"""The two-way placebo beside a plain recomputation, economy by economy."""

import dataclasses
import math

import numpy as np
import pytest

from analysis.placebo import contrast, two_way
from analysis.scaling import yearly_step
from analysis.windows import Roles, cut
from tests.analysis.conftest import synthetic_panel


def _windows(panel, hypothesis, end=2025):
    donors = [
        place
        for place, name in enumerate(panel.economies)
        if name not in (hypothesis.target, hypothesis.template)
    ]
    roles = Roles(panel.row("TWN"), panel.row("JPN"), np.array(donors))
    return cut(
        panel.paths,
        panel.breaks,
        roles,
        panel.column(end),
        hypothesis.window_years,
        hypothesis.all_lags,
        hypothesis.rule,
    )


def _plain_score(ours, theirs):
    """The gap of the demeaned windows in yearly steps of ours (one axis)."""
    years = [
        y for y, pair in enumerate(zip(ours, theirs, strict=True)) if None not in pair
    ]
    ours = {year: ours[year] for year in years}
    theirs = {year: theirs[year] for year in years}
    mean = sum(ours.values()) / len(ours), sum(theirs.values()) / len(theirs)
    gap = sum(((ours[y] - mean[0]) - (theirs[y] - mean[1])) ** 2 for y in years)
    steps = [(ours[y + 1] - ours[y]) ** 2 for y in years if y + 1 in ours]
    return math.sqrt(gap / len(years) / (sum(steps) / len(steps)))


def _plain_ranks(panel, hypothesis):
    """Recompute both placebos with loops over economies and lags."""
    index = {int(year): place for place, year in enumerate(panel.years)}

    def values(name, end):
        path = panel.paths[panel.row(name), :, 0]
        years = range(end - hypothesis.window_years + 1, end + 1)
        found = [path[index[year]] if year in index else math.nan for year in years]
        return [None if math.isnan(value) else float(value) for value in found]

    target = values("TWN", 2025)
    masks = {
        lag: [
            a is not None and b is not None
            for a, b in zip(target, values("JPN", 2025 - lag), strict=True)
        ]
        for lag in hypothesis.all_lags
    }

    def masked(window, lag):
        return [
            v if there else None for v, there in zip(window, masks[lag], strict=True)
        ]

    def score(ours, theirs, lag):
        return _plain_score(masked(ours, lag), masked(theirs, lag))

    def space(name):
        return min(
            score(values(name, 2025), values("JPN", 2025 - lag), lag)
            for lag in hypothesis.all_lags
        )

    def template(name, lags):
        return min(score(target, values(name, 2025 - lag), lag) for lag in lags)

    donors = [n for n in panel.economies if n not in ("TWN", "JPN")]
    nearer = sum(space(name) <= space("TWN") for name in donors)
    reached = {
        name: [
            lag
            for lag in hypothesis.all_lags
            if all(
                v is not None or not there
                for v, there in zip(values(name, 2025 - lag), masks[lag], strict=True)
            )
        ]
        for name in donors
    }
    counted = {name: lags for name, lags in reached.items() if len(lags) >= 3}
    as_near = sum(
        template(name, lags) <= template("JPN", lags) for name, lags in counted.items()
    )
    return (1 + nearer) / (1 + len(donors)), (1 + as_near) / (1 + len(counted))


@pytest.mark.parametrize("seed", range(6))
def test_both_ranks_agree_with_a_plain_recomputation(registered, seed):
    hypothesis = registered("goods-exploratory")
    panel = synthetic_panel(donors=20, seed=seed, TWN=14 if seed % 2 else 30)
    rng = np.random.default_rng(seed)
    panel.paths[panel.row("TWN"), panel.column(int(rng.integers(2016, 2024)))] = np.nan
    panel.paths[panel.row("JPN"), panel.column(int(rng.integers(1995, 2010)))] = np.nan
    for late in range(0, 20, 3):
        panel.paths[panel.row(f"D{late:02d}"), : int(rng.integers(1, 20))] = np.nan
    windows = _windows(panel, hypothesis)
    found = two_way(contrast(windows), windows, "own_steps", 3)
    p_space, p_template = _plain_ranks(panel, hypothesis)
    assert found.space.p() == pytest.approx(p_space, abs=1e-12)
    assert found.templates.p() == pytest.approx(p_template, abs=1e-12)


def test_a_follower_is_found_at_its_lag(registered):
    hypothesis = registered("goods-exploratory")
    panel = synthetic_panel(donors=19, TWN=17)
    windows = _windows(panel, hypothesis)
    found = two_way(contrast(windows), windows, "own_steps", 3)
    assert windows.lags[found.best] == 17
    assert found.space.lags[0] == 17
    assert found.space.p() == found.templates.p() == 1 / 20


def test_of_equally_near_lags_the_smallest_wins(registered):
    hypothesis = registered("goods-exploratory")
    panel = synthetic_panel(donors=9)
    span = np.arange(len(panel.years))
    panel.paths[panel.row("JPN"), :, 0] = np.sin(2 * np.pi * span / 5)
    panel.paths[panel.row("TWN"), :, 0] = np.sin(2 * np.pi * (span - 3) / 5)
    windows = _windows(panel, hypothesis)
    for ranking in ("own_steps", "concordance", "distance"):
        found = two_way(contrast(windows), windows, ranking, 3)
        assert windows.lags[found.best] == 13


def test_worlds_are_ranked_like_single_panels(registered):
    hypothesis = registered("two-axis-exploratory")
    rng = np.random.default_rng(9)
    paths = np.cumsum(rng.normal(size=(4, 14, 21, 2)), axis=2)
    paths[:, 0, 15] = np.nan
    paths[1, 5, :4] = np.nan
    roles = Roles(0, 1, np.arange(2, 14))
    rest = (roles, 20, 12, hypothesis.all_lags, hypothesis.rule)
    breaks = np.zeros(paths.shape, dtype=bool)
    together = cut(paths, breaks, *rest)
    both = two_way(contrast(together).mirrored(), together, "own_steps", 3)
    for world in range(4):
        alone = cut(paths[world], breaks[world], *rest)
        found = two_way(contrast(alone).mirrored(), alone, "own_steps", 3)
        np.testing.assert_allclose(both.space.scores[world], found.space.scores)
        assert both.templates.p()[world] == found.templates.p()
        assert both.concordance[world] == pytest.approx(float(found.concordance))


def test_the_yearly_step_is_pooled_without_country_means():
    rng = np.random.default_rng(10)
    paths = np.cumsum(rng.normal(size=(5, 30, 2)), axis=1)
    paths[2, 10, 0] = np.nan
    breaks = np.zeros(paths.shape, dtype=bool)
    breaks[3, 7, 0] = True
    squares, freedom = 0.0, 0
    for row in range(5):
        changes = [
            paths[row, year, 0] - paths[row, year - 1, 0]
            for year in range(1, 30)
            if not breaks[row, year, 0]
            and np.isfinite(paths[row, year - 1 : year + 1, 0]).all()
        ]
        mean = sum(changes) / len(changes)
        squares += sum((change - mean) ** 2 for change in changes)
        freedom += len(changes) - 1
    expected = math.sqrt(squares / freedom)
    assert yearly_step(paths, breaks)[0] == pytest.approx(expected, abs=1e-12)


def test_a_panel_too_short_has_no_yearly_step():
    assert np.isnan(yearly_step(np.zeros((2, 1, 1)), np.zeros((2, 1, 1), bool))).all()


def test_a_contrast_is_built_of_the_same_windows_for_all(registered):
    hypothesis = registered("goods-exploratory")
    windows = _windows(synthetic_panel(donors=9), hypothesis)
    same = dataclasses.replace(
        windows, lagged=np.repeat(windows.template[None], 9, axis=0)
    )
    found = two_way(contrast(same), same, "own_steps", 3)
    # Templates that equal Japan's are as near as Japan's: none is nearer.
    assert found.templates.p() == 1.0
