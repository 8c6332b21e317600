"""Classes by rule, and what stands over the years."""

from datetime import date

import numpy as np
import pytest

from analysis.assessment import assess
from analysis.evidence import agreed, is_stale, passes
from analysis.standing import AnnualClass, Standing, standing
from tests.analysis.conftest import changed, synthetic_panel


@pytest.fixture
def rule(registered):
    return registered("goods-exploratory").rule


def _stands(rule, *runs, donors=24):
    history = [AnnualClass(2020 + place, run, donors) for place, run in enumerate(runs)]
    return standing(history, rule)


@pytest.mark.parametrize(
    ("last", "earlier", "expected"),
    [
        ("FOLLOWS", "FOLLOWS", "FOLLOWS"),
        ("DIVERGES", "DIVERGES", "DIVERGES"),
        ("FOLLOWS", "INCONCLUSIVE", "INCONCLUSIVE"),
        ("FOLLOWS", "DIVERGES", "INCONCLUSIVE"),
        ("FOLLOWS", "INSUFFICIENT", "INSUFFICIENT"),
        ("INSUFFICIENT", "FOLLOWS", "INSUFFICIENT"),
    ],
)
def test_two_windows_must_agree(last, earlier, expected):
    assert str(agreed([np.array(last), np.array(earlier)])) == expected


def test_every_world_has_a_class_of_its_own():
    last = np.array(["FOLLOWS", "INSUFFICIENT"])
    earlier = np.array(["FOLLOWS", "FOLLOWS"])
    assert agreed([last, earlier]).tolist() == ["FOLLOWS", "INSUFFICIENT"]


@pytest.mark.parametrize("gate", ["concordance", "bends"])
def test_a_gate_is_passed_at_its_minimum_and_not_below(registered, gate):
    hypothesis = registered("goods-exploratory")
    panel = synthetic_panel(24, TWN=14)
    straight = assess(panel, hypothesis, date(2026, 1, 1)).assessed[0].evidence.straight
    found = float(getattr(straight, gate))
    at = changed(hypothesis, **{f"{gate}_minimum": found})
    above = changed(hypothesis, **{f"{gate}_minimum": np.nextafter(found, 1)})
    assert passes(straight, at.rule)
    assert not passes(straight, above.rule)


def test_nothing_stands_before_the_first_run(rule):
    assert standing([], rule) is None


def test_the_first_run_stands_provisionally(rule):
    assert _stands(rule, "DIVERGES") == Standing("DIVERGES", 2020, True)
    assert _stands(rule, "FOLLOWS") == Standing("FOLLOWS", 2020, True)


def test_a_first_verdict_with_few_donors_cannot_be_follows(rule):
    assert _stands(rule, "FOLLOWS", donors=23) == Standing("INCONCLUSIVE", 2020, True)
    twice = _stands(rule, "FOLLOWS", "FOLLOWS", donors=23)
    assert twice == Standing("FOLLOWS", 2021, False)


def test_a_second_equal_run_confirms(rule):
    found = _stands(rule, "DIVERGES", "DIVERGES")
    assert found == Standing("DIVERGES", 2020, False)


def test_one_run_does_not_change_what_stands(rule):
    found = _stands(rule, "INCONCLUSIVE", "INCONCLUSIVE", "FOLLOWS")
    assert found == Standing("INCONCLUSIVE", 2020, False)


def test_two_consecutive_runs_change_what_stands(rule):
    runs = ("INCONCLUSIVE", "FOLLOWS", "FOLLOWS", "INCONCLUSIVE")
    assert _stands(rule, *runs) == Standing("FOLLOWS", 2022, False)


def test_alternating_runs_change_nothing(rule):
    found = _stands(rule, "INCONCLUSIVE", "FOLLOWS", "INCONCLUSIVE", "FOLLOWS")
    assert found == Standing("INCONCLUSIVE", 2020, True)


def test_runs_with_a_year_between_them_are_not_consecutive(rule):
    history = [
        AnnualClass(2020, "INCONCLUSIVE", 24),
        AnnualClass(2021, "FOLLOWS", 24),
        AnnualClass(2023, "FOLLOWS", 24),
    ]
    assert standing(history, rule) == Standing("INCONCLUSIVE", 2020, True)


@pytest.mark.parametrize(
    ("as_of", "stale"),
    [
        (date(2026, 11, 22), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), True),
        (date(2028, 6, 1), True),
    ],
)
def test_a_year_is_too_old_24_months_after_its_last_day(rule, as_of, stale):
    assert is_stale(2024, as_of, rule) is stale
