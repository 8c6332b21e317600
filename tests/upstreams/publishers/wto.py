"""WTO Stats: the bulk archives `/assets/UserGuide/{name}.zip` of stats.wto.org.

Merchandise in two product groups (and one that nobody needs) and charges for the use
of intellectual property, of 25 economies, the world and one area, each product from its
publisher's real first year; every number is made up: the ratios of exports to imports
walk at random. An archive is overwritten in place by each edition, which adds a year
and revises the three before it; its ETag is new whenever its bytes are. The newest year
is partial: the last economies of the list do not have it.
"""

import csv
import functools
import hashlib
import io
import math
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, time
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.upstreams.faults import HTML, TRANSPORT
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.texts import TEXT
from tests.upstreams.world import World

HOST = "stats.wto.org"
HOSTS = (HOST,)
FAULTS = (
    *TRANSPORT,
    *CONTENT,
    *TEXT,
    "another_unit",  # thousands of US dollars, and said so
    "broken_bytes",  # a byte that cp1252 does not have
    "moved_member",  # the CSV has another name in the archive
    "no_etag",
    "no_imports_of_taiwan",
    "no_taiwan",
    "renamed_column",
    "second_member",  # a read-me beside the CSV
    "two_royalties",  # two codes under the name of the fifth manual's product
    "unknown_flag",
)

MERCHANDISE = "merchandise_values_annual_dataset"
SERVICES = "services_annual_dataset"
HEADER = (
    *("IndicatorCategory", "IndicatorCode", "Indicator"),
    *("ReporterCode", "ReporterISO3A", "Reporter"),
    *("PartnerCode", "PartnerISO3A", "Partner"),
    *("ProductClassificationCode", "ProductClassification", "ProductCode", "Product"),
    *("PeriodCode", "Period", "FrequencyCode", "Frequency", "UnitCode", "Unit"),
    *("Year", "ValueFlagCode", "ValueFlag", "Value"),
)
REPORTERS = {
    "": ("000", "World"),
    "JPN": ("392", "Japan"),
    "CHT": ("158", "Chinese Taipei"),
    "KOR": ("410", "Korea, Republic of"),
    "USA": ("840", "United States of America"),
    "DEU": ("276", "Germany"),
    "AUT": ("040", "Austria"),
    "BEL": ("056", "Belgium"),
    "CAN": ("124", "Canada"),
    "CHE": ("756", "Switzerland"),
    "CHN": ("156", "China"),
    "CRI": ("188", "Costa Rica"),
    "FRA": ("251", "France"),
    "GBR": ("826", "United Kingdom"),
    "IRL": ("372", "Ireland"),
    "ISR": ("376", "Israel"),
    "ITA": ("380", "Italy"),
    "MEX": ("484", "Mexico"),
    "MYS": ("458", "Malaysia"),
    "PHL": ("608", "Philippines"),
    "SGP": ("702", "Singapore"),
    "THA": ("764", "Thailand"),
    "NLD": ("528", "Netherlands"),
    "ROM": ("642", "Romania"),
    "TUR": ("792", "Türkiye"),
    "CIV": ("384", "Côte d'Ivoire"),
    "EEC": ("918", "European Union"),
}
PRODUCTS = {
    "TO": "Total merchandise",
    "MAMTOTIC": "Integrated circuits and electronic components",
    "MAMT": "Machinery and transport equipment",
    "SH": "Charges for the use of intellectual property n.i.e.",
    "SC": "Transport",
    "S266": "Royalties and license fees",
}
# These have only what the trajectory test asks for; the archive stays small.
_DONORS = tuple(REPORTERS)[
    tuple(REPORTERS).index("AUT") : tuple(REPORTERS).index("NLD")
]
# From the Netherlands on, the newest year is not yet known.
_LATE = tuple(REPORTERS)[tuple(REPORTERS).index("NLD") :]
_LEVELS = {"TO": 4e5, "MAMTOTIC": 4e4, "MAMT": 1e5, "SH": 2e4, "SC": 3e4, "S266": 8e3}
# Indicator: its name, its products, its first and, if it has ended, its last year.
# The last product is nobody's wish; Korea alone has it.
_GOODS, _SERVICES = ("TO", "MAMTOTIC", "MAMT"), ("SH", "SC")
_SERIES = {
    "ITS_MTV_AX": ("Merchandise exports by product group", _GOODS, 1990, None),
    "ITS_MTV_AM": ("Merchandise imports by product group", _GOODS, 1990, None),
    "ITS_CS_AX6": ("Commercial services exports by sector", _SERVICES, 2005, None),
    "ITS_CS_AM6": ("Commercial services imports by sector", _SERVICES, 2005, None),
    "ITS_CS_AX5": ("Commercial services exports by sector", ("S266",), 1980, 2013),
    "ITS_CS_AM5": ("Commercial services imports by sector", ("S266",), 1980, 2013),
}
_CLASSIFICATIONS = {
    "X": ("SITC3", "Merchandise - SITC Revision 3 (aggregates)"),
    "5": ("BOP5", "Services - Balance of Payments (EBOPS 2002)"),
    "6": ("BOP6", "Services - Balance of Payments (EBOPS 2010)"),
}
_FLAGS = {
    ("DEU", 1991): ("B", "Break in time series"),
    ("CIV", 2001): ("E", "Estimate"),
    ("NLD", 2002): ("C", "Coverage differs"),
}
_FIRST_RELEASE = datetime(2026, 4, 22, 19, 56, 48, tzinfo=UTC)
_NEWEST_AT_FIRST = 2025
SHAPE = Shape(
    keys=("IndicatorCode", "ReporterCode", "PartnerCode", "ProductCode", "Year"),
    values=("Value",),
    period="Year",
    economy="ReporterCode",
)


