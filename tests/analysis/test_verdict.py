"""Whole verdicts: on planted worlds, on the embedded figures, and on nothing at all."""

import dataclasses
import json
import re
import time
from datetime import date

import numpy as np
import pytest

from analysis.assessment import assess, scale_of
from analysis.donors import choose
from analysis.measures import measures
from analysis.panel import Flows, Panel, PanelError, build
from analysis.scorecard import Signals, Yearly
from analysis.verdict import run
from tests.analysis.conftest import changed, flows_of, synthetic_panel

AS_OF = date(2026, 11, 22)
NOTHING = np.empty(0)


def _empty(*axes: str) -> Panel:
    names, years = np.empty(0, dtype=str), np.empty(0, dtype=int)
    return build([Flows(axis, names, years, NOTHING, NOTHING) for axis in axes])


def _planted(donors=24, sign=1, axes=("goods",), years=(1990, 2025), lag=14):
    panel = synthetic_panel(donors, axes, years, TWN=lag)
    panel.paths[panel.row("TWN")] *= sign
    return panel


def test_a_planted_follower_follows_and_its_mirror_image_diverges(registered):
    hypothesis = registered("goods-exploratory")
    found = assess(_planted(), hypothesis, AS_OF)
    assert (found.evidence_class, found.reasons) == ("FOLLOWS", ())
    found = assess(_planted(sign=-1), hypothesis, AS_OF)
    assert (found.evidence_class, found.reasons) == ("DIVERGES", ())


@pytest.mark.parametrize("seed", [0, 4, 5])
def test_a_divergence_is_told_with_the_numbers_of_its_own_test(registered, seed):
    hypothesis = registered("goods-exploratory")
    panel = _planted(sign=-1, lag=14 + seed)
    panel.paths[panel.row("TWN")] += np.random.default_rng(seed).normal(
        0, 0.03, panel.paths[panel.row("TWN")].shape
    )
    verdict = run(panel, hypothesis, AS_OF, seed=1)
    told, window = verdict.deciding, verdict.windows[0]
    assert verdict.evidence_class == "DIVERGES"
    assert told.is_mirrored
    assert told.p_value == max(window.mirrored_p_space, window.mirrored_p_template)
    assert told.p_value <= hypothesis.rule.alpha
    assert told.best_lag == window.mirrored_best_lag == 14 + seed
    assert told.template_to == window.window_to - told.best_lag
    assert told.cosine < -0.5
    assert told.concordance > 0.6
    assert told.distance < told.straight_line_distance
    ranges = verdict.resampling[0]
    assert ranges.lag_low <= told.best_lag <= ranges.lag_high
    assert ranges.share_same_direction < 0.5


def test_a_class_that_follows_is_told_with_the_straight_test(registered):
    verdict = run(_planted(), registered("goods-exploratory"), AS_OF, seed=1)
    told, window = verdict.deciding, verdict.windows[0]
    assert not told.is_mirrored
    assert told.p_value == max(window.p_space, window.p_template)
    assert (told.best_lag, told.score) == (window.best_lag, window.score)
    (best,) = [
        row
        for row in verdict.lag_curve
        if row.is_best and row.window_to == window.window_to
    ]
    assert told.distance == best.distance
    assert told.straight_line_distance == best.straight_line_distance


def test_a_walk_that_follows_nobody_is_inconclusive(registered):
    found = assess(synthetic_panel(), registered("goods-exploratory"), AS_OF)
    assert found.evidence_class == "INCONCLUSIVE"


@pytest.mark.parametrize("donors", [0, 1, 8])
def test_with_fewer_than_nine_donors_even_a_follower_is_insufficient(
    registered, donors
):
    found = assess(_planted(donors), registered("goods-exploratory"), AS_OF)
    assert found.evidence_class == "INSUFFICIENT"
    few = [reason for reason in found.reasons if reason.name == "too_few_donors"]
    assert [(r.window_end, r.found, r.needed) for r in few] == [
        (2025, donors, 9),
        (2024, donors, 9),
    ]


def test_with_nine_donors_a_follower_can_follow(registered):
    found = assess(_planted(9), registered("goods-exploratory"), AS_OF)
    assert found.evidence_class == "FOLLOWS"


