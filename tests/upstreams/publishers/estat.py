"""e-Stat API 3.0: lists of tables and their cells, of two statistics.

Trade by principal commodity and country (00350300), and the survey of research and
development (00200543). Every number is made up; a year's trade has the size that the
embedded files know. Each edition adds a month to the table of the running year and
restates the year before.
"""

import csv
import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingest.embedded import REFERENCE
from tests.upstreams.faults import PLAIN
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.world import World

HOST = "api.e-stat.go.jp"
HOSTS = (HOST,)
APP_ID = "synthetic-key"
FAULTS = (
    *PLAIN,
    *CONTENT,
    "bom",
    "another_table",  # a second table for the running year
    "changed_midway",  # the second page is of another version
    "lost_cells",  # fewer cells than the page says
    "measures_moved",  # the columns of values hold quantities
    "no_data",  # STATUS 1 for a table that is listed
    "nothing_listed",  # STATUS 1 for the search
    "one_cell",  # one cell, and so no list
    "refused_with_200",  # a wrong key is told with status 200
    "same_page_again",  # NEXT_KEY does not move
    "small_pages",  # 500 cells a page
    "swapped_direction",  # the export tables hold the imports' labels
    "unmoved_updated_date",  # new values under an old date
    "vanished_table",  # the exports of 2021 to 2025 are not listed
    "wrong_unit",  # yen
)

_ROOT = f"/{HOST}/rest/3.0/app/json"
_REFUSAL = "認証に失敗しました。アプリケーションIDを確認して下さい。"
_EXPORTS = {
    "0003258349": (1988, 1990),
    "0003258350": (1991, 1995),
    "0003258351": (1996, 2000),
    "0003228190": (2001, 2005),
    "0003228191": (2006, 2010),
    "0003228192": (2011, 2015),
    "0003313967": (2016, 2020),
    "0003425295": (2021, 2025),
    "0004049327": (2026, 2026),
}
_IMPORTS = {
    "0003258352": (1988, 1990),
    "0003258353": (1991, 1995),
    "0003258354": (1996, 2000),
    "0003228197": (2001, 2005),
    "0003228198": (2006, 2010),
    "0003228199": (2011, 2015),
    "0003313968": (2016, 2020),
    "0003425296": (2021, 2025),
    "0004049328": (2026, 2026),
}
_RUNNING, _CLOSED = ("0004049327", "0004049328"), ("0003425295", "0003425296")
_ANOTHER = "0004999999"
_CUSTOMS_OFFICES = "0003258368"
FIRST_UPDATE = date(2026, 10, 30)
_FIRST_MONTH = 2026 * 12 + 8  # September 2026, counted from January of year 0

COMMODITIES = {
    "輸出": {
        "70323000": "半導体等電子部品",
        "70323050": "ＩＣ",
        "70323030": "個別半導体",
        "70323010": "熱電子管",
        "70131000": "半導体等製造装置",
        "70131010": "半導体製造装置",
        "70311000": "音響機器",
    },
    "輸入": {
        "70311000": "半導体等電子部品",
        "70311030": "ＩＣ",
        "70311010": "トランジスター等",
        "70131000": "半導体等製造装置",
        "70131010": "半導体製造装置",
    },
}
# A trial stands beside the real, embedded files: years of the same size let the same
# checks pass.
_COMMODITIES_OF_FILES = {
    "70323000": "semiconductors_etc",
    "70311000": "semiconductors_etc",
    "70323050": "ic",
    "70311030": "ic",
    "70131000": "semiconductor_machinery_etc",
}
_DIRECTIONS = {"輸出": "export", "輸入": "import"}
AREAS = {
    "50103": "103_大韓民国",
    "50105": "105_中華人民共和国",
    "50106": "106_台湾",
    "50112": "112_シンガポール",
    "50113": "113_マレーシア",
    "50213": "213_ドイツ",
    "50304": "304_アメリカ合衆国",
}
INDUSTRIES = {
    "001": "全産業",
    "013": "製造業",
    "031": "電子部品・デバイス・電子回路製造業",
    "033": "電気機械器具製造業",
    "036": "情報通信機械器具製造業",
    "060": "情報通信業",
}
SURVEYS = {"0004100001": "技術輸出", "0004100002": "技術輸入"}
_SURVEY_BY_REGION = "0004100003"

TRADE_SHAPE = Shape(
    keys=("@cat01", "@cat02", "@area", "@time"),
    values=("$",),
    period="@time",
    economy="@area",
)
SURVEY_SHAPE = Shape(
    keys=("@cat01", "@cat02", "@time"), values=("$",), period="@time", economy="@cat02"
)


