"""What the brief knows: the marts' rows as frozen values, in one language."""

import datetime as dt
from dataclasses import dataclass

from reports.facts.figures import Figure
from reports.facts.technology_facts import NO_TECHNOLOGY, Technology
from reports.facts.verdict_facts import Trajectory


@dataclass(frozen=True)
class RatioPoint:
    """Exports over imports in one period, and its change against a year earlier.

    Exports and imports are in millions of `exports.currency`; the change and its two
    contributions are differences of natural logarithms and add up. `rolling` is the
    ratio of the twelve months that end with a month, unknown for other periods.
    """

    period: str
    year: int
    start: dt.date
    end: dt.date
    is_partial: bool
    exports: Figure
    imports: Figure
    ratio: Figure
    change: Figure
    export_contribution: Figure
    import_contribution: Figure
    rolling: Figure
    reason: str | None
    published_on: dt.date | None

    @property
    def year_before(self) -> str:
        """The period a year earlier, as the marts write it."""
        return f"{self.year - 1}{self.period[4:]}"


@dataclass(frozen=True)
class RatioSeries:
    """One economy's ratio for one product set: whole years, the running one, months."""

    economy_code: str
    economy: str
    product_set: str
    product: str
    years: tuple[RatioPoint, ...]
    running: RatioPoint | None
    months: tuple[RatioPoint, ...] = ()

    def at(self, year: int) -> RatioPoint | None:
        """Return the whole year `year`, or None where the mart has no row."""
        return next((p for p in self.years if p.year == year), None)

    @property
    def known(self) -> tuple[RatioPoint, ...]:
        """The whole years that have a ratio."""
        return tuple(p for p in self.years if p.ratio.is_known)

    def month(self, period: str) -> RatioPoint | None:
        """Return the month `period`, such as 2026-09, or None without a row."""
        return next((p for p in self.months if p.period == period), None)

    @property
    def known_months(self) -> tuple[RatioPoint, ...]:
        """The months that have a ratio, oldest first."""
        return tuple(p for p in self.months if p.ratio.is_known)

    @property
    def newest(self) -> RatioPoint | None:
        """The newest whole year that has a ratio."""
        return self.known[-1] if self.known else None


@dataclass(frozen=True)
class Reach:
    """The last day that one economy's newest figures cover."""

    economy: str
    until: dt.date


@dataclass(frozen=True)
class Placement:
    """Where Taiwan's newest whole year lies in Japan's own history."""

    year: int
    ratio: Figure
    reference_first_year: Figure
    reference_last_year: Figure
    reference_years: Figure
    percentile: Figure
    last_year_at_or_above: Figure
    ratio_in_that_year: Figure
    first_year_below: Figure
    ratio_in_first_year_below: Figure
    reference_same_year: Figure


@dataclass(frozen=True)
class Firm:
    """One row of a top-ten table; revenue in millions of US dollars."""

    year: int
    rank: Figure
    company: str
    country_code: str
    country: str
    revenue: Figure
    share: Figure


@dataclass(frozen=True)
class Move:
    """How one firm's rank changed between two tables, along its lineage."""

    from_year: int
    to_year: int
    entity: str
    company: str
    country_code: str
    previous: Figure
    current: Figure
    change: Figure
    status: str
    related_rank: int | None
    related_company: str | None


@dataclass(frozen=True)
class CountryCount:
    """How many of one economy's firms stand in a top ten."""

    year: int
    country_code: str
    country: str
    firms: Figure
    share_of_top_ten: Figure


@dataclass(frozen=True)
class Claim:
    """A number of the article beside what the warehouse finds."""

    id: str
    kind: str
    year: int
    subject: str
    claimed: Figure
    claimed_share: Figure
    ours: Figure
    our_share: Figure
    our_year: int | None
    status: str
    reason: str
    first_print: Figure
    first_print_on: dt.date | None


@dataclass(frozen=True)
class Event:
    """A dated event; `end_year` differs from `year` where it spans several years."""

    id: str
    year: int
    end_year: int


@dataclass(frozen=True)
class Source:
    """A file the warehouse was built from, with the credit its licence asks for."""

    source: str
    publisher: str
    title: str
    url: str
    licence: str
    licence_url: str
    attribution: str
    accessed_on: dt.date
    is_unread: bool


@dataclass(frozen=True)
class Freshness:
    """How old the figures of one source were when the version was published.

    `age_days` counts from the end of the newest period; `state` is how the source
    stood, `next_due` the day when something new is expected.
    """

    publisher: str
    series: int
    newest_period: str
    published_on: dt.date | None
    checked_on: dt.date | None
    next_due: dt.date | None
    age_days: int
    state: str


@dataclass(frozen=True)
class Due:
    """The day when the next month of one economy's chip trade is expected.

    `is_over` where that day had passed when the version was published.
    """

    economy_code: str
    day: dt.date
    is_over: bool


@dataclass(frozen=True)
class Facts:
    """Everything a brief may print."""

    language: str
    sources_read_on: dt.date | None
    reaches: tuple[Reach, ...]
    series: tuple[RatioSeries, ...]
    placement: Placement | None
    firms: tuple[Firm, ...]
    moves: tuple[Move, ...]
    countries: tuple[CountryCount, ...]
    countries_with_foundries: tuple[CountryCount, ...]
    claims: tuple[Claim, ...]
    row_tally: tuple[tuple[str, Figure], ...]
    statement_tally: tuple[tuple[str, Figure], ...]
    events: tuple[Event, ...]
    sources: tuple[Source, ...]
    trajectory: Trajectory
    freshness: tuple[Freshness, ...] = ()
    technology: Technology = NO_TECHNOLOGY
    dues: tuple[Due, ...] = ()

    def ratios(self, economy_code: str, product_set: str) -> RatioSeries | None:
        """Return one series, or None where the mart has none."""
        wanted = (economy_code, product_set)
        return next(
            (s for s in self.series if (s.economy_code, s.product_set) == wanted), None
        )

    def claim(self, claim_id: str) -> Claim | None:
        """Return one claim, or None where the mart has none."""
        return next((c for c in self.claims if c.id == claim_id), None)

    def due(self, economy_code: str) -> Due | None:
        """Return when one economy's next month is expected, None if that is unknown."""
        return next((d for d in self.dues if d.economy_code == economy_code), None)

    def firms_in(self, year: int) -> tuple[Firm, ...]:
        """Return one year's table, best rank first."""
        return tuple(f for f in self.firms if f.year == year)

    @property
    def table_years(self) -> tuple[int, ...]:
        """The years the ranking tables stand for, oldest first."""
        return tuple(sorted({f.year for f in self.firms}))
