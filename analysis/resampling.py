"""Block bootstrap of a window: yearly changes go in, resampled windows come out."""

import numpy as np

from analysis.panel import Flags, Numbers


def resampled(
    window: Numbers, present: Flags, draws: int, block: int, rng: np.random.Generator
) -> Numbers:
    """Return windows (draws, years, axes) made of the window's own yearly changes.

    Stationary block bootstrap with blocks of `block` years on average, all axes
    together, cumulated from the window's first value. Where years are missing the
    changes that exist are used in turn.
    """
    # Seconds to import, and needed only here.
    from arch.bootstrap import StationaryBootstrap

    adjacent = present[1:] & present[:-1]
    changes = np.diff(window, axis=0)[adjacent]
    years = len(window) - 1
    cycled = changes[np.arange(years) % len(changes)]
    bootstrap = StationaryBootstrap(block, cycled, seed=rng)
    drawn = np.stack([data[0] for data, _ in bootstrap.bootstrap(draws)])
    start = np.zeros((draws, 1, window.shape[1]))
    return window[0] + np.concatenate([start, np.cumsum(drawn, axis=1)], axis=1)
