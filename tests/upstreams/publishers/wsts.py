"""WSTS: the page of the Historical Billings Report and the workbook that it links to.

Monthly billings by region in thousand US$; every number is made up. A month comes out
some five weeks after its end, at an address of its own, and the one before is revised.
"""

import functools
import json
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime

from openpyxl import Workbook
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.upstreams.faults import HTML, TRANSPORT
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.workbooks import packed
from tests.upstreams.world import World

HOST = "www.wsts.org"
HOSTS = (HOST,)
FAULTS = (
    *TRANSPORT,
    *(name for name in CONTENT if name != "new_country"),
    "foreign_link",
    "in_millions",
    "missing_region",
    "new_region",  # a part of Asia Pacific is shown besides
    "no_link",
    "renamed_sheet",
    "shifted_heading",  # the months stand one column too far to the right
    "world_off",  # one month of the world is not the sum of its regions
    "zeros_to_come",  # months to come are 0, not blank
)

PAGE = "/67/Historical-Billings-Report"
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
REGIONS = {"Americas": 0.3, "Europe": 0.12, "Japan": 0.1, "Asia Pacific": 0.48}
FIRST_YEAR = 1986
SHAPE = Shape(keys=("year", "region"), values=MONTHS, period="year", economy="region")


def routes(world: World) -> list[Route]:
    """The page, and the workbooks of this release and the one before."""

    def page(_: Request) -> Response:
        return HTMLResponse(_page(world))

    def workbook(request: Request) -> Response:
        if request.url.path != f"/{HOST}{_place(newest(world))}":
            return HTMLResponse(HTML, 404)
        body = workbook_of(world)
        day = newest(world) + timedelta(days=67)
        moment = datetime.combine(day, time(14), UTC)
        headers = {
            "content-type": "application/octet-stream",
            "last-modified": format_datetime(moment, usegmt=True),
        }
        return Response(body, headers=headers)

    return [
        Route(f"/{HOST}{PAGE}", page),
        Route(f"/{HOST}/esraCMS/{{place:path}}", workbook),
    ]


def newest(world: World) -> datetime:
    """The first day of the newest month that is out."""
    out = world.published_on - timedelta(days=36)
    month = out.replace(day=1) - timedelta(days=1)
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def billed(world: World, region: str, year: int, month: int) -> int:
    """The made-up billings of a month, thousand US$."""
    if region == "Worldwide":
        return sum(billed(world, part, year, month) for part in REGIONS)
    last = newest(world)
    is_revised = (year, month) == ((last.year, last.month - 1))
    level = 2.2e6 * 1.09 ** (year - FIRST_YEAR) * REGIONS[region]
    season = world.amount(region, year, month, low=0.9, high=1.1)
    revised = world.edition if is_revised else 0
    return round(level * season * (1 + revised / 1000))


def workbook_of(world: World) -> bytes:
    """The workbook of the present release."""
    rows = world.content(HOST, _rows(world), SHAPE)
    own = frozenset(world.active(HOST)) - {*TRANSPORT, *CONTENT}
    return _workbook(json.dumps(rows), own)


def _rows(world: World) -> list[Row]:
    last = newest(world)
    regions = [*REGIONS, "Worldwide"]
    if world.has(HOST, "missing_region"):
        regions.remove("Japan")
    blank = 0 if world.has(HOST, "zeros_to_come") else None
    rows: list[Row] = []
    for year in range(FIRST_YEAR, last.year + 1):
        for region in regions:
            row: Row = {"year": year, "region": region}
            for number, month in enumerate(MONTHS, start=1):
                is_out = (year, number) <= (last.year, last.month)
                row[month] = billed(world, region, year, number) if is_out else blank
            rows.append(row)
        if world.has(HOST, "new_region"):
            china = {m: x and x // 3 for m, x in rows[-2].items() if m in MONTHS}
            rows.append({"year": year, "region": "of which China"} | china)
    if world.has(HOST, "world_off"):
        rows[-1]["January"] += 1000
    if world.has(HOST, "in_millions"):
        for row in rows:
            row |= {m: row[m] and round(row[m] / 1000, 3) for m in MONTHS}
    return rows


# Many tests ask for the same few workbooks.
@functools.lru_cache(maxsize=16)
def _workbook(rows: str, faults: frozenset[str]) -> bytes:
    book = Workbook()
    page = book.active
    page.title = "Data" if "renamed_sheet" in faults else "Monthly Data"
    shift = [None] if "shifted_heading" in faults else []
    page.append(["Historical Billings Report (synthetic)"])
    page.append(["in thousands of US dollars"])
    page.append([])
    page.append([None, *shift, *MONTHS, "Q1", "Q2", "Q3", "Q4"])
    year = None
    for row in json.loads(rows):
        if row["year"] != year:
            year = row["year"]
            page.append([year])
        cells = [row[month] for month in MONTHS]
        page.append([row["region"], *cells, *_quarters(cells)])
    page.append([])
    page.append(["Copyright (synthetic)"])
    average = book.create_sheet("3MMA")
    average.append(["moving averages (synthetic)"])
    return packed(book)


def _quarters(cells: list) -> list:
    """Sums where they can be made: some faults leave texts among the numbers."""
    sums = []
    for begin in range(0, 12, 3):
        of_quarter = cells[begin : begin + 3]
        is_whole = all(isinstance(cell, int) for cell in of_quarter)
        sums.append(sum(of_quarter) if is_whole else None)
    return sums


def _place(month: datetime) -> str:
    number = 7_000 + month.year % 100 * 12 + month.month
    name = f"WSTS-Historical-Billings-Report-{month:%b_%Y}.xlsx"
    return f"/esraCMS/extension/media/f/WST/{number}/{name}"


def _page(world: World) -> str:
    host = "https://files.example" if world.has(HOST, "foreign_link") else ""
    before = newest(world) - timedelta(days=3)
    links = "".join(
        f'<p><a href="{host}{_place(month)}">Historical Billings Report</a></p>'
        for month in (before, newest(world))
    )
    if world.has(HOST, "no_link"):
        links = ""
    return (
        "<!DOCTYPE html><html><head><title>WSTS (synthetic)</title></head><body>"
        f'<a href="/61/MARKET-STATISTICS">Market statistics</a>{links}</body></html>'
    )
