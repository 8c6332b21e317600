"""Answers of the trajectory test go in; the sentences they allow come out.

What may be said of a class is fixed: a class is consistent with a path, it is no cause
and no forecast, and no evidence is not evidence of the opposite.
"""

from reports.facts.verdict_facts import DESCRIBED, Answer, Lack, Trajectory
from reports.words.phrases import Phrase, phrase, phrase_list

CONFIRMATORY = "goods-confirmatory"


def title(found: Trajectory) -> Phrase:
    """Answer the question in a line, by the class of the confirmatory hypothesis."""
    answer = found.answer(CONFIRMATORY)
    return phrase(f"verdict.title_{_class_of(answer) if answer else 'INSUFFICIENT'}")


def question(found: Trajectory) -> Phrase:
    """Say what is registered: the lags, the window and the statistic."""
    answer = found.answer(CONFIRMATORY)
    if answer is None:
        return phrase("verdict.unregistered")
    return phrase(
        "verdict.question",
        first=answer.first_lag,
        last=answer.last_lag,
        years=answer.window_years,
        definition=answer.definitions[0],
    )


def statement(answer: Answer) -> tuple[Phrase, ...]:
    """Say what the class of an answer allows, its figures with it."""
    if not answer.has_class:
        return (phrase(f"verdict.said_{answer.evidence_class}"),)
    said = phrase(
        f"verdict.said_{answer.evidence_class}",
        target=answer.target,
        template=answer.template,
        p=answer.p_value,
        years=answer.window_years,
        year=answer.window_to,
        nearer=answer.nearer_donors,
        donors=answer.donors,
        lag=answer.best_lag,
        first=answer.template_from,
        last=answer.template_to,
        resolution=answer.resolution,
        cosine=answer.cosine,
    )
    return (said, _numbers(answer), _line(answer), _range(answer))


def _numbers(answer: Answer) -> Phrase:
    return phrase(
        "verdict.numbers",
        lag=answer.best_lag,
        first=answer.template_from,
        last=answer.template_to,
        from_lag=answer.first_lag,
        to_lag=answer.last_lag,
        donors=answer.donors,
        p=answer.p_value,
        resolution=answer.resolution,
        year=answer.window_to,
        definition=answer.definitions[0],
    )


def _line(answer: Answer) -> Phrase:
    """No lag can be read off a straight line: how near it comes stands beside."""
    return phrase(
        "verdict.line", distance=answer.distance, straight_line=answer.straight_line
    )


def _range(answer: Answer) -> Phrase:
    return phrase("verdict.range", low=answer.lag_low, high=answer.lag_high)


def standing(answer: Answer | None) -> tuple[Phrase, ...]:
    """Say which class stands after the annual runs, nothing where none is known."""
    if answer is None or answer.standing is None or answer.standing_since is None:
        return ()
    key = "verdict.stands_first" if answer.is_provisional else "verdict.stands"
    name = phrase(f"classes.{answer.standing}")
    return (phrase(key, answer=name, since=answer.standing_since),)


def lacks(answer: Answer | None) -> tuple[Phrase, ...]:
    """Name every reason why the data are not enough."""
    return tuple(lack(answer, one) for one in answer.lacks) if answer else ()


def lacks_in_short(answer: Answer) -> tuple[Phrase, ...]:
    """Name the reasons where room is short: both economies at once, if both lack."""
    without = {x.axis for x in answer.lacks if x.code == "target_has_no_series"}
    both = {
        x.axis
        for x in answer.lacks
        if x.code == "template_has_no_series" and x.axis in without
    }
    said = [
        phrase(
            "lacks.neither_has_series",
            target=answer.target,
            template=answer.template,
            definition=_definition(answer, x.axis),
        )
        if x.code == "target_has_no_series" and x.axis in both
        else lack(answer, x)
        for x in answer.lacks
        if not (x.code == "template_has_no_series" and x.axis in both)
    ]
    return tuple(said)


def lack(answer: Answer, one: Lack) -> Phrase:
    """Say one reason."""
    of_template = one.code == "template_has_no_series"
    return phrase(
        f"lacks.{one.code}",
        economy=answer.template if of_template else answer.target,
        definition=_definition(answer, one.axis),
        axis=phrase(f"axes.{one.axis or 'any'}"),
        year=one.window_end or "",
        found=one.found,
        needed=one.needed,
    )


def _definition(answer: Answer, axis: str) -> str:
    """The statistic of an axis; technology stands after goods where both are."""
    place = -1 if axis == "technology" else 0
    return answer.definitions[place]


def signs_body(found: Trajectory) -> Phrase:
    """Count the signs that can be compared and those that agree."""
    answer = found.answer(DESCRIBED)
    if answer is None or not found.signs:
        return phrase("signs.missing")
    return phrase(
        "signs.body",
        all=len(found.signs),
        compared=answer.signs_compared,
        agreeing=answer.signs_agreeing,
        year=found.signs[0].target_year,
        template_year=found.signs[0].template_year or "",
    )


def shown_title(answer: Answer) -> Phrase:
    """Name the test that is shown whole; a rehearsal is called one."""
    kind = "rehearsal" if answer.purpose == "rehearsal" else "test"
    return phrase(f"strip.title_{kind}", question=phrase(f"asked.{answer.hypothesis}"))


def shown_body(found: Trajectory, answer: Answer) -> tuple[Phrase, ...]:
    """Say what the shown test says, window by window, and that a rehearsal is one."""
    kind = "rehearsal" if answer.purpose == "rehearsal" else "test"
    windows = [
        phrase(
            "strip.window",
            year=window.year,
            answer=phrase(f"classes.{window.evidence_class}"),
        )
        for window in found.windows
        if window.hypothesis == answer.hypothesis
    ]
    return (
        phrase(f"strip.intro_{kind}"),
        *statement(answer),
        phrase("strip.windows", items=phrase_list(windows)),
    )


def _class_of(answer: Answer) -> str:
    """The class that stands, or today's where no history is there."""
    return answer.standing or answer.evidence_class