@dataclass(frozen=True)
class _Held:
    """A table: what its list entry says, its axes and its cells."""

    id: str
    title: str
    statistic: tuple[str, str]
    updated: date
    axes: dict[str, tuple[str, dict[str, str]]]
    cells: list[Row]
    shape: Shape


def routes(world: World) -> list[Route]:
    """The list of tables and the cells of one."""

    def lists(request: Request) -> Response:
        query = request.query_params
        parameters = {"LANG": "J", "STATS_CODE": query.get("statsCode", "")}
        refused = _refused(world, request, "GET_STATS_LIST", parameters)
        if refused:
            return refused
        found = [
            _entry(*told)
            for told in _tables(world, query.get("statsCode", ""))
            if query.get("searchWord", "") in " ".join(told[1:3])
        ]
        if world.has(HOST, "nothing_listed") or not found:
            return _no_data(world, "GET_STATS_LIST", parameters)
        inf = {"NUMBER": len(found), "RESULT_INF": _range(1, len(found), None)}
        inf["TABLE_INF"] = _collapsed(found)
        body = {"DATALIST_INF": inf}
        return _response(world, "GET_STATS_LIST", parameters, body)

    def cells(request: Request) -> Response:
        query = request.query_params
        table_id = query.get("statsDataId", "")
        parameters = {"LANG": "J", "STATS_DATA_ID": table_id, "DATA_FORMAT": "J"}
        refused = _refused(world, request, "GET_STATS_DATA", parameters)
        if refused:
            return refused
        if world.has(HOST, "no_data") or table_id not in _ids(world):
            return _no_data(world, "GET_STATS_DATA", parameters)
        table = _held(world, table_id, request)
        start, limit = int(query.get("startPosition", "1")), int(query["limit"])
        data = _statistical_data(world, table, start, limit)
        return _response(
            world, "GET_STATS_DATA", parameters, {"STATISTICAL_DATA": data}
        )

    return [
        Route(f"{_ROOT}/getStatsList", lists),
        Route(f"{_ROOT}/getStatsData", cells),
    ]


def newest_month(world: World) -> tuple[int, int]:
    """Year and month of the newest values."""
    year, month = divmod(_FIRST_MONTH + world.edition, 12)
    return year, month + 1


def trade(
    world: World, flow: str, code: str, area: str, year: int, month: int
) -> str | None:
    """A made-up cell of the trade statistics; None for a commodity not yet there."""
    if (year, month) > newest_month(world):
        return "0"
    if code.startswith("70131") and year < 2007:
        return None
    if code == "70323010" and area == "50113":
        return {3: "***", 4: "-", 5: "X", 6: ""}.get(month, "0")
    part = world.amount(flow, code, low=0.1, high=0.3)
    group = code if code in _COMMODITIES_OF_FILES else f"{code[:5]}000"
    level = _month(flow, group, year) / len(AREAS)
    level *= 1.0 if code == group else part
    # The year before the running one is restated by each edition.
    turn = world.edition if year == newest_month(world)[0] - 1 else 0
    return str(
        int(level * world.amount(flow, area, year, month, turn, low=0.9, high=1.1))
    )


@functools.cache
def _years() -> dict[tuple[str, str, int], float]:
    """Real yearly totals of the embedded files, thousand yen, the newest print."""
    found: dict[tuple[str, str, int], float] = {}
    with (REFERENCE / "japan_customs_semiconductors_vintages.csv").open() as file:
        for row in csv.DictReader(file):
            if row["area"] == "Grand Total" and row["months_covered"] == "12":
                key = (row["flow"], row["commodity"], int(row["year"]))
                found[key] = float(row["value_bn_jpy"]) * 1e6
    return found


@functools.cache
def _month(flow: str, code: str, year: int) -> float:
    """A month's size like the real one of the nearest year that is known."""
    commodity = _COMMODITIES_OF_FILES[code]
    direction = _DIRECTIONS[flow]
    years = {y: v for (*k, y), v in _years().items() if k == [direction, commodity]}
    if not years:  # the files have no imports of machines
        return _month("輸出", code, year) / 4
    return years[min(years, key=lambda known: abs(known - year))] / 12


