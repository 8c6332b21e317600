"""Semiconductor billings by region and month, from WSTS's Historical Billings Report.

A region is where was billed, not whose company billed: Taiwan is inside Asia Pacific.
The workbook is for internal use, so the source is off until a person has read the terms
(`sources_on` in geese.toml); a file dropped into the inbox is read in any case. Its
quarters and its sheet of moving averages are passed over.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingest.download import FetchError
from ingest.questions import web_page
from ingest.readers import workbook
from ingest.readers.workbook import Row
from ingest.session import Session
from ingest.source import (
    Feed,
    IngestError,
    Provenance,
    Source,
    Table,
    Visits,
    key,
    value,
)

_PAGE = "https://www.wsts.org/67/Historical-Billings-Report"
_FILE = re.compile(r"Historical-Billings-Report-([A-Z][a-z]{2})_(\d{4})\.xlsx$")
_SHEET = "Monthly Data"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
_MONTHS += ("Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_REGIONS = ("Americas", "Europe", "Japan", "Asia Pacific")
_WORLD = "Worldwide"
# World billings of a month, thousand US$: 2 million in 1986, 80 million of late.
_LEAST, _MOST = 1_000_000, 500_000_000

Year = dict[str, tuple[int, list[Any]]]
"""By region: its row, and the cells of the twelve months."""


def _read(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    workbook.leave(con, table, _rows(path))


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    """Line, month, region and billings, up to the newest month.

    Months to come are blank or zero. Raises IngestError if a region or a month is
    missing, or if the regions do not add up to a believable world.
    """
    years = _years(workbook.sheet(path, _SHEET).rows)
    for year, regions in years.items():
        missing = {*_REGIONS, _WORLD} - set(regions)
        if missing:
            raise IngestError(f"{year} has no row {', '.join(sorted(missing))}")
        row, world = regions[_WORLD]
        last = sum(1 for cell in world if cell)
        if last == 0 or (last < 12 and year != max(years)):
            raise IngestError(f"row {row} ({year}): only {last} months in {_WORLD}")
        for region, (line, cells) in regions.items():
            _check_months(f"row {line} ({year}), {region}", cells, last)
        for month, cell in enumerate(world[:last]):
            parts = sum(regions[region][1][month] for region in _REGIONS)
            _check_world(f"row {row} ({year}), {_MONTHS[month]}", cell, parts)
            for region, (line, cells) in regions.items():
                billed = workbook.numeral(cells[month], 3)
                yield line, f"{year}-{month + 1:02}", region, billed


def _years(rows: tuple[Row, ...]) -> dict[int, Year]:
    """The rows of every year, below a heading that names the months."""
    years: dict[int, Year] = {}
    columns: list[int] = []
    for line, row in enumerate(rows, start=1):
        names = [workbook.text(cell)[:3] for cell in row]
        if _MONTHS[0] in names:
            columns = [names.index(month) for month in _MONTHS if month in names]
        label = " ".join(str(row[0] or "").split())
        if re.fullmatch(r"(19|20)\d{2}", label):
            if years and int(label) != max(years) + 1:
                raise IngestError(f"row {line}: {label} after {max(years)}")
            years[int(label)] = {}
        elif years and any(map(workbook.is_number, row[1:])):
            regions = years[max(years)]
            if label in ("", *regions):
                raise IngestError(
                    f"row {line}: figures of {label or 'no region'} again"
                )
            if columns != list(range(1, 13)):
                raise IngestError(f"row {line}: January to December are not B to M")
            regions[label] = line, [row[column] for column in columns]
    if not years:
        raise IngestError(f"sheet {_SHEET} has no year in its first column")
    return years


def _check_months(where: str, cells: list[Any], last: int) -> None:
    for month, cell in enumerate(cells):
        is_due = month < last
        if is_due != bool(cell) or (is_due and not workbook.is_number(cell)):
            told = "nothing" if cell in (None, 0) else str(cell)[:40]
            raise IngestError(
                f"{where}, {_MONTHS[month]}: {told}, where {_WORLD} has "
                f"{'a figure' if is_due else 'none'}"
            )


def _check_world(where: str, world: float, parts: float) -> None:
    if not _LEAST <= world <= _MOST:
        raise IngestError(f"{where}: {world:,} in {_WORLD} is not in thousand US$")
    # Each region is rounded to one unit.
    if abs(parts - world) > 5:
        raise IngestError(f"{where}: {_WORLD} has {world:,}, its regions {parts:,}")


def _published_by(path: Path) -> date:
    """The last day of the second month after the newest month in the workbook.

    The report comes out some five weeks after a month has ended; the workbook does not
    say on which day.
    """
    try:
        *_, (_, month, _, _) = _rows(path)
    except IngestError as error:
        raise IngestError(f"{path.name}: {error}") from error
    count = int(month[:4]) * 12 + int(month[5:]) + 1
    return date(count // 12, count % 12 + 1, monthrange(count // 12, count % 12 + 1)[1])


def fetch(session: Session) -> None:
    """Land the newest workbook that the report's page links to, if it is another one.

    Each release has an address of its own. Raises FetchError if there is none.
    """
    page = session.get(_PAGE, "html")
    releases = {}
    for link in web_page.links(page.path, _PAGE):
        named = _FILE.search(link.address)
        if named and named[1] in _MONTHS:
            releases[int(named[2]), _MONTHS.index(named[1])] = link.address
    page.path.unlink(missing_ok=True)
    if not releases:
        raise FetchError(f"{_PAGE}: no link to a workbook; the page has changed")
    newest = releases[max(releases)]
    feed = BILLINGS.feeds[0]
    if not session.is_current(feed, newest):
        found = session.get(newest, "xlsx")
        moment = session.last_modified(found)
        session.land(feed, found, mark=newest, published_at=moment)


_TOLD = Provenance(
    title_en="Historical Billings Report",
    title_zh="歷年半導體銷售額報告",
    publisher_en="World Semiconductor Trade Statistics",
    publisher_zh="世界半導體貿易統計組織（WSTS）",
    url=_PAGE,
    licence_en="Copyright WSTS; internal use",
    licence_zh="WSTS 著作權所有，僅供內部使用",
    licence_url=_PAGE,
    attribution_en="WSTS, Historical Billings Report",
    attribution_zh="WSTS《Historical Billings Report》",
    unit="thousand US$",
    coverage="months from 1986",
)
BILLINGS = Table(
    name="monthly_billings",
    feeds=(
        Feed("historical_billings.xlsx", "download", _read, _TOLD),
        Feed(
            "historical_billings.xlsx",
            "inbox",
            _read,
            _TOLD,
            "*historical*billings*.xlsx",
            _published_by,
        ),
    ),
    meaning="Billings by month and region of the customer billed",
    rows=(2_000, 10_000),
    steady=("region",),
    columns=(
        key("month", "VARCHAR", "Month, YYYY-MM", pattern=r"\d{4}-(0[1-9]|1[0-2])"),
        key(
            "region",
            "VARCHAR",
            "Region billed, or Worldwide, their sum",
            known=(*_REGIONS, _WORLD),
        ),
        value(
            "billings_thousand_usd",
            "DECIMAL(18,3)",
            "Billings of the month",
            unit="thousand US$",
            minimum=0,
            maximum=_MOST,
        ),
    ),
)

SOURCE = Source(
    name="wsts_billings",
    title="WSTS Historical Billings Report",
    tables=(BILLINGS,),
    fetch=fetch,
    cadence_days=31,
    calendar="some five weeks after a month has ended",
    visits=Visits("0 10 1-14 * *", "UTC"),
    is_on=False,
)
