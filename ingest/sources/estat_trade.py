"""Japan's monthly trade in semiconductors and the machines that make them, by partner.

From e-Stat's tables of principal commodities by country. A table holds the years of a
period; the running one is rewritten every month, with one month more and others
restated. Commodity codes mean different things in exports and imports.
"""

from ingest.questions import estat
from ingest.questions.estat import Listed
from ingest.questions.piecewise import visit_each
from ingest.readers import principal_commodities
from ingest.readers.estat_page import Page
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

_STATISTIC, _WORDS = "00350300", "概況品別国別表"
_OF_CUSTOMS_OFFICES = "税関別"

# The years of each table. A table that is not known yet must be of other years.
_TABLES = {
    "export": {
        "0003258349": (1988, 2000),
        "0003258350": (1988, 2000),
        "0003258351": (1988, 2000),
        "0003228190": (2001, 2005),
        "0003228191": (2006, 2010),
        "0003228192": (2011, 2015),
        "0003313967": (2016, 2020),
        "0003425295": (2021, 2025),
        "0004049327": (2026, 2030),
    },
    "import": {
        "0003258352": (1988, 2000),
        "0003258353": (1988, 2000),
        "0003258354": (1988, 2000),
        "0003228197": (2001, 2005),
        "0003228198": (2006, 2010),
        "0003228199": (2011, 2015),
        "0003313968": (2016, 2020),
        "0003425296": (2021, 2025),
        "0004049328": (2026, 2030),
    },
}
# The groups, integrated circuits, discrete semiconductors and tubes; last the machines.
_CODES = {
    "export": ("70323000", "70323050", "70323030", "70323010", "70131000", "70131010"),
    "import": ("70311000", "70311030", "70311010", "70131000", "70131010"),
}
# Columns of the months' values; the reader checks their labels.
_MONTHS = ",".join(str(code) for code in range(140, 361, 20))

_TERMS = Provenance(
    title_en="Trade Statistics of Japan, principal commodities by country",
    title_zh="日本貿易統計，概況品別國別表",
    publisher_en="Ministry of Finance, Japan",
    publisher_zh="日本財務省",
    url="https://www.e-stat.go.jp/stat-search?toukei=00350300",
    licence_en="Government of Japan Standard Terms of Use 2.0 (CC BY 4.0 compatible)",
    licence_zh="日本政府標準利用規約2.0版（與CC BY 4.0相容）",
    licence_url="https://www.e-stat.go.jp/en/terms-of-use",
    attribution_en="Trade Statistics of Japan, Ministry of Finance; through the API of "
    "e-Stat, whose contents the Government of Japan does not guarantee",
    attribution_zh="日本財務省貿易統計；このサービスは、政府統計総合窓口(e-Stat)のAPI機能を使用して"
    "いますが、サービスの内容は国によって保証されたものではありません。",
    unit="thousand yen",
    coverage="Monthly from 1988, all partners",
)


_FEED = Feed("monthly_values.zip", "download", principal_commodities.read, _TERMS)

MONTHLY_VALUES = Table(
    name="monthly_values",
    feeds=(_FEED,),
    meaning="Exports and imports by commodity, partner and month, from 1988",
    rows=(50, 500_000),
    coverage=("flow", "year"),
    period="year",
    columns=(
        key("flow", "VARCHAR", "Direction of trade", allowed=("export", "import")),
        key(
            "commodity_code",
            "VARCHAR",
            "Principal commodity, a code of its direction; a part is in its group",
            allowed=tuple(sorted({*_CODES["export"], *_CODES["import"]})),
        ),
        key("area_code", "VARCHAR", "Partner: 50, then the code", pattern=r"50\d{3}"),
        key("year", "INTEGER", "Calendar year", minimum=1988, maximum=2100),
        key("month", "INTEGER", "Month, 1 to 12", minimum=1, maximum=12),
        value(
            "value_thousand_yen",
            "BIGINT",
            "Value of trade; empty where there is a reason",
            unit="thousand yen",
            required=False,
            minimum=0,
            maximum=5_000_000_000,
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
    """Land every table that has been updated since its last fetch.

    Raises IngestError telling which tables are gone or were refused; what stood
    before stays.
    """
    listed = {
        table.id: table
        for table in estat.tables(session, _STATISTIC, _WORDS)
        if _WORDS in table.title and _OF_CUSTOMS_OFFICES not in table.title
    }
    gone = [
        f"e-Stat no longer lists table {table_id}, {flow}s of {first} to {last}; find "
        "out under which number they are now"
        for flow, tables in _TABLES.items()
        for table_id, (first, last) in tables.items()
        if table_id not in listed
    ]
    visit_each(listed.values(), lambda table: _fetch_table(session, table), gone)


def _fetch_table(session: Session, table: Listed) -> None:
    if session.is_current(_FEED, table.mark, table.id):
        return
    flow = principal_commodities.flow_of(table.title)
    params = {"cdCat01": ",".join(_CODES[flow]), "cdCat02": _MONTHS}
    found, said = estat.pages(session, table, params)
    _check_years(table, flow, said[0])
    session.land_pages(
        _FEED, found, table.id, table.mark, table.published_at(session.now)
    )


def _check_years(table: Listed, flow: str, page: Page) -> None:
    years = set(principal_commodities.years_of(page))
    known = _TABLES[flow]
    for table_id, (first, last) in known.items():
        within = years & set(range(first, last + 1))
        if within and table.id not in known:
            raise IngestError(
                f"e-Stat lists table {table.id} ({table.title[:80]}) beside {table_id} "
                f"for {min(within)}; decide which is to be read"
            )
        if table.id == table_id and within != years:
            raise IngestError(
                f"table {table.id} has the years {sorted(years - within)}, outside "
                f"{first} to {last}; not kept"
            )


SOURCE = Source(
    name="estat_trade",
    title="Trade Statistics of Japan on e-Stat, principal commodities by country",
    tables=(MONTHLY_VALUES,),
    fetch=fetch,
    cadence_days=30,
    calendar="Around the 30th for the month before; restated in March and November",
    days_to_publish=30,
    visits=Visits("30 11 1-4,27-31 * *", "Asia/Tokyo"),
    secret="ESTAT_APP_ID",  # noqa: S106 its name
    needs_secret=True,
)
