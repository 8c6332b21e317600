"""One verdict: a panel and a hypothesis go in, the answer with its tables comes out."""

from collections.abc import Mapping, Sequence
from datetime import date

from analysis.assessment import Assessment, assess
from analysis.context import earlier_windows, resampling
from analysis.evidence import AssessedWindow
from analysis.hypotheses import Hypothesis
from analysis.panel import Panel
from analysis.results import Verdict
from analysis.rows import deciding, lag_curve, placebos, window_row
from analysis.scorecard import ScorecardRow, Signals, scorecard
from analysis.sensitivity import REGISTERED, grid
from analysis.series import path_breaks, unit_roots


def run(
    panel: Panel,
    hypothesis: Hypothesis,
    as_of: date,
    seed: int,
    *,
    previous_donors: Sequence[str] = (),
    scale: Sequence[float] | None = None,
    signals: Mapping[str, Signals] | None = None,
    other_definitions: Mapping[str, Panel] | None = None,
) -> Verdict:
    """Answer a hypothesis from a panel with its axes, as seen on the day `as_of`.

    `previous_donors` are those of the previous annual vintage, `scale` is the yearly
    step of each axis in the first one, in log points, used where none is registered;
    without them this panel decides. `signals` of target and template, by code, fill
    the scorecard, `other_definitions`, panels with the same axes, the sensitivity grid.
    The same `seed` gives the same verdict. Raises PanelError when the panel's axes are
    not the hypothesis's.
    """
    found = assess(panel, hypothesis, as_of, previous_donors, scale)
    last = found.assessed[0] if found.assessed else None
    panels = {REGISTERED: panel, **(other_definitions or {})}
    described = (hypothesis.target, hypothesis.template)
    return Verdict(
        hypothesis=hypothesis.name,
        digest=hypothesis.digest,
        purpose=hypothesis.purpose,
        target=hypothesis.target,
        template=hypothesis.template,
        as_of=as_of,
        seed=seed,
        evidence_class=found.evidence_class,
        reasons=found.reasons,
        donors=found.donors.economies,
        donor_share_pct=found.donors.share_pct,
        scale=found.scale,
        scale_basis=_scale_basis(hypothesis, found, scale),
        deciding=deciding(hypothesis, last, found.evidence_class) if last else None,
        windows=tuple(window_row(hypothesis, window) for window in found.assessed),
        earlier_windows=tuple(earlier_windows(panel, hypothesis, found)),
        feasibility=found.feasibility,
        lag_curve=tuple(
            row for window in found.assessed for row in lag_curve(hypothesis, window)
        ),
        placebos=tuple(
            row
            for window in found.assessed
            if hypothesis.has_test
            for row in placebos(hypothesis, found.donors.economies, window)
        ),
        scorecard=_scorecard(hypothesis, found, signals or {}, seed),
        resampling=tuple(resampling(hypothesis, found, seed)),
        sensitivity=tuple(grid(panels, hypothesis, as_of, previous_donors, scale))
        if hypothesis.has_test
        else (),
        breaks=tuple(row for who in described for row in path_breaks(panel, who)),
        unit_roots=tuple(row for who in described for row in unit_roots(panel, who)),
    )


def _scale_basis(
    hypothesis: Hypothesis, found: Assessment, scale: Sequence[float] | None
) -> str:
    if not found.scale:
        return ""
    if hypothesis.registered_scale:
        return "registered"
    return "first_vintage" if scale else "computed"


def _scorecard(
    hypothesis: Hypothesis,
    found: Assessment,
    signals: Mapping[str, Signals],
    seed: int,
) -> tuple[ScorecardRow, ...]:
    if found.end is None:
        return ()
    last = found.assessed[0] if found.assessed else None
    return scorecard(
        signals.get(hypothesis.target, Signals()),
        signals.get(hypothesis.template, Signals()),
        found.end,
        _best_lag(last) if last else None,
        seed,
    )


def _best_lag(window: AssessedWindow) -> int | None:
    best = window.evidence.straight.best
    feasible = bool(window.windows.feasible.any())
    return int(window.windows.lags[best]) if feasible else None