def test_one_window_alone_gives_no_class(registered):
    hypothesis = registered("goods-exploratory")
    panel = _planted()
    # In its last year the target leaves the path far behind.
    panel.paths[panel.row("TWN"), -1] += 2.0
    found = assess(panel, hypothesis, AS_OF)
    classes = [str(window.evidence.classes) for window in found.assessed]
    assert classes == ["INCONCLUSIVE", "FOLLOWS"]
    assert found.evidence_class == "INCONCLUSIVE"


def test_nobody_follows_a_straight_line(registered):
    hypothesis = registered("goods-exploratory")
    panel = synthetic_panel(24)
    line = 0.3 * np.arange(len(panel.years))
    noise = 0.02 * np.random.default_rng(3).normal(size=len(line))
    panel.paths[panel.row("JPN"), :, 0] = line
    panel.paths[panel.row("TWN"), :, 0] = line + noise
    found = assess(panel, hypothesis, AS_OF)
    last = found.assessed[0].evidence.straight
    assert last.concordance > 0.9
    assert last.space.p() == last.templates.p() == 1 / 25
    assert last.bends == pytest.approx(0, abs=1e-9)
    assert found.evidence_class == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"as_of": date(2028, 1, 1)}, "newest_year_too_old"),
        ({"breaks": [("TWN", 2020)]}, "major_break_in_target"),
        ({"breaks": [("JPN", 2000), ("JPN", 2010)]}, "too_few_lags"),
        ({"gap": range(2016, 2024)}, "too_few_years"),
        ({"gap": range(2016, 2019)}, "too_few_lags"),
        ({"late": 2012}, "too_few_templates"),
    ],
)
def test_a_follower_without_enough_data_is_insufficient(registered, change, reason):
    panel = _planted()
    for economy, year in change.get("breaks", ()):
        panel.breaks[panel.row(economy), panel.column(year)] = True
    for year in change.get("gap", ()):
        panel.paths[panel.row("TWN"), panel.column(year)] = np.nan
    if "late" in change:
        for place in range(16):
            first = panel.column(change["late"])
            panel.paths[panel.row(f"D{place:02d}"), :first] = np.nan
    hypothesis = registered("goods-exploratory")
    found = assess(panel, hypothesis, change.get("as_of", AS_OF))
    assert found.evidence_class == "INSUFFICIENT"
    assert reason in {r.name for r in found.reasons}


def test_the_confirmatory_hypothesis_on_the_embedded_figures_is_insufficient(
    registered,
):
    verdict = run(_empty("goods"), registered("goods-confirmatory"), AS_OF, seed=1)
    assert verdict.evidence_class == "INSUFFICIENT"
    assert [(reason.name, reason.axis) for reason in verdict.reasons] == [
        ("target_has_no_series", "goods"),
        ("template_has_no_series", "goods"),
        ("too_few_donors", ""),
    ]
    assert [row.lag for row in verdict.feasibility] == list(range(35, 42))
    assert not any(row.is_feasible for row in verdict.feasibility)
    assert {row.window_end for row in verdict.feasibility} == {2025}
    assert verdict.windows == verdict.lag_curve == verdict.placebos == ()
    assert verdict.donors == verdict.scale == ()
    assert (verdict.purpose, verdict.scale_basis) == ("confirmatory", "")


def test_a_description_of_nothing_stays_a_description(registered):
    found = assess(_empty("goods"), registered("ic-descriptive"), AS_OF)
    assert found.evidence_class == "DESCRIPTIVE"


def test_without_a_template_the_targets_last_year_is_told(registered):
    years = np.arange(1990, 2024)
    paths = np.random.default_rng(1).normal(size=(1, len(years)))
    panel = build([flows_of(paths, ["TWN"], years, "goods")])
    found = assess(panel, registered("goods-exploratory"), AS_OF)
    assert found.evidence_class == "INSUFFICIENT"
    assert found.end == 2023
    assert {(row.window_end, row.reason) for row in found.feasibility} == {
        (2023, "template_has_no_series")
    }


def test_paths_that_never_move_are_insufficient(registered):
    panel = synthetic_panel()
    panel.paths[:] = 0.5
    verdict = run(panel, registered("goods-exploratory"), AS_OF, seed=1)
    assert verdict.evidence_class == "INSUFFICIENT"
    assert verdict.scale == (None,)
    assert "too_few_lags" in {reason.name for reason in verdict.reasons}
    assert {row.template_year for row in verdict.scorecard} == {None}


