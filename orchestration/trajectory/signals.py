"""What the nine signs are read from: a build file goes in, yearly series come out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import duckdb
import numpy as np

from analysis import measures
from analysis.hypotheses import Axis, Hypothesis
from analysis.scorecard import Signals, Yearly
from orchestration.trajectory.panel import Rows, of_axis, template_axis

# Where an economy's own signs are read when the hypothesis has no series for them.
_SIGNS = {
    "goods": (
        Axis("goods", "components", "wto_mamtotic"),
        Axis("goods", "ic", "mof_press"),
        Axis("goods", "ic", "customs_principal"),
    ),
    "technology": (
        Axis("technology", "all", "wto_bop6_sh"),
        Axis("technology", "all", "bop_ip"),
    ),
    "equipment": (
        Axis("goods", "equipment", "mof_press"),
        Axis("goods", "equipment", "customs_principal"),
        Axis("goods", "equipment", "comtrade_hs"),
    ),
}
_AFFILIATES = """
select period_year, coalesce(log_ratio, 'nan') as log_ratio
from marts.technology_balances
where economy_code = ? and affiliate_scope = 'affiliates' and definition = 'rd_survey'
    and industry = 'all'
order by all
"""
_EXPORT_SHARE = """
select period_year, coalesce(world_share_pct, 'nan') as world_share_pct
from marts.world_shares
where economy_code = ? and product_set = ? and definition = ?
order by all
"""
# The article's table is Dataquest's and Gartner's too: it fills the years of which no
# release is complete. An economy that a complete list does not name has no firm on it.
_TOP_TEN = """
with lists as (
    select distinct ranking_id, data_year,
        list_position(['final', 'preliminary', 'as_printed'], release_status) as place
    from marts.country_shares
    where ranking_series in ('gartner', 'article') and foundry_scope = $foundries
),

newest as (
    select ranking_id, data_year from lists
    qualify row_number() over (
        partition by data_year order by place, ranking_id desc
    ) = 1
)

select newest.data_year, coalesce(shares.firms_in_top_ten, 0) as firms,
    coalesce(shares.share_of_top_ten_pct, 0) as share
from newest
left join marts.country_shares as shares
    on newest.ranking_id = shares.ranking_id
    and shares.foundry_scope = $foundries
    and shares.country_basis = $basis
    and shares.country_code = $economy
order by all
"""


def signals(
    con: duckdb.DuckDBPyConnection, found: Rows, hypothesis: Hypothesis
) -> dict[str, Signals]:
    """Return what is known of the nine signs, of target and template by code.

    `found` are the rows of the panel. A series that nobody publishes is None.
    """
    return {
        economy: Signals(
            goods_log_ratio=_ratio(found, _axes(hypothesis, "goods", role), economy),
            technology_log_ratio=_ratio(
                found, _axes(hypothesis, "technology", role), economy
            ),
            equipment_log_ratio=_ratio(found, _SIGNS["equipment"], economy),
            affiliate_log_ratio=_yearly(con, _AFFILIATES, [economy]),
            export_share_pct=_export_share(con, hypothesis, role, economy),
            measures=measures.measures(economy),
            undertakings=measures.undertakings(economy),
            **_top_ten(con, economy),
        )
        for role, economy in (
            ("target", hypothesis.target),
            ("template", hypothesis.template),
        )
    }


def _axes(hypothesis: Hypothesis, name: str, role: str) -> Iterator[Axis]:
    """The hypothesis's own series of an axis, then others that may stand in."""
    for axis in hypothesis.axes:
        if axis.name == name:
            yield axis if role == "target" else template_axis(axis)
    yield from _SIGNS[name]


def _ratio(found: Rows, axes: Iterable[Axis], economy: str) -> Yearly | None:
    for axis in axes:
        mine = of_axis(found, axis) & (found["economy_code"] == economy)
        exports, imports = found["exports"][mine], found["imports"][mine]
        usable = (exports > 0) & (imports > 0)
        if usable.any():
            years = found["period_year"][mine][usable]
            return Yearly(years, np.log(exports[usable] / imports[usable]))
    return None


def _export_share(
    con: duckdb.DuckDBPyConnection, hypothesis: Hypothesis, role: str, economy: str
) -> Yearly | None:
    for axis in _axes(hypothesis, "goods", role):
        series = _yearly(con, _EXPORT_SHARE, [economy, axis.scope, axis.definition])
        if series:
            return series
    return None


def _top_ten(con: duckdb.DuckDBPyConnection, economy: str) -> dict[str, Yearly | None]:
    def column(name: str, basis: str, foundries: str) -> Yearly | None:
        query = f"select data_year, {name} from ({_TOP_TEN}) order by 1"
        asked = {"basis": basis, "foundries": foundries, "economy": economy}
        return _yearly(con, query, asked)

    return {
        "top_ten_firms": column("firms", "headquarters", "without_foundries"),
        "top_ten_firms_pro_forma": column("firms", "lineage", "without_foundries"),
        "top_ten_share_pct": column("share", "headquarters", "without_foundries"),
        "top_ten_share_with_foundries_pct": column(
            "share", "headquarters", "with_foundries"
        ),
    }


def _yearly(
    con: duckdb.DuckDBPyConnection, query: str, asked: Sequence[Any] | dict[str, Any]
) -> Yearly | None:
    years, values = (
        np.array(column.tolist())
        for column in con.execute(query, asked).fetchnumpy().values()
    )
    if not len(years):
        return None
    return Yearly(years.astype(np.int64), values.astype(np.float64))
