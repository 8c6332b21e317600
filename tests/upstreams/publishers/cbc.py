"""Central Bank, Taiwan: `/API/DataAPI/Get?FileName=BP01M01`.

Months since 1960 with a column for each of five currencies, of which the first is the
New Taiwan dollar; every number is made up. A file it does not have is an empty answer.
Each edition adds a month (never one that is not over) and revises the one before it.
"""

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.upstreams.faults import PLAIN
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.world import World

HOST = "cpx.cbc.gov.tw"
HOSTS = (HOST,)
FAULTS = (
    *PLAIN,
    *(name for name in CONTENT if name != "new_country"),
    "bom",
    "moved_column",  # the New Taiwan dollar comes last
    "no_update_date",
    "renamed_column",
    "short_row",  # one row lacks its last cell
    "unmoved_last_updated",  # new values under an old date
)

FILE = "BP01M01"
HEADINGS = ("新台幣NTD/USD", "日圓JPY/USD", "英鎊USD/GBP", "港幣HKD/USD", "韓元KRW/USD")
LEVELS = (32.0, 120.0, 1.5, 7.8, 1200.0)
MISSING = ("", "-", "...", ".")  # how the first four months are marked
FIRST_YEAR = 1960
FIRST_UPDATE = "2026-11-05"  # last_updated of edition 0
MONTHS_AT_FIRST = 12 * 66 + 10  # up to October 2026
SHAPE = Shape(keys=("period",), values=HEADINGS, period="period")


def routes(world: World) -> list[Route]:
    """The one endpoint."""

    def answer(request: Request) -> Response:
        kind = {"content-type": "application/json; charset=utf-8"}
        if request.query_params.get("FileName") != FILE:
            return Response(b"", headers=kind)
        body = {"meta": _meta(world), "data": _data(world)}
        text = json.dumps(body, ensure_ascii=False)
        return Response(world.encode(HOST, text), headers=kind)

    return [Route(f"/{HOST}/API/DataAPI/Get", answer)]


def months(world: World) -> int:
    """How many months the present edition holds."""
    over = 12 * (world.today.year - FIRST_YEAR) + world.today.month - 1
    return min(MONTHS_AT_FIRST + world.edition, over)


def rate(world: World, heading: str, number: int) -> float:
    """The made-up rate of a month, counted from the first one."""
    level = LEVELS[HEADINGS.index(heading)]
    level *= world.amount(HOST, heading, number, low=0.9, high=1.1)
    if 0 < number - MONTHS_AT_FIRST + 2 <= world.edition:  # revised when one was added
        level *= world.amount(HOST, heading, number, "revised", low=0.99, high=1.01)
    return level


def _meta(world: World) -> Row:
    stuck = world.has(HOST, "unmoved_last_updated") or not world.edition
    updated = FIRST_UPDATE if stuck else world.published_on.isoformat()
    meta = {
        "title": "我國與主要貿易對手通貨對美元之匯率依期間",
        "sender": "中央銀行",
        # Of the answer, not of the figures: never twice the same.
        "prepared": f"{world.today:%Y/%m/%d} 上午 09:00:{len(world.log):02}",
        "filename": f"{FILE}.px",
        "last_updated": updated,
        "units": "元",
        "matrix": "BP01",
    }
    if world.has(HOST, "no_update_date"):
        del meta["last_updated"]
    return meta


def _data(world: World) -> Row:
    rows = [_row(world, number) for number in range(months(world))]
    rows = world.content(HOST, rows, SHAPE)
    names = list(HEADINGS)
    if world.has(HOST, "moved_column"):
        names = [*names[1:], names[0]]
    cells = [[row["period"], *(row[name] for name in names)] for row in rows]
    if world.has(HOST, "short_row"):
        cells[100] = cells[100][:-1]
    if world.has(HOST, "renamed_column"):
        names = [name.replace("新台幣NTD", "新臺幣TWD") for name in names]
    return {
        "dataSets": cells,
        "structure": {"Table1": [{"data": name} for name in names]},
    }


def _row(world: World, number: int) -> Row:
    period = f"{FIRST_YEAR + number // 12}M{number % 12 + 1:02}"
    if number < len(MISSING):
        return {"period": period} | dict.fromkeys(HEADINGS, MISSING[number])
    rates = {name: f"{rate(world, name, number):.3f}" for name in HEADINGS}
    return {"period": period} | rates
