"""NISTEP's Science and Technology Indicators: the list of tables and three of them.

Technology trade (5-1-1), the same by industry (5-1-2) and balance ratios of principal
commodities; every number is made up. The layout of the tables is assumed. Each edition
of the world adds a year, revises the last and moves the workbooks to new addresses.
"""

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from html import escape

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.upstreams.faults import HTML, TRANSPORT
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.workbooks import packed
from tests.upstreams.world import World

HOST = "www.nistep.go.jp"
HOSTS = (HOST,)
FAULTS = (
    *TRANSPORT,
    *(name for name in CONTENT if name != "new_country"),
    "another_unit",
    "foreign_link",  # a workbook is linked at another host
    "listed_twice",
    "missing_workbook",  # the list links to what is not there
    "new_heading",
    "new_industry",
    "no_etag",
    "renamed_sheet",
    "renamed_title",
    "unlisted",  # the tables on technology trade are not in the list
    "wrong_ratio",
)

INDEX = "/sti_indicator/2026/NR212_table.html"
TRADE, INDUSTRY, GOODS = "5-1-01", "5-1-02", "5-2-08"
TITLES = {
    TRADE: "日本と米国の技術貿易額の推移"
    "（親子会社、関連会社間の技術貿易とそれ以外の技術貿易）",
    INDUSTRY: "日本の産業分類別の技術貿易",
    "5-1-03": "日本と米国の相手先国・地域別技術貿易額",
    GOODS: "日本における概況品の貿易収支比の推移",
}
PARTIES = {
    "all": "全体",
    "affiliates": "親子会社、関連会社間",
    "others": "親子会社、関連会社間以外",
}
FLOWS = {"exports": "技術輸出額", "imports": "技術輸入額", "ratio": "技術貿易収支比"}
INDUSTRIES = (
    *("全産業", "電気機械器具製造業", "情報通信機械器具製造業"),
    *("電子部品・デバイス・電子回路製造業", "輸送用機械器具製造業"),
)
COMMODITIES = (
    "半導体等電子部品",
    "半導体等製造装置",
    "自動車",
    "音響・映像機器（含部品）",
)
READINGS = {
    "年度": "ネンド",
    "産業": "サンギョウ",
    "日本": "ニホン",
    "米国": "ベイコク",
}
FIRST_YEAR = 2010
NEWEST_AT_FIRST = 2024
FIRST_RELEASE = date(2026, 8, 6)
VALUES = tuple(f"{flow}_{party}" for flow in FLOWS for party in PARTIES)
SHAPES = {
    TRADE: Shape(keys=("year",), values=VALUES, period="year"),
    INDUSTRY: Shape(keys=("year", "industry"), values=VALUES, period="year"),
    GOODS: Shape(keys=("year",), values=COMMODITIES, period="year"),
}


def routes(world: World) -> list[Route]:
    """The list of tables and the workbooks."""

    def index(_: Request) -> Response:
        return HTMLResponse(_index(world))

    def workbook(request: Request) -> Response:
        place = request.path_params["place"]
        known = {_place(world, table): table for table in SHAPES}
        if place not in known or world.has(HOST, "missing_workbook"):
            return HTMLResponse(HTML, 404)
        table = known[place]
        body = workbook_of(world, table)
        headers = {
            "content-type": "application/vnd.openxmlformats-officedocument."
            "spreadsheetml.sheet",
            "last-modified": _released(world),
        }
        if not world.has(HOST, "no_etag"):
            headers["etag"] = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
            if request.headers.get("if-none-match") == headers["etag"]:
                return Response(status_code=304, headers=headers)
        return Response(body, headers=headers)

    return [
        Route(f"/{HOST}{INDEX}", index),
        Route(f"/{HOST}/sti_indicator/2026/{{place:path}}", workbook),
    ]


def balance(world: World, year: int, industry: str, party: str) -> tuple[float, float]:
    """Made-up exports and imports of technology, 100 million yen, to one decimal."""
    if party == "all":
        parts = [balance(world, year, industry, p) for p in ("affiliates", "others")]
        return tuple(round(sum(flow), 1) for flow in zip(*parts, strict=True))
    level = 20_000 if industry in ("", "全産業") else 900
    revised = world.edition if year == newest_year(world) - 1 else 0
    exports, imports = (
        round(
            level
            * share
            * 1.03 ** (year - FIRST_YEAR)
            * world.amount(flow, industry, party, year, revised, low=0.9, high=1.1),
            1,
        )
        for flow, share in (("exports", 0.9), ("imports", 0.2))
    )
    return exports, imports


def newest_year(world: World) -> int:
    """The newest year that the present edition prints."""
    return NEWEST_AT_FIRST + world.edition


def workbook_of(world: World, table: str) -> bytes:
    """The workbook of a table as the present edition has it."""
    rows = world.content(HOST, _rows(world, table), SHAPES[table])
    own = frozenset(world.active(HOST)) - {*TRANSPORT, *CONTENT}
    return _workbook(table, json.dumps(rows), own)


