"""What the trajectory test is asked with: a build file goes in, panels come out."""

from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from analysis.hypotheses import Axis, Hypothesis
from analysis.panel import Flows, Panel, build

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
            known = set(found["economy_code"][of_axis(found, changed)])
            if name == axis.definition or not both <= known:
                continue
            axes = list(hypothesis.axes)
            axes[place] = changed
            panels[str(name)] = panel_of(found, replace(hypothesis, axes=tuple(axes)))
    return panels


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


def of_axis(found: Rows, axis: Axis) -> npt.NDArray[np.bool_]:
    """Return where the rows of one series are."""
    return _of_scope(found, axis) & (found["definition"] == axis.definition)


def template_axis(axis: Axis) -> Axis:
    """Return the template's series of an axis, where it is another one."""
    return Axis(
        axis.name,
        axis.template_scope or axis.scope,
        axis.template_definition or axis.definition,
    )


def _flows(found: Rows, axis: Axis, template: str) -> Flows:
    own, theirs = of_axis(found, axis), of_axis(found, template_axis(axis))
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
