"""Japan's technology trade and goods balance ratios, from a report on indicators.

The Science and Technology Indicators of NISTEP compile the survey of R&D (technology
trade by fiscal year) and customs statistics (balance ratios by calendar year): control
totals for the figures from the origin. Workbooks and sheets are found by the title of
their table, figures by their labels: numbers and places change with the edition.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from ingest.download import FetchError
from ingest.questions import web_page
from ingest.readers import indicator_tables, workbook
from ingest.session import Session
from ingest.source import (
    Column,
    Feed,
    IngestError,
    Provenance,
    Source,
    Table,
    Visits,
    key,
    value,
)

_EDITION = 2026
_INDEX = f"https://www.nistep.go.jp/sti_indicator/{_EDITION}/NR212_table.html"
_FILE = re.compile(r"sti(\d{4})_.*")
_INDUSTRIES = (
    *("全産業", "農林水産業", "鉱業・採石業・砂利採取業", "建設業", "製造業"),
    *("食料品製造業", "繊維工業", "パルプ・紙・紙加工品製造業", "印刷・同関連業"),
    *("医薬品製造業", "化学工業", "石油製品・石炭製品製造業", "プラスチック製品製造業"),
    *("ゴム製品製造業", "窯業・土石製品製造業", "鉄鋼業", "非鉄金属製造業"),
    *("金属製品製造業", "はん用機械器具製造業", "生産用機械器具製造業"),
    *("業務用機械器具製造業", "電子部品・デバイス・電子回路製造業"),
    *("電気機械器具製造業", "情報通信機械器具製造業", "輸送用機械器具製造業"),
    *("その他の製造業", "電気・ガス・熱供給・水道業", "情報通信業"),
    *("運輸業・郵便業", "卸売業", "金融業・保険業", "サービス業"),
    *("学術研究・専門・技術サービス業", "その他の産業"),
)
_COMMODITIES = (
    *("半導体等電子部品", "半導体等製造装置", "自動車", "医薬品", "通信機"),
    *("音響・映像機器(含部品)", "繊維機械"),
)
_REASONS = tuple(indicator_tables.REASONS.values())

Rows = Callable[[Path, str], Iterator[tuple[Any, ...]]]


def _read(
    rows: Rows, title: str, con: duckdb.DuckDBPyConnection, table: Table, path: Path
) -> None:
    workbook.leave(con, table, rows(path, title))


def _published_by(path: Path) -> date:
    """The last day of August of the edition in the file's name.

    Editions come out in early August; the publisher names its files STIyyyy_….
    """
    name = _FILE.fullmatch(path.name.lower())
    if not name:
        raise IngestError(f"{path.name}: keep the publisher's name, STIyyyy_…xlsx")
    return date(int(name[1]), 8, 31)


def _feeds(
    name: str, meaning: tuple[str, str], title: str, rows: Rows, files: str
) -> tuple[Feed, ...]:
    resource, read = f"{name}.xlsx", partial(_read, rows, title)
    told = Provenance(
        title_en=f"Science and Technology Indicators: {meaning[0]}",
        title_zh=f"科學技術指標：{meaning[1]}",
        publisher_en="National Institute of Science and Technology Policy, Japan",
        publisher_zh="日本科學技術與學術政策研究所（NISTEP）",
        url=_INDEX,
        licence_en="Reuse with attribution",
        licence_zh="註明出處即可利用",
        licence_url="https://www.nistep.go.jp",
        attribution_en="NISTEP, Science and Technology Indicators",
        attribution_zh="日本NISTEP《科學技術指標》",
        unit="100 million yen; ratio",
        coverage="all years of an edition",
    )
    return (
        Feed(resource, "download", read, told),
        Feed(resource, "inbox", read, told, files, _published_by),
    )


def _amount(name: str, meaning: str) -> Column:
    return value(
        name, "DOUBLE", meaning, False, unit="100 million yen", minimum=0, maximum=2e5
    )


def _reason(name: str) -> Column:
    return value(
        f"{name}_missing",
        "VARCHAR",
        f"Why {name} is empty",
        required=False,
        allowed=_REASONS,
    )


def _ratio(least: float, most: float) -> Column:
    return value(
        "balance_ratio",
        "DOUBLE",
        "Exports over imports, as printed",
        required=False,
        unit="ratio",
        minimum=least,
        maximum=most,
    )


_FISCAL_YEAR = key(
    "fiscal_year", "INTEGER", "Fiscal year, April to March", minimum=1971, maximum=2100
)
_BALANCE = (
    key(
        "relation",
        "VARCHAR",
        "Parties: all, parents and their affiliates, or others",
        allowed=("all", "affiliates", "others"),
    ),
    _amount("exports_100m_yen", "Receipts for exported technology"),
    _amount("imports_100m_yen", "Payments for imported technology"),
    _ratio(0, 1000),
    _reason("exports"),
    _reason("imports"),
    _reason("balance_ratio"),
)
_TRADE_TITLE = "日本と米国の技術貿易額の推移"
_INDUSTRY_TITLE = "日本の産業分類別の技術貿易"
_GOODS_TITLE = "概況品.*貿易収支比|貿易収支比.*概況品"

TECHNOLOGY_TRADE = Table(
    name="technology_trade",
    feeds=_feeds(
        "technology_trade",
        ("Japan's technology trade", "日本技術貿易額"),
        _TRADE_TITLE,
        indicator_tables.technology_trade,
        "sti????_5-1-01*.xlsx",
    ),
    meaning="Japan's technology trade by fiscal year and parties (table 5-1-1)",
    rows=(20, 500),
    columns=(_FISCAL_YEAR, *_BALANCE),
)
BY_INDUSTRY = Table(
    name="technology_trade_by_industry",
    feeds=_feeds(
        "technology_trade_by_industry",
        ("Japan's technology trade by industry", "日本各產業技術貿易"),
        _INDUSTRY_TITLE,
        indicator_tables.technology_trade_by_industry,
        "sti????_5-1-02*.xlsx",
    ),
    meaning="Japan's technology trade by fiscal year, industry and parties (5-1-2)",
    rows=(10, 20_000),
    columns=(
        _FISCAL_YEAR,
        key("industry", "VARCHAR", "Industry, as printed", known=_INDUSTRIES),
        *_BALANCE,
    ),
)
GOODS_RATIOS = Table(
    name="goods_balance_ratios",
    feeds=_feeds(
        "goods_balance_ratios",
        ("Japan's balance ratios by principal commodity", "日本概況品貿易收支比"),
        _GOODS_TITLE,
        indicator_tables.goods_balance_ratios,
        "sti????_5-2-08*.xlsx",
    ),
    meaning="Japan's goods balance ratios by principal commodity (figure 5-2-8)",
    rows=(10, 20_000),
    columns=(
        key("calendar_year", "INTEGER", "Calendar year", minimum=1971, maximum=2100),
        key("commodity", "VARCHAR", "Principal commodity", known=_COMMODITIES),
        # A thousandth or a thousandfold of what any of them has been.
        _ratio(0.01, 100),
        _reason("balance_ratio"),
    ),
)


def fetch(session: Session) -> None:
    """Land the workbooks that an edition's list of tables links to, if they are new.

    The balance ratios by commodity are not in every edition. Raises FetchError if a
    table is not in the list, and after all else if a later edition must be out.
    """
    page = session.get(_INDEX, "html")
    found = web_page.links(page.path, _INDEX)
    page.path.unlink(missing_ok=True)
    addresses = (
        (TECHNOLOGY_TRADE, _address(found, _TRADE_TITLE)),
        (BY_INDUSTRY, _address(found, _INDUSTRY_TITLE)),
        (GOODS_RATIOS, _address(found, _GOODS_TITLE, is_due=False)),
    )
    for table, address in addresses:
        feed = table.feeds[0]
        got = session.get_changed(feed, address, "xlsx") if address else None
        if got:
            session.land(feed, got, published_at=session.last_modified(got))
    if session.now.date() > date(_EDITION + 1, 8, 31):
        raise FetchError(
            f"{_INDEX}: the edition of {_EDITION + 1} must be out; enter the address "
            "of its list of tables in ingest/sources/nistep_indicators.py"
        )


def _address(found: list[web_page.Link], title: str, is_due: bool = True) -> str | None:
    """The one workbook whose row in the list has the title."""
    addresses = {
        link.address
        for link in found
        if link.address.endswith(".xlsx")
        and re.search(title, workbook.text(link.words))
    }
    if len(addresses) > 1 or (is_due and not addresses):
        raise FetchError(
            f"{_INDEX}: {len(addresses)} workbooks are listed as {title}, not one; the "
            "list or the title has changed"
        )
    return addresses.pop() if addresses else None


SOURCE = Source(
    name="nistep_indicators",
    title="Japan's Science and Technology Indicators (NISTEP)",
    tables=(TECHNOLOGY_TRADE, BY_INDUSTRY, GOODS_RATIOS),
    fetch=fetch,
    cadence_days=366,
    calendar="early August",
    visits=Visits("0 10 * 8 1-5", "Asia/Tokyo"),
)
