"""The tables of verdicts: a verdict goes in, plain rows by table come out."""

import dataclasses
from typing import Any

from analysis.evidence import Reason
from analysis.hypotheses import Hypothesis
from analysis.results import ResamplingRow, Verdict, WindowRow

Row = dict[str, Any]


def rows(hypothesis: Hypothesis, found: Verdict) -> dict[str, list[Row]]:
    """Return the rows of every table; a column that a table lacks is not declared."""
    decisive = {window.window_to for window in found.windows}
    windows = {w.window_to: w for w in (*found.earlier_windows, *found.windows)}
    tables = {
        "verdicts": [_verdict(hypothesis, found)],
        "reasons": [
            {"position": place, **_reason(reason)}
            for place, reason in enumerate(found.reasons, 1)
        ],
        "windows": [
            {**_window(windows[end]), "is_decisive": end in decisive}
            for end in sorted(windows, reverse=True)
        ],
        "feasibility": [dataclasses.asdict(row) for row in found.feasibility],
        "lag_curves": [dataclasses.asdict(row) for row in found.lag_curve],
        "placebos": [_placebo(dataclasses.asdict(row)) for row in found.placebos],
        "scorecards": [dataclasses.asdict(row) for row in found.scorecard],
        "resamplings": [dataclasses.asdict(row) for row in found.resampling],
        "sensitivity": [dataclasses.asdict(row) for row in found.sensitivity],
        "breaks": [_placebo(dataclasses.asdict(row)) for row in found.breaks],
        "unit_roots": [_placebo(dataclasses.asdict(row)) for row in found.unit_roots],
    }
    return {
        f"trajectory_{name}": [{"hypothesis": hypothesis.name, **row} for row in part]
        for name, part in tables.items()
    }


def _verdict(hypothesis: Hypothesis, found: Verdict) -> Row:
    window = found.windows[0] if found.windows else None
    ends = {row.window_end for row in found.feasibility}
    compared = [row for row in found.scorecard if row.agrees is not None]
    steps = dict(zip(hypothesis.axes, found.scale, strict=False))
    return {
        **(_window(window) if window else {}),
        # What the class rests on takes the place of what the straight test found.
        **(dataclasses.asdict(found.deciding) if found.deciding else {}),
        **_ranges(found.resampling[0] if found.resampling else None),
        "hypothesis_sha256": found.digest,
        "purpose": found.purpose,
        "target_code": found.target,
        "template_code": found.template,
        "comparison": hypothesis.comparison,
        "axes": " × ".join(axis.name for axis in hypothesis.axes),
        "definitions": " × ".join(_definition(hypothesis)),
        "window_years": hypothesis.window_years,
        "first_lag": hypothesis.lags[0],
        "last_lag": hypothesis.lags[1],
        "feasible_lags": _feasible_lags(found, max(ends, default=0)),
        "evidence_class": found.evidence_class,
        "reason_codes": ", ".join(dict.fromkeys(r.name for r in found.reasons)),
        "donor_share_pct": found.donor_share_pct,
        "donor_codes": ", ".join(found.donors),
        "donors": window.donors if window else 0,
        "templates": window.templates if window else 0,
        "signs_compared": len(compared),
        "signs_agreeing": sum(bool(row.agrees) for row in compared),
        "scale_basis": found.scale_basis or None,
        "seed": found.seed,
        **{
            f"{name}_yearly_step": next(
                (step for axis, step in steps.items() if axis.name == name), None
            )
            for name in ("goods", "technology")
        },
    }


def _definition(hypothesis: Hypothesis) -> list[str]:
    return [
        f"{axis.definition} / {axis.template_definition}"
        if axis.template_definition
        else axis.definition
        for axis in hypothesis.axes
    ]


def _feasible_lags(found: Verdict, end: int) -> int:
    """Lags of the window ending in `end` that are feasible on every axis."""
    lags: dict[int, bool] = {}
    for row in found.feasibility:
        if row.window_end == end:
            lags[row.lag] = lags.get(row.lag, True) and row.is_feasible
    return sum(lags.values())


def _window(window: WindowRow) -> Row:
    return dataclasses.asdict(window)


def _ranges(row: ResamplingRow | None) -> Row:
    if row is None:
        return {}
    kept = ("lag", "concordance", "score")
    bounds = {
        f"{name}_{side}": getattr(row, f"{name}_{side}")
        for name in kept
        for side in ("low", "high")
    }
    return {**bounds, "share_same_direction": row.share_same_direction}


def _reason(reason: Reason) -> Row:
    return {
        "reason_code": reason.name,
        "axis": reason.axis or None,
        "window_end": reason.window_end,
        "found": reason.found,
        "needed": reason.needed,
    }


def _placebo(row: Row) -> Row:
    return {"economy_code": row.pop("economy"), **row}
