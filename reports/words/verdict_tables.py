"""The trajectory test goes in; the rows behind its charts and its answers come out."""

from dataclasses import dataclass

from reports.facts.verdict_facts import Answer, Sign, Trajectory, in_order
from reports.words.phrases import Phrase, phrase
from reports.words.verdict_words import lacks_in_short


@dataclass(frozen=True)
class QuestionRow:
    """One registered question: what is compared, the answer, and why."""

    asked: Phrase
    scope: Phrase
    answer: Phrase
    why: tuple[Phrase, ...]


@dataclass(frozen=True)
class SignRow:
    """One sign, both states and whether they agree."""

    item: Phrase
    target: Phrase
    template: Phrase
    agrees: Phrase


def question_rows(found: Trajectory) -> tuple[QuestionRow, ...]:
    """Return every registered question, the confirmatory one first."""
    return tuple(_question_row(answer) for answer in in_order(found.answers))


def _question_row(answer: Answer) -> QuestionRow:
    return QuestionRow(
        asked=phrase(f"asked.{answer.hypothesis}"),
        scope=phrase(
            "questions.scope",
            purpose=phrase(f"purposes.{answer.purpose}"),
            years=answer.window_years,
            first=answer.first_lag,
            last=answer.last_lag,
        ),
        answer=phrase(f"classes.{answer.evidence_class}"),
        why=_why(answer),
    )


def _why(answer: Answer) -> tuple[Phrase, ...]:
    if answer.lacks:
        return lacks_in_short(answer)
    if answer.has_class:
        return (
            phrase(
                "questions.ranked",
                lag=answer.best_lag,
                p=answer.p_value,
                donors=answer.donors,
            ),
        )
    return (phrase("questions.described", lag=answer.best_lag),)


def sign_rows(found: Trajectory) -> tuple[SignRow, ...]:
    """Return the nine signs."""
    return tuple(_sign_row(sign) for sign in found.signs)


def _sign_row(sign: Sign) -> SignRow:
    return SignRow(
        item=phrase(f"signs.{sign.item}"),
        target=_state(sign.target_fired),
        template=_state(sign.template_fired),
        agrees=_state(sign.agrees),
    )


def _state(state: bool | None) -> Phrase:
    name = {None: "unknown", True: "yes", False: "no"}[state]
    return phrase(f"signs.{name}")