def test_series_without_a_common_year_have_no_window(registered):
    years = np.arange(1990, 2026)
    rng = np.random.default_rng(1)
    paths = rng.normal(size=(2, 36))
    early, late = paths.copy(), paths.copy()
    early[0, 18:], late[0, :18] = np.nan, np.nan
    panel = build(
        [
            flows_of(early, ["TWN", "JPN"], years, "goods"),
            flows_of(late, ["TWN", "JPN"], years, "technology"),
        ]
    )
    found = assess(panel, registered("two-axis-exploratory"), AS_OF)
    assert found.evidence_class == "INSUFFICIENT"
    assert found.reasons[0].name == "no_complete_year"


def test_a_panel_of_other_axes_is_refused(registered):
    with pytest.raises(PanelError, match="goods-exploratory: the panel has axes"):
        assess(_empty("technology"), registered("goods-exploratory"), AS_OF)


def test_the_figures_of_taiwans_and_japans_circuits(registered, circuits):
    verdict = run(circuits, registered("ic-descriptive"), AS_OF, seed=1)
    assert verdict.evidence_class == "DESCRIPTIVE"
    curve = {row.lag: row for row in verdict.lag_curve}
    assert len(curve) == 28
    assert all(row.is_feasible for row in curve.values())
    shape = min(curve, key=lambda lag: curve[lag].distance)
    assert (shape, curve[shape].template_from, curve[shape].template_to) == (
        3,
        2012,
        2021,
    )
    assert verdict.windows[0].best_lag == 3
    far = min(range(10, 25), key=lambda lag: curve[lag].distance)
    assert (far, round(curve[far].cosine)) == (13, -1)
    level = min(curve, key=lambda lag: curve[lag].level_distance)
    assert (level, curve[level].template_from, curve[level].template_to) == (
        20,
        1995,
        2004,
    )
    flat = [r.flat_line_distance < r.distance for r in curve.values()]
    assert sum(flat) == 18
    assert verdict.windows[0].p_space is None
    assert verdict.placebos == verdict.sensitivity == ()


def test_the_rehearsal_with_korea_is_inconclusive(registered, ip_charges):
    hypothesis = registered("rehearsal-korea-technology")
    verdict = run(ip_charges, hypothesis, AS_OF, seed=1)
    assert verdict.evidence_class == "INCONCLUSIVE"
    assert verdict.reasons == ()
    assert verdict.donor_share_pct == 0.5
    # Three of the donors of 2024 report later than the others: 2025 is not taken yet.
    assert len(verdict.donors) == 17
    assert [row.window_to for row in verdict.windows] == [2024, 2023]
    assert verdict.deciding.p_value == pytest.approx(4 / 18)
    assert (verdict.deciding.best_lag, verdict.deciding.is_at_edge) == (12, False)
    registered_row = [row for row in verdict.sensitivity if row.is_registered]
    # With fewer than 19 donors the bound is the wider one, and is told.
    assert [(r.alpha, r.alpha_applied) for r in registered_row] == [(0.10, 0.20)]
    assert [row.evidence_class for row in registered_row] == ["INCONCLUSIVE"]


def test_by_the_first_version_of_the_score_korea_passes_in_2024_and_not_in_2025(
    registered, ip_charges
):
    hypothesis = registered("rehearsal-korea-technology")
    first = changed(hypothesis, ranking="stationarity", bends_minimum=-1.0)
    ready = choose(ip_charges, first, 2025).economies
    found = assess(ip_charges, first, AS_OF, previous_donors=ready)
    assert {w.end: str(w.evidence.classes) for w in found.assessed} == {
        2025: "INCONCLUSIVE",
        2024: "FOLLOWS",
    }
    assert found.evidence_class == "INCONCLUSIVE"


def test_the_same_seed_gives_the_same_verdict(registered):
    hypothesis = registered("goods-exploratory")
    panel = _planted()
    first, second = (run(panel, hypothesis, AS_OF, seed=5) for _ in range(2))
    assert first == second
    other = run(panel, hypothesis, AS_OF, seed=6)
    assert other.resampling != first.resampling
    assert other.windows == first.windows


