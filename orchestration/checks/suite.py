"""What a suite of expectations of one mart consists of."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Suite:
    """What one mart must look like.

    `rows` is the least number of rows: Great Expectations passes empty tables.
    `expectations` are (class name, arguments) pairs; an argument `severity` of
    "warning" lets a failure pass into the published check results. Every column must
    hold something, unless it is among `may_be_empty`.
    """

    rows: int
    columns: tuple[str, ...]
    expectations: tuple[tuple[str, dict[str, Any]], ...] = field(default=())
    may_be_empty: tuple[str, ...] = ()


NATIONAL: dict[str, Any] = {
    "row_condition": 'series_id.str.contains("customs_principal|mof_press")',
    "condition_parser": "pandas",
}
"""Arguments that keep an expectation to the two customs offices' own series.

The economies of world statistics are many and small ones among them: nothing about
their sizes and jumps is implausible.
"""


def between(column: str, low: float, high: float, **more: Any) -> tuple[str, dict]:
    """Expect a column's values to lie within limits, these included; NULLs pass."""
    limits = {"column": column, "min_value": low, "max_value": high}
    return "ExpectColumnValuesToBeBetween", limits | more
