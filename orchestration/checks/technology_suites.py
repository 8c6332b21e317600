"""What is plausible of the marts on technology trade and on levels of ratios."""

from orchestration.checks.suite import Suite, between

TECHNOLOGY = {
    "technology_balances": Suite(
        rows=5_200,
        columns=(
            *("series_id", "economy_code", "economy_name_en", "economy_name_zh"),
            *("industry", "definition", "affiliate_scope", "year_kind", "period"),
            *("period_year", "period_start_date", "period_end_date", "value_basis"),
            *("currency_code", "is_unit_confirmed", "receipts_millions"),
            *("payments_millions", "balance_ratio", "normalised_balance"),
            *("log_ratio", "printed_ratio", "ratio_log_change"),
            *("receipt_contribution", "payment_contribution", "break_id"),
            *("ratio_state", "state_reason", "published_on", "source"),
        ),
        expectations=(
            # Small economies sell next to nothing; a lost factor of 1,000 in one flow
            # of all would still show.
            between("balance_ratio", 0.0001, 30, mostly=0.98),
            between("receipt_contribution", -2, 2, mostly=0.9),
            between("payment_contribution", -2, 2, mostly=0.9),
            # Corrections of earlier years leave small negative values.
            between("receipts_millions", -1_000, 20_000_000),
            between("payments_millions", -1_000, 20_000_000),
            (
                "ExpectColumnDistinctValuesToContainSet",
                {
                    "column": "definition",
                    "value_set": ["bop_ip", "boj_bop", "rd_survey", "factory_survey"],
                },
            ),
            (
                "ExpectColumnDistinctValuesToContainSet",
                {"column": "economy_code", "value_set": ["JPN", "TWN"]},
            ),
        ),
    ),
    "typology_cells": Suite(
        rows=40_000,
        columns=(
            *("series_id", "domain", "economy_code", "subject", "definition"),
            *("affiliate_scope", "year_kind", "period", "period_year"),
            *("threshold_set", "smoothing_years", "balance_ratio", "low_cut"),
            *("high_cut", "ratio_level", "level_with_hysteresis", "is_borderline"),
            *("cell_changes_at_1_06", "sets_agreeing", "article_level"),
            *("article_words_zh", "article_words_en", "article_claim_id"),
        ),
        expectations=(
            between("balance_ratio", 0.0001, 30, mostly=0.98),
            between("sets_agreeing", 1, 6),
            # Hysteresis holds a level back now and then, not as a rule.
            (
                "ExpectColumnPairValuesToBeEqual",
                {
                    "column_A": "ratio_level",
                    "column_B": "level_with_hysteresis",
                    "mostly": 0.95,
                },
            ),
            (
                "ExpectColumnDistinctValuesToEqualSet",
                {"column": "smoothing_years", "value_set": [1, 3]},
            ),
            (
                "ExpectColumnDistinctValuesToEqualSet",
                {"column": "domain", "value_set": ["goods", "technology"]},
            ),
            (
                "ExpectColumnDistinctValuesToEqualSet",
                {
                    "column": "threshold_set",
                    "value_set": [
                        *("article_fit", "parity_x2", "log_sym"),
                        *("parity_e", "wide", "mid_gap"),
                    ],
                },
            ),
        ),
    ),
    "typology_combined_cells": Suite(
        rows=700,
        columns=(
            *("pair_id", "economy_code", "period_year", "threshold_set"),
            *("smoothing_years", "goods_series_id", "goods_period"),
            *("technology_series_id", "technology_period", "is_points_only"),
            *("goods_ratio", "technology_ratio", "cell", "cell_with_hysteresis"),
            *("is_borderline", "cell_changes_at_1_06", "sets_agreeing"),
            "article_cell",
        ),
        expectations=(
            # Japan's and Taiwan's own ratios, which a lost factor of 1,000 would leave.
            between("goods_ratio", 0.05, 20),
            between("technology_ratio", 0.05, 20),
            between("sets_agreeing", 1, 6),
            (
                "ExpectColumnDistinctValuesToEqualSet",
                {"column": "economy_code", "value_set": ["JPN", "TWN"]},
            ),
        ),
    ),
}
