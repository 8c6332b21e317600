"""A lag curve goes in; what it shows, and what it cannot show, comes out."""

from reports.facts.facts import Facts
from reports.facts.figures import Figure
from reports.facts.verdict_facts import DESCRIBED, Answer, LagPoint, Trajectory
from reports.words.phrases import Phrase, phrase

EXPLORED = "goods-exploratory"


def lag_title(found: Trajectory) -> Phrase:
    """Name the windows that are laid over each other."""
    answer = found.answer(DESCRIBED)
    if answer is None or not found.lag_curve:
        return phrase("lag.missing")
    return phrase(
        "lag.title",
        target=answer.target,
        template=answer.template,
        first=answer.window_from,
        last=answer.window_to,
        start=min(p.template_from for p in found.lag_curve),
        end=max(p.template_to for p in found.lag_curve),
    )


def lag_body(facts: Facts) -> tuple[Phrase, ...]:
    """Say what the lag curve shows: the nearest lags, and a flat line beside it."""
    found = facts.trajectory
    answer, curve = found.answer(DESCRIBED), found.lag_curve
    if answer is None or not curve:
        return (phrase("lag.body_missing"),)
    nearer = sum(_value(p.flat_line) < _value(p.distance) for p in curve)
    level = min(curve, key=lambda p: _value(p.level))
    return (
        _nearest(answer, nearest(curve)),
        *_explored(found),
        phrase("lag.level", lag=level.lag, **_years(level)),
        phrase("lag.flat", count=nearer, all=len(curve)),
        phrase("lag.nothing" if 2 * nearer >= len(curve) else "lag.no_test"),
        *_outside(facts, answer),
    )


def _nearest(answer: Answer, best: LagPoint) -> Phrase:
    shares_years = best.lag < _value(answer.window_years)
    key = "lag.nearest_shared" if shares_years else "lag.nearest"
    return phrase(key, lag=best.lag, **_years(best))


def _explored(found: Trajectory) -> tuple[Phrase, ...]:
    band = registered_band(found)
    inside = tuple(p for p in found.lag_curve if band[0] <= p.lag <= band[1])
    if not inside:
        return ()
    best = nearest(inside)
    way = "against" if _value(best.cosine) < 0 else "along"
    years = {"from_lag": band[0], "to_lag": band[1]}
    return (phrase(f"lag.band_{way}", lag=best.lag, **years, **_years(best)),)


def _outside(facts: Facts, answer: Answer) -> tuple[Phrase, ...]:
    """Say that a running year is not among the windows."""
    series = facts.ratios("TWN", "ic")
    running = series.running if series else None
    if running is None or running.year <= _value(answer.window_to):
        return ()
    return (phrase("lag.outside", year=running.year),)


def registered_band(found: Trajectory) -> tuple[int, int]:
    """The lags registered for the exploratory test; none where it is not there."""
    answer = found.answer(EXPLORED)
    if answer is None:
        return (0, -1)
    return int(_value(answer.first_lag)), int(_value(answer.last_lag))


def nearest(curve: tuple[LagPoint, ...]) -> LagPoint:
    """Return the lag of the smallest distance; of equal ones the smaller lag."""
    return min(curve, key=lambda p: (_value(p.distance), p.lag))


def _years(point: LagPoint) -> dict[str, int]:
    return {"first": point.template_from, "last": point.template_to}


def _value(figure: Figure) -> float:
    return float("inf") if figure.value is None else figure.value