def survey(world: World, flow: str, item: str, industry: str, year: int) -> str:
    """A made-up cell of the survey, in million yen."""
    if industry == "060" and item == "050":
        return "X"
    level = world.amount(flow, industry, low=2e4, high=4e5)
    if industry in ("001", "013"):
        level = (4e6 if flow == "技術輸出" else 7e5) * (1 if industry == "001" else 0.9)
    share = {"010": 1e-4, "020": 30, "040": 1.0, "050": 0.7}[item]
    turn = world.edition if year == 2024 else 0
    return str(int(level * share * world.amount(flow, year, turn, low=0.9, high=1.1)))


def _ids(world: World) -> set[str]:
    return {_ANOTHER, *_EXPORTS, *_IMPORTS, *SURVEYS, _SURVEY_BY_REGION}


def _tables(world: World, code: str) -> Iterator[tuple[str, str, str, str, date]]:
    """Id, statistic, title, code and day of the tables of a statistic."""
    if code == "00350300":
        name = "普通貿易統計 貿易統計_全国分 概況品別国別表 {} 月次"
        for flow, tables in (("輸出", _EXPORTS), ("輸入", _IMPORTS)):
            for table_id, (first, last) in tables.items():
                if table_id == "0003425295" and world.has(HOST, "vanished_table"):
                    continue
                title = f"概況品別国別表 {flow} {first}年-{last}年"
                updated = _updated(world, table_id)
                yield table_id, name.format(flow), title, code, updated
        offices = "普通貿易統計 貿易統計_税関別 税関別概況品別国別表 輸出 月次"
        yield _CUSTOMS_OFFICES, offices, "税関別 輸出", code, FIRST_UPDATE
        if world.has(HOST, "another_table"):
            title = "概況品別国別表 輸出 2026年 速報"
            yield _ANOTHER, name.format("輸出"), title, code, FIRST_UPDATE
    if code == "00200543":
        name = "科学技術研究調査 企業等"
        for table_id, flow in SURVEYS.items():
            title = f"産業，資本金階級別{flow}をした企業数及び対価額（企業）"
            yield table_id, name, title, code, _updated(world, table_id)
        title = "産業，世界州別技術輸出及び技術輸入対価額（企業）"
        yield _SURVEY_BY_REGION, name, title, code, FIRST_UPDATE


def _updated(world: World, table_id: str) -> date:
    moves = table_id in (*_RUNNING, *_CLOSED, *SURVEYS)
    if not moves:
        return date(2024, 3, 13)
    stuck = world.has(HOST, "unmoved_updated_date")
    return FIRST_UPDATE if stuck or not world.edition else world.published_on


def _entry(
    table_id: str, statistic: str, title: str, code: str, updated: date
) -> dict[str, Any]:
    return {
        "@id": table_id,
        "STAT_NAME": {"@code": code, "$": statistic.split(" ")[0]},
        "GOV_ORG": {"@code": code[:5], "$": "合成"},
        "STATISTICS_NAME": statistic,
        "TITLE": {"@no": "001", "$": title},
        "CYCLE": "月次",
        "SURVEY_DATE": 0,
        "OPEN_DATE": updated.isoformat(),
        "SMALL_AREA": 0,
        "OVERALL_TOTAL_NUMBER": 1,
        "UPDATED_DATE": updated.isoformat(),
    }


def _held(world: World, table_id: str, request: Request) -> _Held:
    for found, statistic, title, code, updated in (
        *_tables(world, "00350300"),
        *_tables(world, "00200543"),
    ):
        if found == table_id:
            about = (table_id, title, (code, statistic), updated)
            if code == "00350300":
                return _trade_table(world, about, request)
            return _survey_table(world, about)
    raise KeyError(table_id)


def _trade_table(world: World, about: Any, request: Request) -> _Held:
    flow = "輸出" if "輸出" in about[1] else "輸入"
    first, last = (_EXPORTS | _IMPORTS | {_ANOTHER: (2026, 2026)})[about[0]]
    last = max(last, newest_month(world)[0]) if about[0] in _RUNNING else last
    labels = COMMODITIES[flow]
    if world.has(HOST, "swapped_direction"):
        labels = {code: "音響機器" for code in labels}
    measure = "数量" if world.has(HOST, "measures_moved") else "金額"
    months = {str(120 + 20 * month): f"{month}月_{measure}" for month in range(1, 13)}
    years = {f"{year}000000": f"{year}年" for year in range(first, last + 1)}
    axes = {
        "cat01": ("概況品目", labels),
        "cat02": ("概況品別国別表の数量・金額", months),
        "area": ("国", AREAS),
        "time": ("時間軸(年次)", years),
    }
    wanted = request.query_params.get("cdCat01", "").split(",")
    unit = "円" if world.has(HOST, "wrong_unit") else "千円"
    cells = []
    for code in (code for code in labels if code in wanted):
        for area in AREAS:
            for time in years:
                for column in months:
                    month = int(column) // 20 - 6
                    figure = trade(world, flow, code, area, int(time[:4]), month)
                    if figure is not None:
                        keys = {"@cat01": code, "@cat02": column, "@area": area}
                        cells.append(
                            {**keys, "@time": time, "@unit": unit, "$": figure}
                        )
    return _Held(*about, axes=axes, cells=cells, shape=TRADE_SHAPE)