def routes(world: World) -> list[Route]:
    """The two archives, and a web page for any other name."""

    def answer(request: Request) -> Response:
        stem = request.path_params["name"].removesuffix(".zip")
        if stem not in (MERCHANDISE, SERVICES):
            return HTMLResponse(HTML, 404)
        body = _archive(world, stem)
        headers = {
            "content-type": "application/x-zip-compressed",
            "last-modified": format_datetime(released(world), usegmt=True),
        }
        if not world.has(HOST, "no_etag"):
            headers["etag"] = f'"{hashlib.sha256(body).hexdigest()[:13]}:0"'
            if request.headers.get("if-none-match") == headers["etag"]:
                return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)

    return [Route(f"/{HOST}/assets/UserGuide/{{name}}", answer)]


def released(world: World) -> datetime:
    """When the present edition came out."""
    if not world.edition:
        return _FIRST_RELEASE
    return datetime.combine(world.published_on, time(7), UTC)


def value(
    world: World, indicator: str, iso3: str, product: str, year: int
) -> float | None:
    """The made-up value of a year as the present edition prints it, US$ million."""
    newest = min(_NEWEST_AT_FIRST + world.edition, world.today.year)
    if year > newest or (year == newest and iso3 in _LATE):
        return None
    level = _LEVELS[product] * (30 if iso3 == "" else 1)
    level *= world.amount(indicator, iso3, product, low=0.6, high=1.4)
    level *= 1.02 ** (year - 2010)
    if iso3:
        level *= math.exp(_walk(world.seed, indicator, iso3, product, year))
    for edition in range(1, world.edition + 1):
        if year < _NEWEST_AT_FIRST + edition <= year + 3:
            level *= world.amount(indicator, iso3, year, edition, low=0.98, high=1.02)
    # Corrections of earlier years may be larger than what was sold.
    if (indicator, iso3, year) == ("ITS_CS_AX6", "CIV", 2012):
        level = -level / 1000
    return round(level, 6)


@functools.cache
def _walk(seed: int, indicator: str, iso3: str, product: str, year: int) -> float:
    """Where a random walk with yearly steps of about 0.1 log points has got to."""
    if year < _SERIES[indicator][2]:
        return 0.0
    step = World(seed=seed).amount(
        "walk", indicator, iso3, product, year, low=-1, high=1
    )
    return _walk(seed, indicator, iso3, product, year - 1) + 0.1 * step


