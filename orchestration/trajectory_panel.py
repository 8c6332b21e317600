"""What the trajectory test is asked with: a build file goes in, panels come out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from analysis.hypotheses import Axis, Hypothesis
from analysis.panel import Flows, Panel, build
from analysis.scorecard import Signals, Yearly

Rows = dict[str, npt.NDArray[Any]]
"""Columns of `int_trajectory_panel`, of one length; amounts as floats, NaN missing."""

_ROWS = """
select axis, scope, definition, economy_code, period_year, is_broken_before,
    coalesce(cast(exports_millions as double), 'nan') as exports,
    coalesce(cast(imports_millions as double), 'nan') as imports,
    coalesce(cast(world_exports_millions as double), 'nan') as world_exports
from {panel}
order by all
"""
_AFFILIATES = """
select period_year, coalesce(log_ratio, 'nan') as log_ratio
from marts.technology_balances
where economy_code = ? and affiliate_scope = 'affiliates' and definition = 'rd_survey'
    and industry = 'all'
order by all
"""
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


def rows(con: duckdb.DuckDBPyConnection) -> Rows:
    """Read the panel as it stands in a build file."""
    return _plain(con.execute(_ROWS.format(panel="intermediate.int_trajectory_panel")))


def rows_as_of(con: duckdb.DuckDBPyConnection, moment: str) -> Rows:
    """Read the panel as it stood at the end of a day, an ISO date."""
    macro = "intermediate.int_trajectory_panel_as_of(?)"
    return _plain(con.execute(_ROWS.format(panel=macro), [moment]))


def panel_of(found: Rows, hypothesis: Hypothesis) -> Panel:
    """Return the panel with the axes of a hypothesis; empty where nothing is known."""
    return build([_flows(found, axis, hypothesis.template) for axis in hypothesis.axes])


def other_panels(found: Rows, hypothesis: Hypothesis) -> dict[str, Panel]:
    """Return the panels of other definitions of each axis, one changed at a time.

    Of the same scope, wherever both target and template have figures.
    """
    panels = {}
    for place, axis in enumerate(hypothesis.axes):
        for name in sorted(set(found["definition"][_of_scope(found, axis)])):
            changed = Axis(axis.name, axis.scope, str(name))
            both = {hypothesis.target, hypothesis.template}
            known = set(found["economy_code"][_of(found, changed)])
            if name == axis.definition or not both <= known:
                continue
            axes = list(hypothesis.axes)
            axes[place] = changed
            panels[str(name)] = panel_of(found, replace(hypothesis, axes=tuple(axes)))
    return panels


def signals(
    con: duckdb.DuckDBPyConnection, found: Rows, hypothesis: Hypothesis
) -> dict[str, Signals]:
    """Return what is known of the nine signs, of target and template by code.

    The warehouse has no list of trade measures and no rankings with foundries or pro
    forma, so the signs of those stay without a state.
    """
    return {
        economy: Signals(
            goods_log_ratio=_series(found, _axes(hypothesis, "goods", role), economy),
            technology_log_ratio=_series(
                found, _axes(hypothesis, "technology", role), economy
            ),
            equipment_log_ratio=_series(found, _SIGNS["equipment"], economy),
            affiliate_log_ratio=_affiliates(con, economy),
            export_share_pct=_export_share(found, hypothesis, economy),
        )
        for role, economy in (
            ("target", hypothesis.target),
            ("template", hypothesis.template),
        )
    }


def _plain(cursor: duckdb.DuckDBPyConnection) -> Rows:
    return {
        name: np.array(column.tolist(), dtype=_kind(name))
        for name, column in cursor.fetchnumpy().items()
    }


def _kind(column: str) -> type:
    numbers = {"period_year": np.int64, "is_broken_before": np.bool_}
    text = column in ("axis", "scope", "definition", "economy_code")
    return numbers.get(column, np.str_ if text else np.float64)


def _of_scope(found: Rows, axis: Axis) -> npt.NDArray[np.bool_]:
    return (found["axis"] == axis.name) & (found["scope"] == axis.scope)


def _of(found: Rows, axis: Axis) -> npt.NDArray[np.bool_]:
    return _of_scope(found, axis) & (found["definition"] == axis.definition)


def template_axis(axis: Axis) -> Axis:
    """Return the template's series of an axis, where it is another one."""
    return Axis(
        axis.name,
        axis.template_scope or axis.scope,
        axis.template_definition or axis.definition,
    )


def _flows(found: Rows, axis: Axis, template: str) -> Flows:
    own, theirs = _of(found, axis), _of(found, template_axis(axis))
    chosen = np.where(found["economy_code"] == template, theirs, own)
    part = {name: column[chosen] for name, column in found.items()}
    totals = zip(found["period_year"][own], found["world_exports"][own], strict=True)
    broken = part["is_broken_before"]
    return Flows(
        axis=axis.name,
        economy=part["economy_code"],
        year=part["period_year"],
        exports=part["exports"],
        imports=part["imports"],
        world_exports={int(y): float(v) for y, v in totals if np.isfinite(v)},
        major_breaks=[
            (str(economy), int(year))
            for economy, year in zip(
                part["economy_code"][broken], part["period_year"][broken], strict=True
            )
        ],
    )


def _axes(hypothesis: Hypothesis, name: str, role: str) -> Iterator[Axis]:
    """The hypothesis's own series of an axis, then others that may stand in."""
    for axis in hypothesis.axes:
        if axis.name == name:
            yield axis if role == "target" else template_axis(axis)
    yield from _SIGNS[name]


def _series(found: Rows, axes: Any, economy: str) -> Yearly | None:
    for axis in axes:
        mine = _of(found, axis) & (found["economy_code"] == economy)
        exports, imports = found["exports"][mine], found["imports"][mine]
        usable = (exports > 0) & (imports > 0)
        if usable.any():
            years = found["period_year"][mine][usable]
            return Yearly(years, np.log(exports[usable] / imports[usable]))
    return None


def _export_share(found: Rows, hypothesis: Hypothesis, economy: str) -> Yearly | None:
    for axis in hypothesis.axes:
        mine = _of(found, axis) & (found["economy_code"] == economy)
        share = 100 * found["exports"][mine] / found["world_exports"][mine]
        if axis.name == "goods" and np.isfinite(share).any():
            return Yearly(found["period_year"][mine], share)
    return None


def _affiliates(con: duckdb.DuckDBPyConnection, economy: str) -> Yearly | None:
    years, values = (
        np.array(column.tolist())
        for column in con.execute(_AFFILIATES, [economy]).fetchnumpy().values()
    )
    if not len(years):
        return None
    return Yearly(years.astype(np.int64), values.astype(np.float64))
