"""Bank of Japan, time-series API: `/api/v1/getDataCode`.

The dollar/yen series of FM08; every number is made up. All answers have status 200,
the bank's own status is in the body. Each edition adds a month (never one that is not
over) and revises the one before it.
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.upstreams.faults import PLAIN
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.world import World

HOST = "www.stat-search.boj.or.jp"
HOSTS = (HOST,)
FAULTS = (
    *PLAIN,
    *(name for name in CONTENT if name != "new_country"),
    "bom",
    "endless_pages",  # NEXTPOSITION never moves on
    "no_data_200",  # success, and nothing found
    "other_series",  # the month-end rate under the same request
    "paged",  # the series comes in two pieces
    "status_503_in_200",
    "unknown_series_400_in_200",
    "unmoved_last_update",  # new values under an old date
    "unpaired_values",  # one value fewer than dates
)

SERIES = {
    "FXERM06": "Tokyo Market U.S.Dollar/Yen Spot Rate at 17:00 in JST, End of Month",
    "FXERM07": "Tokyo Market U.S.Dollar/Yen Spot Rate at 17:00 in JST, Average",
}
FIRST_YEAR = 1973
FIRST_UPDATE = "20261104"  # LAST_UPDATE of edition 0
MONTHS_AT_FIRST = 12 * 53 + 10  # up to October 2026
SHAPE = Shape(keys=("date",), values=("value",), period="date")


def routes(world: World) -> list[Route]:
    """The one endpoint."""

    def answer(request: Request) -> Response:
        # The bank does not mind upper and lower case.
        query = {name.lower(): text for name, text in request.query_params.items()}
        text = json.dumps(_body(world, query), ensure_ascii=False)
        kind = {"content-type": "application/json;charset=utf-8"}
        return Response(world.encode(HOST, text), headers=kind)

    return [Route(f"/{HOST}/api/v1/getDataCode", answer)]


def _body(world: World, query: dict[str, str]) -> Row:
    code = query.get("code", "").upper()
    if world.has(HOST, "status_503_in_200"):
        return _refusal(world, 503, "M181091S", "Database access error.")
    if query.get("db", "").upper() != "FM08":
        return _refusal(world, 400, "M181005E", "DB name is not correct.")
    if code not in SERIES or world.has(HOST, "unknown_series_400_in_200"):
        said = "The specified series code does not exist.: code No.1"
        return _refusal(world, 400, "M181013E", said)
    if world.has(HOST, "no_data_200"):
        return _envelope(world, 200, "M181030I", "Normal end, no data.", query)
    piece, following = _piece(world, query, int(query.get("startposition", "1")))
    return _envelope(world, 200, "M181000I", "", query) | {
        "NEXTPOSITION": following,
        "RESULTSET": [_series(world, code, piece)],
    }


def _envelope(
    world: World, status: int, number: str, said: str, query: dict[str, str] | None
) -> Row:
    return {
        "STATUS": status,
        "MESSAGEID": number,
        "MESSAGE": said,
        # Of the answer, not of the figures: never twice the same.
        "DATE": f"{world.today}T09:00:00.{len(world.log):03}+09:00",
        "PARAMETER": query,
        "NEXTPOSITION": None,
        "RESULTSET": [],
    }


def _refusal(world: World, status: int, number: str, said: str) -> Row:
    return _envelope(world, status, number, said, None)


def _piece(
    world: World, query: dict[str, str], position: int
) -> tuple[list[Row], int | None]:
    """The observations of a page and the position of the following page."""
    rows = world.content(HOST, _observations(world, query), SHAPE)
    if world.has(HOST, "endless_pages"):
        return rows, position
    if not world.has(HOST, "paged"):
        return rows, None
    half = len(rows) // 2
    return (rows[:half], 2) if position == 1 else (rows[half:], None)


def _observations(world: World, query: dict[str, str]) -> list[Row]:
    over = 12 * (world.today.year - FIRST_YEAR) + world.today.month - 1
    count = min(MONTHS_AT_FIRST + world.edition, over)
    begins = int(query.get("startdate", "185001"))
    rows = [
        {
            "date": 100 * (FIRST_YEAR + number // 12) + number % 12 + 1,
            "value": rate(world, number),
        }
        for number in range(count)
    ]
    return [row for row in rows if row["date"] >= begins]


def rate(world: World, number: int) -> float | None:
    """The made-up rate of a month, counted from the first one, which has none."""
    if not number:
        return None
    level = world.amount(HOST, number, low=100, high=140)
    if 0 < number - MONTHS_AT_FIRST + 2 <= world.edition:  # revised when one was added
        level *= world.amount(HOST, number, "revised", low=0.99, high=1.01)
    return round(level, 2)


def _series(world: World, code: str, rows: list[Row]) -> dict[str, Any]:
    stuck = world.has(HOST, "unmoved_last_update") or not world.edition
    updated = FIRST_UPDATE if stuck else f"{world.published_on:%Y%m%d}"
    code = "FXERM06" if world.has(HOST, "other_series") else code
    values = [row["value"] for row in rows]
    if world.has(HOST, "unpaired_values"):
        values = values[:-1]
    return {
        "SERIES_CODE": code,
        "NAME_OF_TIME_SERIES": SERIES[code],
        "UNIT": "Yen per U.S.Dollar",
        "FREQUENCY": "MONTHLY",
        "CATEGORY": "Foreign Exchange Rates",
        "LAST_UPDATE": int(updated),
        "VALUES": {"SURVEY_DATES": [row["date"] for row in rows], "VALUES": values},
    }
