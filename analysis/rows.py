"""Tables of a verdict: an assessed window goes in, typed rows come out."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from analysis.comparison import RANKINGS, Comparison, level_distance
from analysis.evidence import AssessedWindow
from analysis.hypotheses import Hypothesis
from analysis.panel import Numbers
from analysis.placebo import Placebo, Ranking
from analysis.results import Deciding, LagCurveRow, PlaceboRow, WindowRow
from analysis.standing import DESCRIPTIVE, DIVERGES
from analysis.warping import warped_distance


def window_row(hypothesis: Hypothesis, window: AssessedWindow) -> WindowRow:
    """Return one window's class, ranks and best lag."""
    straight, mirrored = window.evidence.straight, window.evidence.mirrored
    lags = window.windows.lags
    best = _best_lag(window, straight)
    donors, templates = (
        int(ranking.number()) for ranking in (straight.space, straight.templates)
    )
    return WindowRow(
        window_from=window.end - hypothesis.window_years + 1,
        window_to=window.end,
        evidence_class=str(window.evidence.classes)
        if hypothesis.has_test
        else DESCRIPTIVE,
        donors=donors,
        templates=templates,
        resolution=1 / (min(donors, templates) + 1) if donors else None,
        p_space=p_of(straight.space),
        p_template=p_of(straight.templates),
        nearer_donors=int(straight.space.ahead()) if donors else None,
        best_lag=best,
        **_matched(hypothesis, window, best),
        score=number(straight.space.scores[0]),
        concordance=_of_best(best, straight.concordance),
        bends=_of_best(best, straight.bends),
        cosine=_of_best(best, straight.cosine),
        mirrored_p_space=p_of(mirrored.space),
        mirrored_p_template=p_of(mirrored.templates),
        mirrored_best_lag=None if best is None else int(lags[mirrored.best]),
        mirrored_concordance=_of_best(best, mirrored.concordance),
        mirrored_bends=_of_best(best, mirrored.bends),
        mirrored_cosine=_of_best(best, mirrored.cosine),
        warped_p=_warped_p(hypothesis, window) if donors else None,
    )


def deciding(
    hypothesis: Hypothesis, window: AssessedWindow, evidence_class: str
) -> Deciding:
    """Return what a class rests on: DIVERGES on the template turned upside down."""
    cut, is_mirrored = window.windows, evidence_class == DIVERGES
    compared = window.contrast.mirrored() if is_mirrored else window.contrast
    tested = window.evidence.mirrored if is_mirrored else window.evidence.straight
    best = _best_lag(window, tested)
    years = cut.present.sum(-1)
    lines = _straight_line(compared.space, years)
    cosine = -tested.cosine if is_mirrored else tested.cosine
    return Deciding(
        is_mirrored=is_mirrored,
        p_value=_larger_p(tested),
        best_lag=best,
        **_matched(hypothesis, window, best),
        score=number(tested.space.scores[0]),
        concordance=_of_best(best, tested.concordance),
        bends=_of_best(best, tested.bends),
        cosine=_of_best(best, cosine),
        distance=_of_best(best, compared.space.distance()[0][tested.best]),
        straight_line_distance=_of_best(best, lines[tested.best]),
    )


def lag_curve(hypothesis: Hypothesis, window: AssessedWindow) -> list[LagCurveRow]:
    """Return the whole lag curve of the target, infeasible lags included."""
    cut, columns = window.windows, _curve(hypothesis, window)
    best = int(window.evidence.straight.best)
    rows = []
    for place, lag in enumerate(cut.lags.tolist()):
        feasible = bool(cut.feasible[place])
        values = {
            name: number(column[place]) if feasible else None
            for name, column in columns.items()
        }
        rows.append(
            LagCurveRow(
                window_to=window.end,
                lag=lag,
                template_from=window.end - lag - hypothesis.window_years + 1,
                template_to=window.end - lag,
                years_used=int(cut.present[place].sum()),
                is_feasible=feasible,
                is_best=feasible and place == best,
                **values,
            )
        )
    return rows


def placebos(
    hypothesis: Hypothesis, donors: Sequence[str], window: AssessedWindow
) -> list[PlaceboRow]:
    """Return a row for every economy of both placebos, straight and mirrored."""
    evidence = window.evidence
    return [
        row
        for placebo, is_mirrored in (
            (evidence.straight, False),
            (evidence.mirrored, True),
        )
        for name, ranking, first, role in (
            ("space", placebo.space, hypothesis.target, "target"),
            ("template", placebo.templates, hypothesis.template, "template"),
        )
        for row in _placebo(
            ranking, (first, *donors), (window.end, name, is_mirrored), role
        )
    ]


