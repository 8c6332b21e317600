"""Why data are not enough: a panel and its windows go in, named reasons come out."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from analysis.evidence import AssessedWindow, Reason, is_stale
from analysis.hypotheses import Hypothesis
from analysis.panel import Panel
from analysis.windows import LagFeasibility


def of_series(panel: Panel, hypothesis: Hypothesis) -> tuple[Reason, ...]:
    """Say why there is no window at all, and whether there would be donors for one."""
    reasons = _of_missing(panel, hypothesis) or [Reason("no_complete_year")]
    others = [
        name
        for name in panel.economies
        if name not in (hypothesis.target, hypothesis.template)
    ]
    needed = hypothesis.rule.minimum_donors
    if hypothesis.has_test and len(others) < needed:
        reasons.append(Reason("too_few_donors", found=len(others), needed=needed))
    return tuple(reasons)


def of_window(
    panel: Panel,
    hypothesis: Hypothesis,
    as_of: date,
    assessed: Sequence[AssessedWindow],
    table: Sequence[LagFeasibility],
) -> tuple[Reason, ...]:
    """Name everything that keeps the two windows from a class; empty when nothing."""
    if not hypothesis.has_test:
        return ()
    rule, end = hypothesis.rule, assessed[0].end
    reasons = _of_missing(panel, hypothesis)
    if is_stale(end, as_of, rule):
        reasons.append(Reason("newest_year_too_old", window_end=end))
    for window in assessed:
        reasons += _of_target(panel, hypothesis, window.end)
        reasons += _of_lags(panel, hypothesis, window, table)
        reasons += _of_donors(panel, hypothesis, window)
    return tuple(reasons)


def _of_missing(panel: Panel, hypothesis: Hypothesis) -> list[Reason]:
    return [
        Reason(f"{who}_has_no_series", axis)
        for place, axis in enumerate(panel.axes)
        for who, economy in (
            ("target", hypothesis.target),
            ("template", hypothesis.template),
        )
        if not _has_series(panel, economy, place)
    ]


def _has_series(panel: Panel, economy: str, place: int) -> bool:
    row = panel.row(economy)
    return row >= 0 and bool(np.isfinite(panel.paths[row, :, place]).any())


def _of_target(panel: Panel, hypothesis: Hypothesis, end: int) -> list[Reason]:
    last = panel.column(end)
    first = max(last - hypothesis.window_years + 1, 0)
    row, needed = panel.row(hypothesis.target), hypothesis.rule.minimum_years
    reasons = []
    for place, axis in enumerate(panel.axes):
        years = int(np.isfinite(panel.paths[row, first : last + 1, place]).sum())
        if years < needed:
            reasons.append(Reason("too_few_years", axis, end, years, needed))
        if panel.breaks[row, first + 1 : last + 1, place].any():
            reasons.append(Reason("major_break_in_target", axis, end))
    return reasons


def _of_lags(
    panel: Panel,
    hypothesis: Hypothesis,
    window: AssessedWindow,
    table: Sequence[LagFeasibility],
) -> list[Reason]:
    needed = hypothesis.rule.minimum_lags
    reasons = []
    for axis in panel.axes:
        of_axis = [r for r in table if r.axis == axis and r.window_end == window.end]
        found = sum(row.is_feasible for row in of_axis)
        if found < needed:
            reasons.append(Reason("too_few_lags", axis, window.end, found, needed))
    together = int(window.windows.feasible.sum())
    if together < needed and not reasons:
        reasons.append(
            Reason("too_few_lags", window_end=window.end, found=together, needed=needed)
        )
    return reasons


def _of_donors(
    panel: Panel, hypothesis: Hypothesis, window: AssessedWindow
) -> list[Reason]:
    needed = hypothesis.rule.minimum_donors
    ranks = window.evidence.straight
    reasons = [
        Reason(name, window_end=window.end, found=int(found), needed=needed)
        for name, found in (
            ("too_few_donors", ranks.space.number()),
            ("too_few_templates", ranks.templates.number()),
        )
        if found < needed
    ]
    axis = panel.axes.index("goods") if "goods" in panel.axes else 0
    last = panel.column(window.end)
    years = slice(max(last - hypothesis.window_years + 1, 0), last + 1)
    if reasons and not np.isfinite(panel.world_exports[years, axis]).any():
        reasons.append(Reason("no_world_total", panel.axes[axis], window.end))
    return reasons
