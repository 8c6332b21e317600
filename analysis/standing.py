"""The class that stands after a history of annual runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.hypotheses import Rule

FOLLOWS = "FOLLOWS"
DIVERGES = "DIVERGES"
INCONCLUSIVE = "INCONCLUSIVE"
INSUFFICIENT = "INSUFFICIENT"
# A descriptive hypothesis has no donors, hence no test.
DESCRIPTIVE = "DESCRIPTIVE"


@dataclass(frozen=True)
class AnnualClass:
    """The class of one annual run: the year of its data and its number of donors."""

    year: int
    evidence_class: str
    donors: int


@dataclass(frozen=True)
class Standing:
    """The class that stands, since when, and whether one run alone supports it."""

    evidence_class: str
    since: int
    is_provisional: bool


def standing(history: Sequence[AnnualClass], rule: Rule) -> Standing | None:
    """Return the class that stands after a history of annual runs, oldest first.

    It changes only when two runs of consecutive years give the new one. The first run
    stands provisionally and, with few donors, cannot be FOLLOWS.
    """
    stands: Standing | None = None
    before: AnnualClass | None = None
    for run in history:
        stands = _after(stands, before, run, rule)
        before = run
    return stands


def _after(
    stands: Standing | None, before: AnnualClass | None, run: AnnualClass, rule: Rule
) -> Standing:
    if stands is None or before is None:
        early = run.evidence_class == FOLLOWS and run.donors < rule.settled_donors
        first = INCONCLUSIVE if early else run.evidence_class
        return Standing(first, run.year, is_provisional=True)
    twice = before.evidence_class == run.evidence_class and before.year == run.year - 1
    if not twice:
        return stands
    if run.evidence_class == stands.evidence_class:
        return Standing(stands.evidence_class, stands.since, is_provisional=False)
    return Standing(run.evidence_class, run.year, is_provisional=False)
