"""Simulated worlds: in which nobody follows Japan, the target does, or it mirrors it.

Every world is a list of changes to walks: economies whose log ratios change each year
by shocks of their own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from analysis.panel import Numbers
from analysis.scaling import yearly_step

# Shocks of a year: log points on the goods and on the technology axis.
STEPS = np.array([0.10, 0.15])
POOL = 24


@dataclass(frozen=True)
class Design:
    """What is tested: axes, window and lags in years, and how long the series are."""

    axes: int
    window: int
    lags: tuple[int, int]
    years: int

    @property
    def all_lags(self) -> tuple[int, ...]:
        """Every lag of the band."""
        return tuple(range(self.lags[0], self.lags[1] + 1))

    @property
    def reached_lags(self) -> tuple[int, ...]:
        """The lags that the earlier window reaches too; a follower has one of them."""
        return tuple(k for k in self.all_lags if self.window + k < self.years)


# The registered hypotheses with the years their publishers give (to 2025), and bands of
# seven lags, like the one at which the first version of the rule was measured.
DESIGNS = {
    "goods-exploratory": Design(1, 12, (10, 24), 36),
    "goods-exploratory-long": Design(1, 18, (10, 18), 36),
    "goods-confirmatory": Design(1, 12, (35, 38), 50),
    "technology-exploratory": Design(1, 12, (5, 9), 21),
    "two-axis-exploratory": Design(2, 12, (5, 9), 21),
    "one axis, 12 years, 7 lags": Design(1, 12, (10, 16), 29),
    "one axis, 18 years, 7 lags": Design(1, 18, (10, 16), 35),
    "two axes, 12 years, 7 lags": Design(2, 12, (10, 16), 29),
    "two axes, 18 years, 7 lags": Design(2, 18, (10, 16), 35),
}


@dataclass
class World:
    """Paths (worlds, economies, years, axes) being made; target first, then Japan.

    `shocks` are yearly changes, to be cumulated; `noise` is added to the levels.
    """

    rng: np.random.Generator
    design: Design
    shocks: Numbers
    noise: Numbers

    @property
    def steps(self) -> Numbers:
        """The size of a yearly shock on each axis."""
        return STEPS[: self.design.axes]

    def normal(self, *shape: int) -> Numbers:
        """Draw shocks (..., axes) of the usual size."""
        return self.rng.normal(size=(*shape, self.design.axes)) * self.steps

    def paths(self) -> Numbers:
        """The levels."""
        return np.cumsum(self.shocks, axis=-2) + self.noise


TARGET, JAPAN, FIRST_DONOR = 0, 1, 2
Change = Callable[[World], None]


def _shared(weight: float) -> Change:
    def change(world: World) -> None:
        own = np.sqrt(1 - weight**2)
        shared = world.normal(len(world.shocks), 1, world.design.years)
        world.shocks = own * world.shocks + weight * shared

    return change


def _cycle(world: World) -> None:
    """A cycle of nine years or so that all economies share, beside small own shocks."""
    worlds, _, years, _ = world.shocks.shape
    push, cycle = world.normal(worlds, years), np.zeros((worlds, years, 1))
    cycle = cycle + np.zeros_like(push)
    for year in range(2, years):
        cycle[:, year] = (
            1.4 * cycle[:, year - 1] - 0.8 * cycle[:, year - 2] + push[:, year]
        )
    world.shocks = 0.5 * world.shocks
    world.noise = world.noise + cycle[:, None]


def _drift(size: float) -> Change:
    def change(world: World) -> None:
        worlds, economies = world.shocks.shape[:2]
        world.shocks = world.shocks + size * world.normal(worlds, economies, 1)

    return change


def _volatility(economy: int, factor: float) -> Change:
    def change(world: World) -> None:
        world.shocks[:, economy] *= factor

    return change


def _trend(economy: int, size: float) -> Change:
    def change(world: World) -> None:
        sign = world.rng.choice([-1.0, 1.0], size=(len(world.shocks), 1, 1))
        world.shocks[:, economy] *= 0.5
        world.shocks[:, economy] += sign * size * world.steps

    return change


def _own_volatility(world: World) -> None:
    shape = (*world.shocks.shape[:2], 1, 1)
    world.shocks = world.shocks * np.exp(0.7 * world.rng.normal(size=shape))


def _heavy(freedom: float) -> Change:
    def change(world: World) -> None:
        chance = world.rng.chisquare(freedom, size=world.shocks.shape)
        world.shocks = world.shocks / np.sqrt(chance / freedom)

    return change


def _jumps(world: World) -> None:
    jump = world.rng.random((*world.shocks.shape[:3], 1)) < 0.05
    world.shocks = np.where(jump, 6.0, 1.0) * world.shocks


def _breaks(world: World) -> None:
    """One step of five yearly shocks in each series, in a year of its own."""
    worlds, economies, years, _ = world.shocks.shape
    year = world.rng.integers(1, years, size=(worlds, economies))
    at = np.indices(year.shape)
    world.shocks[at[0], at[1], year] += 5 * world.normal(worlds, economies)


def _common_break(world: World) -> None:
    """A new nomenclature: all series step in one year, by their own amounts."""
    worlds, economies, years, _ = world.shocks.shape
    year = world.rng.integers(years - world.design.window, years, size=worlds)
    world.shocks[np.arange(worlds), :, year] += 5 * world.normal(worlds, economies)


def _persistent(share: float, *economies: int) -> Change:
    """Shocks that carry on: a part of each returns the year after."""

    def change(world: World) -> None:
        rows = list(economies) or slice(None)
        shocks = world.shocks[:, rows]
        for year in range(1, shocks.shape[2]):
            shocks[:, :, year] += share * shocks[:, :, year - 1]
        world.shocks[:, rows] = shocks * np.sqrt(1 - share**2)

    return change


def _reverting(share: float, *economies: int) -> Change:
    """Paths that return to their mean instead of wandering off."""

    def change(world: World) -> None:
        rows = list(economies) or slice(None)
        level = world.shocks[:, rows].copy()
        for year in range(1, level.shape[2]):
            level[:, :, year] += share * level[:, :, year - 1]
        world.shocks[:, rows] = np.diff(level, axis=2, prepend=0.0)

    return change


def _measured(size: float, *economies: int) -> Change:
    """Levels with an error of measurement in every year."""

    def change(world: World) -> None:
        rows = list(economies) or slice(None)
        error = size * world.normal(*world.shocks.shape[:3])
        world.noise[:, rows] += error[:, rows]

    return change


def _offsets(world: World) -> None:
    worlds, economies = world.shocks.shape[:2]
    world.noise = world.noise + 10 * world.normal(worlds, economies, 1)


def _last_years(world: World) -> None:
    """First prints: the last two years are known only roughly, and revised later."""
    error = world.normal(*world.shocks.shape[:2], 2)
    world.noise[:, :, -2:] += error


def _missing(world: World) -> None:
    """Target and Japan lack a year each; half of the donors start some years late."""
    worlds, economies, years, _ = world.shocks.shape
    year = world.rng.integers(years - world.design.window + 2, years - 2, size=worlds)
    world.noise[np.arange(worlds), TARGET, year] = np.nan
    year = world.rng.integers(2, years - 2, size=worlds)
    world.noise[np.arange(worlds), JAPAN, year] = np.nan
    late = world.rng.integers(0, world.design.lags[1] - 1, size=(worlds, economies))
    late = np.minimum(late, years - world.design.window - 1 - world.design.lags[0])
    late[:, FIRST_DONOR + 1 :: 2] = 0
    late[:, :FIRST_DONOR] = 0
    world.noise[np.arange(years) < late[..., None]] = np.nan


def _follows(
    economy: int, noise: float, sign: float = 1, gathers: bool = False
) -> Change:
    """Japan's path, some years later, with own deviations that stay or gather."""

    def change(world: World) -> None:
        worlds, _, years, _ = world.shocks.shape
        lag = world.rng.choice(world.design.reached_lags, size=(worlds, 1))
        then = np.arange(years) - lag
        past = np.take_along_axis(
            world.shocks[:, JAPAN], np.maximum(then, 0)[..., None], axis=1
        )
        own = noise * world.normal(worlds, years)
        world.shocks[:, economy] = np.where(then[..., None] > 0, sign * past, 0.0)
        if gathers:
            world.shocks[:, economy] += own
        else:
            world.noise[:, economy] += own

    return change


