"""A copied revenue ranking goes in; the first number that others contradict is told.

Ranks follow from revenue, shares from revenue and market, growth from two revenues, the
market from its parts. What rounding cannot explain is refused, unless the row's note
says "as printed:": houses misprint too, and dbt's int_ranking_anomalies lists those.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from ingest.readers.ranking_rows import AMOUNTS, NUMBERS, Row, Span

# Believable amounts in US$ million, and the other numbers as printed.
_BOUNDS = {
    "rank": (1, 200),
    "revenue": (100, 2_000_000),
    "prior_year_revenue": (10, 2_000_000),
    "market_total": (1_000, 10_000_000),
    "others": (0, 10_000_000),
    "share_pct": (0, 100),
    "growth_pct": (-100, 2_000),
}
_SHIFTED_FROM = 3  # rows that disagree; fewer are slips of their own


@dataclass(frozen=True)
class Fault:
    """A number that the others contradict."""

    row: Row
    column: str
    says: str


def check(rows: Sequence[Row]) -> None:
    """Check what was copied of one or more releases.

    Raises IngestError naming line and column: two columns that look swapped, one that
    looks shifted by a line, or the first number that disagrees, as printed and as
    recomputed.
    """
    releases = defaultdict(list)
    for row in rows:
        if not row.is_withdrawn:
            releases[row.release].append(row)
    for release in releases.values():
        _check_likeness(release)
        _judge(release)


def _check_likeness(rows: Sequence[Row]) -> None:
    """A company stands once; what is of the release is the same in all its rows."""
    seen: dict[str, int] = {}
    for row in rows:
        name = row.cells["company_as_printed"].casefold()
        if name in seen:
            raise row.refusal("company_as_printed", f"repeats line {seen[name]}")
        seen[name] = row.line
        for column in ("foundries_included", "market_total", "others"):
            if row.cells.get(column) != rows[0].cells.get(column):
                raise row.refusal(
                    column, f"differs from line {rows[0].line} of the same release"
                )


def _judge(rows: Sequence[Row]) -> None:
    for row in rows:
        for fault in _unbelievable(row):
            _name_mix_up(rows, [row])
            raise row.refusal(fault.column, fault.says)
    alone = [fault for row in rows for fault in _misstated(row)]
    faults = [
        fault
        for fault in (*alone, *_misranked(rows), *_unsummed(rows))
        if not _is_vouched_for(fault, rows)
    ]
    if not faults:
        return
    faulty = {fault.row.line: fault.row for fault in faults}
    _name_mix_up(rows, list(faulty.values()))
    first = faults[0]
    more = f" ({len(faults) - 1} more disagree)" if len(faults) > 1 else ""
    raise first.row.refusal(
        first.column,
        f"{first.says}; correct it, or begin the note with 'as printed:' if the "
        f"publisher printed it so{more}",
    )


def _is_vouched_for(fault: Fault, rows: Sequence[Row]) -> bool:
    if fault.column == "market_total":
        return any(row.is_as_printed for row in rows)
    return fault.row.is_as_printed


def _faults(row: Row) -> Iterator[Fault]:
    """What is wrong with a row by itself."""
    yield from _unbelievable(row)
    yield from _misstated(row)


def _unbelievable(row: Row) -> Iterator[Fault]:
    for column, (low, high) in _BOUNDS.items():
        number = row.number(column)
        if number is None or (
            low <= number <= high and (column != "rank" or number % 1 == 0)
        ):
            continue
        says = f"{row.cells[column]} is not between {low:,} and {high:,}"
        if column in AMOUNTS:
            says += f" US$ million; is the unit really {row.cells['unit']}?"
        yield Fault(row, column, says)


def _misstated(row: Row) -> Iterator[Fault]:
    revenue, before = row.span("revenue"), row.span("prior_year_revenue")
    total, others = row.span("market_total"), row.span("others")
    share, growth = row.span("share_pct"), row.span("growth_pct")
    if share and revenue and total and total[0] > 0:
        shares = 100 * revenue[0] / total[1], 100 * revenue[1] / total[0]
        yield from _disagreement(row, "share_pct", share, shares)
    if growth and revenue and before and before[0] > 0:
        ratios = revenue[0] / before[1], revenue[1] / before[0]
        changes = 100 * (ratios[0] - 1), 100 * (ratios[1] - 1)
        yield from _disagreement(row, "growth_pct", growth, changes)
    if others and total and others[0] > total[1]:
        yield Fault(row, "others", f"{row.cells['others']} is above market_total")


def _disagreement(
    row: Row, column: str, printed: Span, computed: Span
) -> Iterator[Fault]:
    if printed[0] > computed[1] or printed[1] < computed[0]:
        middle = (computed[0] + computed[1]) / 2
        says = f"printed {row.cells[column]}, recomputed {middle:.2f}"
        yield Fault(row, column, says)


def _misranked(rows: Sequence[Row]) -> Iterator[Fault]:
    """Ranks that repeat, or do not follow revenue."""
    ranked, unpriced = [], []
    for row in rows:
        rank, revenue = row.number("rank"), row.span("revenue")
        if rank is not None and revenue:
            ranked.append((rank, revenue, row))
        elif rank is not None:
            unpriced.append(rank)
    places = sorted(rank for rank, _, _ in ranked)
    # As many companies as the last rank: none is left out.
    is_complete = len(ranked) + len(unpriced) >= max((*places, *unpriced), default=0)
    in_order = sorted(ranked, key=lambda entry: (-sum(entry[1]), entry[0]))
    for place, (rank, revenue, row) in zip(places, in_order, strict=True):
        larger = [other for other, span, _ in ranked if span[0] > revenue[1]]
        smaller = [other for other, span, _ in ranked if span[1] < revenue[0]]
        recomputed = 1 + len(larger) + sum(other < rank for other in unpriced)
        if not is_complete:
            taken = larger.count(rank)
            recomputed = max(place, recomputed, rank + taken if taken else 1)
        is_passed = max(larger, default=rank - 1) >= rank
        passes = min(smaller, default=rank + 1) <= rank
        if recomputed != rank and (is_passed or passes):
            yield Fault(row, "rank", f"printed {rank}, recomputed {recomputed}")


def _unsummed(rows: Sequence[Row]) -> Iterator[Fault]:
    """A market that is not the sum of the companies listed and the others."""
    first = rows[0]
    total, others = first.span("market_total"), first.span("others")
    listed = [span for row in rows if (span := row.span("revenue"))]
    if not total or not others or len(listed) < len(rows):
        return
    low = others[0] + sum(span[0] for span in listed)
    high = others[1] + sum(span[1] for span in listed)
    if low > total[1] or high < total[0]:
        sum_of = f"{len(listed)} rows and others"
        says = f"printed {sum(total) / 2:,.0f}, recomputed {(low + high) / 2:,.0f}"
        yield Fault(first, "market_total", f"{says} US$ million ({sum_of})")


def _name_mix_up(rows: Sequence[Row], faulty: Sequence[Row]) -> None:
    """Raise if exchanging two columns, or moving one by a line, mends the rows."""
    swaps = Counter(swap for row in faulty if (swap := _swap(row)))
    for (one, other), count in swaps.most_common(1):
        row = next(row for row in faulty if _swap(row) == (one, other))
        raise row.refusal(
            one,
            f"holds values that look like {other}: {one} and {other} are swapped "
            f"({row.cells[one]} and {row.cells[other]}; {count} such rows)",
        )
    if sum(any(_misstated(row)) for row in rows) < _SHIFTED_FROM:
        return
    for column in ("revenue", "share_pct", "prior_year_revenue", "growth_pct"):
        for way, here, there in (("down", rows, rows[1:]), ("up", rows[1:], rows)):
            moved = [
                replace(row, cells=row.cells | {column: other.cells.get(column, "")})
                for row, other in zip(here, there, strict=False)
            ]
            if not any(fault for row in moved for fault in _faults(row)):
                raise rows[0].refusal(column, f"is shifted {way} by a line")


def _swap(row: Row) -> tuple[str, str] | None:
    """The two columns whose exchange takes away all that is wrong with a row."""
    if any(_faults(row)):
        printed = [name for name in NUMBERS if name in row.cells]
        for one, other in combinations(printed, 2):
            if not any(_faults(row.swapped(one, other))):
                return one, other
    return None
