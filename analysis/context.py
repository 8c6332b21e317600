"""What is printed beside the class: windows go in, ranges and replays come out."""

import numpy as np

from analysis.assessment import Assessment, assess_window
from analysis.comparison import RANKINGS, compare
from analysis.evidence import AssessedWindow
from analysis.hypotheses import Hypothesis
from analysis.panel import Flags, Numbers, Panel
from analysis.resampling import resampled
from analysis.results import ResamplingRow, WindowRow
from analysis.rows import window_row
from analysis.standing import DIVERGES


def earlier_windows(
    panel: Panel, hypothesis: Hypothesis, assessment: Assessment
) -> list[WindowRow]:
    """Replay the rule on windows that end earlier, with today's data and donors."""
    if assessment.roles is None or assessment.end is None:
        return []
    ends = [assessment.end - years for years in hypothesis.context.earlier_windows]
    first = int(panel.years[0]) + hypothesis.window_years - 1
    return [
        window_row(
            hypothesis,
            assess_window(panel, assessment.paths, assessment.roles, hypothesis, end),
        )
        for end in ends
        if end >= first
    ]


def resampling(
    hypothesis: Hypothesis, found: Assessment, seed: int
) -> list[ResamplingRow]:
    """Resample the target's yearly changes and search the lag again; Japan stays.

    For DIVERGES beside Japan's path turned upside down, as the class was found.
    """
    if not found.assessed:
        return []
    window, is_mirrored = found.assessed[0], found.evidence_class == DIVERGES
    cut = window.windows
    present = np.any(cut.present[cut.feasible], axis=0)
    if not cut.feasible.any() or not np.any(present[1:] & present[:-1]):
        return []
    return [
        _range(hypothesis, window, present, is_mirrored, (seed, block))
        for block in hypothesis.context.blocks
    ]


def _range(
    hypothesis: Hypothesis,
    window: AssessedWindow,
    present: Flags,
    is_mirrored: bool,
    seed_and_block: tuple[int, int],
) -> ResamplingRow:
    cut, context, block = window.windows, hypothesis.context, seed_and_block[1]
    rng = np.random.default_rng(seed_and_block)
    drawn = resampled(cut.target, present, context.draws, block, rng)
    kept = cut.feasible
    beside = compare(drawn[:, None], cut.template[kept], cut.present[kept])
    found = beside.mirrored() if is_mirrored else beside
    scores = RANKINGS[hypothesis.rule.ranking](found)
    best = scores.argmin(1)
    tails = [(1 - context.coverage) / 2, (1 + context.coverage) / 2]

    def bounds(values: Numbers) -> Numbers:
        return np.quantile(values, tails)

    def chosen(values: Numbers) -> Numbers:
        return np.take_along_axis(values, best[:, None], 1)[:, 0]

    lags = bounds(cut.lags[kept][best])
    concordance = bounds(chosen(found.shape.concordance()))
    score = bounds(chosen(scores))
    return ResamplingRow(
        window_to=window.end,
        block_years=block,
        draws=context.draws,
        coverage=context.coverage,
        lag_low=float(lags[0]),
        lag_high=float(lags[1]),
        concordance_low=float(concordance[0]),
        concordance_high=float(concordance[1]),
        score_low=float(score[0]),
        score_high=float(score[1]),
        share_same_direction=float((chosen(beside.direction.cosine()) > 0).mean()),
    )
