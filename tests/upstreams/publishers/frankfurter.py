"""Frankfurter, version 2: `/v2/rates`, as monthly means of a range of days.

Rates of yen and New Taiwan dollar for one US dollar, near the made-up ones of the two
simulated central banks. The running month has a mean too, of the days so far. A
month's mean is final when two more are over.
"""

import json
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.upstreams.faults import PLAIN
from tests.upstreams.publishers import boj, cbc
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.world import World

HOST = "api.frankfurter.dev"
HOSTS = (HOST,)
FAULTS = (
    *PLAIN,
    *(name for name in CONTENT if name != "new_country"),
    "bom",
    "no_twd",  # as version 1, which never had it
    "object_200",  # an object where a list should be
    "swapped_currencies",
    "unknown_currency_422",
    "wrong_base",  # for one euro
)

QUOTES = ("JPY", "TWD")
FIRST_YEAR = 1999
SHAPE = Shape(keys=("quote", "date"), values=("rate",), period="date")


def routes(world: World) -> list[Route]:
    """The one endpoint."""

    def answer(request: Request) -> Response:
        query = request.query_params
        quotes = query.get("quotes", "JPY,TWD").upper().split(",")
        if unknown := _unknown(world, quotes):
            said = {"status": 422, "message": f"invalid currency: {unknown}"}
            return _response(world, said, status=422)
        if world.has(HOST, "object_200"):
            return _response(world, {"base": "USD", "rates": {}})
        begins = date.fromisoformat(query.get("from", f"{FIRST_YEAR}-01-01"))
        ends = date.fromisoformat(query.get("to", world.today.isoformat()))
        return _response(world, _rates(world, quotes, begins, ends))

    return [Route(f"/{HOST}/v2/rates", answer)]


def _unknown(world: World, quotes: list[str]) -> str | None:
    if world.has(HOST, "unknown_currency_422"):
        return "TWD"
    return next((quote for quote in quotes if quote not in QUOTES), None)


def _rates(world: World, quotes: list[str], begins: date, ends: date) -> list[Row]:
    last = min(ends, world.today)
    rows = [
        {
            "date": f"{number // 12}-{number % 12 + 1:02}-01",
            "base": "EUR" if world.has(HOST, "wrong_base") else "USD",
            "quote": quote,
            "rate": rate(world, quote, number),
        }
        for number in range(12 * begins.year, 12 * last.year + last.month)
        for quote in sorted(quotes)
        if quote != "TWD" or not world.has(HOST, "no_twd")
    ]
    if world.has(HOST, "swapped_currencies"):
        other = {"JPY": "TWD", "TWD": "JPY"}
        rows = [row | {"quote": other[row["quote"]]} for row in rows]
    return world.content(HOST, rows, SHAPE)


def rate(world: World, quote: str, number: int) -> float:
    """The made-up mean of a month, twelve times the year and the month from 0."""
    if quote == "JPY":
        level = boj.rate(world, number - 12 * boj.FIRST_YEAR) or 0.0
    else:
        level = cbc.rate(world, cbc.HEADINGS[0], number - 12 * cbc.FIRST_YEAR)
    level *= world.amount(HOST, quote, number, low=0.998, high=1.002)
    newest = 12 * world.today.year + world.today.month - 1
    if number >= newest - 2:
        level *= world.amount(HOST, quote, number, newest, low=0.999, high=1.001)
    return round(level, 2 if quote == "JPY" else 3)


def _response(world: World, body: Row | list[Row], status: int = 200) -> Response:
    text = json.dumps(body, separators=(",", ":"))
    kind = {"content-type": "application/json; charset=utf-8"}
    return Response(world.encode(HOST, text), status_code=status, headers=kind)
