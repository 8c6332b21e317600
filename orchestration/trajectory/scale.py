"""The unit of each axis, kept from the first vintage that both economies have.

A later vintage with other donors, or with revised figures, must not move the scale on
which earlier ones were judged. Where a hypothesis registers no step, that of its first
vintage is used: it follows from the landing zone alone, also when looking back.
"""

from collections.abc import Callable

import duckdb

from analysis.assessment import scale_of
from analysis.hypotheses import Axis, Hypothesis
from orchestration.trajectory import panel
from orchestration.trajectory.panel import Rows

_FIRST_PRINT = {
    "goods": """
        select min(published_from) from intermediate.int_goods_balances
        where period_kind = 'annual' and product_set = ? and definition = ?
            and economy_code = ? and log_ratio is not null
    """,
    "technology": """
        select min(published_from) from intermediate.int_technology_balances
        where affiliate_scope = 'all' and industry = ? and definition = ?
            and economy_code = ? and log_ratio is not null
    """,
}


def first_scale(
    con: duckdb.DuckDBPyConnection,
    hypothesis: Hypothesis,
    rows_on: Callable[[str], Rows],
) -> tuple[float, ...] | None:
    """Return the yearly step of each axis in the first vintage, in log points.

    `rows_on` gives the panel as it stood at the end of a day, an ISO date. None where
    target or template has no figures on an axis, or too few for a step.
    """
    day = first_day(con, hypothesis)
    if day is None:
        return None
    return scale_of(panel.panel_of(rows_on(day), hypothesis), hypothesis)


def first_day(con: duckdb.DuckDBPyConnection, hypothesis: Hypothesis) -> str | None:
    """Return the first day on which target and template have figures on every axis."""
    firsts = [
        con.execute(
            _FIRST_PRINT[axis.name], [axis.scope, axis.definition, economy]
        ).fetchall()[0][0]
        for axis, economy in _series(hypothesis)
    ]
    return None if None in firsts else f"{max(firsts).date()}"


def _series(hypothesis: Hypothesis) -> list[tuple[Axis, str]]:
    return [
        pair
        for axis in hypothesis.axes
        for pair in (
            (axis, hypothesis.target),
            (panel.template_axis(axis), hypothesis.template),
        )
    ]