def _rows(world: World, table: str) -> list[Row]:
    years = range(FIRST_YEAR, newest_year(world) + 1)
    if table == GOODS:
        return [
            {"year": year}
            | {c: world.amount(c, year, low=0.5, high=8.0) for c in COMMODITIES}
            for year in years
        ]
    industries = INDUSTRIES if table == INDUSTRY else ("",)
    if table == INDUSTRY and world.has(HOST, "new_industry"):
        industries = (*industries, "合成産業")
    return [
        {"year": year, "industry": industry} | _printed(world, year, industry)
        for year in reversed(years)
        for industry in industries
    ]


def _printed(world: World, year: int, industry: str) -> Row:
    """Nine figures; in the first year one kind was not asked for, one not there."""
    row: Row = {}
    for party in PARTIES:
        exports, imports = balance(world, year, industry, party)
        row[f"exports_{party}"], row[f"imports_{party}"] = exports, imports
        row[f"ratio_{party}"] = exports / imports
        if world.has(HOST, "wrong_ratio") and year == newest_year(world):
            row[f"ratio_{party}"] *= 1.5
        if year == FIRST_YEAR and party != "all":
            mark = "…" if party == "affiliates" else "-"
            row |= {f"{flow}_{party}": mark for flow in FLOWS}
    return {name: row[name] for name in VALUES}


# Many tests ask for the same few workbooks.
@functools.lru_cache(maxsize=16)
def _workbook(table: str, rows: str, faults: frozenset[str]) -> bytes:
    book = Workbook()
    book.active.title = "必ずお読みください"
    book.active["A1"] = "合成データ (synthetic). 出典を明記して利用してください。"
    book.active["A2"] = f"表{table} {TITLES[table]}"
    page = book.create_sheet("Sheet2" if "renamed_sheet" in faults else table)
    title = "改題" if "renamed_title" in faults else TITLES[table]
    page["A1"] = f"【表{table}】 {title}"
    unit = "百万円" if "another_unit" in faults else "億円"
    if table != GOODS:
        page["J2"] = f"（単位：{unit}）"
    _WRITERS[table](page, json.loads(rows), "new_heading" in faults)
    page.append([])
    page.append(["注：1)合成データである。技術輸出、技術輸入は1の位まで。"])
    page.append(["資料：合成"])
    return packed(book, READINGS)


def _write_trade(page: Worksheet, rows: list[Row], is_new: bool) -> None:
    page["A3"] = "年度"
    for economy, column in (("日本", 2), ("米国", 11)):
        page.merge_cells(None, 3, column, 3, column + 8)
        page.cell(3, column, economy)
        _write_headings(page, 4, column, is_new)
    for row in rows:
        page.append([row["year"], *(row.get(v) for v in VALUES), *([7.5] * 9)])


def _write_industries(page: Worksheet, rows: list[Row], is_new: bool) -> None:
    year = None
    for row in rows:
        if row["year"] != year:
            year = row["year"]
            page.append([f"{year}年度"])
            top = page.max_row + 1
            _write_headings(page, top, 2, is_new)
            page.cell(top, 1, "産業")
        page.append([row["industry"], *(row.get(v) for v in VALUES)])


def _write_headings(page: Worksheet, top: int, column: int, is_new: bool) -> None:
    for place, flow in enumerate(FLOWS.values()):
        begin = column + 3 * place
        page.merge_cells(None, top, begin, top, begin + 2)
        page.cell(top, begin, flow)
        for party, words in enumerate(PARTIES.values()):
            page.cell(top + 1, begin + party, words)
    if is_new:
        page.cell(top + 1, column, "合成区分")


def _write_goods(page: Worksheet, rows: list[Row], is_new: bool) -> None:
    page.append([])
    page.append(["年", *COMMODITIES])
    for row in rows:
        page.append([f"{row['year']}年", *(row[c] for c in COMMODITIES)])


_WRITERS: dict[str, Callable[[Worksheet, list[Row], bool], None]] = {
    TRADE: _write_trade,
    INDUSTRY: _write_industries,
    GOODS: _write_goods,
}


def _place(world: World, table: str) -> str:
    moved = f"r{world.edition}/" if world.edition else ""
    return f"hyoudata/{moved}STI2026_{table}.xlsx"


def _released(world: World) -> str:
    day = world.published_on if world.edition else FIRST_RELEASE
    return format_datetime(datetime.combine(day, time(1), UTC), usegmt=True)


def _index(world: World) -> str:
    listed = dict(TITLES)
    if world.has(HOST, "unlisted"):
        listed = {GOODS: TITLES[GOODS]}
    rows = [
        (table, title, _place(world, table) if table in SHAPES else "hyoudata/x.xlsx")
        for table, title in listed.items()
    ]
    if world.has(HOST, "listed_twice"):
        rows.append((INDUSTRY, f"{TITLES[INDUSTRY]} 再掲", "hyoudata/again.xlsx"))
    if world.has(HOST, "foreign_link"):
        rows = [(n, title, f"https://files.example/{at}") for n, title, at in rows]
    cells = "".join(
        f"<tr><td>{n}</td>\n<td>{escape(title)}</td>"
        f'<td><a href="{place}">Excel</a></td>'
        f'<td><a href="/img/{n}.png">図</a></td></tr>'
        for n, title, place in rows
    )
    return (
        '<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>統計集'
        f"</title></head><body><h5>第5章</h5><table>{cells}</table>"
        f"<!-- {json.dumps({'synthetic': True})} --></body></html>"
    )
