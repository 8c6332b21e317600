"""Trade in semiconductors and the machines that make them, by year, from UN Comtrade.

The publisher lists every reporter's year with a checksum; blocks of up to twelve years
whose checksums have not changed are not asked for again. Taiwan is reporter 490 where
the list has it. What others trade with 490 stands beside it as `mirror` rows, which
are Taiwan's trade seen from the other side: imports from it (CIF) are its exports.
Taiwan's own trade with Japan are `bilateral` rows, the other side of Japan's mirror.
"""

from ingest.questions import comtrade
from ingest.questions.piecewise import visit_each
from ingest.readers import comtrade_rows
from ingest.readers.comtrade_rows import TAIWAN
from ingest.session import Session
from ingest.source import (
    Column,
    Feed,
    Provenance,
    Source,
    Table,
    Visits,
    key,
    value,
)

# Economies that have had some 0.2 % of world exports of semiconductors since 1976;
# the trajectory test chooses its donors among them by their shares.
_REPORTERS = {
    "HS": (
        *(40, 56, 124, 156, 188, 203, 251, 276, 344, 348, 372, 376, 381, 392, 410, 458),
        *(470, 484, TAIWAN, 528, 608, 620, 699, 702, 704, 724, 752, 757, 764, 826, 842),
    ),
}
# With Belgium-Luxembourg to 1998, West Germany to 1990, the United States to 1980.
_REPORTERS["S2"] = (*_REPORTERS["HS"], 58, 280, 841)

# Headings, their parts for solar cells and LEDs, and in SITC Rev. 2 the group of
# semiconductors and tubes with its part for integrated circuits. TOTAL is all goods,
# of which revealed advantage takes shares: it costs no question of its own.
_CODES = {
    "HS": (
        *("8541", "8542", "8486", "854140", "854141", "854142", "854143", "854149"),
        "TOTAL",
    ),
    "S2": ("776", "7764", "TOTAL"),
}
_FIRST_YEAR = 1976

_TERMS = Provenance(
    title_en="UN Comtrade, annual trade in goods",
    title_zh="聯合國商品貿易統計資料庫，年度貨品貿易",
    publisher_en="United Nations Statistics Division",
    publisher_zh="聯合國統計司",
    url="https://comtradeplus.un.org",
    licence_en="For internal use; rows may not be passed on without permission",
    licence_zh="僅供內部使用；未經許可不得轉供原始資料",
    licence_url="https://comtradeplus.un.org/TermsOfUse",
    attribution_en="UN Comtrade, United Nations Statistics Division",
    attribution_zh="資料來源：聯合國商品貿易統計資料庫（UN Comtrade）",
    unit="US dollars",
    coverage="HS 8541, 8542, 8486 from 1988; SITC Rev. 2 776 from 1976; all goods",
)

_VALUES = Feed("goods_values.json", "download", comtrade_rows.read_values, _TERMS)
_LIST = Feed("datasets.zip", "download", comtrade_rows.read_datasets, _TERMS)

_CLASSIFICATION = key(
    "classification_search_code",
    "VARCHAR",
    "Classification asked for: HS as reported, or SITC Rev. 2",
    allowed=("HS", "S2"),
)
_REPORTER = key(
    "reporter_code", "INTEGER", "Reporter, the publisher's code (490 is Taiwan)"
)
_YEAR = key("year", "INTEGER", "Calendar year", minimum=1962, maximum=2100)
_EDITION = value(
    "classification_code",
    "VARCHAR",
    "Edition of the classification, as reported: HS 1992 to 2022, SITC Rev. 1 to 4",
    known=(*(f"H{n}" for n in range(7)), *(f"S{n}" for n in range(1, 5))),
)
_ORIGINAL = value(
    "is_original_classification", "BOOLEAN", "Whether reported in that edition"
)


