"""Answers to the registered hypotheses, from embedded figures or a live panel."""

import datetime as dt
from dataclasses import replace
from functools import cache

import duckdb
import numpy as np
import yaml

from analysis.hypotheses import Hypothesis, load
from analysis.panel import Flows, Panel
from analysis.panel import build as build_panel
from analysis.verdict import run
from orchestration.trajectory import rows as trajectory_rows
from orchestration.trajectory import tables
from tests.analysis.conftest import synthetic_panel
from tests.conftest import CHECKOUT
from tests.reports.small_warehouse.trade import JAPAN, TAIWAN

VERDICTS = CHECKOUT / "dbt_project/models/marts/trajectory.yml"


@cache
def trajectory_rows_of(kind: str) -> dict[str, list[dict]]:
    """Rows of every table of verdicts: `embedded` figures, or a `live` panel."""
    found: dict[str, list[dict]] = {}
    for hypothesis in load().hypotheses.values():
        answer = run(_panel(hypothesis, kind), hypothesis, dt.date(2026, 11, 22), 1)
        for name, part in trajectory_rows.rows(hypothesis, answer).items():
            found.setdefault(name, []).extend(part)
    return found


def _panel(hypothesis: Hypothesis, kind: str) -> Panel:
    axes = tuple(axis.name for axis in hypothesis.axes)
    if hypothesis.name == "ic-descriptive":
        rows = [("JPN", y, x, m) for y, _, _, x, m in JAPAN]
        rows += [("TWN", y, x, m) for y, x, m, *_ in TAIWAN]
        columns = zip(*rows, strict=True)
        return build_panel([Flows("goods", *(np.array(c) for c in columns))])
    if hypothesis.name == "rehearsal-korea-technology":
        walks = synthetic_panel(15, axes, (1996, 2025), seed=2)
        names = tuple(name.replace("TWN", "KOR") for name in walks.economies)
        return replace(walks, economies=names)
    if kind == "live":
        return synthetic_panel(23, axes, (1976, 2025), seed=3, TWN=hypothesis.lags[0])
    nobody, never, nothing = np.array([], str), np.array([], int), np.array([])
    empty = [Flows(axis, nobody, never, nothing, nothing) for axis in axes]
    return build_panel(empty)


def write(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Write the tables of verdicts as they are declared."""
    declared = yaml.safe_load(VERDICTS.read_text("utf-8"))["sources"][0]
    for table in declared["tables"]:
        node = table | {
            "schema": declared["schema"],
            "columns": {column["name"]: column for column in table["columns"]},
        }
        rows = trajectory_rows_of(kind)[table["name"]]
        tables.write(connection, node, rows)
