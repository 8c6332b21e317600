"""The class under other settings: a panel goes in, a row for each setting comes out."""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from analysis.assessment import Assessment, assess
from analysis.evidence import AssessedWindow, agreed, classify, weigh
from analysis.hypotheses import Hypothesis, Rule
from analysis.panel import Panel
from analysis.placebo import Placebo
from analysis.results import SensitivityRow
from analysis.rows import number, p_of
from analysis.standing import INSUFFICIENT

REGISTERED = "registered"


def grid(
    panels: Mapping[str, Panel],
    hypothesis: Hypothesis,
    as_of: date,
    previous_donors: Sequence[str] = (),
    scale: Sequence[float] | None = None,
) -> list[SensitivityRow]:
    """Return every combination of the grid's registered settings.

    `panels` are by name of their definition, the registered one under "registered". The
    axes alone and together, the windows and the donors change what is compared; the
    rankings and thresholds change how it is judged.
    """
    return [
        row
        for definition, panel in panels.items()
        for changed in _structures(
            hypothesis if definition == REGISTERED else _without_steps(hypothesis)
        )
        for row in _judged(
            definition,
            hypothesis,
            changed,
            assess(
                panel.part([axis.name for axis in changed.axes], changed.without),
                changed,
                as_of,
                [name for name in previous_donors if name not in changed.without],
                _scale_of(hypothesis, changed, scale)
                if definition == REGISTERED
                else None,
            ),
        )
    ]


def _scale_of(
    hypothesis: Hypothesis, changed: Hypothesis, scale: Sequence[float] | None
) -> list[float] | None:
    """The given steps of the axes that are left."""
    if scale is None:
        return None
    steps = zip(hypothesis.axes, scale, strict=True)
    return [step for axis, step in steps if axis in changed.axes]


def _without_steps(hypothesis: Hypothesis) -> Hypothesis:
    """Another statistic moves in steps of its own."""
    axes = (dataclasses.replace(a, yearly_step=None) for a in hypothesis.axes)
    return dataclasses.replace(hypothesis, axes=tuple(axes))


def _structures(hypothesis: Hypothesis) -> Iterator[Hypothesis]:
    several = len(hypothesis.axes) > 1
    yield from (
        dataclasses.replace(hypothesis, axes=axes, window_years=years, without=without)
        for axes, years, without in itertools.product(
            [hypothesis.axes, *([axis] for axis in hypothesis.axes if several)],
            dict.fromkeys((hypothesis.window_years, *hypothesis.sensitivity.windows)),
            dict.fromkeys([(), hypothesis.without]),
        )
    )


def _rules(hypothesis: Hypothesis) -> Iterator[Rule]:
    settings, rule = hypothesis.sensitivity, hypothesis.rule
    yield from (
        dataclasses.replace(
            rule,
            ranking=ranking,
            alpha=alpha,
            alpha_few_donors=min(alpha / rule.alpha * rule.alpha_few_donors, 1.0),
            concordance_minimum=concordance,
        )
        for ranking, alpha, concordance in itertools.product(
            dict.fromkeys((rule.ranking, *settings.rankings)),
            dict.fromkeys((rule.alpha, *settings.alphas)),
            dict.fromkeys((rule.concordance_minimum, *settings.concordances)),
        )
    )


def _judged(
    definition: str, hypothesis: Hypothesis, changed: Hypothesis, found: Assessment
) -> Iterator[SensitivityRow]:
    as_registered = definition == REGISTERED and changed == dataclasses.replace(
        hypothesis, without=()
    )
    ranked: dict[str, tuple[AssessedWindow, ...]] = {}
    for rule in _rules(hypothesis):
        if rule.ranking not in ranked:
            ranked[rule.ranking] = _ranked(found, rule)
        windows = ranked[rule.ranking]
        last = windows[0].evidence.straight if windows else None
        yield SensitivityRow(
            definition=definition,
            axes=" × ".join(axis.name for axis in changed.axes),
            window_years=changed.window_years,
            donors_without=", ".join(changed.without),
            ranking=rule.ranking,
            alpha=rule.alpha,
            alpha_applied=_applied_alpha(rule, last),
            concordance_minimum=rule.concordance_minimum,
            is_registered=as_registered and rule == hypothesis.rule,
            evidence_class=_class(found, windows, rule),
            donors=int(last.space.number()) if last else 0,
            p_space=p_of(last.space) if last else None,
            p_template=p_of(last.templates) if last else None,
            best_lag=int(last.space.lags[0])
            if last and number(last.space.scores[0]) is not None
            else None,
        )


def _applied_alpha(rule: Rule, last: Placebo | None) -> float:
    donors = int(last.space.number()) if last else 0
    return rule.alpha if donors >= rule.full_donors else rule.alpha_few_donors


def _ranked(found: Assessment, rule: Rule) -> tuple[AssessedWindow, ...]:
    return tuple(
        dataclasses.replace(
            window, evidence=weigh(window.contrast, window.windows, rule)
        )
        for window in found.assessed
    )


def _class(found: Assessment, windows: tuple[AssessedWindow, ...], rule: Rule) -> str:
    if found.reasons:
        return INSUFFICIENT
    return str(
        agreed(
            [
                classify(
                    window.evidence.straight,
                    window.evidence.mirrored,
                    window.windows,
                    rule,
                )
                for window in windows
            ]
        )
    )
