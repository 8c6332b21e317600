"""The decision: a panel and a hypothesis go in, a class with its reasons comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from analysis import donors as donor_pool
from analysis.donors import Donors
from analysis.evidence import AssessedWindow, Reason, agreed, weigh
from analysis.hypotheses import Hypothesis
from analysis.panel import Numbers, Panel, PanelError
from analysis.placebo import contrast
from analysis.reasons import of_series, of_window
from analysis.scaling import yearly_step
from analysis.standing import DESCRIPTIVE, INSUFFICIENT
from analysis.windows import LagFeasibility, Roles, cut, feasibility


@dataclass(frozen=True)
class Assessment:
    """The class by rule, why, and everything it was read from.

    `paths` are the scaled paths, `assessed` the windows ending in `end` and one year
    earlier; both are empty when target or template has no series at all.
    """

    evidence_class: str
    reasons: tuple[Reason, ...]
    end: int | None
    donors: Donors
    roles: Roles | None
    scale: tuple[float | None, ...]
    paths: Numbers
    assessed: tuple[AssessedWindow, ...]
    feasibility: tuple[LagFeasibility, ...]


def assess(
    panel: Panel,
    hypothesis: Hypothesis,
    as_of: date,
    previous_donors: Sequence[str] = (),
    scale: Sequence[float] | None = None,
) -> Assessment:
    """Apply the rule to a panel, as seen on the day `as_of`.

    `previous_donors` are those of the previous annual vintage. The yearly step of each
    axis is the registered one, else `scale`, else that of this panel. The donors of the
    last window serve the earlier one too. Raises PanelError when the panel's axes are
    not the hypothesis's.
    """
    _check_axes(panel, hypothesis)
    end = donor_pool.window_end(panel, hypothesis, previous_donors)
    if end is None or panel.row(hypothesis.template) < 0:
        return _without_series(panel, hypothesis, end, as_of)
    chosen = donor_pool.choose(panel, hypothesis, end)
    roles = _roles(panel, hypothesis, chosen)
    frozen = hypothesis.registered_scale or scale
    unit = np.array(frozen or _scale(panel, roles))
    # An axis that never moves has no unit, and nothing to compare.
    paths = panel.paths / np.where(unit > 0, unit, np.nan)
    ends = (end, end - 1) if hypothesis.has_test else (end,)
    assessed = tuple(
        assess_window(panel, paths, roles, hypothesis, last) for last in ends
    )
    table = _feasibility(panel, hypothesis, roles, ends)
    reasons = of_window(panel, hypothesis, as_of, assessed, table)
    return Assessment(
        evidence_class=_class(hypothesis, reasons, assessed),
        reasons=reasons,
        end=end,
        donors=chosen,
        roles=roles,
        scale=tuple(step if step > 0 else None for step in unit.tolist()),
        paths=paths,
        assessed=assessed,
        feasibility=table,
    )


def scale_of(panel: Panel, hypothesis: Hypothesis) -> tuple[float, ...] | None:
    """Return the yearly step of each axis in one vintage, to be kept for later ones.

    Over target, template and the donors of the last window. None where an axis has no
    such step, or there is no window.
    """
    _check_axes(panel, hypothesis)
    end = donor_pool.window_end(panel, hypothesis, ())
    if end is None or panel.row(hypothesis.template) < 0:
        return None
    chosen = donor_pool.choose(panel, hypothesis, end)
    steps = _scale(panel, _roles(panel, hypothesis, chosen))
    return tuple(steps.tolist()) if bool(np.all(steps > 0)) else None


def assess_window(
    panel: Panel, paths: Numbers, roles: Roles, hypothesis: Hypothesis, end: int
) -> AssessedWindow:
    """Weigh the window that ends in the year `end`, on scaled paths."""
    windows = cut(
        paths,
        panel.breaks,
        roles,
        panel.column(end),
        hypothesis.window_years,
        hypothesis.all_lags,
        hypothesis.rule,
    )
    found = contrast(windows)
    return AssessedWindow(end, windows, found, weigh(found, windows, hypothesis.rule))


def _class(
    hypothesis: Hypothesis,
    reasons: tuple[Reason, ...],
    assessed: tuple[AssessedWindow, ...],
) -> str:
    if not hypothesis.has_test:
        return DESCRIPTIVE
    if reasons:
        return INSUFFICIENT
    return str(agreed([window.evidence.classes for window in assessed]))


def _roles(panel: Panel, hypothesis: Hypothesis, chosen: Donors) -> Roles:
    rows = np.array([panel.row(name) for name in chosen.economies], dtype=np.int64)
    return Roles(panel.row(hypothesis.target), panel.row(hypothesis.template), rows)


def _scale(panel: Panel, roles: Roles) -> Numbers:
    rows = np.concatenate([[roles.target, roles.template], roles.donors]).astype(int)
    return yearly_step(panel.paths[rows], panel.breaks[rows])


def _feasibility(
    panel: Panel, hypothesis: Hypothesis, roles: Roles, ends: Sequence[int]
) -> tuple[LagFeasibility, ...]:
    years, lags, rule = hypothesis.window_years, hypothesis.all_lags, hypothesis.rule
    return tuple(
        row for end in ends for row in feasibility(panel, roles, end, years, lags, rule)
    )


def _without_series(
    panel: Panel, hypothesis: Hypothesis, end: int | None, as_of: date
) -> Assessment:
    nobody = np.empty(0, dtype=np.int64)
    rows = [panel.row(name) for name in (hypothesis.target, hypothesis.template)]
    return Assessment(
        evidence_class=INSUFFICIENT if hypothesis.has_test else DESCRIPTIVE,
        reasons=of_series(panel, hypothesis),
        end=end,
        donors=Donors((), None),
        roles=None,
        scale=(),
        paths=panel.paths,
        assessed=(),
        # The years that a window would have had, for the table to show.
        feasibility=_feasibility(
            panel, hypothesis, Roles(*rows, nobody), [end or as_of.year - 1]
        ),
    )


def _check_axes(panel: Panel, hypothesis: Hypothesis) -> None:
    wanted = tuple(axis.name for axis in hypothesis.axes)
    if panel.axes != wanted:
        raise PanelError(
            f"{hypothesis.name}: the panel has axes {panel.axes}, the hypothesis "
            f"{wanted}; build the panel from the tables of the hypothesis"
        )
