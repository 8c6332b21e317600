"""Facts go in; the tables of the page come out as rows of cells."""

from dataclasses import dataclass

from reports.facts.facts import Claim, Facts, Move, RatioPoint, RatioSeries
from reports.facts.figures import Figure
from reports.palette import role_of
from reports.words.numbers import same_print
from reports.words.phrases import Phrase, period, phrase, phrase_list

# A cell without a figure of its own prints a dash; a note below says why.
Cell = Figure | Phrase | str | int | None
TALLIED = ("reproduced", "differs", "not_reproducible")
STATUSES = (
    "reproduced",
    "partly_supported",
    "corroborated",
    "differs",
    "superseded",
    "disputed",
    "not_reproducible",
    "event_only",
    "out_of_scope",
)
CLAIM_ORDER = {"ratio": 0, "statement": 1}


@dataclass(frozen=True)
class RatioColumns:
    """One series' part of a table: its heading and its currency."""

    economy: str
    currency: str


@dataclass(frozen=True)
class RatioTable:
    """Years down the side; ratio, exports and imports of each series across."""

    columns: tuple[RatioColumns, ...]
    rows: tuple[tuple[Cell, tuple[Cell, ...]], ...]
    reasons: tuple[Phrase, ...]


@dataclass(frozen=True)
class FirmRow:
    """One line of a top-ten table; `bar` is the revenue as a part of the largest."""

    rank: Figure
    company: str
    role: str
    home: str
    revenue: Figure
    bar: float
    share: Figure
    places: Figure | None
    remark: Phrase | None


@dataclass(frozen=True)
class ClaimRow:
    """One claim: the article's number, ours and how they compare."""

    claim: Claim
    status: Phrase
    ours: Cell
    first_print: Phrase | None


def ratio_table(series: tuple[RatioSeries, ...]) -> RatioTable:
    """Lay several series side by side, whole years first, then the running ones."""
    years = sorted({p.year for s in series for p in s.years})
    rows: list[tuple[Cell, tuple[Cell, ...]]] = [
        (year, _across(tuple(s.at(year) for s in series))) for year in years
    ]
    for one in series:
        if one.running:
            points = tuple(one.running if s is one else None for s in series)
            rows.append((period(one.running), _across(points)))
    columns = tuple(RatioColumns(s.economy, _currency(s)) for s in series)
    return RatioTable(columns, tuple(rows), reasons(series, years))


def _across(points: tuple[RatioPoint | None, ...]) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for point in points:
        cells += (point.ratio, point.exports, point.imports) if point else (None,) * 3
    return tuple(cells)


def _currency(series: RatioSeries) -> str:
    points = (*series.years, *((series.running,) if series.running else ()))
    return points[0].exports.currency or ""


def reasons(series: tuple[RatioSeries, ...], years: list[int]) -> tuple[Phrase, ...]:
    """Say once for each series and cause why a dash stands in the table."""
    said: dict[Phrase, None] = {}
    for one in series:
        # The dashes beside another series' running months need no words.
        if any(one.at(year) is None for year in years):
            said[_missing(one, "not_in_series")] = None
        for point in one.years:
            if not point.ratio.is_known:
                said[_missing(one, point.reason)] = None
    return tuple(said)


def _missing(series: RatioSeries, code: str | None) -> Phrase:
    why = phrase(f"reasons.{code or 'unknown'}")
    return phrase("page.missing_reason", subject=series.economy, reason=why)


def firm_rows(facts: Facts) -> tuple[FirmRow, ...]:
    """Return the newest top ten with each firm's change since the table before."""
    years = facts.table_years
    firms = facts.firms_in(years[-1]) if years else ()
    moves = {m.current.value: m for m in facts.moves if m.to_year == years[-1]}
    largest = max((f.revenue.value or 0 for f in firms), default=0) or 1
    rows = []
    for firm in firms:
        move = moves.get(firm.rank.value)
        rows.append(
            FirmRow(
                rank=firm.rank,
                company=firm.company,
                role=role_of(firm.country_code),
                home=firm.country,
                revenue=firm.revenue,
                bar=(firm.revenue.value or 0) / largest,
                share=firm.share,
                places=places(move),
                remark=remark(move),
            )
        )
    return tuple(rows)


