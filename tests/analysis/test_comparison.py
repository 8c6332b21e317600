"""Comparison of two windows, beside a plain recomputation of every number."""

import math
from itertools import pairwise

import numpy as np
import pytest

from analysis.comparison import RANKINGS, compare
from analysis.warping import warped_distance


def _walk(rng, years=12, axes=2):
    return np.cumsum(rng.normal(size=(years, axes)), axis=0)


def _all(years=12):
    return np.ones(years, dtype=bool)


def test_a_flat_line_has_concordance_nought():
    found = compare(
        np.full((12, 1), 3.0), _walk(np.random.default_rng(1), 12, 1), _all()
    )
    assert found.shape.concordance() == pytest.approx(0, abs=1e-12)
    assert RANKINGS["own_steps"](found) == np.inf


def test_the_mirror_image_has_concordance_minus_one_and_itself_one():
    path = _walk(np.random.default_rng(2))
    assert compare(-path, path, _all()).shape.concordance() == pytest.approx(-1)
    assert compare(path, path, _all()).shape.concordance() == pytest.approx(1)


def test_a_mirrored_comparison_is_the_comparison_of_the_mirror_image():
    rng = np.random.default_rng(3)
    x, y = _walk(rng), _walk(rng)
    mirrored, direct = compare(x, y, _all()).mirrored(), compare(-x, y, _all())
    for ranking in RANKINGS.values():
        assert ranking(mirrored) == pytest.approx(ranking(direct), abs=1e-12)
    assert mirrored.bends.concordance() == pytest.approx(direct.bends.concordance())
    assert mirrored.direction.cosine() == pytest.approx(direct.direction.cosine())


def test_an_offset_of_one_path_changes_nothing():
    rng = np.random.default_rng(4)
    x, y = _walk(rng), _walk(rng)
    before, after = compare(x, y, _all()), compare(x + np.array([5.0, -3.0]), y, _all())
    for ranking in RANKINGS.values():
        assert ranking(after) == pytest.approx(ranking(before), abs=1e-9)


def test_bends_ignore_each_windows_own_straight_line():
    rng = np.random.default_rng(5)
    x, y, time = _walk(rng), _walk(rng), np.arange(12.0)[:, None]
    before = compare(x, y, _all()).bends.concordance()
    after = compare(x + 3 * time, y - time, _all()).bends.concordance()
    assert after == pytest.approx(before, abs=1e-9)


@pytest.mark.parametrize("gaps", [(), (4,), (3, 7)])
@pytest.mark.parametrize("axes", [1, 2])
def test_every_feature_agrees_with_a_plain_recomputation(gaps, axes):
    rng = np.random.default_rng([6, axes, len(gaps)])
    present = np.array([year not in gaps for year in range(12)])
    for _ in range(20):
        x, y = _walk(rng, 12, axes), _walk(rng, 12, axes)
        found = compare(x, y, present)
        expected = _plain(x.tolist(), y.tolist(), present.tolist())
        assert found.shape.concordance() == pytest.approx(expected["c"], abs=1e-9)
        assert found.distance() == pytest.approx(expected["distance"], abs=1e-9)
        assert found.bends.concordance() == pytest.approx(expected["bends"], abs=1e-9)
        assert found.direction.cosine() == pytest.approx(expected["cosine"], abs=1e-9)
        near = {name: ranking(found) for name, ranking in RANKINGS.items()}
        assert near["own_steps"] == pytest.approx(expected["own_steps"], abs=1e-9)
        assert near["stationarity"] == pytest.approx(expected["stationarity"], abs=1e-9)


def test_warping_agrees_with_another_implementation():
    from dtaidistance import dtw_ndim

    rng = np.random.default_rng(7)
    for _ in range(50):
        x = rng.normal(size=(int(rng.integers(3, 15)), 2))
        y = rng.normal(size=(int(rng.integers(3, 15)), 2))
        for band in (0, 1, 2, 4):
            # There a window of one is the diagonal alone.
            theirs = dtw_ndim.distance(x, y, window=band + 1)
            assert warped_distance(x, y, band) == pytest.approx(theirs, abs=1e-9)


def _plain(x, y, present):
    kept = [year for year, there in enumerate(present) if there]
    axes = range(len(x[0]))
    pairs = [(a, b) for a, b in pairwise(kept) if b == a + 1]
    total = dict.fromkeys(("xx", "yy", "xy", "rxx", "ryy", "rxy"), 0.0)
    steps = gap_steps = gap = 0.0
    ours, theirs = [], []
    for axis in axes:
        a = _centred([x[year][axis] for year in kept])
        b = _centred([y[year][axis] for year in kept])
        ra, rb = _without_line(kept, a), _without_line(kept, b)
        for name, left, right in (
            ("xx", a, a),
            ("yy", b, b),
            ("xy", a, b),
            ("rxx", ra, ra),
            ("ryy", rb, rb),
            ("rxy", ra, rb),
        ):
            total[name] += sum(p * q for p, q in zip(left, right, strict=True))
        by_year = dict(zip(kept, zip(a, b, strict=True), strict=True))
        gap += sum((p - q) ** 2 for p, q in by_year.values())
        for early, late in pairs:
            da = by_year[late][0] - by_year[early][0]
            db = by_year[late][1] - by_year[early][1]
            steps += da**2
            gap_steps += (da - db) ** 2
        third = len(present) // 3
        for place, found in ((0, ours), (1, theirs)):
            first = [v[place] for year, v in by_year.items() if year < third]
            last = [
                v[place] for year, v in by_year.items() if year >= len(present) - third
            ]
            found.append(sum(last) / len(last) - sum(first) / len(first))
    distance = math.sqrt(gap / len(kept))
    c = 2 * total["xy"] / (total["xx"] + total["yy"])
    return {
        "c": c,
        "bends": 2 * total["rxy"] / (total["rxx"] + total["ryy"]),
        "distance": distance,
        "cosine": sum(p * q for p, q in zip(ours, theirs, strict=True))
        / math.sqrt(sum(p * p for p in ours) * sum(q * q for q in theirs)),
        "own_steps": distance / math.sqrt(steps / len(pairs)),
        "stationarity": math.log(1 - c)
        + 0.5 * math.log(distance**2 / (gap_steps / len(pairs))),
    }


def _centred(values):
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def _without_line(years, values):
    time = _centred([float(year) for year in years])
    slope = sum(t * v for t, v in zip(time, values, strict=True)) / sum(
        t * t for t in time
    )
    return [v - slope * t for t, v in zip(time, values, strict=True)]
