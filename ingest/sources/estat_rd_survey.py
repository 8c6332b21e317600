"""Japan's technology trade by industry, from the Survey of Research and Development.

What companies receive and pay for patents, know-how and technical guidance, and how
much of it between parents and subsidiaries. The tables are found by their titles: their
numbers on e-Stat are not established.
"""

from ingest.questions import estat
from ingest.questions.estat import Listed
from ingest.questions.piecewise import visit_each
from ingest.readers import technology_trade
from ingest.session import Session
from ingest.source import (
    Feed,
    IngestError,
    Provenance,
    Source,
    Table,
    Visits,
    key,
    value,
)

_STATISTIC = "00200543"
_BY_INDUSTRY = "産業"
_BY_PARTNER = ("世界州別", "国別", "相手国")

_TERMS = Provenance(
    title_en="Survey of Research and Development, technology trade by industry",
    title_zh="日本科學技術研究調查，各產業技術貿易",
    publisher_en="Statistics Bureau of Japan",
    publisher_zh="日本總務省統計局",
    url="https://www.e-stat.go.jp/stat-search?toukei=00200543",
    licence_en="Government of Japan Standard Terms of Use 2.0 (CC BY 4.0 compatible)",
    licence_zh="日本政府標準利用規約2.0版（與CC BY 4.0相容）",
    licence_url="https://www.e-stat.go.jp/en/terms-of-use",
    attribution_en="Survey of Research and Development, Statistics Bureau of Japan; "
    "through the API of e-Stat, whose contents the Government of Japan does not "
    "guarantee",
    attribution_zh="日本總務省統計局科學技術研究調查；このサービスは、政府統計総合窓口(e-Stat)の"
    "API機能を使用していますが、サービスの内容は国によって保証されたものではありません。",
    unit="million yen",
    coverage="By fiscal year and industry, affiliates apart from 2001",
)

_FEED = Feed("technology_trade.zip", "download", technology_trade.read, _TERMS)

TECHNOLOGY_TRADE = Table(
    name="technology_trade",
    feeds=(_FEED,),
    meaning="Receipts and payments for technology by industry and fiscal year",
    rows=(10, 50_000),
    coverage=("flow", "fiscal_year"),
    period="fiscal_year",
    columns=(
        key("flow", "VARCHAR", "Direction", allowed=("receipts", "payments")),
        key(
            "affiliation",
            "VARCHAR",
            "all, or the part between parents and subsidiaries (affiliates)",
            allowed=("all", "affiliates"),
        ),
        key("industry_code", "VARCHAR", "Industry, a code of the table's own"),
        key("fiscal_year", "INTEGER", "From April", minimum=1971, maximum=2100),
        value("industry", "VARCHAR", "Industry, as printed"),
        value(
            "value_million_yen",
            "BIGINT",
            "Received or paid; empty where there is a reason",
            unit="million yen",
            required=False,
            minimum=0,
            maximum=20_000_000,
        ),
        value(
            "missing_reason",
            "VARCHAR",
            "Why there is no value",
            required=False,
            allowed=("withheld", "no figure", "blank"),
        ),
    ),
)


def fetch(session: Session) -> None:
    """Land every table of technology trade that has been updated.

    Raises IngestError if there is none of receipts or of payments by industry, or one
    was refused; what stood before stays.
    """
    tables = [
        table
        for word in technology_trade.WORDS.values()
        for table in _by_industry(session, word)
    ]
    visit_each(tables, lambda table: _fetch_table(session, table))


def _by_industry(session: Session, word: str) -> list[Listed]:
    listed = estat.tables(session, _STATISTIC, word)
    others = [w for w in technology_trade.WORDS.values() if w != word]
    found = [
        table
        for table in listed
        if word in table.title
        and _BY_INDUSTRY in table.title
        and not any(other in table.title for other in (*others, *_BY_PARTNER))
    ]
    if not found:
        titles = "; ".join(table.title for table in listed)[:200]
        raise IngestError(
            f"no title under {_STATISTIC} on e-Stat has {word} by {_BY_INDUSTRY} alone "
            f"(found: {titles}); find what the table is called now"
        )
    return found


def _fetch_table(session: Session, table: Listed) -> None:
    if session.is_current(_FEED, table.mark, table.id):
        return
    found, _ = estat.pages(session, table, {})
    session.land_pages(
        _FEED, found, table.id, table.mark, table.published_at(session.now)
    )


SOURCE = Source(
    name="estat_rd_survey",
    title="Survey of Research and Development of Japan on e-Stat, technology trade",
    tables=(TECHNOLOGY_TRADE,),
    fetch=fetch,
    cadence_days=365,
    calendar="In mid-December, for the fiscal year that ended in March",
    days_to_publish=268,
    visits=Visits("30 11 10-24 12 *", "Asia/Tokyo"),
    secret="ESTAT_APP_ID",  # noqa: S106 its name
    needs_secret=True,
)
