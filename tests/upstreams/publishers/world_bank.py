"""World Bank Indicators v2: `/v2/en/country/{codes}/indicator/{id}`.

Charges for the use of intellectual property, in current US$; every number is made up.
The economies and groups, and the size of what each of them reports in which years, are
those of the embedded file, so that an honest answer could be its next edition. Each
edition fills one more year (never one that is not over) and revises the three before
it.
"""

import csv
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from babel.core import get_global
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingest.embedded import REFERENCE
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
    "message_200",  # refused with status 200
    "null_rows",  # a header, and null for rows
    "numbers_as_text",  # page, per_page and total as texts
    "unmoved_lastupdated",  # new values under an old date
    "updated_midway",  # payments come from a later edition than receipts
    "vanished_economy",  # Japan is not there any more
    "wrong_total",  # one row fewer than the header says
    "xml_despite_json",
)

INDICATORS = {
    "BX.GSR.ROYL.CD": "Charges for the use of intellectual property, receipts "
    "(BoP, current US$)",
    "BM.GSR.ROYL.CD": "Charges for the use of intellectual property, payments "
    "(BoP, current US$)",
}
# The publisher's own two characters for groups of economies.
GROUPS = (
    "AFE:ZH AFW:ZI ARB:1A CEB:B8 CSS:S3 EAP:4E EAR:V2 EAS:Z4 "  # codespell:ignore
    "ECA:7E ECS:Z7 EMU:XC EUU:EU HIC:XD HPC:XE IBD:XF IBT:ZT IDA:XG IDB:XH IDX:XI "
    "LAC:XJ LCN:ZJ LDC:XL LIC:XM LMC:XN LMY:XO LTE:V3 MEA:ZQ MIC:XP MNA:XQ NAC:XU "
    "OED:OE OSS:S4 PRE:V1 PSS:S2 PST:V4 SAS:8S SSA:ZF SSF:ZG SST:S1 TEA:T4 TEC:T7 "
    "TLA:T2 TMN:T3 TSA:T5 TSS:T6 UMC:XT WLD:1W "
)
UNCODED = ("HIC", "LIC", "LMC", "UMC")  # their countryiso3code is empty
FIRST_YEAR = 1960
FIRST_UPDATE = date(2026, 7, 1)  # lastupdated of edition 0
NEWEST_AT_FIRST = 2025  # the newest year with values in edition 0
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


@functools.cache
def reported() -> dict[str, dict[tuple[str, int], float]]:
    """What each area of the embedded file reports, by indicator and year, in US$."""
    path = REFERENCE / "world_bank_ip_charges_all_economies.csv"
    found: dict[str, dict[tuple[str, int], float]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            cells = found.setdefault(row["iso3"], {})
            flows = (row["receipts_usd"], row["payments_usd"])
            for indicator, flow in zip(INDICATORS, flows, strict=True):
                if flow:
                    cells[indicator, int(row["year"])] = float(flow)
    return found


@functools.cache
def areas() -> dict[str, tuple[str, str]]:
    """Every area's code of two characters and name. Taiwan is not among them."""
    path = REFERENCE / "world_bank_ip_charges_all_economies.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        names = {row["iso3"]: row["name"] for row in csv.DictReader(lines)}
    groups = dict(pair.split(":") for pair in GROUPS.split())
    economies = get_global("territory_aliases") | {"XKX": ["XK"]}
    return {
        code: (groups.get(code) or economies[code][0], name)
        for code, name in names.items()
    }


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
        rows = [] if world.has(HOST, "null_rows") else _rows(world, asked)
        begin = (asked.page - 1) * asked.size
        page = rows[begin : begin + asked.size]
        head = _head(world, asked, total=len(rows))
        return _response(world, as_json, _json, _xml, head, page)

    return [Route(f"/{HOST}/v2/en/country/{{codes}}/indicator/{{id}}", answer)]


def value(world: World, indicator: str, iso3: str, year: int) -> float | None:
    """The made-up value of a year as the present edition prints it, in US$."""
    newest = min(NEWEST_AT_FIRST + world.edition, world.today.year - 1)
    # Who reported in the newest year that is known goes on reporting.
    level = reported()[iso3].get((indicator, min(year, NEWEST_AT_FIRST)))
    if level is None or year > newest:
        return None
    level *= world.amount(indicator, iso3, year, low=0.9, high=1.1)
    for past in range(1, world.edition + 1):
        if year < NEWEST_AT_FIRST + past <= year + 3:
            level *= world.amount(indicator, iso3, year, past, low=0.97, high=1.03)
    return round(level, 4)


def _asked(world: World, request: Request) -> _Asked:
    """The request understood; a ValueError if the publisher would refuse it."""
    indicator, codes = request.path_params["id"], request.path_params["codes"]
    gone = {"JPN"} if world.has(HOST, "vanished_economy") else set()
    present = [iso3 for iso3 in reported() if iso3 not in gone]
    economies = present if codes == "all" else codes.split(";")
    refuses = world.has(HOST, "message_200")
    if refuses or indicator not in INDICATORS or not set(economies) <= set(present):
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
            "iso2": areas()[iso3][0],
            "country": areas()[iso3][1],
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
        "total": total + world.has(HOST, "wrong_total"),
    }
    if world.has(HOST, "numbers_as_text"):
        head = {name: str(number) for name, number in head.items()}
    stuck = world.has(HOST, "unmoved_lastupdated")
    updated = FIRST_UPDATE if stuck or not world.edition else world.published_on
    if world.has(HOST, "updated_midway") and asked.indicator.startswith("BM"):
        updated += timedelta(days=1)
    return head | {"sourceid": "2", "lastupdated": updated.isoformat()}


def _json(head: Row, rows: list[Row]) -> str:
    cells = [
        {
            "indicator": {"id": row["indicator"], "value": _title(row)},
            "country": {"id": row["iso2"], "value": row["country"]},
            "countryiso3code": _code(row),
            "date": row["date"],
            "value": row["value"],
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for row in rows
    ]
    return json.dumps([head, cells or None], ensure_ascii=False)


def _code(row: Row) -> str:
    return "" if row["iso3"] in UNCODED else row["iso3"]


def _title(row: Row) -> str:
    return INDICATORS.get(row["indicator"], "")


def _xml(head: Row, rows: list[Row]) -> str:
    about = "".join(f" {name}={quoteattr(str(text))}" for name, text in head.items())
    cells = "".join(
        f"<wb:data><wb:indicator id={quoteattr(str(row['indicator']))}>"
        f"{escape(_title(row))}</wb:indicator>"
        f"<wb:country id={quoteattr(str(row['iso2']))}>"
        f"{escape(str(row['country']))}</wb:country>"
        f"<wb:countryiso3code>{_code(row)}</wb:countryiso3code>"
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