def p_of(ranking: Ranking) -> float | None:
    """Return the p-value of a placebo, None without donors or a feasible lag."""
    takes_part = ranking.number() > 0 and np.isfinite(ranking.scores[0])
    return number(ranking.p()) if takes_part else None


def number(value: Numbers) -> float | None:
    """Return a plain number, None for what is not finite."""
    return float(value) if np.isfinite(value) else None


def _best_lag(window: AssessedWindow, tested: Placebo) -> int | None:
    feasible = window.windows.feasible.any()
    return int(window.windows.lags[tested.best]) if feasible else None


def _matched(
    hypothesis: Hypothesis, window: AssessedWindow, lag: int | None
) -> dict[str, Any]:
    """The template's window at a lag, and whether it is the first or last feasible."""
    if lag is None:
        return dict.fromkeys(("template_from", "template_to", "is_at_edge"))
    possible = window.windows.lags[window.windows.feasible]
    return {
        "template_from": window.end - hypothesis.window_years + 1 - lag,
        "template_to": window.end - lag,
        "is_at_edge": lag in (possible[0], possible[-1]),
    }


def _larger_p(tested: Placebo) -> float | None:
    ranks = [p_of(tested.space), p_of(tested.templates)]
    known = [p for p in ranks if p is not None]
    return max(known) if len(known) == len(ranks) else None


def _placebo(
    ranking: Ranking,
    economies: Sequence[str],
    key: tuple[int, str, bool],
    role: str,
) -> Iterator[PlaceboRow]:
    window_to, placebo, is_mirrored = key
    counted = (True, *ranking.counted.tolist())
    nearer = (None, *ranking.nearer.tolist())
    for place, economy in enumerate(economies):
        score = number(ranking.scores[place])
        counts = counted[place] and score is not None
        yield PlaceboRow(
            window_to=window_to,
            placebo=placebo,
            is_mirrored=is_mirrored,
            economy=economy,
            role="donor" if place else role,
            is_counted=counts,
            best_lag=int(ranking.lags[place]) if counts else None,
            score=score,
            is_nearer=nearer[place] if counts else None,
        )


def _curve(hypothesis: Hypothesis, window: AssessedWindow) -> dict[str, Numbers]:
    """The columns of the lag curve, each (lags,)."""
    space, cut = window.contrast.space, window.windows
    shape, bends = space.shape.first(), space.bends.first()
    years = cut.present.sum(-1)
    near = {name: ranking(space)[0] for name, ranking in RANKINGS.items()}
    size = shape.y + 0 * shape.gap
    columns = {
        "score": near[hypothesis.rule.ranking],
        "concordance": shape.concordance(),
        "bends": bends.concordance(),
        "cosine": space.direction.first().cosine(),
        "distance": near["distance"],
        "flat_line_distance": np.sqrt(size / np.maximum(years, 1)),
        "straight_line_distance": _straight_line(space, years),
        "level_distance": level_distance(cut.target, cut.template, cut.present),
        "warped_distance": _warped(hypothesis, window)[0],
        "stationarity": near["stationarity"],
    }
    if hypothesis.comparison == "shape":
        columns["level_distance"] = np.full(len(cut.lags), np.nan)
    return columns


def _straight_line(space: Comparison, years: Numbers) -> Numbers:
    """How far the target's own straight line is from the template, by lag."""
    shape, bends = space.shape.first(), space.bends.first()
    apart = shape.x - bends.x + shape.y - 2 * (shape.inner() - bends.inner())
    return np.sqrt(np.maximum(apart, 0) / np.maximum(years, 1))


def _warped(hypothesis: Hypothesis, window: AssessedWindow) -> Numbers:
    """Time-warped distances (economies, lags) of demeaned windows, target first."""
    cut, band = window.windows, hypothesis.context.warping_band_years
    economies = np.concatenate([cut.target[None], cut.donors])
    found = np.full((len(economies), len(cut.lags)), np.inf)
    for place in np.flatnonzero(cut.feasible):
        kept = cut.present[place]
        x, y = economies[:, kept], cut.template[place, kept]
        x, y = x - x.mean(1, keepdims=True), y - y.mean(0)
        found[:, place] = warped_distance(x, y, band)
    return found


def _warped_p(hypothesis: Hypothesis, window: AssessedWindow) -> float | None:
    least = _warped(hypothesis, window).min(-1, initial=np.inf)
    counted = window.windows.counted
    if not np.isfinite(least[0]) or not counted.any():
        return None
    nearer = int((least[1:][counted] <= least[0]).sum())
    return (1 + nearer) / (1 + int(counted.sum()))


def _of_best(best: int | None, value: Numbers) -> float | None:
    return None if best is None else number(value)
