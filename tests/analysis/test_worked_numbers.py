"""The worked example of the method (made up), to its printed digits and beyond."""

import math

import numpy as np
import pytest

from analysis.comparison import compare, level_distance
from analysis.warping import warped_distance

SIGMA = 0.5
JAPAN = [(0.0, -1.0), (0.5, -0.9), (1.0, -0.7), (1.1, -0.3), (0.8, 0.1), (0.5, 0.4)]
TAIWAN = [(0.4, -0.8), (0.9, -0.6), (1.0, -0.2)]
PLACEBOS = {
    "C1": [(-0.5, 0.5), (-0.4, 0.6), (-0.6, 0.7)],
    "C2": [(0.3, 0.2), (0.2, 0.1), (0.3, 0.0)],
    "C3": [(1.0, -0.9), (0.6, -0.9), (0.2, -0.8)],
    "C4": [(0.0, 0.0), (0.1, 0.3), (0.3, 0.2)],
}
# Taiwan's years are 11 to 13, Japan's 1 to 6: lag 10 is Japan's years 1 to 3.
LAGS = (10, 9, 8, 7)
ALL = np.ones(3, dtype=bool)


def _scaled(points):
    return np.array(points) / SIGMA


def _windows():
    return np.stack([_scaled(JAPAN[start : start + 3]) for start in range(4)])


def _distances(points):
    target = _scaled(points)
    return (
        level_distance(target, _windows(), ALL),
        compare(target, _windows(), ALL).distance(),
    )


@pytest.mark.parametrize(
    ("lag", "level", "shape"),
    [
        (10, 0.9661, 0.4522),
        (9, 0.2828, 0.0000),
        (8, 0.9165, 0.6799),
        (7, 1.5706, 1.0111),
    ],
)
def test_a_lags_distances_have_the_printed_digits(lag, level, shape):
    levels, shapes = _distances(TAIWAN)
    place = LAGS.index(lag)
    assert round(float(levels[place]), 4) == level
    assert round(float(shapes[place]), 4) == shape


def test_the_direction_at_the_best_lag_is_the_same():
    found = compare(_scaled(TAIWAN), _windows()[1], ALL)
    assert round(float(found.direction.cosine()), 4) == 1.0


@pytest.mark.parametrize(
    ("economy", "level", "shape"),
    [
        ("C1", 2.8729, 0.4989),
        ("C2", 1.3904, 0.8692),
        ("C3", 1.4189, 0.5249),
        ("C4", 1.5958, 0.5497),
    ],
)
def test_a_placebos_smallest_distances_have_the_printed_digits(economy, level, shape):
    levels, shapes = _distances(PLACEBOS[economy])
    assert round(float(levels.min()), 4) == level
    assert round(float(shapes.min()), 4) == shape


def test_four_placebos_cannot_give_less_than_one_fifth():
    for kind in (0, 1):
        ours = _distances(TAIWAN)[kind].min()
        nearer = sum(_distances(p)[kind].min() <= ours for p in PLACEBOS.values())
        assert (1 + nearer) / (len(PLACEBOS) + 1) == 0.2


@pytest.mark.parametrize(
    ("first", "last", "band", "expected"),
    [(2, 4, 0, 0.4899), (2, 4, 1, 0.4899), (1, 4, 1, 1.0198)],
)
def test_time_warping_of_raw_windows_has_the_printed_digits(
    first, last, band, expected
):
    japan = _scaled(JAPAN[first - 1 : last])
    assert round(float(warped_distance(_scaled(TAIWAN), japan, band)), 4) == expected


def test_every_number_agrees_with_a_plain_recomputation():
    levels, shapes = _distances(TAIWAN)
    for place in range(4):
        japan = JAPAN[place : place + 3]
        assert levels[place] == pytest.approx(_plain(TAIWAN, japan), abs=1e-9)
        centred = _centred(TAIWAN), _centred(japan)
        assert shapes[place] == pytest.approx(_plain(*centred), abs=1e-9)


def _plain(ours, theirs):
    squares = [
        ((a - b) / SIGMA) ** 2
        for one, other in zip(ours, theirs, strict=True)
        for a, b in zip(one, other, strict=True)
    ]
    return math.sqrt(sum(squares) / len(ours))


def _centred(points):
    means = [sum(point[axis] for point in points) / len(points) for axis in (0, 1)]
    return [tuple(point[axis] - means[axis] for axis in (0, 1)) for point in points]
