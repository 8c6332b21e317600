"""How often the rule of the verdict is wrong, and how often it sees what is there.

    python -m benchmarks.calibration [--worlds 2000] [--seed 1] [--designs NAME ...]
                                     [--write]

Simulates worlds in which nobody follows Japan, in which Taiwan does, and in which it
mirrors it, and applies the registered rule to each. Prints shares of worlds with their
Monte Carlo errors; `--write` puts them into docs/calibration.md.
"""

import argparse
import dataclasses
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from analysis.evidence import DIVERGES, FOLLOWS, INSUFFICIENT, agreed, weigh
from analysis.hypotheses import Rule, load
from analysis.panel import Numbers
from analysis.placebo import Contrast, contrast
from analysis.scaling import yearly_step
from analysis.windows import Roles, Windows, cut

RECORD = Path(__file__).parent.parent / "docs" / "calibration.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"
# Shocks of a year: log points on the goods and on the technology axis.
STEPS = np.array([0.10, 0.15])
POOL = 24
DONORS = (9, 19, 24)
CHUNK = 100


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


# The registered hypotheses with the years their publishers give (to 2025), and the bands
# of seven lags at which the first version of the rule was measured.
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
    """One step of five yearly shocks in each series, in a year of its own, unrecorded."""
    worlds, economies, years, _ = world.shocks.shape
    year = world.rng.integers(1, years, size=(worlds, economies))
    at = np.indices(year.shape)
    world.shocks[at[0], at[1], year] += 5 * world.normal(worlds, economies)


def _common_break(world: World) -> None:
    """A revision of the nomenclature: all series step, by their own amounts, at once."""
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
    """Target and Japan lack two years of three; half of the donors start late."""
    worlds, economies, years, _ = world.shocks.shape
    window = world.design.window
    for _ in range(2):
        year = world.rng.integers(years - window + 2, years - 2, size=worlds)
        world.noise[np.arange(worlds), TARGET, year] = np.nan
    year = world.rng.integers(2, years - 2, size=worlds)
    world.noise[np.arange(worlds), JAPAN, year] = np.nan
    late = years - window - 1 - world.rng.integers(
        world.design.lags[0] + 3, world.design.lags[1] + 4, size=(worlds, economies)
    )
    late[:, FIRST_DONOR + 1 :: 2] = 0
    late[:, :FIRST_DONOR] = 0
    early = np.arange(years) < late[..., None]
    world.noise[early] = np.nan


def _follows(economy: int, noise: float, sign: float = 1, gathers: bool = False) -> Change:
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
# No hypothesis of the test: a straight line fits a straight line, whoever draws it.
LIMITS: dict[str, tuple[Change, ...]] = {
    "target and Japan trend, donors do not": (_trend(TARGET, 0.8), _trend(JAPAN, 0.8)),
}
WORLDS = NULLS | FOLLOWERS | MIRRORS | LIMITS


def simulated(
    changes: tuple[Change, ...], design: Design, worlds: int, rng: np.random.Generator
) -> Numbers:
    """Make paths (worlds, economies, years, axes), each axis in its yearly step."""
    blank = World(rng, design, np.empty(0), np.empty(0))
    shape = (worlds, FIRST_DONOR + POOL, design.years)
    world = World(rng, design, blank.normal(*shape), np.zeros((*shape, design.axes)))
    for change in changes:
        change(world)
    paths = world.paths()
    step = yearly_step(paths, np.zeros(paths.shape, np.bool_))
    return paths / step[:, None, None, :]


def windows_of(paths: Numbers, design: Design, end: int, rule: Rule) -> Windows:
    """Cut the windows that end in column `end` out of every world."""
    donors = np.arange(FIRST_DONOR, paths.shape[1])
    return cut(
        paths,
        np.zeros(paths.shape, np.bool_),
        Roles(TARGET, JAPAN, donors),
        end,
        design.window,
        design.all_lags,
        rule,
    )


def with_donors(found: Contrast, windows: Windows, donors: int) -> tuple[Contrast, Windows]:
    """Keep the first donors only."""

    def kept(part: object) -> object:
        if isinstance(part, np.ndarray):
            return part[:, : donors + 1] if part.shape[1] > 1 else part
        names = [field.name for field in dataclasses.fields(part)]
        return type(part)(*(kept(getattr(part, name)) for name in names))

    fewer = dataclasses.replace(
        windows,
        counted=windows.counted[:, :donors],
        reaches=windows.reaches[:, :donors],
    )
    return kept(found), fewer


def classes(
    paths: Numbers, design: Design, rules: Mapping[str, Rule], last: int
) -> dict[tuple[str, int], np.ndarray]:
    """Return every world's class by rule and number of donors, for a run of one year."""
    seen: dict[tuple[str, int], list[np.ndarray]] = {}
    for end in (last, last - 1):
        windows = windows_of(paths, design, end, next(iter(rules.values())))
        found = contrast(windows)
        for donors in DONORS:
            few = with_donors(found, windows, donors)
            for name, rule in rules.items():
                if name != "registered" and donors != 19:
                    continue
                evidence = weigh(*few, rule)
                seen.setdefault((name, donors), []).append(evidence.classes)
    return {key: agreed(pair) for key, pair in seen.items()}


def rules() -> dict[str, Rule]:
    """The registered rule and the ones it was chosen from."""
    registered = next(iter(load().hypotheses.values())).rule
    change = dataclasses.replace
    return {
        "registered": registered,
        "registered, without the gate on bends": change(registered, bends_minimum=-1.0),
        "by concordance alone": change(registered, ranking="concordance"),
        "first version": change(
            registered, ranking="stationarity", bends_minimum=-1.0
        ),
    }


Shares = dict[tuple[str, str, int], tuple[float, float, float]]


def measured(
    design: Design, worlds: int, seed: int, tick: Callable[[int], None]
) -> Shares:
    """Shares of FOLLOWS, DIVERGES and INSUFFICIENT by world, rule and donors."""
    shares: Shares = {}
    tested = rules()
    for place, (world, changes) in enumerate(WORLDS.items()):
        rng = np.random.default_rng([seed, place, *dataclasses.astuple(design)[:2]])
        counts: dict[tuple[str, int], np.ndarray] = {}
        for size in _chunks(worlds):
            paths = simulated(changes, design, size, rng)
            for key, found in classes(paths, design, tested, design.years - 1).items():
                hits = [
                    (found == name).sum() for name in (FOLLOWS, DIVERGES, INSUFFICIENT)
                ]
                counts[key] = counts.get(key, np.zeros(3)) + hits
            tick(size)
        for (rule, donors), hits in counts.items():
            shares[world, rule, donors] = tuple(hits / worlds)
    return shares


def _chunks(worlds: int) -> Iterator[int]:
    for start in range(0, worlds, CHUNK):
        yield min(CHUNK, worlds - start)
