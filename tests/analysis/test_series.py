"""Breaks and unit roots of single paths."""

import numpy as np

from analysis.panel import build
from analysis.series import path_breaks, unit_roots
from tests.analysis.conftest import flows_of

YEARS = np.arange(1990, 2026)


def _panel(path):
    return build([flows_of(path[None], ["TWN"], YEARS, "goods")])


def test_a_planted_shift_is_found_in_its_year():
    rng = np.random.default_rng(1)
    path = 0.05 * rng.normal(size=36) + np.where(YEARS >= 2005, 2.0, 0.0)
    (found,) = path_breaks(_panel(path), "TWN")
    assert (found.year, found.share_of_penalties) == (2005, 1.0)


def test_a_flat_path_has_no_break_and_no_unit_root():
    assert path_breaks(_panel(np.zeros(36)), "TWN") == []
    assert unit_roots(_panel(np.zeros(36)), "TWN") == []


def test_an_economy_without_a_series_has_neither():
    assert path_breaks(_panel(np.zeros(36)), "JPN") == []
    assert unit_roots(_panel(np.zeros(36)), "JPN") == []


def test_noise_is_told_from_a_trend_in_both_tests():
    rng = np.random.default_rng(2)
    (noise,) = unit_roots(_panel(rng.normal(size=36)), "TWN")
    assert noise.adf_p < 0.05 < noise.kpss_p
    (walk,) = unit_roots(_panel(np.cumsum(rng.normal(size=36) + 0.5)), "TWN")
    assert walk.kpss_p < 0.05 < walk.adf_p
    assert walk.years == 36
