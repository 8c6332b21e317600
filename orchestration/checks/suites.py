"""What is plausible of each mart, for Great Expectations to check.

Keys, nulls and arithmetic are dbt's tests. Here are sizes, ranges and jumps: what this
industry's figures could be. A failed expectation stops the publication unless its
`severity` is "warning": then it is published and listed.
"""

from orchestration.checks.ranking_suites import RANKINGS
from orchestration.checks.suite import NATIONAL, Suite, between
from orchestration.checks.technology_suites import TECHNOLOGY
from orchestration.checks.verdict_suites import VERDICTS

SUITES: dict[str, Suite] = (
    TECHNOLOGY
    | RANKINGS
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
                between("balance_ratio", 0.05, 20, **NATIONAL),
                # Twelve months of chips differ by less than a factor of 2.5 from the
                # twelve before, in either flow; single months by more.
                between("export_contribution", -1.5, 1.5, **NATIONAL),
                between("import_contribution", -1.5, 1.5, **NATIONAL),
                # Billions of dollars or yen, written in millions.
                between("exports_millions", 100, 100_000_000, **NATIONAL),
                between("imports_millions", 100, 100_000_000, **NATIONAL),
                (
                    "ExpectColumnDistinctValuesToContainSet",
                    {"column": "economy_code", "value_set": ["JPN", "TWN"]},
                ),
                (
                    "ExpectColumnDistinctValuesToContainSet",
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
                between("balance_ratio", 0.05, 20, **NATIONAL),
                between("months_covered", 1, 12),
            ),
        ),
        "events": Suite(
            rows=20,
            columns=(
                *("event_id", "event_year", "event_date", "date_precision", "event_en"),
                *("event_zh", "kind", "article_value", "cross_check"),
            ),
            expectations=(between("event_year", 1940, 2100),),
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
                # The largest restatement so far moved a year's ratio by 0.028. Only a
                # warning: what a publisher says again is published, and listed. Lost
                # factors and turned signs are held back when they come in, where a
                # person can accept them, and what a level cannot be stops the ratios.
                between("log_change", -0.2, 0.2, severity="warning", **NATIONAL),
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
            # Which of these are known depends on where the newest year lies.
            may_be_empty=(
                *("last_reference_year_at_or_above", "reference_ratio_in_that_year"),
                *("first_reference_year_below", "reference_ratio_in_first_year_below"),
                *("last_reference_year_below", "reference_ratio_in_last_year_below"),
                "first_reference_year_at_or_above",
                "reference_ratio_in_first_year_at_or_above",
                "reference_ratio_same_year",
            ),
        ),
        "unmapped_codes": Suite(
            rows=0,
            columns=(
                *("source", "table_name", "column_name", "code", "row_count"),
                *("first_year", "last_year", "share_of_value_pct"),
            ),
            expectations=(
                # Names the codes; dbt's test of the table says what to do about them. A
                # set without any member is refused, and no code is empty.
                (
                    "ExpectColumnDistinctValuesToBeInSet",
                    {"column": "code", "value_set": [""], "severity": "warning"},
                ),
                # Without a hundredth of the trade, shares of the world would be wrong.
                between("share_of_value_pct", 0, 1),
            ),
            # Only economies have years and values.
            may_be_empty=("first_year", "last_year", "share_of_value_pct"),
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
