"""The block bootstrap beside another statement of the same algorithm."""

import numpy as np
from arch.bootstrap import StationaryBootstrap

from analysis.resampling import resampled


def _places(rng, length, block):
    """Places of one draw: a new block starts with probability 1 / block."""
    starts = rng.integers(0, length, size=length).tolist()
    chances = rng.random(length)
    places = [starts[0]]
    for step in range(1, length):
        goes_on = chances[step] > 1 / block
        places.append((places[-1] + 1) % length if goes_on else starts[step])
    return places


def test_draws_are_those_of_the_library_and_of_a_plain_loop():
    rng = np.random.default_rng(1)
    for block in (2, 3, 4):
        window = np.cumsum(rng.normal(size=(12, 2)), axis=0)
        changes = np.diff(window, axis=0)
        drawn = resampled(
            window, np.ones(12, bool), 20, block, np.random.default_rng(7)
        )
        library = StationaryBootstrap(block, changes, seed=np.random.default_rng(7))
        plain = np.random.default_rng(7)
        for draw, (data, _) in zip(drawn, library.bootstrap(20), strict=True):
            np.testing.assert_allclose(np.diff(draw, axis=0), data[0], atol=1e-12)
            expected = changes[_places(plain, 11, block)]
            np.testing.assert_allclose(np.diff(draw, axis=0), expected, atol=1e-12)


def test_draws_start_where_the_window_starts_and_both_axes_move_together():
    rng = np.random.default_rng(2)
    window = np.cumsum(rng.normal(size=(12, 2)), axis=0)
    drawn = resampled(window, np.ones(12, bool), 200, 3, rng)
    assert (drawn[:, 0] == window[0]).all()
    known = {tuple(np.round(change, 9)) for change in np.diff(window, axis=0)}
    seen = {tuple(np.round(c, 9)) for draw in drawn for c in np.diff(draw, axis=0)}
    assert seen == known


def test_blocks_are_as_long_as_asked_on_average():
    window = np.cumsum(np.arange(31.0))[:, None]
    drawn = resampled(window, np.ones(31, bool), 2000, 3, np.random.default_rng(3))
    steps = np.diff(drawn[..., 0], axis=1)
    goes_on = np.diff(steps, axis=1) % 30 == 1
    # A block goes on with 2 in 3, and a new one may happen to continue it.
    assert abs(goes_on.mean() - (2 / 3 + 1 / 3 / 30)) < 0.01


def test_a_change_over_a_missing_year_is_not_drawn():
    window = np.array([0.0, 1.0, 0.0, 50.0, 51.0, 52.0])[:, None]
    present = np.array([True, True, False, True, True, True])
    drawn = resampled(window, present, 50, 3, np.random.default_rng(4))
    np.testing.assert_allclose(np.diff(drawn, axis=1), 1.0)
