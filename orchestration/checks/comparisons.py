"""What shows only in comparison: with the version before, and with a series' own past.

At ingestion a payload is held against what stood (ingest.plausible: factors of 1,000,
turned signs, lost rows); dbt's tests add up parts. Here is what neither can see:
whether less is about to be published than before, and moves that a series never made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.checks.suite import Suite, between
from orchestration.warehouse import dbt_command

Frame = Callable[[duckdb.DuckDBPyConnection, Path], Any]
"""Makes the frame of a check from the build file, given the published version."""

_COVERAGE = """
select source, period_year, flow_type as part, count(*) as row_count
from {catalog}intermediate.int_technology_trade_flows group by all
union all
select source, year(period_start_date), economy_code || ' ' || product_set || ' '
    || flow_type || ' ' || period_kind, count(*)
from {catalog}intermediate.int_goods_trade_flows group by all
union all
select ranking_series, data_year, ranking_id, count(*)
from {catalog}marts.company_rankings group by all
"""

_COMPARED = f"""
with before as ({_COVERAGE.format(catalog="previous.")}),
now as ({_COVERAGE.format(catalog="")})
select before.source, before.period_year, before.part,
    before.row_count as rows_before, coalesce(now.row_count, 0) as rows_now
from before left join now using (source, period_year, part)
order by all
"""

_EXPLAINED = """
select $code_sha256
    is distinct from (select any_value(code_sha256) from previous.ops.build)
or exists (
    select 1 from raw.payloads where accepted_why is not null and payload_sha256 not in
        (select payload_sha256 from previous.raw.payloads)
)
"""

_MOVES = """
with moves as (
    select series_id, period, unnest([
        {'flow': 'exports', 'move': export_contribution},
        {'flow': 'imports', 'move': import_contribution}
    ], recursive := true)
    -- A single plant can multiply what a smaller economy sells.
    from marts.balance_ratios
    where period_kind = 'annual' and economy_code in ('JPN', 'TWN')
),
sized as (
    select *, median(abs(move)) over (partition by series_id, flow) as usual
    from moves where move is not null
)
select series_id, period, flow, move, abs(move) / greatest(usual, 0.05) as usual_sizes
from sized order by all
"""

_PAIRS = """
select japan.product_set, japan.period, japan.log_ratio - taiwan.log_ratio as distance
from marts.balance_ratios as japan
join marts.balance_ratios as taiwan using (product_set, period, period_kind)
where japan.economy_code = 'JPN' and taiwan.economy_code = 'TWN'
    and period_kind = 'annual' and japan.log_ratio is not null
    and taiwan.log_ratio is not null
    -- Japan sells equipment, Taiwan buys it, and once only Japan sold chips.
    and product_set <> 'equipment' and period >= '2000'
order by all
"""


@dataclass(frozen=True)
class Comparison:
    """A frame that compares, shown at one mart, and what is expected of it.

    `others` are further marts whose rows it sees.
    """

    name: str
    mart: str
    what_to_do: str
    frame: Frame
    suite: Suite
    others: tuple[str, ...] = ()


def coverage(con: duckdb.DuckDBPyConnection, latest: Path) -> Any:
    """Rows by source, year and part, in the published version and in the build file.

    Empty before the first version. A smaller number counts as kept where the models
    are others than the version's, or a person has accepted a payload since: then it is
    told by `geese diff`, not stopped.
    """
    empty = "select '' as source, 0 as period_year, '' as part, 0 as rows_before,"
    if not latest.exists():
        return con.execute(f"{empty} 0 as rows_now limit 0").df()
    quoted = str(latest.resolve()).replace("'", "''")
    con.execute(f"attach '{quoted}' as previous (read_only)")
    try:
        frame = con.execute(_COMPARED).df()
        ((is_explained,),) = con.execute(
            # Not from ops.build: that is written when the models have been checked.
            _EXPLAINED,
            {"code_sha256": dbt_command.fingerprint()},
        ).fetchall()
    finally:
        con.execute("detach previous")
    if is_explained:
        frame["rows_now"] = frame[["rows_before", "rows_now"]].max(axis=1)
    return frame


def moves(con: duckdb.DuckDBPyConnection, _: Path) -> Any:
    """Every annual move of Japan's and Taiwan's flows beside its series' usual move."""
    return con.execute(_MOVES).df()


def pairs(con: duckdb.DuckDBPyConnection, _: Path) -> Any:
    """Japan's and Taiwan's ratios of the same chips and year, in log points apart."""
    return con.execute(_PAIRS).df()


COMPARISONS = (
    Comparison(
        "coverage_does_not_shrink",
        "balance_ratios",
        "If it fails, rows that readers have would vanish although neither the models "
        "nor a decision of yours changed. Look for a payload that lacks them (`geese "
        "sources`, `geese landing verify`); if the publisher withdrew them, accept the "
        "payload with `geese accept`.",
        coverage,
        Suite(
            rows=0,
            columns=("source", "period_year", "part", "rows_before", "rows_now"),
            expectations=(
                (
                    "ExpectColumnPairValuesAToBeGreaterThanB",
                    {
                        "column_A": "rows_now",
                        "column_B": "rows_before",
                        "or_equal": True,
                    },
                ),
            ),
        ),
        others=("technology_balances", "company_rankings"),
    ),
    Comparison(
        "flows_move_as_they_used_to",
        "balance_ratios",
        "If it warns, a year's exports or imports moved many times as far as the "
        "series usually does: a part of a year may stand as a whole one, or a "
        "definition changed. Follow the figure with `geese explain`; register a break "
        "in definition_breaks if it is one.",
        moves,
        Suite(
            rows=190,
            columns=("series_id", "period", "flow", "move", "usual_sizes"),
            # The largest so far is 5.5: Taiwan's imports of equipment.
            expectations=(between("usual_sizes", 0, 8, severity="warning"),),
        ),
    ),
    Comparison(
        "like_stands_near_like",
        "balance_ratios",
        "If it fails, Japan's and Taiwan's ratios of chips or components are further "
        "apart than they ever were (0.8 log points): the flows of one of them may "
        "have changed places, or be of another product.",
        pairs,
        Suite(
            rows=9,
            columns=("product_set", "period", "distance"),
            expectations=(between("distance", -2, 2),),
        ),
    ),
)