def _rescaled(table: Flows, exports: np.ndarray, imports: np.ndarray) -> Flows:
    return dataclasses.replace(
        table, exports=table.exports * exports, imports=table.imports * imports
    )


def test_currency_and_common_valuation_do_not_matter(registered):
    hypothesis = registered("goods-exploratory")
    span = np.arange(1990, 2026)
    panel = _planted()
    economies = list(panel.economies)
    table = flows_of(panel.paths[..., 0], economies, span, "goods")
    rng = np.random.default_rng(4)
    # One rate a year turns both flows into another currency.
    rate = np.exp(rng.normal(size=36))[table.year - 1990]
    world = {year: total for year, total in table.world_exports.items()}
    in_yen = dataclasses.replace(
        _rescaled(table, rate, rate),
        world_exports={
            year: total * float(rate[table.year == year][0])
            for year, total in world.items()
        },
    )
    # Freight and insurance: imports are 6 % higher throughout.
    with_freight = _rescaled(table, np.ones(1), np.full(1, 1.06))
    reversed_rows = dataclasses.replace(
        table,
        economy=table.economy[::-1],
        year=table.year[::-1],
        exports=table.exports[::-1],
        imports=table.imports[::-1],
    )
    expected = run(build([table]), hypothesis, AS_OF, seed=1)
    for other in (in_yen, with_freight, reversed_rows):
        found = run(build([other]), hypothesis, AS_OF, seed=1)
        assert found.evidence_class == expected.evidence_class == "FOLLOWS"
        assert found.donors == expected.donors
        for ours, theirs in zip(found.lag_curve, expected.lag_curve, strict=True):
            assert ours.score == pytest.approx(theirs.score, abs=1e-9)
            assert ours.level_distance == pytest.approx(theirs.level_distance, abs=1e-9)
        assert [(r.economy, r.best_lag, r.is_nearer) for r in found.placebos] == [
            (r.economy, r.best_lag, r.is_nearer) for r in expected.placebos
        ]


def test_a_frozen_scale_is_used_and_kept(registered):
    hypothesis = registered("two-axis-exploratory")
    panel = synthetic_panel(24, ("goods", "technology"), (2005, 2025), TWN=7)
    free = run(panel, hypothesis, AS_OF, seed=1)
    frozen = run(panel, hypothesis, AS_OF, seed=1, scale=(0.2, 0.4))
    assert frozen.scale == (0.2, 0.4)
    assert free.scale != frozen.scale
    assert (free.scale_basis, frozen.scale_basis) == ("computed", "first_vintage")
    registered_row = next(row for row in frozen.sensitivity if row.is_registered)
    assert registered_row.p_space == frozen.windows[0].p_space
    assert frozen.sensitivity != free.sensitivity


@pytest.mark.parametrize("donors", [0, 24])
def test_the_scale_of_a_vintage_is_the_one_it_is_judged_by(registered, donors):
    hypothesis, panel = registered("goods-exploratory"), _planted(donors)
    assert scale_of(panel, hypothesis) == assess(panel, hypothesis, AS_OF).scale
    assert scale_of(_empty("goods"), hypothesis) is None
    panel.paths[:] = 0.5
    assert scale_of(panel, hypothesis) is None
    with pytest.raises(PanelError, match="the panel has axes"):
        scale_of(_empty("technology"), hypothesis)


def test_a_registered_scale_goes_before_any_other(registered):
    hypothesis = registered("goods-exploratory")
    axes = (dataclasses.replace(hypothesis.axes[0], yearly_step=0.25),)
    verdict = run(
        _planted(),
        dataclasses.replace(hypothesis, axes=axes),
        AS_OF,
        seed=1,
        scale=(0.2,),
    )
    assert (verdict.scale, verdict.scale_basis) == ((0.25,), "registered")
    free = run(_planted(), hypothesis, AS_OF, seed=1)
    # One axis has one unit: it cancels from the score and from the class.
    assert verdict.windows[0].p_space == free.windows[0].p_space
    assert verdict.windows[0].score == pytest.approx(free.windows[0].score, abs=1e-9)