def _survey_table(world: World, about: Any) -> _Held:
    flow = SURVEYS.get(about[0], "技術輸出")
    paid = "対価受取額" if flow == "技術輸出" else "対価支払額"
    items = {
        "010": f"{flow}をした企業数",
        "020": "総売上高",
        "040": paid,
        "050": f"{paid}_うち親子会社",
    }
    unit = "円" if world.has(HOST, "wrong_unit") else "百万円"
    units = {"010": "社", "020": "億円", "040": unit, "050": unit}
    years = {f"{year}100000": f"{year}年度" for year in range(2013, 2025)}
    cells = [
        {"@cat01": item, "@cat02": industry, "@time": time, "@unit": units[item]}
        | {"$": survey(world, flow, item, industry, int(time[:4]))}
        for item in items
        for industry in INDUSTRIES
        for time in years
    ]
    axes = {
        "cat01": ("表章項目", items),
        "cat02": ("産業", INDUSTRIES),
        "time": ("時間軸(年度次)", years),
    }
    return _Held(*about, axes=axes, cells=cells, shape=SURVEY_SHAPE)


def _statistical_data(
    world: World, table: _Held, start: int, limit: int
) -> dict[str, Any]:
    cells = world.content(HOST, table.cells, table.shape)
    if world.has(HOST, "one_cell"):
        cells = cells[:1]
    size = min(limit, 500) if world.has(HOST, "small_pages") else limit
    part = cells[start - 1 : start - 1 + size]
    last = start - 1 + len(part)
    next_key = last + 1 if last < len(cells) else None
    if world.has(HOST, "same_page_again"):
        next_key = start
    updated = table.updated
    if world.has(HOST, "changed_midway") and start > 1:
        updated = date(2026, 11, 19)
    if world.has(HOST, "lost_cells"):
        part = part[:-3]
    return {
        "RESULT_INF": {"TOTAL_NUMBER": len(cells), **_range(start, last, next_key)},
        "TABLE_INF": _entry(
            table.id, table.statistic[1], table.title, table.statistic[0], updated
        ),
        "CLASS_INF": {
            "CLASS_OBJ": [
                {
                    "@id": axis,
                    "@name": name,
                    "CLASS": _collapsed(
                        [
                            {"@code": code, "@name": label, "@level": "1"}
                            for code, label in members.items()
                        ]
                    ),
                }
                for axis, (name, members) in table.axes.items()
            ]
        },
        "DATA_INF": {
            "NOTE": {"@char": "***", "$": "合成の秘匿値"},
            "VALUE": _collapsed(part),
        },
    }


def _range(first: int, last: int, next_key: int | None) -> dict[str, int]:
    held = {"FROM_NUMBER": first, "TO_NUMBER": last}
    return held | ({"NEXT_KEY": next_key} if next_key else {})


def _collapsed(things: list[Any]) -> Any:
    """A list of one is given without the list."""
    return things[0] if len(things) == 1 else things


def _refused(
    world: World, request: Request, root: str, parameters: dict[str, str]
) -> Response | None:
    if request.query_params.get("appId") == APP_ID:
        return None
    status = 200 if world.has(HOST, "refused_with_200") else 403
    return _response(world, root, parameters, {}, 100, _REFUSAL, status)


def _no_data(world: World, root: str, parameters: dict[str, str]) -> Response:
    message = "正常に終了しましたが、該当データはありませんでした。"
    return _response(world, root, parameters, {}, 1, message)


def _response(
    world: World,
    root: str,
    parameters: dict[str, str],
    body: dict[str, Any],
    status: int = 0,
    message: str = "正常に終了しました。",
    http_status: int = 200,
) -> Response:
    moment = f"{world.today}T09:00:{len(world.asked(HOST)) % 60:02}.000+09:00"
    result = {"STATUS": status, "ERROR_MSG": message, "DATE": moment}
    answer = {root: {"RESULT": result, "PARAMETER": parameters, **body}}
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    kind = {"content-type": "application/json;charset=utf-8"}
    return Response(world.encode(HOST, text), http_status, kind)
