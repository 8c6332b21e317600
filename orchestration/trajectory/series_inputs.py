"""Which rows stand behind verdicts, which are made from whole series.

They join the other inputs in `meta.row_inputs`, which dbt makes: verdicts are made
after it, and only the registered hypotheses say from which series.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from analysis import hypotheses
from analysis.hypotheses import Axis, Hypothesis
from orchestration.trajectory import panel

_CLEAR = """
delete from meta.row_inputs where table_name like 'marts.trajectory\\_%' escape '\\'
"""

# Every year of a series: windows, lags, earlier windows and donors look at all of them.
_GOODS = """
insert into meta.row_inputs
select 'marts.trajectory_verdicts', $hypothesis, null, $role || ', goods',
    'marts.balance_ratios', concat_ws('|', series_id, period), null
from marts.balance_ratios
where economy_code = any($economies) and product_set = $scope
    and definition = $definition and period_kind = 'annual'
"""
_TECHNOLOGY = """
insert into meta.row_inputs
select 'marts.trajectory_verdicts', $hypothesis, null, $role || ', technology',
    'marts.technology_balances',
    concat_ws('|', economy_code, industry, definition, affiliate_scope, year_kind,
        period_year),
    null
from marts.technology_balances
where economy_code = any($economies) and industry = $scope
    and definition = $definition and affiliate_scope = 'all'
"""


def write(con: duckdb.DuckDBPyConnection, keys: Mapping[str, tuple[str, ...]]) -> None:
    """Add to `meta.row_inputs` of a build file what is behind verdicts.

    `keys` has the key columns of every table of verdicts by its name.
    """
    con.execute(_CLEAR)
    for hypothesis in hypotheses.load().hypotheses.values():
        donors = _donors(con, hypothesis)
        for axis in hypothesis.axes:
            for role, series, economies in _series(hypothesis, axis, donors):
                con.execute(
                    _GOODS if axis.name == "goods" else _TECHNOLOGY,
                    {
                        "hypothesis": hypothesis.name,
                        "role": role,
                        "economies": economies,
                        "scope": series.scope,
                        "definition": series.definition,
                    },
                )
    for table, columns in keys.items():
        if table != "trajectory_verdicts":
            _link_to_verdict(con, table, columns)


def _series(
    hypothesis: Hypothesis, axis: Axis, donors: list[str]
) -> Iterator[tuple[str, Axis, list[str]]]:
    """Who is asked on an axis, in which role, by which series."""
    yield "target", axis, [hypothesis.target]
    yield "template", panel.template_axis(axis), [hypothesis.template]
    if donors:
        yield "donor", axis, donors


def _donors(con: duckdb.DuckDBPyConnection, hypothesis: Hypothesis) -> list[str]:
    found: list[Any] = con.execute(
        "select donor_codes from marts.trajectory_verdicts where hypothesis = ?",
        [hypothesis.name],
    ).fetchall()
    return [code for (codes,) in found for code in (codes or "").split(", ") if code]


def _link_to_verdict(
    con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]
) -> None:
    # Table and columns are declared in the project, not given from outside.
    key = ", ".join(f'"{column}"' for column in columns)
    con.execute(
        f"""insert into meta.row_inputs
        select 'marts.{table}', concat_ws('|', {key}), null,
            'the verdict it belongs to', 'marts.trajectory_verdicts', hypothesis, null
        from marts."{table}" where hypothesis in (
            select row_key from meta.row_inputs
            where table_name = 'marts.trajectory_verdicts'
        )"""
    )
