"""Dynamic time warping: two windows go in, their distance at free speed comes out."""

import numpy as np

from analysis.panel import Numbers


def warped_distance(x: Numbers, y: Numbers, band: int) -> Numbers:
    """Return the root of the summed squared costs along the cheapest warping path.

    `x` is (..., n, axes), `y` (..., m, axes). The path stays within `band` years of the
    diagonal, widened by the difference in length where there is one.
    """
    cost = ((x[..., :, None, :] - y[..., None, :, :]) ** 2).sum(-1)
    n, m = cost.shape[-2:]
    ahead, behind = band + max(m - n, 0), band + max(n - m, 0)
    best = np.full((*cost.shape[:-2], n + 1, m + 1), np.inf)
    best[..., 0, 0] = 0.0
    for i in range(n):
        for j in range(max(i - behind, 0), min(i + ahead + 1, m)):
            before = np.minimum(best[..., i, j], best[..., i, j + 1])
            before = np.minimum(before, best[..., i + 1, j])
            best[..., i + 1, j + 1] = cost[..., i, j] + before
    return np.sqrt(best[..., n, m])
