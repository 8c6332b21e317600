"""What is compared in one window: paths go in, the windows of every lag come out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.hypotheses import Rule
from analysis.panel import Flags, Numbers, Panel

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Roles:
    """Rows of the paths: the target, the template and the donors."""

    target: int
    template: int
    donors: Places


@dataclass(frozen=True)
class Windows:
    """The windows ending in one year; leading dimensions, if any, are worlds.

    `target` is (years, axes), `template` (lags, years, axes), `donors` (donors, years,
    axes), `lagged` the donors as templates (donors, lags, years, axes). `present`
    (lags, years) are the years compared at each lag, the same for every donor.
    `feasible` are the lags, `counted` the donors of the first comparison, `reaches`
    (donors, lags) where a donor can stand in for the template.
    """

    lags: npt.NDArray[np.int64]
    target: Numbers
    template: Numbers
    donors: Numbers
    lagged: Numbers
    present: Flags
    feasible: Flags
    counted: Flags
    reaches: Flags


@dataclass(frozen=True)
class LagFeasibility:
    """Whether one registered lag can be compared on one axis, and why not.

    `years_used` counts the years that both windows have.
    """

    window_end: int
    axis: str
    lag: int
    template_from: int
    template_to: int
    years_used: int
    is_feasible: bool
    reason: str


@dataclass(frozen=True)
class _Span:
    """Windows cut from paths, and what is known of each axis of them."""

    values: Numbers
    finite: Flags
    inside: Flags
    whole: Flags


def cut(
    paths: Numbers,
    breaks: Flags,
    roles: Roles,
    end: int,
    years: int,
    lags: Sequence[int],
    rule: Rule,
) -> Windows:
    """Cut every window of `years` years that ends in column `end`, at every lag.

    `paths` is (..., economies, years, axes) with NaN where missing, scaled by axis. A
    lag is feasible when both windows lie inside their series, neither is broken and
    few enough interior years are missing.
    """
    lag = np.asarray(lags, dtype=np.int64)
    now = end - years + 1 + np.arange(years)
    then = now[None, :] - lag[:, None]
    target = _span(paths, breaks, np.array([roles.target]), now[None, :])
    template = _span(paths, breaks, np.array([roles.template]), then)
    donors = _span(paths, breaks, roles.donors, now[None, :])
    lagged = _span(paths, breaks, roles.donors, then)
    present = (_all(target.finite) & _all(template.finite))[..., 0, :, :]
    sound = _all(target.inside & target.whole) & _all(template.inside & template.whole)
    enough = present.sum(-1) >= _fewest(years, rule)
    feasible = sound[..., 0, :] & enough
    complete = _all(_all(donors.finite))[..., 0] & _all(donors.whole)[..., 0]
    covers = _all(_all(lagged.finite) | ~present[..., None, :, :])
    reaches = covers & _all(lagged.inside & lagged.whole) & feasible[..., None, :]
    return Windows(
        lags=lag,
        target=target.values[..., 0, 0, :, :],
        template=template.values[..., 0, :, :, :],
        donors=donors.values[..., 0, :, :],
        lagged=lagged.values,
        present=present,
        feasible=feasible,
        counted=complete & np.any(feasible, axis=-1)[..., None],
        reaches=reaches,
    )


def feasibility(
    panel: Panel, roles: Roles, end: int, years: int, lags: Sequence[int], rule: Rule
) -> list[LagFeasibility]:
    """Return a row for every axis and registered lag of the window ending in `end`.

    `end` is a calendar year. An economy that the panel lacks (row -1) is missing.
    """
    rows = []
    for place, axis in enumerate(panel.axes):
        paths, breaks = panel.paths[..., [place]], panel.breaks[..., [place]]
        column = panel.column(end)
        for lag in lags:
            used, reason = _obstacle(paths, breaks, roles, column, years, lag, rule)
            rows.append(
                LagFeasibility(
                    end,
                    axis,
                    lag,
                    template_from=end - lag - years + 1,
                    template_to=end - lag,
                    years_used=used,
                    is_feasible=not reason,
                    reason=reason,
                )
            )
    return rows


def _obstacle(
    paths: Numbers,
    breaks: Flags,
    roles: Roles,
    end: int,
    years: int,
    lag: int,
    rule: Rule,
) -> tuple[int, str]:
    for who, row in (("target", roles.target), ("template", roles.template)):
        if row < 0 or not np.isfinite(paths[row]).any():
            return 0, f"{who}_has_no_series"
    now = (end - years + 1 + np.arange(years))[None, :]
    spans = (
        ("target", _span(paths, breaks, np.array([roles.target]), now)),
        ("template", _span(paths, breaks, np.array([roles.template]), now - lag)),
    )
    used = int((spans[0][1].finite & spans[1][1].finite).sum())
    for who, span in spans:
        if not span.inside.all():
            return used, f"{who}_does_not_reach"
        if not span.whole.all():
            return used, f"major_break_in_{who}"
    return used, "" if used >= _fewest(years, rule) else "too_many_years_missing"


def _fewest(years: int, rule: Rule) -> int:
    return max(years - rule.gap_years(years), rule.minimum_years)


def _all(flags: Flags) -> Flags:
    return np.all(flags, axis=-1)


def _span(paths: Numbers, breaks: Flags, rows: Places, columns: Places) -> _Span:
    """Cut (..., rows, windows, years, axes); a window may lie outside the panel.

    `inside` and `whole` are (..., rows, windows, axes): between the series' first and
    last year, and without a major break after the window's first year.
    """
    length = paths.shape[-2]
    known = (columns >= 0) & (columns < length)
    at = np.clip(columns, 0, max(length - 1, 0))
    own = paths[..., rows, :, :]
    values = own[..., at, :]
    finite = np.isfinite(values) & known[..., None]
    years = np.arange(length)[:, None]
    has = np.isfinite(own)
    first = np.where(has, years, length).min(-2, initial=length)[..., None, :]
    last = np.where(has, years, -1).max(-2, initial=-1)[..., None, :]
    inside = (columns[:, 0, None] >= first) & (columns[:, -1, None] <= last)
    broken = np.any(breaks[..., rows, :, :][..., at, :][..., 1:, :], axis=-2)
    return _Span(np.where(finite, values, 0.0), finite, inside, ~broken)
