"""What one path looks like by itself: values go in, breaks and unit roots come out."""

import warnings
from dataclasses import dataclass
from typing import cast

import numpy as np

from analysis.panel import Numbers, Panel

# Penalties of a break, in units of ln(n) times the variance of a year's noise.
PENALTIES = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0)
FEWEST_YEARS = 10


@dataclass(frozen=True)
class PathBreak:
    """A year in which a path's mean shifts under at least half of the penalties."""

    economy: str
    axis: str
    year: int
    share_of_penalties: float


@dataclass(frozen=True)
class UnitRoot:
    """Two tests of one path; suggestive only, with so few years.

    The augmented Dickey-Fuller test has a unit root as its null, KPSS stationarity.
    """

    economy: str
    axis: str
    years: int
    adf_statistic: float
    adf_p: float
    kpss_statistic: float
    kpss_p: float


def path_breaks(panel: Panel, economy: str) -> list[PathBreak]:
    """Return the breaks of an economy's paths, by axis and year."""
    found = []
    for axis, years, path in _paths(panel, economy):
        for year, share in _shifts(years, path).items():
            if share >= 0.5:
                found.append(PathBreak(economy, axis, year, share))
    return found


def unit_roots(panel: Panel, economy: str) -> list[UnitRoot]:
    """Return both tests for each axis on which the economy has years enough."""
    # Seconds to import, and needed only here.
    from statsmodels.tsa.stattools import KPSSResult, adfuller, kpss

    found = []
    for axis, years, path in _paths(panel, economy):
        if np.ptp(path) == 0:
            continue
        with warnings.catch_warnings():
            # A p-value beyond the printed table is its nearest entry.
            warnings.simplefilter("ignore")
            adf = adfuller(path, maxlag=2, autolag="AIC", result_object=True)
            level = cast("KPSSResult", kpss(path, nlags="auto", result_object=True))
        found.append(
            UnitRoot(
                economy,
                axis,
                len(years),
                float(adf.statistic),
                float(adf.pvalue),
                float(level.statistic),
                float(level.pvalue),
            )
        )
    return found


def _shifts(years: Numbers, path: Numbers) -> dict[int, float]:
    # Seconds to import, and needed only here.
    import ruptures

    noise = np.var(np.diff(path)) / 2
    if noise == 0:
        return {}
    search = ruptures.Pelt(model="l2", min_size=4, jump=1).fit(path[:, None])
    counts: dict[int, int] = {}
    for factor in PENALTIES:
        ends = search.predict(pen=factor * np.log(len(path)) * noise)
        for start in ends[:-1]:
            year = int(years[start])
            counts[year] = counts.get(year, 0) + 1
    return {year: counts[year] / len(PENALTIES) for year in sorted(counts)}


def _paths(panel: Panel, economy: str) -> list[tuple[str, Numbers, Numbers]]:
    row = panel.row(economy)
    if row < 0:
        return []
    found = []
    for place, axis in enumerate(panel.axes):
        path = panel.paths[row, :, place]
        known = np.isfinite(path)
        if known.sum() >= FEWEST_YEARS:
            found.append((axis, panel.years[known], path[known]))
    return found
