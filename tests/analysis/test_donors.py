"""Who is compared, and in which year the window ends."""

import dataclasses

import numpy as np
import pytest

from analysis.donors import choose, window_end
from analysis.panel import Flows, build

YEARS = np.arange(1990, 2026)


def _panel(shares_pct, gaps=()):
    """Economies (synthetic) with given shares of the world's exports; flat ratios."""
    economies = ["JPN", "TWN", *shares_pct]
    size = np.array([5.0, 5.0, *shares_pct.values()])
    exports = np.repeat(size[:, None], len(YEARS), axis=1)
    for economy, year in gaps:
        exports[economies.index(economy), year - YEARS[0]] = np.nan
    return build(
        [
            Flows(
                "goods",
                np.repeat(economies, len(YEARS)),
                np.tile(YEARS, len(economies)),
                exports.ravel(),
                np.ones(exports.size),
                dict.fromkeys(YEARS.tolist(), 100.0),
            )
        ]
    )


@pytest.fixture
def hypothesis(registered):
    return registered("goods-exploratory")


def test_donors_have_half_a_percent_of_world_exports(hypothesis):
    sizes = {f"D{place:02d}": 0.5 for place in range(19)} | {"SML": 0.49}
    chosen = choose(_panel(sizes), hypothesis, 2025)
    assert chosen.share_pct == 0.5
    assert chosen.economies == tuple(f"D{place:02d}" for place in range(19))


def test_a_fifth_of_a_percent_serves_where_donors_would_be_few(hypothesis):
    sizes = {f"D{place:02d}": 0.5 for place in range(18)} | {"SML": 0.2, "TNY": 0.19}
    chosen = choose(_panel(sizes), hypothesis, 2025)
    assert chosen.share_pct == 0.2
    assert len(chosen.economies) == 19
    assert "TNY" not in chosen.economies


def test_neither_target_nor_template_is_a_donor(hypothesis):
    chosen = choose(_panel({"DDD": 1.0}), hypothesis, 2025)
    assert chosen.economies == ("DDD",)


def test_a_donor_has_both_flows_in_every_year_of_the_window(hypothesis):
    sizes = {"AAA": 1.0, "BBB": 1.0, "CCC": 1.0}
    gaps = [("AAA", 2014), ("BBB", 2013), ("CCC", 2025)]
    assert choose(_panel(sizes, gaps), hypothesis, 2025).economies == ("BBB",)


def test_the_share_of_goods_counts_with_two_axes(registered):
    hypothesis = registered("two-axis-exploratory")
    goods = _panel({"AAA": 1.0, "BBB": 0.1})
    technology = _panel({"AAA": 0.1, "BBB": 1.0})
    panel = dataclasses.replace(
        goods,
        axes=("goods", "technology"),
        paths=np.concatenate([goods.paths, technology.paths], -1),
        exports=np.concatenate([goods.exports, technology.exports], -1),
        world_exports=np.concatenate(
            [goods.world_exports, technology.world_exports], -1
        ),
        breaks=np.concatenate([goods.breaks, technology.breaks], -1),
    )
    assert choose(panel, hypothesis, 2025).economies == ("AAA",)


def test_without_a_world_total_nobody_qualifies(hypothesis):
    panel = _panel({"AAA": 1.0})
    panel.world_exports[:] = np.nan
    assert choose(panel, hypothesis, 2025).economies == ()


def test_the_window_waits_for_nine_tenths_of_the_previous_donors(hypothesis):
    sizes = {f"D{place:02d}": 1.0 for place in range(20)}
    late = [("D00", 2025), ("D01", 2025), ("D02", 2025)]
    assert window_end(_panel(sizes, late), hypothesis, sorted(sizes)) == 2024
    assert window_end(_panel(sizes, late[:2]), hypothesis, sorted(sizes)) == 2025


def test_a_previous_donor_that_vanished_still_counts_as_late(hypothesis):
    sizes = {f"D{place:02d}": 1.0 for place in range(9)}
    assert window_end(_panel(sizes), hypothesis, [*sizes, "GON"]) == 2025
    assert window_end(_panel(sizes), hypothesis, [*sizes, "GON", "LST"]) is None


def test_a_first_vintage_ends_with_the_target(hypothesis):
    assert window_end(_panel({"AAA": 1.0}), hypothesis, ()) == 2025
    panel = _panel({"AAA": 1.0}, [("TWN", 2025)])
    assert window_end(panel, hypothesis, ()) == 2024
    nobody = _panel({"AAA": 1.0}, [("AAA", 2024)])
    assert window_end(nobody, hypothesis, ()) == 2025


def test_a_first_vintage_waits_for_the_donors_of_the_year_before(hypothesis):
    sizes = {f"D{place:02d}": 1.0 for place in range(20)}
    late = [("D00", 2025), ("D01", 2025), ("D02", 2025)]
    assert window_end(_panel(sizes, late), hypothesis, ()) == 2024
    assert window_end(_panel(sizes, late[:2]), hypothesis, ()) == 2025


def test_a_year_without_a_world_total_costs_no_donor(hypothesis):
    sizes = {"AAA": 1.0, "BBB": 0.001}
    panel = _panel(sizes)
    panel.world_exports[-1] = np.nan
    assert choose(panel, hypothesis, 2025).economies == ("AAA",)


def test_without_the_target_there_is_no_window(hypothesis):
    panel = _panel({"AAA": 1.0}, [("TWN", year) for year in YEARS])
    assert window_end(panel, hypothesis, ()) is None
