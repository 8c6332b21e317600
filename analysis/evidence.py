"""The evidence class: ranks and gates go in, a class by rule comes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from analysis.hypotheses import Rule
from analysis.panel import Flags
from analysis.placebo import Contrast, Placebo, two_way
from analysis.standing import DIVERGES, FOLLOWS, INCONCLUSIVE, INSUFFICIENT
from analysis.windows import Windows


@dataclass(frozen=True)
class Reason:
    """Why the data are not enough: what was found and what is needed."""

    name: str
    axis: str = ""
    window_end: int | None = None
    found: float | None = None
    needed: float | None = None


@dataclass(frozen=True)
class WindowEvidence:
    """One window's ranks, straight and mirrored, and its class; arrays over worlds."""

    straight: Placebo
    mirrored: Placebo
    classes: npt.NDArray[np.str_]


@dataclass(frozen=True)
class AssessedWindow:
    """One window: what was cut, how near everything is, and the evidence."""

    end: int
    windows: Windows
    contrast: Contrast
    evidence: WindowEvidence


def passes(placebo: Placebo, rule: Rule) -> Flags:
    """Return where both ranks and all gates hold."""
    few = placebo.space.number() < rule.full_donors
    alpha = np.where(few, rule.alpha_few_donors, rule.alpha)
    # Fractions such as 2/20 and the alpha 0.10 are equal only up to rounding.
    slack = 1e-12
    return (
        (placebo.space.p() <= alpha + slack)
        & (placebo.templates.p() <= alpha + slack)
        & (placebo.concordance >= rule.concordance_minimum)
        & (placebo.bends >= rule.bends_minimum)
        & (placebo.cosine > rule.cosine_minimum)
    )


def is_enough(windows: Windows, placebo: Placebo, rule: Rule) -> Flags:
    """Return where one window has lags, donors and templates enough for a class."""
    return (
        (windows.feasible.sum(-1) >= rule.minimum_lags)
        & (placebo.space.number() >= rule.minimum_donors)
        & (placebo.templates.number() >= rule.minimum_donors)
    )


def weigh(found: Contrast, windows: Windows, rule: Rule) -> WindowEvidence:
    """Return the evidence of one window, with FOLLOWS and DIVERGES tested alike."""
    straight = two_way(found, windows, rule.ranking, rule.minimum_lags)
    mirrored = two_way(found.mirrored(), windows, rule.ranking, rule.minimum_lags)
    return WindowEvidence(
        straight, mirrored, classify(straight, mirrored, windows, rule)
    )


def classify(
    straight: Placebo, mirrored: Placebo, windows: Windows, rule: Rule
) -> npt.NDArray[np.str_]:
    """Return the class of one window; both tests at once are no class."""
    follows, diverges = passes(straight, rule), passes(mirrored, rule)
    return np.select(
        [~is_enough(windows, straight, rule), follows & ~diverges, diverges & ~follows],
        [INSUFFICIENT, FOLLOWS, DIVERGES],
        INCONCLUSIVE,
    )


def agreed(classes: Sequence[npt.NDArray[np.str_]]) -> npt.NDArray[np.str_]:
    """Return the class on which consecutive windows agree, otherwise INCONCLUSIVE.

    One window without enough data makes the whole INSUFFICIENT.
    """
    stacked = np.stack(classes)
    lacking = (stacked == INSUFFICIENT).any(0)
    same = (stacked == stacked[0]).all(0)
    return np.select([lacking, same], [INSUFFICIENT, stacked[0]], INCONCLUSIVE)


def is_stale(window_end: int, as_of: date, rule: Rule) -> bool:
    """Whether the window's last year ended too many months before `as_of`."""
    months = 12 * (as_of.year - window_end - 1) + as_of.month - 1
    return months >= rule.stale_after_months