def test_rows_of_a_verdict_fit_together(registered):
    hypothesis = registered("goods-exploratory")
    verdict = run(_planted(), hypothesis, AS_OF, seed=1)
    for window in verdict.windows:
        curve = [r for r in verdict.lag_curve if r.window_to == window.window_to]
        (best,) = [row for row in curve if row.is_best]
        assert (best.lag, best.score) == (window.best_lag, window.score)
        assert best.score == min(r.score for r in curve if r.is_feasible)
        fewer = min(window.donors, window.templates)
        assert window.resolution == 1 / (fewer + 1)
        for placebo, p in (("space", window.p_space), ("template", window.p_template)):
            rows = [
                row
                for row in verdict.placebos
                if (row.window_to, row.placebo, row.is_mirrored)
                == (window.window_to, placebo, False)
            ]
            donors = [row for row in rows if row.role == "donor" and row.is_counted]
            nearer = sum(bool(row.is_nearer) for row in donors)
            assert p == (1 + nearer) / (1 + len(donors))
    # The earlier window reaches one lag fewer.
    feasible = [(r.window_end, r.lag) for r in verdict.feasibility if r.is_feasible]
    assert len(feasible) == 15 + 14
    assert [row.window_to for row in verdict.earlier_windows] == [
        2024,
        2023,
        2021,
        2018,
        2015,
    ]
    assert [row.block_years for row in verdict.resampling] == [3, 2, 4]
    assert {row.draws for row in verdict.resampling} == {1999}
    assert {row.economy for row in verdict.unit_roots} == {"TWN", "JPN"}


def test_a_verdict_is_made_of_plain_values(registered, circuits, ip_charges):
    signals = {"JPN": Signals(measures=measures("JPN"))}
    for panel, name in (
        (_planted(), "goods-exploratory"),
        (circuits, "ic-descriptive"),
        (ip_charges, "rehearsal-korea-technology"),
        (_empty("goods"), "goods-confirmatory"),
    ):
        verdict = run(panel, registered(name), AS_OF, seed=1, signals=signals)
        text = json.dumps(dataclasses.asdict(verdict), default=date.isoformat)
        assert not re.search(r"NaN|Infinity", text)


def test_definitions_that_differ_have_no_level_distance(registered):
    hypothesis = dataclasses.replace(
        registered("goods-exploratory"), comparison="shape"
    )
    verdict = run(_planted(), hypothesis, AS_OF, seed=1)
    assert {row.level_distance for row in verdict.lag_curve} == {None}


def test_the_grid_holds_donors_axes_windows_rankings_and_definitions(registered):
    hypothesis = registered("two-axis-exploratory")
    panel = synthetic_panel(24, ("goods", "technology"), (2005, 2025), TWN=7)
    verdict = run(
        panel, hypothesis, AS_OF, seed=1, other_definitions={"baci_hs92": panel}
    )
    rows = verdict.sensitivity
    assert {row.definition for row in rows} == {"registered", "baci_hs92"}
    assert {row.axes for row in rows} == {
        "goods × technology",
        "goods",
        "technology",
    }
    assert {row.donors_without for row in rows} == {"", "KOR"}
    assert {row.ranking for row in rows} >= {"own_steps", "concordance"}
    assert {row.window_years for row in rows} == {10, 12, 15, 18}
    assert len(set(rows)) == len(rows)
    (row,) = [row for row in rows if row.is_registered]
    assert row.evidence_class == verdict.evidence_class == "FOLLOWS"
    assert row.p_space == verdict.windows[0].p_space


def test_the_scorecard_compares_the_matched_year(registered):
    share = Yearly(np.arange(2000, 2026), np.linspace(30, 5, 26))
    verdict = run(
        _planted(),
        registered("goods-exploratory"),
        AS_OF,
        seed=1,
        signals={
            "TWN": Signals(export_share_pct=share),
            "JPN": Signals(export_share_pct=share),
        },
    )
    card = {row.item: row for row in verdict.scorecard}
    assert card["S5"].template_year == 2025 - 14
    assert card["S5"].agrees is True
    assert card["S1"].reason == (
        "target_and_template_without_five_years_of_goods_ratio"
    )


def test_a_whole_run_of_25_economies_takes_less_than_ten_seconds(registered):
    panel = synthetic_panel(25, ("goods", "technology"), (2005, 2025), TWN=7)
    hypothesis = registered("two-axis-exploratory")
    started = time.perf_counter()
    run(panel, hypothesis, AS_OF, seed=1)
    assert time.perf_counter() - started < 10
