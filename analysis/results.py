"""What a verdict consists of: typed rows, ready to be written as tables.

Years are calendar years. Scores, distances and paths are in yearly steps of the axis
unless said otherwise. None is not available.
"""

from dataclasses import dataclass
from datetime import date

from analysis.evidence import Reason
from analysis.scorecard import ScorecardRow
from analysis.series import PathBreak, UnitRoot
from analysis.windows import LagFeasibility


@dataclass(frozen=True)
class WindowRow:
    """One window: class, ranks, and the best lag with its gates.

    `resolution` is the smallest that both p can be with so few of the fewer of donors
    and templates. `score` is the gap to the
    lagged template in the target's own yearly steps. `is_at_edge` says that the best
    lag is the first or last feasible one. The mirrored columns belong to DIVERGES.
    `warped_p` ranks the target among donors by time warping.
    """

    window_from: int
    window_to: int
    evidence_class: str
    donors: int
    templates: int
    resolution: float | None
    p_space: float | None
    p_template: float | None
    nearer_donors: int | None
    best_lag: int | None
    template_from: int | None
    template_to: int | None
    is_at_edge: bool | None
    score: float | None
    concordance: float | None
    bends: float | None
    cosine: float | None
    mirrored_p_space: float | None
    mirrored_p_template: float | None
    mirrored_best_lag: int | None
    mirrored_concordance: float | None
    mirrored_bends: float | None
    mirrored_cosine: float | None
    warped_p: float | None


@dataclass(frozen=True)
class Deciding:
    """The figures that a class rests on: of the mirrored test for DIVERGES.

    `p_value` is the larger of the two ranks. `cosine` is that of the directions of
    target and template themselves, also where the template was turned upside down for
    the other figures. `straight_line_distance` is how near the target's own straight
    line comes, beside the `distance` of its path: a line follows nobody.
    """

    is_mirrored: bool
    p_value: float | None
    best_lag: int | None
    template_from: int | None
    template_to: int | None
    is_at_edge: bool | None
    score: float | None
    concordance: float | None
    bends: float | None
    cosine: float | None
    distance: float | None
    straight_line_distance: float | None


@dataclass(frozen=True)
class LagCurveRow:
    """One lag of one window, for the target.

    `flat_line_distance` and `straight_line_distance` are how far from the template a
    constant path and the target's own straight line are: neither follows anybody.
    `level_distance` compares the paths as they are, where definitions allow it.
    """

    window_to: int
    lag: int
    template_from: int
    template_to: int
    years_used: int
    is_feasible: bool
    is_best: bool
    score: float | None
    concordance: float | None
    bends: float | None
    cosine: float | None
    distance: float | None
    flat_line_distance: float | None
    straight_line_distance: float | None
    level_distance: float | None
    warped_distance: float | None
    stationarity: float | None


@dataclass(frozen=True)
class PlaceboRow:
    """One economy of one placebo: `space` or `template`, straight or mirrored.

    `role` is target, template or donor. `is_nearer` says that a donor is as near as the
    target, or the template, or nearer.
    """

    window_to: int
    placebo: str
    is_mirrored: bool
    economy: str
    role: str
    is_counted: bool
    best_lag: int | None
    score: float | None
    is_nearer: bool | None


@dataclass(frozen=True)
class ResamplingRow:
    """Where resampled windows fall: the range holds `coverage` of the draws.

    A resampling range, not a confidence interval: Japan's path stays as it was.
    """

    window_to: int
    block_years: int
    draws: int
    coverage: float
    lag_low: float
    lag_high: float
    concordance_low: float
    concordance_high: float
    score_low: float
    score_high: float
    share_same_direction: float


@dataclass(frozen=True)
class SensitivityRow:
    """The class under other settings; exactly one row is the registered setting.

    `alpha` is the bound with a full set of donors, `alpha_applied` the one that both p
    had to keep, which few donors widen.
    """

    definition: str
    axes: str
    window_years: int
    donors_without: str
    ranking: str
    alpha: float
    alpha_applied: float
    concordance_minimum: float
    is_registered: bool
    evidence_class: str
    donors: int
    p_space: float | None
    p_template: float | None
    best_lag: int | None


@dataclass(frozen=True)
class Verdict:
    """The answer to one hypothesis, as seen on one day, with everything beside it.

    `windows` are the last window and the one a year earlier; both must agree.
    `deciding` has what the class rests on in the last one. `earlier_windows` replay the
    rule further back. `scale` is the yearly step of each
    axis, in log points; `scale_basis` says whether it is `registered`, of the
    `first_vintage`, or `computed` from the panel itself; empty without a scale.
    """

    hypothesis: str
    digest: str
    purpose: str
    target: str
    template: str
    as_of: date
    seed: int
    evidence_class: str
    reasons: tuple[Reason, ...]
    donors: tuple[str, ...]
    donor_share_pct: float | None
    scale: tuple[float | None, ...]
    scale_basis: str
    deciding: Deciding | None
    windows: tuple[WindowRow, ...]
    earlier_windows: tuple[WindowRow, ...]
    feasibility: tuple[LagFeasibility, ...]
    lag_curve: tuple[LagCurveRow, ...]
    placebos: tuple[PlaceboRow, ...]
    scorecard: tuple[ScorecardRow, ...]
    resampling: tuple[ResamplingRow, ...]
    sensitivity: tuple[SensitivityRow, ...]
    breaks: tuple[PathBreak, ...]
    unit_roots: tuple[UnitRoot, ...]
