"""The registered hypotheses put to a build file, and their answers written into it."""

import functools
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import duckdb

from analysis import donors, hypotheses, verdict
from analysis.hypotheses import Hypothesis
from orchestration.trajectory import panel as trajectory_panel
from orchestration.trajectory import rows as trajectory_rows
from orchestration.trajectory import scale as trajectory_scale
from orchestration.trajectory import signals as trajectory_signals
from orchestration.trajectory import tables
from orchestration.trajectory.panel import Rows
from orchestration.trajectory.tables import Node

SEED = 1
"""Of what is drawn at random beside the class: the same figures give the same rows."""


def write(
    con: duckdb.DuckDBPyConnection, declared: Iterable[Node], day: date | None
) -> None:
    """Answer every registered hypothesis and write the tables that are `declared`.

    `day` is the day as of which the models were built, None for the day on which the
    newest file was read. Needs the models and their macros. Raises HypothesisError
    for a registered file that cannot be.
    """
    as_of = day or _newest_day(con)
    found = trajectory_panel.rows(con)
    rows_on = functools.cache(lambda day: trajectory_panel.rows_as_of(con, day))
    answers: dict[str, list[dict[str, Any]]] = {}
    for hypothesis in hypotheses.load().hypotheses.values():
        answer = answer_to(con, hypothesis, found, rows_on, as_of)
        for name, part in trajectory_rows.rows(hypothesis, answer).items():
            answers.setdefault(name, []).extend(part)
    for node in declared:
        tables.write(con, node, answers[node["name"]])


def answer_to(
    con: duckdb.DuckDBPyConnection,
    hypothesis: Hypothesis,
    found: Rows,
    rows_on: Callable[[str], Rows],
    as_of: date,
) -> verdict.Verdict:
    """Run one hypothesis on the panel `found`; `rows_on` gives that of another day."""
    # The vintage of a year ago: its donors are waited for.
    before = rows_on(f"{as_of - timedelta(days=365)}")
    return verdict.run(
        trajectory_panel.panel_of(found, hypothesis),
        hypothesis,
        as_of,
        SEED,
        previous_donors=_donors_of(before, hypothesis),
        scale=hypothesis.registered_scale
        or trajectory_scale.first_scale(con, hypothesis, rows_on),
        signals=trajectory_signals.signals(con, found, hypothesis),
        other_definitions=trajectory_panel.other_panels(found, hypothesis)
        if hypothesis.has_test
        else {},
    )


def _donors_of(before: Rows, hypothesis: Hypothesis) -> tuple[str, ...]:
    panel = trajectory_panel.panel_of(before, hypothesis)
    end = donors.window_end(panel, hypothesis, ())
    return donors.choose(panel, hypothesis, end).economies if end else ()


def _newest_day(con: duckdb.DuckDBPyConnection) -> date:
    ((day,),) = con.execute(
        "select cast(max(retrieved_at) as date) from raw.payloads"
    ).fetchall()
    return day
