"""The unit of each axis: paths go in, the pooled size of a yearly change comes out."""

import numpy as np

from analysis.panel import Flags, Numbers


def yearly_step(paths: Numbers, breaks: Flags) -> Numbers:
    """Return the pooled standard deviation of yearly changes, (..., axes).

    `paths` is (..., economies, years, axes). Each economy's own mean change is removed
    and costs one degree of freedom. A change over a missing year or a major break does
    not count. NaN where an axis has too few changes.
    """
    changes = np.diff(paths, axis=-2)
    counts = np.isfinite(changes) & ~breaks[..., 1:, :]
    held = np.where(counts, changes, 0.0)
    number = counts.sum(-2, keepdims=True)
    centred = (held - held.sum(-2, keepdims=True) / np.maximum(number, 1)) * counts
    freedom = (number - (number > 0)).sum((-3, -2))
    squares = (centred**2).sum((-3, -2))
    return np.sqrt(
        np.divide(
            squares, freedom, out=np.full(freedom.shape, np.nan), where=freedom > 0
        )
    )
