"""A series lists its months without a gap, or it is not believed."""

import pytest

from ingest.readers.months import check_gapless
from ingest.source import IngestError


@pytest.mark.parametrize(
    "months", [[], ["2024-12"], ["2025-01", "2024-11", "2024-12"], ["2024-12"] * 2]
)
def test_months_in_any_order_without_a_gap_pass(months):
    check_gapless(months)


def test_the_first_missing_month_is_named():
    with pytest.raises(IngestError, match="lists 2 months, but not 2024-12 among them"):
        check_gapless(["2024-11", "2025-02"])


@pytest.mark.parametrize("month", ["", None, "2024-13", "2024M01"])
def test_what_is_no_month_is_named(month):
    with pytest.raises(IngestError, match=f"lists {month!r} as a month, not YYYY-MM"):
        check_gapless(["2024-11", month])
