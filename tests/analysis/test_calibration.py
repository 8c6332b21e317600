"""Error rates of the rule: a small seeded sample, and with --prove many more draws."""

from datetime import date

import numpy as np
import pytest

from analysis.assessment import assess
from analysis.panel import build
from benchmarks import calibration
from benchmarks.calibration_tables import BOUNDS, REGISTERED, error, worst
from benchmarks.worlds import DESIGNS, FOLLOWERS, MIRRORS, WORLDS, simulated
from tests.analysis.conftest import changed, flows_of

SEED = 42
SAMPLE = (
    "walks",
    "shared chip cycle",
    "trends, three steps a year",
    "heavy tails, t with 2",
    "unrecorded breaks",
    "persistent shocks",
    "measurement error, target",
)


@pytest.fixture(scope="module")
def measured(heavy):
    """Shares of two designs, one and two axes, in some worlds or in all."""
    draws, worlds = heavy(100, 1000), [*SAMPLE, *FOLLOWERS, *MIRRORS]
    if draws > 100:
        worlds = list(WORLDS)
    designs = ("technology-exploratory", "two-axis-exploratory")
    return draws, {
        name: calibration.measured(DESIGNS[name], draws, SEED, worlds)
        for name in designs
    }


@pytest.mark.parametrize("donors", sorted(BOUNDS))
@pytest.mark.parametrize("name", ["FOLLOWS", "DIVERGES"])
def test_false_classes_stay_within_their_bounds(measured, donors, name):
    draws, results = measured
    for found in results.values():
        share, world = worst(found, REGISTERED, donors, name)
        # The worst of so many shares lies some errors above its own expectation.
        slack = 3 * np.sqrt(BOUNDS[donors] / draws)
        assert share <= BOUNDS[donors] + slack, world


def test_with_eight_donors_every_draw_is_insufficient(measured):
    for found in measured[1].values():
        shares = [s.insufficient for (_, _, donors), s in found.items() if donors == 8]
        assert set(shares) == {1.0}


@pytest.mark.parametrize(
    ("design", "world", "least"),
    [
        ("technology-exploratory", "follower, full noise", 0.50),
        ("technology-exploratory", "follower, half noise", 0.84),
        ("two-axis-exploratory", "follower, full noise", 0.79),
        ("two-axis-exploratory", "follower, half noise", 0.97),
        ("two-axis-exploratory", "follower, and a donor too", 0.66),
    ],
)
def test_followers_are_found(measured, design, world, least):
    draws, results = measured
    assert world in FOLLOWERS
    slack = 3 * error(least, draws)
    assert results[design][world, REGISTERED, 19].follows >= least - slack


def test_the_same_seed_gives_the_same_shares():
    design = DESIGNS["technology-exploratory"]
    first, second = (
        calibration.measured(design, 50, 7, ["walks", "rare jumps"]) for _ in range(2)
    )
    assert first == second
    assert first != calibration.measured(design, 50, 8, ["walks", "rare jumps"])


@pytest.mark.parametrize(
    "world", ["follower, full noise", "missing years, late starts"]
)
def test_simulated_worlds_are_judged_as_a_verdict_would_judge_them(registered, world):
    hypothesis = changed(registered("technology-exploratory"), minimum_donors=9)
    design = DESIGNS["technology-exploratory"]
    paths = simulated(WORLDS[world], design, 40, np.random.default_rng(SEED))
    rule = {REGISTERED: hypothesis.rule}
    together = calibration.classes(paths, design, rule, design.years - 1)
    years = np.arange(2005, 2026)
    names = ["TWN", "JPN", *(f"D{place:02d}" for place in range(24))]
    for draw, expected in zip(paths, together[REGISTERED, 24], strict=True):
        # The registered shares of world exports are met by all.
        panel = build([flows_of(draw[..., 0], names, years, "technology")])
        found = assess(panel, hypothesis, date(2026, 11, 22))
        assert (found.end, found.evidence_class) == (2025, expected)


def test_an_older_unit_changes_nothing_on_one_axis():
    design = DESIGNS["technology-exploratory"]
    worlds = ["walks", "heavy tails, t with 2"]
    now = calibration.measured(design, 50, 7, worlds)
    assert calibration.measured(design, 50, 7, worlds, scale_age=5) == now
