"""What is plausible of the marts on rankings."""

from orchestration.checks.suite import Suite, between

RANKINGS = {
    "company_rankings": Suite(
        rows=270,
        columns=(
            *("ranking_id", "ranking_series", "publisher", "release_on"),
            *("release_status", "data_year", "is_complete_top_ten", "revenue_rank"),
            *("company_printed", "company_id", "company_name_en", "company_name_zh"),
            *("country_code", "revenue_usd_millions", "share_pct_printed"),
            *("share_pct_implied", "share_state", "prior_year_rank_printed"),
            *("prior_year_revenue_usd_millions", "note"),
            *("revenue_usd_millions_corrected", "share_pct_corrected"),
            *("correction_reason", "correction_source_url"),
        ),
        expectations=(
            # NEC led 1990 with 4.3 billion; the tenth of a top ten had 1.8.
            between("revenue_usd_millions", 1_000, 1_000_000),
            between("share_pct_printed", 1, 40),
            between("revenue_rank", 1, 30),
            between("data_year", 1985, 2100),
        ),
        # No correction is needed as long as nobody has made one.
        may_be_empty=(
            *("revenue_usd_millions_corrected", "share_pct_corrected"),
            *("correction_reason", "correction_source_url"),
        ),
    ),
    "rank_deltas": Suite(
        rows=600,
        columns=(
            *("ranking_series", "pair_status", "basis", "from_year", "to_year"),
            *("entity", "company_id", "company_name_en", "company_name_zh"),
            *("country_code", "previous_rank", "current_rank", "rank_change"),
            *("rank_change_at_most", "rank_status", "rank_status_en"),
            *("rank_status_zh", "previous_revenue_usd_millions"),
            *("current_revenue_usd_millions", "previous_share_pct"),
            *("current_share_pct", "share_log_change", "predecessors_missing"),
            *("related_company_id", "related_rank", "status_note"),
        ),
        expectations=(
            between("rank_change", -9, 9),
            between("current_rank", 1, 10),
            between("previous_rank", 1, 10),
            between("current_share_pct", 1, 40),
            # Twelve years lie between some tables; NVIDIA grew sixfold in three.
            between("share_log_change", -2, 2.5),
            (
                "ExpectColumnDistinctValuesToContainSet",
                {"column": "basis", "value_set": ["reported", "lineage", "pro_forma"]},
            ),
        ),
    ),
    "country_shares": Suite(
        rows=215,
        columns=(
            *("ranking_id", "ranking_series", "release_status", "data_year"),
            *("foundry_scope", "country_basis", "country_code", "country_name_en"),
            *("country_name_zh", "firms_in_top_ten", "revenue_usd_millions"),
            *("share_of_top_ten_pct", "share_of_market_pct", "market_basis"),
        ),
        expectations=(
            between("firms_in_top_ten", 1, 10),
            between("share_of_top_ten_pct", 1, 100),
            between("share_of_market_pct", 1, 90),
            (
                "ExpectColumnDistinctValuesToContainSet",
                {
                    "column": "foundry_scope",
                    "value_set": ["without_foundries", "with_foundries"],
                },
            ),
        ),
    ),
    "ranking_concentration": Suite(
        rows=26,
        columns=(
            *("ranking_id", "ranking_series", "release_status", "data_year"),
            *("foundry_scope", "firms", "revenue_usd_millions"),
            *("share_of_market_pct", "market_basis", "gini", "gini_corrected"),
            *("hhi_within", "hhi_floor", "hhi_upper_bound"),
        ),
        expectations=(
            # Ten firms of one size would have an index of 1,000.
            between("hhi_within", 1_000, 3_000),
            between("hhi_floor", 200, 1_500),
            between("gini", 0.05, 0.7),
            between("share_of_market_pct", 40, 80),
        ),
    ),
    "ranking_anomalies": Suite(
        rows=5,
        columns=(
            *("ranking_id", "ranking_series", "release_status", "data_year"),
            *("company_printed", "anomaly_kind", "anomaly_en", "anomaly_zh"),
            *("printed_value", "recomputed_value", "value_unit", "anomaly_cause"),
            *("anomaly_cause_en", "anomaly_cause_zh", "note"),
        ),
        expectations=(
            # Misprints are of single rows; a shifted column is for a person to mend.
            (
                "ExpectColumnValuesToBeInSet",
                {
                    "column": "anomaly_cause",
                    "value_set": ["misprint"],
                    "severity": "warning",
                },
            ),
        ),
    ),
}
