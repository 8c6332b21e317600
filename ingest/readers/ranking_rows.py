"""The lines of a ranking a person has copied, with the precision of each number."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

import duckdb

from ingest.source import IngestError

RELEASE = ("publisher", "release_date", "status", "year")
AMOUNTS = ("revenue", "prior_year_revenue", "market_total", "others")
NUMBERS = ("rank", "share_pct", "growth_pct", *AMOUNTS)

CURATED = (
    *(*RELEASE, "rank", "company_as_printed", "revenue", "unit", "share_pct"),
    *("prior_year_revenue", "growth_pct", "market_total", "others"),
    *("foundries_included", "source_url", "accessed_on", "note"),
)
"""Columns of a dropped ranking, in order; blank where the release prints nothing."""

UNITS = {
    "usd_thousand": Decimal("0.001"),
    "usd_million": Decimal(1),
    "usd_100_million": Decimal(100),
    "usd_billion": Decimal(1000),
}
"""Units of revenue, in US$ million."""

_REQUIRED = (
    *(*RELEASE, "company_as_printed", "unit"),
    *("foundries_included", "source_url", "accessed_on"),
)

_NO_COMPANIES = ("others", "total", "total market")

Span = tuple[Decimal, Decimal]
"""Least and greatest number that would be printed so."""


@dataclass(frozen=True)
class Row:
    """A line of the file; `cells` has its columns as written, blank ones absent."""

    line: int
    cells: dict[str, str]

    @property
    def release(self) -> tuple[str, ...]:
        """What tells one ranking from another."""
        return tuple(self.cells[name] for name in RELEASE)

    @property
    def is_as_printed(self) -> bool:
        """Whether the person vouches that the publisher printed it so."""
        return "as printed:" in self.cells.get("note", "").lower()

    @property
    def is_withdrawn(self) -> bool:
        """Whether the row takes its name out of a release held before."""
        return self.cells.get("note", "").lower().startswith("withdrawn:")

    def number(self, column: str) -> Decimal | None:
        """The number printed, amounts in US$ million; None where nothing is."""
        text = self.cells.get(column)
        return Decimal(text) * self._scale(column) if text else None

    def span(self, column: str) -> Span | None:
        """The numbers that would be printed so, amounts in US$ million."""
        text, number = self.cells.get(column), self.number(column)
        if text is None or number is None:
            return None
        exponent = -len(text.partition(".")[2])
        if column == "market_total" and "." not in text:
            # The market is often told in prose, in round numbers.
            exponent = len(text) - len(text.rstrip("0"))
        half = Decimal(1).scaleb(exponent) / 2 * self._scale(column)
        return number - half, number + half

    def swapped(self, one: str, other: str) -> "Row":
        """The row with the contents of two columns exchanged."""
        cells = self.cells | {one: self.cells[other], other: self.cells[one]}
        return replace(self, cells=cells)

    def refusal(self, column: str, says: str) -> IngestError:
        """The error that refuses the file for this cell."""
        return IngestError(f"line {self.line}, column {column}: {says}")

    def _scale(self, column: str) -> Decimal:
        return UNITS[self.cells["unit"]] if column in AMOUNTS else Decimal(1)


def rows_of(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """The rows of `as_written`, which has `line` and the columns `CURATED`.

    Raises IngestError naming line and column of what is missing, or no number, unit
    or date; text among the numbers tells of columns that were shifted sideways.
    """
    names = ", ".join(f"cast({name} as varchar)" for name in CURATED)
    found = con.execute(
        f"""select line, {names},
            try_cast(case length(release_date) when 7 then release_date || '-01'
                else release_date end as date) <= accessed_on
        from as_written order by line"""
    ).fetchall()
    rows = []
    for line, *texts, was_out in found:
        cells = zip(CURATED, texts, strict=True)
        row = Row(line, {name: text for name, text in cells if text})
        _check_numbers(row)
        _check_facts(row)
        _check_withdrawal(row)
        if not was_out:
            said = row.cells["release_date"]
            raise row.refusal("release_date", f"{said} is no day before accessed_on")
        rows.append(row)
    return rows


def _check_numbers(row: Row) -> None:
    company = row.cells.get("company_as_printed", "")
    if re.fullmatch(r"[-\d.,%]+", company):
        raise row.refusal(
            "company_as_printed", f"{company} is a number; are columns shifted?"
        )
    if company.casefold() in _NO_COMPANIES:
        raise row.refusal(
            "company_as_printed",
            f"{company} is no company; use the columns market_total and others",
        )
    for name in ("year", *NUMBERS):
        text = row.cells.get(name)
        if text and not re.fullmatch(r"-?\d{1,12}(\.\d{1,3})?", text):
            raise row.refusal(name, f"{text} is no plain number; are columns shifted?")


def _check_facts(row: Row) -> None:
    cells = row.cells
    for name in _REQUIRED:
        if name not in cells:
            raise row.refusal(name, "is empty")
    if cells["unit"] not in UNITS:
        raise row.refusal("unit", f"{cells['unit']} is not one of {', '.join(UNITS)}")
    if cells["foundries_included"] not in ("yes", "no"):
        raise row.refusal("foundries_included", "write yes or no")
    if cells["year"] > cells["release_date"][:4]:
        raise row.refusal("year", f"{cells['year']} is after the release")


def _check_withdrawal(row: Row) -> None:
    """A withdrawn name has a reason and no numbers: nothing of it stands any more."""
    if not row.is_withdrawn:
        return
    if not row.cells["note"].partition(":")[2].strip():
        raise row.refusal("note", "is withdrawn without a reason; write it after ':'")
    for name in NUMBERS:
        if name in row.cells:
            raise row.refusal(name, "leave it blank: the note withdraws the row")
