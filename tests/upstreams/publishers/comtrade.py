"""UN Comtrade v1: availability, previews, values with a key, the list of reporters.

Every number is made up. Each edition releases one more year of every reporter and
revises the year before it; checksums and release dates move with them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.upstreams.faults import PLAIN
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.world import World

HOST = "comtradeapi.un.org"
HOSTS = (HOST,)
KEY = "synthetic-key"
FAULTS = (
    *PLAIN,
    *CONTENT,
    "bom",
    "burst_limit",  # every fourth request is one too many
    "empty_data",  # no rows, as for a wrong question
    "error_in_body",  # status 200, the error in the body
    "ignored_partner",  # rows of all partners come, whatever was asked
    "new_hs_edition",  # the newest year comes in an edition to be
    "ignored_pins",  # parts of the totals come beside them
    "short_count",  # the count is not that of the rows
    "taiwan_absent",  # 490 does not report
)

JAPAN = 392
TAIWAN = 490
NEWEST_AT_FIRST = 2024  # the newest year of edition 0
_LIMITS = {"public": 500, "data": 100_000}
_PARTNERS = (0, 36, 76, 124, 156, 276, 392, 410, TAIWAN, 702, 842)
_CODES = {
    "HS": (
        *("8541", "8542", "8486", "854140", "854141", "854142", "854143", "854149"),
        "TOTAL",
    ),
    "S2": ("776", "7764", "TOTAL"),
}
_HS_EDITIONS = {
    1988: "H0",
    1996: "H1",
    2002: "H2",
    2007: "H3",
    2012: "H4",
    2017: "H5",
    2022: "H6",
}
_LAST_YEARS = {58: 1998, 280: 1990, 841: 1980}
_FIRST_YEARS = {56: 1999, 276: 1991, 842: 1981}
_SUCCESSORS = {58: 56, 280: 276, 841: 842}
_HEIRS = ("854141", "854142", "854143", "854149")  # of 854140, since 2022
_NAMES = {392: ("JPN", "Japan"), TAIWAN: ("S19", "Other Asia, nes")}
_UNKNOWN = (0, 158)

LIST_SHAPE = Shape(
    keys=("reporterCode", "period"),
    values=("totalRecords",),
    period="period",
    economy="reporterCode",
)
VALUE_SHAPE = Shape(
    keys=("period", "reporterCode", "partnerCode", "flowCode", "cmdCode"),
    values=("primaryValue", "fobvalue", "cifvalue"),
    period="period",
    economy="reporterCode",
)


@dataclass(frozen=True)
class _Asked:
    classification: str
    reporters: list[int]
    periods: list[str]
    partners: list[int]
    codes: list[str]
    flows: list[str]


def routes(world: World) -> list[Route]:
    """The endpoints that can be asked for annual trade in goods."""

    def answer(request: Request) -> Response:
        refused = _refused(world, request)
        if refused:
            return refused
        door, service = request.path_params["door"], request.path_params["service"]
        wanted = {"preview"} if door == "public" else {"get"}
        if service.lower() == "getda":
            rows = world.content(HOST, list(_datasets(world, request)), LIST_SHAPE)
        elif service in wanted:
            rows = _values(world, request)
        else:
            return _error(404, "Resource not found")
        return _enveloped(world, rows[: _LIMITS[door]])

    def reporters(_: Request) -> Response:
        results = [
            {"id": code, "text": name, "reporterCode": code, "isGroup": code == TAIWAN}
            | {"reporterCodeIsoAlpha3": iso3}
            for code, (iso3, name) in _NAMES.items()
        ]
        body = b"\xef\xbb\xbf" + json.dumps({"results": results}).encode()
        return Response(body, media_type="application/json")

    return [
        Route(f"/{HOST}/{{door}}/v1/{{service}}/C/A/{{classification}}", answer),
        Route(f"/{HOST}/files/v1/app/reference/Reporters.json", reporters),
    ]


def value(
    world: World, reporter: int, partner: int, flow: str, code: str, year: int
) -> float:
    """The made-up value of a flow as the present edition has it, in US$."""
    if code == "854140":
        heirs = (value(world, reporter, partner, flow, heir, year) for heir in _HEIRS)
        return round(sum(heirs), 3)
    reporter = _SUCCESSORS.get(reporter, reporter)
    if code == "TOTAL":
        parent, level = code, world.amount(reporter, flow, code, low=2e11, high=9e11)
    else:
        parent = code[:3] if code.startswith("776") else code[:4]
        level = world.amount(reporter, flow, parent, low=8e9, high=2.4e10)
    if code != parent:
        low, high = (0.3, 0.6) if code == "7764" else (0.1, 0.2)
        level *= world.amount(reporter, flow, code, low=low, high=high)
    if (reporter, partner) == (TAIWAN, JAPAN):
        return _other_side(world, flow, code, year)
    if partner:
        level *= world.amount(reporter, partner, low=0.01, high=0.2)
    level *= 1.03 ** (year - 2000)
    level *= world.amount(reporter, partner, flow, code, year, low=0.95, high=1.05)
    for edition in _touching(world, year):
        level *= world.amount(reporter, code, year, edition, low=0.97, high=1.03)
    return round(level, 3)


def _other_side(world: World, flow: str, code: str, year: int) -> float:
    """What Taiwan says of the trade with Japan that Japan tells too: CIF for FOB.

    The two are 15 % apart at most after freight and insurance.
    """
    told = value(world, JAPAN, TAIWAN, "M" if flow == "X" else "X", code, year)
    apart = world.amount("apart", flow, code, year, low=0.87, high=1.15)
    return round(told * apart * (1.06 if flow == "M" else 1 / 1.06), 3)


def _refused(world: World, request: Request) -> Response | None:
    query, door = request.query_params, request.path_params["door"]
    key = request.headers.get("ocp-apim-subscription-key") or query.get(
        "subscription-key"
    )
    if len(str(request.url)) > 4096:
        return Response("Request URL Too Long", 414, media_type="text/html")
    if door not in _LIMITS:
        return _error(404, "Resource not found")
    if door == "data" and key != KEY:
        fault = "invalid" if key else "missing"
        advice = {
            "invalid": "provide a valid key for an active subscription",
            "missing": "include subscription key when making requests to an API",
        }[fault]
        return _error(
            401,
            f"Access denied due to {fault} subscription key. Make sure to {advice}.",
        )
    if world.has(HOST, "burst_limit") and len(world.asked(HOST)) % 4 == 3:
        return _error(429, "Rate limit is exceeded. Try again in 1 seconds.", "1")
    if len(query.get("period", "").split(",")) > 12:
        return _error(400, "Maximum number of periods is 12")
    return None


def _error(status: int, message: str, retry_after: str | None = None) -> Response:
    headers = {"retry-after": retry_after} if retry_after else {}
    body = {"statusCode": status, "message": message}
    return JSONResponse(body, status, headers)


def _enveloped(world: World, rows: list[Row]) -> Response:
    if world.has(HOST, "empty_data"):
        rows = []
    count = len(rows) + (7 if world.has(HOST, "short_count") else 0)
    body: dict[str, Any] = {"elapsedTime": f"0.{len(world.asked(HOST)):02} secs"}
    body |= {"count": count, "data": rows, "error": ""}
    if world.has(HOST, "error_in_body"):
        body |= {"count": 0, "data": [], "error": "Synthetic failure of the database"}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    kind = {"content-type": "application/json; charset=utf-8"}
    return Response(world.encode(HOST, text), headers=kind)


def _reports(world: World, reporter: int, classification: str, year: int) -> bool:
    if reporter in _UNKNOWN:
        return False
    if reporter == TAIWAN and world.has(HOST, "taiwan_absent"):
        return False
    newest = min(NEWEST_AT_FIRST + world.edition, world.today.year - 1)
    first = max(_FIRST_YEARS.get(reporter, 0), 1988 if classification == "HS" else 1976)
    return first <= year <= min(newest, _LAST_YEARS.get(reporter, newest))


def _touching(world: World, year: int) -> list[int]:
    """The editions that released a year anew."""
    editions = range(1, world.edition + 1)
    return [e for e in editions if NEWEST_AT_FIRST + e - year in (0, 1)]


def _edition_of(world: World, classification: str, year: int) -> str:
    if classification != "HS":
        return classification
    if year == NEWEST_AT_FIRST + world.edition and world.has(HOST, "new_hs_edition"):
        return "H7"
    return _HS_EDITIONS[max(first for first in _HS_EDITIONS if first <= year)]


def _datasets(world: World, request: Request) -> Iterator[Row]:
    classification = request.path_params["classification"]
    query = {name.lower(): text for name, text in request.query_params.items()}
    codes = [int(code) for code in query["reportercode"].split(",")]
    for reporter in codes:
        for year in range(1976, world.today.year):
            if _reports(world, reporter, classification, year):
                yield _dataset(world, reporter, classification, year)


def _dataset(world: World, reporter: int, classification: str, year: int) -> Row:
    touching = _touching(world, year)
    first = f"{year + 1}-05-17T09:12:33.4"
    last = first if year < 2020 else f"{year + 1}-09-02T10:31:07.7466667"
    if touching:
        last = f"{world.release_days[touching[-1]]}T01:02:03.92"
        first = min(first, f"{world.release_days[touching[0]]}T01:02:03.92")
    checksum = world.amount(reporter, classification, year, *touching, low=0, high=1)
    return {
        "datasetCode": int(f"2{reporter:04}{year}01{len(classification)}2100"),
        "typeCode": "C",
        "freqCode": "A",
        "period": year,
        "reporterCode": reporter,
        "reporterISO": _NAMES.get(reporter, ("XXX", ""))[0],
        "reporterDesc": _NAMES.get(reporter, ("", f"Synthetic {reporter}"))[1],
        "classificationCode": _edition_of(world, classification, year),
        "classificationSearchCode": classification,
        "isOriginalClassification": classification == "HS",
        "isExtendedFlowCode": False,
        "isExtendedPartnerCode": True,
        "isExtendedPartner2Code": False,
        "isExtendedCmdCode": True,
        "isExtendedCustomsCode": False,
        "isExtendedMotCode": False,
        "totalRecords": int(world.amount(reporter, year, low=1e4, high=9e5)),
        "datasetChecksum": int(checksum * 2**32) - 2**31,
        "firstReleased": first,
        "lastReleased": last,
    }


def _values(world: World, request: Request) -> list[Row]:
    query = {name.lower(): text for name, text in request.query_params.items()}
    asked = _Asked(
        classification=request.path_params["classification"],
        reporters=[int(code) for code in query["reportercode"].split(",")],
        periods=query["period"].split(","),
        partners=[int(code) for code in query["partnercode"].split(",")],
        codes=query["cmdcode"].split(","),
        flows=query["flowcode"].split(","),
    )
    rows = [
        _row(world, asked.classification, reporter, int(period), partner, flow, code)
        for reporter in asked.reporters
        for period in asked.periods
        if len(period) == 4
        and _reports(world, reporter, asked.classification, int(period))
        for partner in _partners(world, asked)
        for flow in asked.flows
        if flow in ("X", "M")
        for code in asked.codes
        if _exists(asked.classification, code, int(period))
    ]
    parts = world.has(HOST, "ignored_pins") or not _PINS.items() <= query.items()
    if parts:
        rows += [row | {"partner2Code": 842, "motCode": 2100} for row in rows]
    return world.content(HOST, rows, VALUE_SHAPE) if rows else rows


_PINS = {"partner2code": "0", "customscode": "C00", "motcode": "0"}


def _partners(world: World, asked: _Asked) -> tuple[int, ...]:
    is_ignored = world.has(HOST, "ignored_partner")
    return _PARTNERS if is_ignored else tuple(asked.partners)


def _exists(classification: str, code: str, year: int) -> bool:
    if code not in _CODES.get(classification, ()):
        return False
    first = {"8486": 2007, "854140": 1988}.get(code, 2022 if len(code) == 6 else 0)
    return first <= year <= (2021 if code == "854140" else year)


def _row(
    world: World,
    classification: str,
    reporter: int,
    year: int,
    partner: int,
    flow: str,
    code: str,
) -> Row:
    usd = value(world, reporter, partner, flow, code, year)
    return {
        "typeCode": "C",
        "freqCode": "A",
        "refPeriodId": year * 10000 + 101,
        "refYear": year,
        "refMonth": 52,
        "period": str(year),
        "reporterCode": reporter,
        "reporterISO": None,
        "reporterDesc": None,
        "flowCode": flow,
        "flowDesc": None,
        "partnerCode": partner,
        "partnerISO": None,
        "partnerDesc": None,
        "partner2Code": 0,
        "partner2ISO": None,
        "partner2Desc": None,
        "classificationCode": _edition_of(world, classification, year),
        "classificationSearchCode": classification,
        "isOriginalClassification": classification == "HS",
        "cmdCode": code,
        "cmdDesc": None,
        "aggrLevel": None,
        "isLeaf": None,
        "customsCode": "C00",
        "customsDesc": None,
        "mosCode": "0",
        "motCode": 0,
        "motDesc": None,
        "qtyUnitCode": -1,
        "qtyUnitAbbr": None,
        "qty": None,
        "isQtyEstimated": False,
        "altQtyUnitCode": -1,
        "altQtyUnitAbbr": None,
        "altQty": None,
        "isAltQtyEstimated": False,
        "netWgt": 0,
        "isNetWgtEstimated": False,
        "grossWgt": None,
        "isGrossWgtEstimated": False,
        "cifvalue": usd if flow == "M" else None,
        "fobvalue": usd if flow == "X" else None,
        "primaryValue": usd,
        "legacyEstimationFlag": 0,
        "isReported": len(code) == 6,
        "isAggregate": len(code) != 6,
    }