def places(move: Move | None) -> Figure | None:
    """Return the change of rank where the lineage gives one."""
    return move.change if move and move.change.is_known else None


def remark(move: Move | None) -> Phrase | None:
    """Say where a firm comes from when a change of rank does not say it all."""
    if move is None:
        return phrase("top.untraced")
    from_other = move.status in ("MERGED_FROM", "SPLIT_FROM") and move.related_company
    if from_other:
        return phrase(f"top.{move.status.lower()}", name=move.related_company or "")
    if move.status in ("NEW", "REENTRY"):
        return phrase(f"top.{move.status.lower()}")
    return None if move.change.is_known else phrase("top.untraced")


def rank_rows(facts: Facts) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Return each rank with the firms that held it, one a table year."""
    held = {(f.year, int(f.rank.value or 0)): f.company for f in facts.firms}
    ranks = sorted({rank for _, rank in held})
    return tuple(
        (rank, tuple(held.get((year, rank), "") for year in facts.table_years))
        for rank in ranks
    )


def home_rows(facts: Facts) -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """Return each home with its number of firms, one a table year."""
    counts = {(c.country, c.year): c.firms for c in facts.countries}
    total = {
        home: -sum(f.value or 0 for (h, _), f in counts.items() if h == home)
        for home, _ in counts
    }
    homes = sorted(total, key=lambda home: (total[home], home))
    return tuple(
        (home, tuple(counts.get((home, year)) for year in facts.table_years))
        for home in homes
    )


def claim_rows(facts: Facts) -> tuple[ClaimRow, ...]:
    """Return the ratio claims and the statements; the table rows are tallied apart."""
    shown = [c for c in facts.claims if c.kind in CLAIM_ORDER]
    ordered = sorted(shown, key=lambda c: (CLAIM_ORDER[c.kind], c.id))
    return tuple(_claim_row(claim) for claim in ordered)


def _claim_row(claim: Claim) -> ClaimRow:
    ours: Cell = None
    if claim.ours.is_known:
        year = claim.our_year or claim.year
        is_elsewhere = year != claim.year
        dated = phrase("claims.ours", value=claim.ours, year=year)
        ours = dated if is_elsewhere else claim.ours
    first_print = None
    if claim.first_print.is_known and claim.first_print_on:
        day, value = claim.first_print_on, claim.first_print
        first_print = phrase("claims.first_print", date=day, value=value)
    return ClaimRow(claim, phrase(f"status.{claim.status}"), ours, first_print)


def odd_rows(facts: Facts) -> tuple[tuple[Phrase, str], ...]:
    """Name the rows of the article's table that differ, what differs, and why."""
    odd = [c for c in facts.claims if (c.kind, c.status) == ("table_row", "differs")]
    return tuple((_odd_row(claim), claim.reason) for claim in odd)


def _odd_row(claim: Claim) -> Phrase:
    who = {"company": claim.subject, "year": claim.year}
    shares = {"claimed": claim.claimed_share, "ours": claim.our_share}
    if claim.our_share.is_known and not same_print(*shares.values()):
        return phrase("claims.odd_share", **shares, **who)
    unit = phrase(f"units.{claim.claimed.currency or 'USD'}")
    values = {"claimed": claim.claimed, "ours": claim.ours}
    return phrase("claims.odd_revenue", unit=unit, **values, **who)


def tally(facts: Facts) -> tuple[Phrase, ...]:
    """Sum up how the rows of the article's table fared, and its statements."""
    found = dict(facts.row_tally)
    if "all" not in found:
        return (phrase("claims.tally_missing"),)
    parts = {name: found.get(name, 0) for name in TALLIED}
    return (phrase("claims.tally", rows=found["all"], **parts), *_statements(facts))


def _statements(facts: Facts) -> tuple[Phrase, ...]:
    found = dict(facts.statement_tally)
    counted = [
        phrase(f"tally.{status}", count=found[status])
        for status in STATUSES
        if status in found
    ]
    if not counted:
        return ()
    items = phrase_list(counted, "lists.aside")
    return (phrase("claims.tally_statements", all=found["all"], items=items),)
