"""World Bank Indicators v2: `/v2/en/country/{codes}/indicator/{id}`.

Charges for the use of intellectual property, in current US$; every number is made
up. Each edition fills one more year (never one that is not over) and revises the
three before it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.upstreams.faults import PLAIN
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.world import World

HOST = "api.worldbank.org"
HOSTS = (HOST,)
FAULTS = (
    *PLAIN,
    *CONTENT,
    "bom",
    "latin1",
    "numbers_as_text",  # page, per_page and total as texts
    "unmoved_lastupdated",  # new values under an old date
    "vanished_economy",  # Japan is not there any more
    "xml_despite_json",
)

INDICATORS = {
    "BX.GSR.ROYL.CD": "Charges for the use of intellectual property, receipts "
    "(BoP, current US$)",
    "BM.GSR.ROYL.CD": "Charges for the use of intellectual property, payments "
    "(BoP, current US$)",
}
# Taiwan is not an economy of the World Bank.
ECONOMIES = {
    "CHN": ("CN", "China"),
    "DEU": ("DE", "Germany"),
    "FRA": ("FR", "France"),
    "GBR": ("GB", "United Kingdom"),
    "IRL": ("IE", "Ireland"),
    "JPN": ("JP", "Japan"),
    "KOR": ("KR", "Korea, Rep."),
    "MYS": ("MY", "Malaysia"),
    "NLD": ("NL", "Netherlands"),
    "SGP": ("SG", "Singapore"),
    "SWE": ("SE", "Sweden"),
    "USA": ("US", "United States"),
}
FIRST_YEAR = 1990
FIRST_UPDATE = date(2026, 7, 1)  # lastupdated of edition 0
NEWEST_AT_FIRST = 2024  # the newest year with values in edition 0
SHAPE = Shape(
    keys=("indicator", "date", "iso3"),
    values=("value",),
    period="date",
    economy="iso3",
    texts=("country",),
)
_INVALID = {"id": "120", "key": "Invalid value"}
_INVALID_TEXT = "The provided parameter value is not valid"
_SPACE = 'xmlns:wb="http://www.worldbank.org"'


@dataclass(frozen=True)
class _Asked:
    indicator: str
    economies: list[str]
    years: range
    page: int
    size: int


def routes(world: World) -> list[Route]:
    """The one endpoint."""

    def answer(request: Request) -> Response:
        wants_json = request.query_params.get("format", "xml").lower() == "json"
        as_json = wants_json and not world.has(HOST, "xml_despite_json")
        try:
            asked = _asked(world, request)
        except ValueError:
            return _response(world, as_json, _message_json, _message_xml)
        rows = _rows(world, asked)
        begin = (asked.page - 1) * asked.size
        page = rows[begin : begin + asked.size]
        head = _head(world, asked, total=len(rows))
        return _response(world, as_json, _json, _xml, head, page)

    return [Route(f"/{HOST}/v2/en/country/{{codes}}/indicator/{{id}}", answer)]


def value(world: World, indicator: str, iso3: str, year: int) -> float | None:
    """The made-up value of a year as the present edition prints it, in US$."""
    newest = min(NEWEST_AT_FIRST + world.edition, world.today.year - 1)
    begins = FIRST_YEAR + int(world.amount("begins", iso3, low=0, high=8))
    if not begins <= year <= newest:
        return None
    level = world.amount(indicator, iso3, low=2e8, high=3e10)
    level *= 1.05 ** (year - 2010)
    level *= world.amount(indicator, iso3, year, low=0.9, high=1.1)
    for edition in range(1, world.edition + 1):
        if year < NEWEST_AT_FIRST + edition <= year + 3:
            level *= world.amount(indicator, iso3, year, edition, low=0.97, high=1.03)
    return round(level, 4)


def _asked(world: World, request: Request) -> _Asked:
    """The request understood; a ValueError if the publisher would refuse it."""
    indicator, codes = request.path_params["id"], request.path_params["codes"]
    gone = {"JPN"} if world.has(HOST, "vanished_economy") else set()
    present = [iso3 for iso3 in ECONOMIES if iso3 not in gone]
    economies = present if codes == "all" else codes.split(";")
    if indicator not in INDICATORS or not set(economies) <= set(present):
        raise ValueError
    query = request.query_params
    first, _, last = query.get("date", "").partition(":")
    low, high = int(first or FIRST_YEAR), int(last or first or world.today.year)
    page, size = int(query.get("page", "1")), int(query.get("per_page", "50"))
    if page < 1 or size < 1:
        raise ValueError
    # Newest first; years that are not over yet are not there.
    years = range(min(high, world.today.year - 1), max(low, FIRST_YEAR) - 1, -1)
    return _Asked(indicator, economies, years, page, size)


def _rows(world: World, asked: _Asked) -> list[Row]:
    rows = [
        {
            "indicator": asked.indicator,
            "iso2": ECONOMIES[iso3][0],
            "country": ECONOMIES[iso3][1],
            "iso3": iso3,
            "date": str(year),
            "value": value(world, asked.indicator, iso3, year),
        }
        for iso3 in asked.economies
        for year in asked.years
    ]
    return world.content(HOST, rows, SHAPE) if rows else rows


def _head(world: World, asked: _Asked, total: int) -> Row:
    pages = -(-total // asked.size)
    head: Row = {
        "page": asked.page,
        "pages": pages,
        "per_page": asked.size,
        "total": total,
    }
    if world.has(HOST, "numbers_as_text"):
        head = {name: str(number) for name, number in head.items()}
    stuck = world.has(HOST, "unmoved_lastupdated")
    updated = FIRST_UPDATE if stuck or not world.edition else world.published_on
    return head | {"sourceid": "2", "lastupdated": updated.isoformat()}


def _json(head: Row, rows: list[Row]) -> str:
    cells = [
        {
            "indicator": {"id": row["indicator"], "value": _title(row)},
            "country": {"id": row["iso2"], "value": row["country"]},
            "countryiso3code": row["iso3"],
            "date": row["date"],
            "value": row["value"],
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for row in rows
    ]
    return json.dumps([head, cells or None], ensure_ascii=False)


def _title(row: Row) -> str:
    return INDICATORS.get(row["indicator"], "")


def _xml(head: Row, rows: list[Row]) -> str:
    about = "".join(f" {name}={quoteattr(str(text))}" for name, text in head.items())
    cells = "".join(
        f"<wb:data><wb:indicator id={quoteattr(str(row['indicator']))}>"
        f"{escape(_title(row))}</wb:indicator>"
        f"<wb:country id={quoteattr(str(row['iso2']))}>"
        f"{escape(str(row['country']))}</wb:country>"
        f"<wb:countryiso3code>{row['iso3']}</wb:countryiso3code>"
        f"<wb:date>{row['date']}</wb:date>"
        f"<wb:value>{'' if row['value'] is None else row['value']}</wb:value>"
        "<wb:unit /><wb:obs_status /><wb:decimal>0</wb:decimal></wb:data>"
        for row in rows
    )
    return _document(f"<wb:data{about} {_SPACE}>{cells}</wb:data>")


def _document(element: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{element}'


def _message_json() -> str:
    return json.dumps([{"message": [_INVALID | {"value": _INVALID_TEXT}]}])


def _message_xml() -> str:
    about = " ".join(f'{name}="{text}"' for name, text in _INVALID.items())
    message = f"<wb:message {about}>{_INVALID_TEXT}</wb:message>"
    return _document(f"<wb:error {_SPACE}>{message}</wb:error>")


def _response(
    world: World,
    as_json: bool,
    in_json: Callable[..., str],
    in_xml: Callable[..., str],
    *parts: Any,
) -> Response:
    kind = "application/json;charset=utf-8" if as_json else "text/xml;charset=utf-8"
    body = (in_json if as_json else in_xml)(*parts)
    return Response(world.encode(HOST, body), headers={"content-type": kind})