def _archive(world: World, stem: str) -> bytes:
    is_goods = stem == MERCHANDISE
    rows = [
        row
        for indicator in _SERIES
        if indicator.startswith("ITS_MTV") == is_goods
        for row in _rows(world, indicator)
    ]
    text = _text(world, world.content(HOST, rows, SHAPE))
    body = world.encode(HOST, text, "cp1252")
    if world.has(HOST, "broken_bytes"):
        body = body.replace("Türkiye".encode("cp1252"), b"T\x81rkiye", 1)
    name = "data.csv" if world.has(HOST, "moved_member") else f"{stem}.csv"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        # Without a time of now, so that equal rows are equal bytes.
        archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
        if world.has(HOST, "second_member"):
            archive.writestr(zipfile.ZipInfo("ReadMe.txt"), "Synthetic")
    return held.getvalue()


def _rows(world: World, indicator: str) -> Iterator[Row]:
    _, products, first, last = _SERIES[indicator]
    years = range(first, (last or world.today.year) + 1)
    kinds = [(iso3, "", product) for iso3 in REPORTERS for product in products]
    # Trade with one partner is no trade with the world.
    kinds.append(("KOR", "USA", products[0]))
    for iso3, partner, product in kinds:
        if _is_left_out(world, indicator, iso3, product):
            continue
        for year in years:
            amount = value(world, indicator, iso3, product, year)
            if amount is not None:
                share = 0.1 if partner else 1
                cells = (iso3, partner, product, year, amount * share)
                yield _row(world, indicator, *cells)
    if products == ("S266",) and world.has(HOST, "two_royalties"):
        row = _row(world, indicator, "KOR", "", "S266", first, 17.5)
        yield row | {"ProductCode": "S891"}


def _is_left_out(world: World, indicator: str, iso3: str, product: str) -> bool:
    if iso3 == "CHT" and world.has(HOST, "no_taiwan"):
        return True
    if iso3 == "CHT" and world.has(HOST, "no_imports_of_taiwan"):
        return indicator == "ITS_MTV_AM"
    if product in ("MAMT", "SC"):
        return iso3 != "KOR"
    return iso3 in _DONORS and product not in ("MAMTOTIC", "SH")


def _row(
    world: World,
    indicator: str,
    iso3: str,
    partner: str,
    product: str,
    year: int,
    amount: float,
) -> Row:
    category = "Merchandise trade values" if "MTV" in indicator else "Trade in services"
    flag = _FLAGS.get((iso3, year), ("", ""))
    if any(flag) and world.has(HOST, "unknown_flag"):
        flag = ("P", "Preliminary")
    unit = ("USM", "Million US dollar")
    if world.has(HOST, "another_unit"):
        unit = ("UST", "Thousand US dollar")
    cells = (
        *(category, indicator, f"{_SERIES[indicator][0]} and destination – annual"),
        *(REPORTERS[iso3][0], iso3, REPORTERS[iso3][1]),
        *(REPORTERS[partner][0], partner, REPORTERS[partner][1]),
        *_CLASSIFICATIONS[indicator[-1] if indicator[-1] in "56" else "X"],
        *(product, PRODUCTS[product], "A", "Annual", "A", "Annual", *unit),
        *(str(year), *flag, f"{amount:f}"),
    )
    return dict(zip(HEADER, cells, strict=True))


def _text(world: World, rows: list[Row]) -> str:
    held = io.StringIO()
    header = [*HEADER]
    if world.has(HOST, "renamed_column"):
        header[-1] = "Obs_Value"
    held.write(f"{','.join(header)}\r\n")
    writer = csv.writer(held, quoting=csv.QUOTE_ALL)
    for row in rows:
        if row["ReporterCode"] == "999":  # made by the fault new_country
            row |= {"ReporterISO3A": "QQQ", "Reporter": "Synthetica"}
        writer.writerow(row.values())
    return held.getvalue()
