"""What is plausible of each mart, for Great Expectations to check.

Keys, nulls and arithmetic are dbt's tests. Here are sizes, ranges and jumps: what this
industry's figures could be. A failed expectation stops the publication unless its
`severity` is "warning": then it is published and listed.
"""

from orchestration.suite import Suite, between
from orchestration.technology_suites import TECHNOLOGY
from orchestration.verdict_suites import VERDICTS

SUITES: dict[str, Suite] = (
    TECHNOLOGY
    | VERDICTS
    | {
        "balance_ratios": Suite(
            rows=650,
            columns=(
                *("series_id", "economy_code", "product_set", "definition"),
                *("period_kind", "period", "period_year", "period_start_date"),
                *("period_end_date", "months_covered", "is_partial", "value_basis"),
                *("currency_code", "exports_millions", "imports_millions"),
                *("balance_ratio", "normalised_balance", "log_ratio"),
                *("ratio_log_change", "export_contribution", "import_contribution"),
                *("comparison_basis", "break_id", "rolling_exports_millions"),
                *("rolling_imports_millions", "rolling_balance_ratio", "ratio_state"),
                *("state_reason", "published_on", "source"),
            ),
            expectations=(
                # A lost factor of 1,000 in one flow cannot stay within these.
                between("balance_ratio", 0.05, 20),
                # Twelve months of chips differ by less than a factor of 2.5 from the
                # twelve before, in either flow; single months by more.
                between("export_contribution", -1.5, 1.5),
                between("import_contribution", -1.5, 1.5),
                # Billions of dollars or yen, written in millions.
                between("exports_millions", 100, 100_000_000),
                between("imports_millions", 100, 100_000_000),
                (
                    "ExpectColumnDistinctValuesToEqualSet",
                    {"column": "economy_code", "value_set": ["JPN", "TWN"]},
                ),
                (
                    "ExpectColumnDistinctValuesToEqualSet",
                    {
                        "column": "product_set",
                        "value_set": ["components", "ic", "equipment"],
                    },
                ),
            ),
        ),
        "balance_ratio_vintages": Suite(
            rows=700,
            columns=(
                *("series_id", "economy_code", "product_set", "definition"),
                *("period_kind", "period", "period_year", "months_covered"),
                *("currency_code", "exports_millions", "imports_millions"),
                *("balance_ratio", "log_ratio", "ratio_state", "source"),
                *("published_from", "published_to", "is_dated", "is_first_print"),
            ),
            expectations=(
                between("balance_ratio", 0.05, 20),
                between("months_covered", 1, 12),
            ),
        ),
        "revisions": Suite(
            rows=700,
            columns=(
                *(
                    "series_id",
                    "period_kind",
                    "period",
                    "period_year",
                    "months_covered",
                ),
                *("revision_cause", "old_exports_millions", "new_exports_millions"),
                *("old_imports_millions", "new_imports_millions", "old_balance_ratio"),
                *("new_balance_ratio", "log_change", "published_on", "recorded_on"),
            ),
            expectations=(
                # The largest restatement so far moved a year's ratio by 0.028.
                between("log_change", -0.2, 0.2),
            ),
        ),
        "first_print_accuracy": Suite(
            rows=4,
            columns=(
                *("series_id", "horizon", "first_year", "last_year", "periods"),
                *("revisions", "mean_revision", "mean_absolute_revision"),
                *("median_absolute_revision", "largest_absolute_revision"),
            ),
            expectations=(between("largest_absolute_revision", 0, 0.2),),
        ),
        "ratio_placements": Suite(
            rows=1,
            columns=(
                *("series_id", "domain", "period_year", "balance_ratio"),
                *("reference_series_id", "reference_first_year", "reference_last_year"),
                *("reference_years", "percentile_in_reference"),
                *("last_reference_year_at_or_above", "reference_ratio_in_that_year"),
                *("first_reference_year_below", "reference_ratio_in_first_year_below"),
                *("last_reference_year_below", "reference_ratio_in_last_year_below"),
                "first_reference_year_at_or_above",
                "reference_ratio_in_first_year_at_or_above",
                "reference_ratio_same_year",
            ),
            expectations=(
                between("percentile_in_reference", 0, 100),
                # Fewer years would be no history to be placed in.
                between("reference_years", 10, 200),
            ),
        ),
        "company_rankings": Suite(
            rows=270,
            columns=(
                *("ranking_id", "ranking_series", "publisher", "release_on"),
                *("release_status", "data_year", "is_complete_top_ten", "revenue_rank"),
                *(
                    "company_printed",
                    "company_id",
                    "company_name_en",
                    "company_name_zh",
                ),
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
        ),
        "rank_deltas": Suite(
            rows=350,
            columns=(
                *("ranking_series", "basis", "from_year", "to_year", "entity"),
                *("company_id", "company_name_en", "company_name_zh", "country_code"),
                *("previous_rank", "current_rank", "rank_change", "rank_status"),
                *("related_company_id", "related_rank", "status_note"),
            ),
            expectations=(
                between("rank_change", -9, 9),
                between("current_rank", 1, 10),
                between("previous_rank", 1, 10),
            ),
        ),
        "country_shares": Suite(
            rows=80,
            columns=(
                *("ranking_id", "ranking_series", "data_year", "country_code"),
                *("firms_in_top_ten", "revenue_usd_millions", "share_of_top_ten_pct"),
                "share_of_market_pct",
            ),
            expectations=(
                between("firms_in_top_ten", 1, 10),
                between("share_of_top_ten_pct", 1, 100),
                between("share_of_market_pct", 1, 90),
            ),
        ),
        "article_replication": Suite(
            # 9 ratios, 24 statements, 40 table rows.
            rows=73,
            columns=(
                *("claim_id", "claim_kind", "data_year", "subject_en", "subject_zh"),
                *("claimed_value", "claimed_share_pct", "our_value", "our_share_pct"),
                *("value_unit", "our_year", "replication_status", "reason_code"),
                *("reason_en", "reason_zh", "our_source", "published_on"),
                *("first_print_value", "first_print_on"),
            ),
            expectations=(
                # The article's anchors: claims, not gates, so only a warning.
                (
                    "ExpectColumnValuesToBeInSet",
                    {
                        "column": "replication_status",
                        "value_set": ["reproduced"],
                        "mostly": 26 / 73,
                        "severity": "warning",
                    },
                ),
            ),
        ),
    }
)
