"""What is plausible of the answers to the registered hypotheses."""

from orchestration.checks.suite import Suite, between

CLASSES = ["FOLLOWS", "DIVERGES", "INCONCLUSIVE", "INSUFFICIENT", "DESCRIPTIVE"]
VERDICTS = {
    "trajectory_verdicts": Suite(
        rows=8,
        columns=(
            *("hypothesis", "hypothesis_sha256", "purpose", "target_code"),
            *("template_code", "comparison", "axes", "definitions", "window_years"),
            *("first_lag", "last_lag", "feasible_lags", "evidence_class"),
            *("reason_codes", "window_from", "window_to", "donors", "templates"),
            *("donor_share_pct", "donor_codes", "resolution", "p_space"),
            *("p_template", "is_mirrored", "p_value", "best_lag", "template_from"),
            *("template_to", "is_at_edge", "score", "concordance", "bends", "cosine"),
            *("distance", "straight_line_distance"),
            *("mirrored_p_space", "mirrored_p_template", "lag_low", "lag_high"),
            *("concordance_low", "concordance_high", "score_low", "score_high"),
            *("share_same_direction", "warped_p", "signs_compared"),
            *("signs_agreeing", "goods_yearly_step", "technology_yearly_step"),
            *("scale_basis", "seed"),
        ),
        expectations=(
            (
                "ExpectColumnValuesToBeInSet",
                {"column": "evidence_class", "value_set": CLASSES},
            ),
            between("p_value", 0, 1),
            between("concordance", -1, 1),
            between("cosine", -1, 1),
            between("donors", 0, 100),
            # Log points a year: chips move by less than half, technology by less
            # than a factor of e.
            between("goods_yearly_step", 0.01, 0.5),
            between("technology_yearly_step", 0.01, 1),
        ),
    ),
    "trajectory_lag_curves": Suite(
        # The 28 lags of the integrated circuits are there in any case.
        rows=28,
        columns=(
            *("hypothesis", "window_to", "lag", "template_from", "template_to"),
            *("years_used", "is_feasible", "is_best", "score", "concordance"),
            *("bends", "cosine", "distance", "flat_line_distance"),
            *("straight_line_distance", "level_distance", "warped_distance"),
            *("stationarity",),
        ),
        expectations=(
            between("lag", 0, 60),
            between("concordance", -1, 1),
            between("bends", -1, 1),
            between("distance", 0, 100),
            between("flat_line_distance", 0, 100),
        ),
    ),
    "trajectory_placebos": Suite(
        # The rehearsal's donors, in two windows, two placebos and two directions.
        rows=72,
        columns=(
            *("hypothesis", "window_to", "placebo", "is_mirrored", "economy_code"),
            *("role", "is_counted", "best_lag", "score", "is_nearer"),
        ),
        expectations=(
            between("score", 0, 1_000),
            between("best_lag", 0, 60),
        ),
    ),
}