def _usd(name: str, meaning: str, required: bool = False) -> Column:
    return value(
        name,
        "DOUBLE",
        meaning,
        unit="US$",
        required=required,
        minimum=0,
        # All goods of one economy: 3.6e12 in 2022.
        maximum=2e13,
    )


GOODS_VALUES = Table(
    name="goods_values",
    feeds=(_VALUES,),
    meaning="Trade with the world, and with Taiwan, by reporter, product and year",
    rows=(1, 200_000),
    coverage=("method", "reporter_code", "classification_search_code", "year"),
    period="year",
    columns=(
        key(
            "method",
            "VARCHAR",
            "reported: with the world; mirror: with Taiwan; bilateral: Taiwan, Japan",
            allowed=("reported", "mirror", "bilateral"),
        ),
        _REPORTER,
        key(
            "partner_code",
            "INTEGER",
            "Partner, 0 the world",
            allowed=("0", "392", "490"),
        ),
        key("flow_code", "VARCHAR", "X exports, M imports", allowed=("X", "M")),
        _CLASSIFICATION,
        key(
            "cmd_code",
            "VARCHAR",
            "Product; a code and its beginning are never added up; TOTAL is all goods",
            allowed=tuple(dict.fromkeys((*_CODES["HS"], *_CODES["S2"]))),
        ),
        _YEAR,
        _usd("primary_value_usd", "Value of trade", required=True),
        value(
            "valuation",
            "VARCHAR",
            "FOB, or CIF with freight and insurance; empty where not said",
            required=False,
            allowed=("FOB", "CIF"),
        ),
        _usd("cif_value_usd", "Value with freight and insurance, where given"),
        _usd("fob_value_usd", "Value free on board, where given"),
        _EDITION,
        _ORIGINAL,
        value("is_reported", "BOOLEAN", "Whether the reporter sent this very row"),
        value("is_aggregate", "BOOLEAN", "Whether the publisher added it up"),
        value(
            "legacy_estimation_flag",
            "INTEGER",
            "The publisher's flag of estimated quantities or values",
            required=False,
        ),
    ),
)

DATASETS = Table(
    name="datasets",
    feeds=(_LIST,),
    meaning="The reporters' years that the publisher holds, with their versions",
    rows=(20, 20_000),
    steady=("reporter_code",),
    period="year",
    columns=(
        _CLASSIFICATION,
        _REPORTER,
        _YEAR,
        value("dataset_code", "BIGINT", "The publisher's number of the dataset"),
        _EDITION,
        _ORIGINAL,
        value("total_records", "BIGINT", "Rows of the whole dataset", minimum=0),
        value("dataset_checksum", "BIGINT", "The publisher's sign of the version"),
        value("first_released", "TIMESTAMP", "First release, UTC", required=False),
        value("last_released", "TIMESTAMP", "Release of this version, UTC"),
    ),
)


def fetch(session: Session) -> None:
    """Land the list of datasets, and every block that has changed since its last fetch.

    Raises IngestError telling what the publisher lacks or sent wrong; what stood
    before stays.
    """
    datasets = comtrade.land_list(session, _LIST, _REPORTERS)
    unlisted = set(_REPORTERS["S2"]) - {TAIWAN} - {d.reporter for d in datasets}
    visit_each(
        comtrade.blocks(d for d in datasets if d.year >= _FIRST_YEAR),
        lambda block: comtrade.land_block(session, _VALUES, block, _CODES),
        [f"UN Comtrade lists nothing of reporter {code}" for code in sorted(unlisted)],
    )


SOURCE = Source(
    name="un_comtrade",
    title="UN Comtrade, trade in semiconductors by economy and year",
    tables=(GOODS_VALUES, DATASETS),
    fetch=fetch,
    cadence_days=30,
    calendar="Released economy by economy, most between March and December",
    days_to_publish=365,
    visits=Visits("0 6 * * 2", "UTC"),
    secret="COMTRADE_KEY",  # noqa: S106 its name
)
