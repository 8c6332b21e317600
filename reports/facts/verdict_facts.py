"""What the brief knows of the trajectory test, in one language."""

from dataclasses import dataclass

from reports.facts.figures import Figure

DESCRIBED = "ic-descriptive"
"""The hypothesis whose lag curve and signs are shown."""


@dataclass(frozen=True)
class Lack:
    """Why the data are not enough: a reason, what it concerns, found and needed."""

    code: str
    axis: str
    window_end: int | None
    found: Figure
    needed: Figure


@dataclass(frozen=True)
class Answer:
    """One registered hypothesis and its answer.

    `definitions` are the names of the statistics compared, one for each axis; the
    template's own follows where it differs. `standing` is the class that stands after
    the annual runs, None where none is remembered.
    """

    hypothesis: str
    purpose: str
    target: str
    template: str
    definitions: tuple[str, ...]
    evidence_class: str
    standing: str | None
    standing_since: int | None
    is_provisional: bool
    lacks: tuple[Lack, ...]
    window_years: Figure
    first_lag: Figure
    last_lag: Figure
    window_from: Figure
    window_to: Figure
    donors: Figure
    nearer_donors: Figure
    resolution: Figure
    p_value: Figure
    best_lag: Figure
    template_from: Figure
    template_to: Figure
    concordance: Figure
    cosine: Figure
    distance: Figure
    straight_line: Figure
    lag_low: Figure
    lag_high: Figure
    signs_compared: Figure
    signs_agreeing: Figure

    @property
    def has_test(self) -> bool:
        """Whether there are comparison economies by design."""
        return self.purpose != "descriptive"

    @property
    def has_class(self) -> bool:
        """Whether the data were enough for a class."""
        return self.evidence_class in ("FOLLOWS", "DIVERGES", "INCONCLUSIVE")


@dataclass(frozen=True)
class LagPoint:
    """How near the target's window is to the template at one lag, in yearly steps."""

    lag: int
    template_from: int
    template_to: int
    distance: Figure
    flat_line: Figure
    level: Figure
    cosine: Figure
    concordance: Figure


@dataclass(frozen=True)
class PlaceboPoint:
    """One economy against the lagged template: its smallest gap, in yearly steps."""

    economy_code: str
    economy: str
    role: str
    score: Figure
    best_lag: Figure
    is_nearer: bool


@dataclass(frozen=True)
class WindowClass:
    """The class of one of the two windows that must agree."""

    hypothesis: str
    year: int
    evidence_class: str


@dataclass(frozen=True)
class Sign:
    """One sign in both economies; None where it has no state."""

    item: str
    target_year: int
    template_year: int | None
    target_fired: bool | None
    template_fired: bool | None
    agrees: bool | None


@dataclass(frozen=True)
class PhasePoint:
    """One year of one economy: its goods ratio and its technology ratio."""

    year: int
    goods: Figure
    technology: Figure


@dataclass(frozen=True)
class PhasePath:
    """One economy's years in the phase plane.

    `is_like` says that the technology statistic is the other economy's too,
    `is_points_only` that the years are single points and make no path.
    """

    economy_code: str
    economy: str
    is_like: bool
    is_points_only: bool
    points: tuple[PhasePoint, ...]


@dataclass(frozen=True)
class Trajectory:
    """The answers, and the tables of those that are shown whole."""

    answers: tuple[Answer, ...]
    windows: tuple[WindowClass, ...]
    lag_curve: tuple[LagPoint, ...]
    signs: tuple[Sign, ...]
    placebos: tuple[PlaceboPoint, ...]
    phase: tuple[PhasePath, ...]

    def answer(self, hypothesis: str) -> Answer | None:
        """Return one answer, or None where it is not registered."""
        return next((a for a in self.answers if a.hypothesis == hypothesis), None)

    @property
    def shown(self) -> Answer | None:
        """The test that is shown whole: the first of Taiwan's that ran, or a rehearsal.

        The confirmatory hypothesis comes before the exploratory ones.
        """
        return next((a for a in in_order(self.answers) if a.has_class), None)


ORDER = ("confirmatory", "exploratory", "rehearsal", "descriptive")


def in_order(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """Return the answers as they are printed: confirmatory first."""
    return tuple(sorted(answers, key=lambda a: ORDER.index(a.purpose)))
