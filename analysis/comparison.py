"""How near two windows of paths are: arrays of years go in, inner products come out.

Windows are (..., years, axes) in units of each axis's yearly step; leading dimensions
broadcast, so that all lags, all economies and many simulated worlds go in one call.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.panel import Flags, Numbers

TIE = 1e-9


@dataclass(frozen=True)
class Products:
    """‖x‖², ‖y‖², ‖x − y‖² and ‖x + y‖² of one feature of two windows.

    Sums over axes and, where the feature has them, years. The gap is taken before it is
    squared: as ‖x‖² + ‖y‖² − 2⟨x, y⟩ it would lose half of its digits.
    """

    x: Numbers
    y: Numbers
    gap: Numbers
    mirrored_gap: Numbers

    def inner(self) -> Numbers:
        """Return ⟨x, y⟩."""
        return (self.mirrored_gap - self.gap) / 4

    def concordance(self) -> Numbers:
        """Return 2⟨x, y⟩ / (‖x‖² + ‖y‖²): 1 identical, 0 one is flat, -1 mirrored."""
        return _ratio(self.mirrored_gap - self.gap, self.mirrored_gap + self.gap)

    def cosine(self) -> Numbers:
        """Return the cosine of the angle between x and y."""
        found = _ratio(self.inner(), np.sqrt(self.x * self.y))
        # Rounding can carry it past 1 in the last digit.
        return np.clip(found, -1.0, 1.0)

    def first(self) -> "Products":
        """Return the products of the first economy of (..., economies, lags)."""
        parts = (self.x, self.y, self.gap, self.mirrored_gap)
        return Products(*(part[..., 0, :] for part in parts))

    def mirrored(self) -> "Products":
        """Return the products of −x and y."""
        return Products(self.x, self.y, self.mirrored_gap, self.gap)


@dataclass(frozen=True)
class Comparison:
    """Window x beside window y: whole shape, bends, yearly steps and direction.

    `years` and `pairs` count the years and the yearly changes compared.
    """

    years: Numbers
    pairs: Numbers
    shape: Products
    bends: Products
    steps: Products
    direction: Products

    def mirrored(self) -> "Comparison":
        """Return the comparison of −x and y."""
        return Comparison(
            self.years,
            self.pairs,
            self.shape.mirrored(),
            self.bends.mirrored(),
            self.steps.mirrored(),
            self.direction.mirrored(),
        )

    def distance(self) -> Numbers:
        """Return the root mean square gap of the demeaned windows."""
        return np.sqrt(_ratio(self.shape.gap, self.years))

    def own_step(self) -> Numbers:
        """Return the root mean square yearly change of x."""
        return np.sqrt(_ratio(self.steps.x + 0 * self.steps.gap, self.pairs))


def compare(x: Numbers, y: Numbers, present: Flags) -> Comparison:
    """Compare windows (..., years, axes) over the years that are `present`.

    Both are demeaned over those years. Yearly changes need two adjacent years. The
    direction is the mean of the window's last third minus that of its first, in
    calendar years, at least one.
    """
    weight = present[..., None].astype(float)
    years = present.sum(-1).astype(float)
    x, y = _demeaned(x, weight), _demeaned(y, weight)
    both = (present[..., 1:] & present[..., :-1])[..., None]
    gap, mirrored_gap = x - y, x + y
    whole = x, y, gap, mirrored_gap
    shape = Products(*map(_square, whole))
    return Comparison(
        years=years,
        pairs=both[..., 0].sum(-1).astype(float),
        shape=shape,
        bends=_bends(shape, whole, weight),
        steps=Products(*(_square(np.diff(part, axis=-2) * both) for part in whole)),
        direction=Products(*(_square(_direction(part, weight)) for part in whole)),
    )


def level_distance(x: Numbers, y: Numbers, present: Flags) -> Numbers:
    """Return the root mean square gap of windows as they are, not demeaned."""
    gap = np.where(present[..., None], x - y, 0.0)
    return np.sqrt(_ratio((gap**2).sum((-1, -2)), present.sum(-1).astype(float)))


def _own_steps(found: Comparison) -> Numbers:
    return _or_infinite(found.distance(), found.own_step())


def _stationarity(found: Comparison) -> Numbers:
    steps = np.sqrt(_ratio(found.steps.gap, found.pairs))
    shape = found.shape
    apart = _ratio(2 * shape.gap, shape.gap + shape.mirrored_gap)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.log(apart) + np.log(_or_infinite(found.distance(), steps))
    return np.where(np.isnan(score), np.inf, score)


# How near, the smaller the nearer. `own_steps` is the gap measured in the yearly steps
# of the country itself; a quiet country is not near merely because it is quiet.
RANKINGS: dict[str, Callable[[Comparison], Numbers]] = {
    "own_steps": _own_steps,
    "concordance": lambda found: _or_infinite(
        1 - found.shape.concordance(), np.ones(())
    ),
    "stationarity": _stationarity,
    "distance": lambda found: _or_infinite(found.distance(), np.ones(())),
}


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


def _or_infinite(above: Numbers, below: Numbers) -> Numbers:
    found = _ratio(above, below)
    return np.where(np.isnan(found), np.inf, found)


def _square(part: Numbers) -> Numbers:
    return np.einsum("...ta,...ta->...", part, part)


def _demeaned(path: Numbers, weight: Numbers) -> Numbers:
    held = np.where(weight > 0, path, 0.0)
    mean = held.sum(-2, keepdims=True) / np.maximum(weight.sum(-2, keepdims=True), 1)
    return (held - mean) * weight


def _bends(shape: Products, whole: tuple[Numbers, ...], weight: Numbers) -> Products:
    """What remains of the products when each window's own straight line is removed."""
    time = _demeaned(np.arange(weight.shape[-2], dtype=float)[:, None], weight)
    length = np.maximum(_square(time), 1.0)
    lines = (_square((time * part).sum(-2, keepdims=True)) / length for part in whole)
    parts = (shape.x, shape.y, shape.gap, shape.mirrored_gap)
    return Products(
        *(np.maximum(p - line, 0) for p, line in zip(parts, lines, strict=True))
    )


def _direction(path: Numbers, weight: Numbers) -> Numbers:
    third = max(path.shape[-2] // 3, 1)
    first = _mean(path[..., :third, :], weight[..., :third, :])
    last = _mean(path[..., -third:, :], weight[..., -third:, :])
    return last - first


def _mean(path: Numbers, weight: Numbers) -> Numbers:
    return _ratio(path.sum(-2, keepdims=True), weight.sum(-2, keepdims=True))
