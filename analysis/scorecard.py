"""Nine signs beside Japan's at the matched years: yearly arrays go in, states come out.

The card counts agreement with Japan's state in the year the best lag points to. It is a
count, not a probability, and decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.measures import Listed
from analysis.panel import Numbers

FALL_FROM_PEAK = 0.20
SLOPE_CONFIDENCE = 0.80
SLOPE_DRAWS = 999


@dataclass(frozen=True)
class Yearly:
    """Values by year, ascending; NaN is missing."""

    years: npt.NDArray[np.int64]
    values: Numbers

    def between(self, first: int, last: int) -> Numbers:
        """Return a value for each year, NaN where it is missing."""
        values = np.full(max(last - first + 1, 0), np.nan)
        kept = (self.years >= first) & (self.years <= last)
        values[self.years[kept] - first] = self.values[kept]
        return values

    def known(self, first: int, last: int) -> Numbers | None:
        """Return the values of these years, or None unless all are known."""
        values = self.between(first, last)
        return values if bool(np.isfinite(values).all()) else None


@dataclass(frozen=True)
class Signals:
    """What the card needs of one economy; None where no series is available.

    Log ratios in log points, shares in percent, counts of firms in the top ten; pro
    forma counts firms that have merged since as one. `measures` name the economy's
    chips, `undertakings` bind their quantity or price.
    """

    goods_log_ratio: Yearly | None = None
    technology_log_ratio: Yearly | None = None
    equipment_log_ratio: Yearly | None = None
    affiliate_log_ratio: Yearly | None = None
    export_share_pct: Yearly | None = None
    top_ten_firms: Yearly | None = None
    top_ten_firms_pro_forma: Yearly | None = None
    top_ten_share_pct: Yearly | None = None
    top_ten_share_with_foundries_pct: Yearly | None = None
    measures: Listed | None = None
    undertakings: Listed | None = None


@dataclass(frozen=True)
class ScorecardRow:
    """One sign: both states, and whether they agree. None is not available."""

    item: str
    target_year: int
    template_year: int | None
    target_fired: bool | None
    template_fired: bool | None
    agrees: bool | None
    reason: str


State = bool | None


def scorecard(
    target: Signals, template: Signals, year: int, lag: int | None, seed: int
) -> tuple[ScorecardRow, ...]:
    """Compare the target's signs at the end of `year` with the template's `lag` before.

    Without a best lag no template state is known. `seed` serves the slope of S2.
    """
    rows = []
    for item, fired in ITEMS.items():
        ours = fired(target, year, np.random.default_rng(seed))
        theirs = (
            None
            if lag is None
            else fired(template, year - lag, np.random.default_rng(seed))
        )
        known = ours is not None and theirs is not None
        rows.append(
            ScorecardRow(
                item=item,
                target_year=year,
                template_year=None if lag is None else year - lag,
                target_fired=ours,
                template_fired=theirs,
                agrees=ours == theirs if known else None,
                reason=_reason(item, ours, theirs, lag),
            )
        )
    return tuple(rows)


def _reason(item: str, ours: State, theirs: State, lag: int | None) -> str:
    lacking = [
        who
        for who, state, is_asked in (
            ("target", ours, True),
            ("template", theirs, lag is not None),
        )
        if is_asked and state is None
    ]
    named = [f"{'_and_'.join(lacking)}_without_{NEEDS[item]}"] if lacking else []
    return ", ".join((["no_best_lag"] if lag is None else []) + named)


def _goods_past_their_peak(
    signals: Signals, year: int, _: np.random.Generator
) -> State:
    series = signals.goods_log_ratio
    if series is None or series.known(year - 4, year) is None:
        return None
    past = series.between(int(series.years.min()), year)
    means = np.convolve(past, np.ones(3) / 3, "valid")
    peaks = np.fmax.accumulate(means)
    return bool((peaks[-3:] - means[-3:] >= FALL_FROM_PEAK).all())


def _technology_rising_through_parity(
    signals: Signals, year: int, rng: np.random.Generator
) -> State:
    values = _known(signals.technology_log_ratio, year - 4, year)
    if values is None:
        return None
    places = rng.integers(0, 5, size=(SLOPE_DRAWS, 5))
    time = places - places.mean(1, keepdims=True)
    rising = (time * values[places]).sum(1) > 0
    return bool(rising.mean() >= SLOPE_CONFIDENCE and values[-1] > 0)


def _fewer_firms(signals: Signals, year: int, _: np.random.Generator) -> State:
    falls = [
        _change(series, year, 10)
        for series in (signals.top_ten_firms, signals.top_ten_firms_pro_forma)
    ]
    return _both(falls, lambda fall: fall <= -2)


def _equipment_rising_above_one(
    signals: Signals, year: int, _: np.random.Generator
) -> State:
    values = _known(signals.equipment_log_ratio, year - 4, year)
    return None if values is None else bool(_slope(values) > 0 and values[-1] > 0)


def _export_share_falling(signals: Signals, year: int, _: np.random.Generator) -> State:
    values = _known(signals.export_share_pct, year - 2, year)
    return None if values is None else bool(_slope(values) < 0)


def _trade_measures(signals: Signals, year: int, _: np.random.Generator) -> State:
    listed = signals.measures
    if listed is None or not listed.covers(year - 2, year):
        return None
    recent = (listed.years >= year - 2) & (listed.years < year + 1)
    return bool(recent.sum() >= 2)


def _undertaking_in_force(signals: Signals, year: int, _: np.random.Generator) -> State:
    listed = signals.undertakings
    if listed is None or not listed.covers(year, year):
        return None
    first, last = listed.years.T
    return bool(((first <= year) & (year <= last)).any())


def _affiliates_rising(signals: Signals, year: int, _: np.random.Generator) -> State:
    values = _known(signals.affiliate_log_ratio, year - 4, year)
    return None if values is None else bool(_slope(values) > 0)


def _revenue_share_falling(
    signals: Signals, year: int, _: np.random.Generator
) -> State:
    falls = [
        _change(series, year, 10)
        for series in (
            signals.top_ten_share_pct,
            signals.top_ten_share_with_foundries_pct,
        )
    ]
    return _both(falls, lambda fall: fall <= -5)


ITEMS: dict[str, Callable[[Signals, int, np.random.Generator], State]] = {
    "S1": _goods_past_their_peak,
    "S2": _technology_rising_through_parity,
    "S3": _fewer_firms,
    "S4": _equipment_rising_above_one,
    "S5": _export_share_falling,
    "S6": _trade_measures,
    "S7": _undertaking_in_force,
    "S8": _affiliates_rising,
    "S9": _revenue_share_falling,
}


# What a sign without a state lacks.
NEEDS = {
    "S1": "five_years_of_goods_ratio",
    "S2": "five_years_of_technology_ratio",
    "S3": "top_ten_ten_years_apart",
    "S4": "five_years_of_equipment_ratio",
    "S5": "three_years_of_export_share",
    "S6": "list_of_trade_measures",
    "S7": "list_of_undertakings",
    "S8": "five_years_of_affiliate_ratio",
    "S9": "top_ten_with_and_without_foundries_ten_years_apart",
}


def _known(series: Yearly | None, first: int, last: int) -> Numbers | None:
    return None if series is None else series.known(first, last)


def _slope(values: Numbers) -> float:
    time = np.arange(len(values)) - (len(values) - 1) / 2
    return float((time * values).sum())


def _change(series: Yearly | None, year: int, years: int) -> float | None:
    now, then = _known(series, year, year), _known(series, year - years, year - years)
    return None if now is None or then is None else float(now[0] - then[0])


def _both(changes: list[float | None], holds: Callable[[float], bool]) -> State:
    known = [change for change in changes if change is not None]
    return all(map(holds, known)) if len(known) == len(changes) else None
