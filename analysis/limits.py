"""What each registered value may be: a value goes in, what is wrong comes out."""

import re
from collections.abc import Callable
from typing import Any

PURPOSES = ("confirmatory", "exploratory", "rehearsal", "descriptive")
COMPARISONS = ("shape", "shape_and_level")
RANKINGS = ("own_steps", "concordance", "stationarity", "distance")
AXES = ("goods", "technology")

_ECONOMY = re.compile(r"[A-Z]{3}")


def what_is_wrong(name: str, value: Any) -> str:
    """Return what the value must be, or nothing when it is so."""
    wanted, holds = _LIMITS.get(name, ("", lambda _: True))
    try:
        return "" if holds(value) else wanted
    except TypeError:
        return wanted


def _one_of(names: tuple[str, ...]) -> tuple[str, Callable[[Any], bool]]:
    return f"one of {', '.join(names)}", names.__contains__


def _some_of(names: tuple[str, ...]) -> tuple[str, Callable[[Any], bool]]:
    return (
        f"some of {', '.join(names)}",
        lambda values: len(values) > 0 and set(values) <= set(names),
    )


def _whole(least: int) -> tuple[str, Callable[[Any], bool]]:
    return (
        f"a whole number from {least}",
        lambda value: type(value) is int and value >= least,
    )


def _each(
    limit: tuple[str, Callable[[Any], bool]], least: int = 1
) -> tuple[str, Callable[[Any], bool]]:
    wanted, holds = limit
    return (
        f"a list, each {wanted}",
        lambda values: (
            type(values) is tuple and len(values) >= least and all(map(holds, values))
        ),
    )


def _between(low: float, high: float) -> tuple[str, Callable[[Any], bool]]:
    return f"above {low} and up to {high}", lambda value: low < value <= high


def _is_band(band: Any) -> bool:
    return (
        len(band) == 2
        and all(type(lag) is int and lag >= 0 for lag in band)
        and band[0] <= band[1]
    )


def _are_axes(axes: Any) -> bool:
    names = [axis.name for axis in axes]
    return len(names) > 0 and len(set(names)) == len(names) and set(names) <= set(AXES)


def _are_shares(shares: Any) -> bool:
    return all(0 < share <= 100 for share in shares) and sorted(
        shares, reverse=True
    ) == list(shares)


_CODE = ("a code of three capital letters", lambda code: bool(_ECONOMY.fullmatch(code)))
_LIMITS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "purpose": _one_of(PURPOSES),
    "comparison": _one_of(COMPARISONS),
    "ranking": _one_of(RANKINGS),
    "rankings": _some_of(RANKINGS),
    "target": _CODE,
    "template": _CODE,
    "without": _each(_CODE, least=0),
    "window_years": _whole(8),
    "windows": _each(_whole(8)),
    "lags": ("two whole numbers from 0, the first not above the second", _is_band),
    "axes": (f"one or more of {', '.join(AXES)}, each once", _are_axes),
    "donor_share_pct": ("descending shares above 0 and up to 100", _are_shares),
    "alpha": _between(0, 1),
    "alpha_few_donors": _between(0, 1),
    "alphas": _each(_between(0, 1)),
    "concordance_minimum": _between(0, 1),
    "concordances": _each(_between(0, 1)),
    "yearly_step": _between(0, 2),
    "bends_minimum": ("from -1 to 1", lambda value: -1 <= value <= 1),
    "cosine_minimum": ("from -1 to below 1", lambda value: -1 <= value < 1),
    "complete_share": _between(0, 1),
    "coverage": ("above 0 and below 1", lambda value: 0 < value < 1),
    "full_donors": _whole(1),
    "minimum_donors": _whole(1),
    "settled_donors": _whole(1),
    "minimum_lags": _whole(1),
    "minimum_years": _whole(3),
    "gap_years_in_twelve": _whole(0),
    "stale_after_months": _whole(1),
    "draws": _whole(1),
    "blocks": _each(_whole(1)),
    "warping_band_years": _whole(0),
    "earlier_windows": _each(_whole(1)),
}
