"""OECD SDMX: the flow of Balanced Trade in Services, and when it was updated.

`/public/rest/contentconstraint/…` tells `validFrom` (XML, or JSON where the client
accepts only that), `/public/rest/data/…` sends SDMX-CSV of the asked key. Every number
is made up. An edition adds a year, revises the three before it and moves `validFrom`;
the version of the structure stays. After sixty downloads on one of the world's days
the publisher blocks, as it does within an hour.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.upstreams.faults import PLAIN
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.world import World

HOST = "sdmx.oecd.org"
HOSTS = (HOST,)
FAULTS = (
    *PLAIN,
    *CONTENT,
    "bom",
    "crlf",
    "another_multiplier",  # units instead of millions, and said so
    "header_only",
    "moved_columns",  # the columns in another order
    "no_multiplier",  # without the column UNIT_MULT
    "no_results",
    "no_taiwan",
    "no_valid_from",
    "renamed_column",
    "unknown_status",
    "unmoved_valid_from",  # new values under an old moment
)

AREAS = ("JPN", "TWN", "KOR", "USA", "DEU", "NLD", "CHE", "W")
DIMENSIONS = (
    *("REF_AREA", "COUNTERPART_AREA", "TRADE_FLOW", "EXPENDITURE", "SERVICE", "FREQ"),
    *("UNIT_MEASURE", "ADJUSTMENT"),
)
FIRST_YEAR = 2005
_NEWEST_AT_FIRST = 2024
_A_DAY = 60  # downloads
_FLOW = "OECD.SDD.TPS,DSD_BATIS@DF_BATIS,1.0"
_STATUSES = ("A", "E", "I")
SHAPE = Shape(
    keys=(*DIMENSIONS, "TIME_PERIOD"),
    values=("OBS_VALUE",),
    period="TIME_PERIOD",
    economy="REF_AREA",
)


def routes(world: World) -> list[Route]:
    """The content constraint and the data."""
    downloads: Counter[date] = Counter()

    def constraint(request: Request) -> Response:
        found = {
            "id": "CR_A_DSD_BATIS@DF_BATIS",
            "version": "1.0",
            "agencyID": "OECD.SDD.TPS",
            "type": "Actual",
            "validFrom": valid_from(world),
        }
        if world.has(HOST, "no_valid_from"):
            del found["validFrom"]
        if "json" in request.headers.get("accept", ""):
            kind = "application/vnd.sdmx.structure+json;version=1.0;charset=utf-8"
            text = json.dumps({"meta": {}, "data": {"contentConstraints": [found]}})
        else:
            kind = "application/vnd.sdmx.structure+xml;version=2.1;charset=utf-8"
            about = " ".join(f'{name}="{said}"' for name, said in found.items())
            text = f"<?xml version='1.0'?><Structure><Constraint {about}/></Structure>"
        return Response(text, headers={"content-type": kind})

    def data(request: Request) -> Response:
        downloads[world.today] += 1
        if downloads[world.today] > _A_DAY:
            return PlainTextResponse("Too many requests", 429)
        rows = [*_rows(world, request.path_params["key"].split("."))]
        if not rows or world.has(HOST, "no_results"):
            return PlainTextResponse("NoResultsFound", 404)
        body = world.encode(HOST, _text(world, world.content(HOST, rows, SHAPE)))
        kind = "application/vnd.sdmx.data+csv;version=1.0;charset=utf-8"
        return Response(body, headers={"content-type": kind})

    rest = f"/{HOST}/public/rest"
    return [
        Route(f"{rest}/contentconstraint/OECD.SDD.TPS/{{id}}/1.0", constraint),
        Route(f"{rest}/data/{_FLOW}/{{key}}", data),
    ]


def valid_from(world: World) -> str:
    """When the present edition came out, as the publisher writes it."""
    if not world.edition or world.has(HOST, "unmoved_valid_from"):
        return "2026-01-08T09:33:35.737Z"
    return f"{world.published_on.isoformat()}T08:00:00.5Z"


def value(world: World, area: str, flow: str, adjustment: str, year: int) -> float:
    """The made-up value of a year as the present edition prints it, US$ million."""
    level = 2e4 * world.amount(area, flow, low=0.6, high=1.4) * 1.03 ** (year - 2015)
    level *= 1.1 if adjustment == "B" else 1
    for edition in range(1, world.edition + 1):
        if year < _NEWEST_AT_FIRST + edition <= year + 3:
            level *= world.amount(area, flow, year, edition, low=0.97, high=1.03)
    return level


def _rows(world: World, asked: list[str]) -> Iterator[Row]:
    """The rows of a key, whose parts are lists of codes; blank means any."""
    if len(asked) != len(DIMENSIONS):
        return
    newest = min(_NEWEST_AT_FIRST + world.edition, world.today.year - 1)
    for area in AREAS:
        for flow in ("M", "X"):
            for adjustment in ("B", "N"):
                codes = (area, "W", flow, "S", "SH", "A", "USD_EXC", adjustment)
                fits = all(
                    not wanted or code in wanted.split("+")
                    for code, wanted in zip(codes, asked, strict=True)
                )
                if not fits or (area == "TWN" and world.has(HOST, "no_taiwan")):
                    continue
                for year in range(FIRST_YEAR, newest + 1):
                    yield _row(world, codes, year)


def _row(world: World, codes: tuple[str, ...], year: int) -> Row:
    area, _, flow, *_, adjustment = codes
    status = _STATUSES[year % 3] if adjustment == "B" else "A"
    row = {"DATAFLOW": "OECD.SDD.TPS:DSD_BATIS@DF_BATIS(1.0)"}
    row |= dict(zip(DIMENSIONS, codes, strict=True))
    row |= {
        "TIME_PERIOD": str(year),
        "OBS_VALUE": repr(value(world, area, flow, adjustment, year)),
        "OBS_STATUS": "Y" if world.has(HOST, "unknown_status") else status,
        "UNIT_MULT": "0" if world.has(HOST, "another_multiplier") else "6",
        "DECIMALS": "1",
    }
    if world.has(HOST, "no_multiplier"):
        del row["UNIT_MULT"]
    return dict(reversed(row.items())) if world.has(HOST, "moved_columns") else row


def _text(world: World, rows: list[Row]) -> str:
    held = io.StringIO()
    header = [*rows[0]]
    if world.has(HOST, "renamed_column"):
        header[header.index("OBS_VALUE")] = "VALUE"
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(header)
    if not world.has(HOST, "header_only"):
        writer.writerows(row.values() for row in rows)
    return held.getvalue()