NULLS: dict[str, tuple[Change, ...]] = {
    "walks": (),
    "shared shock, half of the variance": (_shared(0.7),),
    "shared shock, four fifths": (_shared(0.9),),
    "shared chip cycle": (_cycle,),
    "drift, half a step a year": (_drift(0.5),),
    "drift, one step a year": (_drift(1.0),),
    "trends, three steps a year": (_drift(3.0),),
    "quiet target": (_volatility(TARGET, 0.5),),
    "noisy target": (_volatility(TARGET, 2.0),),
    "quiet Japan": (_volatility(JAPAN, 0.5),),
    "noisy Japan": (_volatility(JAPAN, 2.0),),
    "trending target": (_trend(TARGET, 0.8),),
    "trending Japan": (_trend(JAPAN, 0.8),),
    "own volatilities": (_own_volatility,),
    "definition offsets": (_offsets,),
    "unrecorded breaks": (_breaks,),
    "breaks in one year": (_common_break,),
    "missing years, late starts": (_missing,),
    "first prints of two years": (_last_years,),
    "heavy tails, t with 3": (_heavy(3.0),),
    "heavy tails, t with 2": (_heavy(2.0),),
    "heavy tails, t with 1": (_heavy(1.0),),
    "rare jumps": (_jumps,),
    "a donor follows": (_follows(FIRST_DONOR, 1.0),),
    "persistent shocks": (_persistent(0.5),),
    "persistent shocks, Japan": (_persistent(0.5, JAPAN),),
    "persistent shocks, target and Japan": (_persistent(0.5, TARGET, JAPAN),),
    "mean reversion": (_reverting(0.6),),
    "mean reversion, target": (_reverting(0.6, TARGET),),
    "measurement error": (_measured(1.0),),
    "measurement error, target": (_measured(1.0, TARGET),),
}
FOLLOWERS: dict[str, tuple[Change, ...]] = {
    "follower, full noise": (_follows(TARGET, 1.0),),
    "follower, half noise": (_follows(TARGET, 0.5),),
    "follower, and a donor too": (_follows(FIRST_DONOR, 1.0), _follows(TARGET, 1.0)),
    "follower, half noise that gathers": (_follows(TARGET, 0.5, gathers=True),),
    "follower, missing years": (_follows(TARGET, 1.0), _missing),
}
MIRRORS: dict[str, tuple[Change, ...]] = {
    "mirror, full noise": (_follows(TARGET, 1.0, sign=-1),),
    "mirror, half noise": (_follows(TARGET, 0.5, sign=-1),),
}
# Target and Japan share a peculiarity that no donor has: not what the test is for.
LIMITS: dict[str, tuple[Change, ...]] = {
    "target and Japan trend, donors do not": (_trend(TARGET, 0.8), _trend(JAPAN, 0.8)),
    "target and Japan noisy, donors not": (
        _volatility(TARGET, 2.0),
        _volatility(JAPAN, 2.0),
    ),
}
WORLDS = NULLS | FOLLOWERS | MIRRORS | LIMITS


def simulated(
    changes: Iterable[Change],
    design: Design,
    draws: int,
    rng: np.random.Generator,
    scale_age: int = 0,
) -> Numbers:
    """Make paths (draws, economies, years, axes), each axis in its yearly step.

    The step is that of the series as they were `scale_age` years before their end.
    """
    shape = (draws, FIRST_DONOR + POOL, design.years, design.axes)
    steps = STEPS[: design.axes]
    world = World(rng, design, rng.normal(size=shape) * steps, np.zeros(shape))
    for change in changes:
        change(world)
    paths = world.paths()
    known = paths[:, :, : design.years - scale_age]
    step = yearly_step(known, np.zeros(known.shape, np.bool_))
    return paths / step[:, None, None, :]
