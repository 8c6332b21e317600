"""WTO Stats: merchandise and commercial services by economy, from the bulk archives.

One definition for both economies: exports and imports of integrated circuits and
electronic components (MAMTOTIC), and charges for the use of intellectual property
(SH; royalties and licence fees before the sixth Balance of Payments Manual). All
reporters with partner World are kept, groups such as the European Union too. Taiwan is
158 (CHT), Japan 392. The archives are overwritten in place, their rows in any order;
imports are CIF; values of services may be negative; the newest year is partial.
"""

from functools import partial

from ingest.readers import wto_archive
from ingest.readers.wto_archive import Anchor, Dataset
from ingest.session import Session
from ingest.source import Column, Feed, Provenance, Source, Table, Visits, key, value

_SITE = "https://stats.wto.org/assets/UserGuide"
# ISO 3166-1, the WTO's own CHT and ROM, and codes that have been withdrawn.
_ECONOMIES = (
    "ABW AFG AGO AIA ALB AND ANT ARE ARG ARM ASM ATG AUS AUT "
    "AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLR BLX BLZ "
    "BMU BOL BRA BRB BRN BTN BWA CAF CAN CHE CHL CHN CHT CIV "  # codespell:ignore
    "CMR COD COG COK COL COM CPV CRI CSK CUB CUW CYM CYP CZE "
    "DDR DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH "
    "FIN FJI FLK FRA FRO FSM GAB GBR GEO GHA GIB GIN GLP GMB "  # codespell:ignore
    "GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HND HRV HTI HUN "
    "IDN IND IRL IRN IRQ ISL ISR ITA JAM JOR JPN KAZ KEN KGZ "
    "KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU "
    "LUX LVA MAC MAR MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE "
    "MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NGA "  # codespell:ignore
    "NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PER PHL PLW PNG "
    "POL PRI PRK PRT PRY PSE PYF QAT REU ROM ROU RUS RWA SAU "
    "SCG SDN SEN SGP SHN SLB SLE SLV SMR SOM SPM SRB SSD STP "  # codespell:ignore
    "SUN SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK "  # codespell:ignore
    "TKL TKM TLS TON TTO TUN TUR TUV TZA UGA UKR URY USA UZB "
    "VCT VEN VGB VIR VNM VUT WLF WSM YEM YUG ZAF ZMB ZWE "
)

_MERCHANDISE = Dataset(
    "merchandise_values_annual_dataset.csv",
    """IndicatorCode in ('ITS_MTV_AX', 'ITS_MTV_AM')
    and ProductCode in ('TO', 'MAMTOTIC')""",
    2,
    (
        Anchor("ITS_MTV_AX", "392", "MAMTOTIC", 2000, 5e3, 5e5),
        Anchor("ITS_MTV_AM", "392", "MAMTOTIC", 2000, 2e3, 5e5),
        Anchor("ITS_MTV_AX", "158", "MAMTOTIC", 2000, 2e3, 2e6),
        Anchor("ITS_MTV_AM", "158", "MAMTOTIC", 2000, 2e3, 2e6),
    ),
)
_SERVICES = Dataset(
    "services_annual_dataset.csv",
    # Of the fifth manual's product only the name is known, not the code.
    """IndicatorCode in ('ITS_CS_AX6', 'ITS_CS_AM6') and ProductCode = 'SH'
    or IndicatorCode in ('ITS_CS_AX5', 'ITS_CS_AM5')
    and regexp_full_match(Product, 'royalties and licen[cs]e fees', 'i')""",
    1,
    (
        Anchor("ITS_CS_AX6", "392", "SH", 2010, 5e3, 5e5),
        Anchor("ITS_CS_AM6", "392", "SH", 2010, 3e3, 3e5),
    ),
)
_PROVENANCE = {
    "publisher_en": "World Trade Organization",
    "publisher_zh": "世界貿易組織",
    "url": "https://stats.wto.org",
    "licence_en": "Terms of the WTO; figures are not redistributed",
    "licence_zh": "依世界貿易組織之規定；不轉載其數值",
    "licence_url": "https://www.wto.org/english/info_e/copyright_e.htm",
    "attribution_en": "Source: WTO Stats, World Trade Organization",
    "attribution_zh": "資料來源：世界貿易組織WTO Stats",
    "unit": "US$ million",
}


def _table(
    name: str, meaning: str, product: str, minimum: int | None, feed: Feed
) -> Table:
    return Table(
        name=name,
        feeds=(feed,),
        meaning=meaning,
        rows=(1_000, 400_000),
        steady=("indicator_code", "reporter_code", "product_code", "year"),
        columns=(
            key("indicator_code", "VARCHAR", "Dataset and direction of trade"),
            key("reporter_code", "VARCHAR", "Reporter, the WTO's code; 000 is World"),
            value(
                "reporter_iso3a",
                "VARCHAR",
                "Reporter, ISO 3166-1 or the WTO's own; none of groups",
                required=False,
                known=tuple(_ECONOMIES.split()),
            ),
            Column("reporter", "VARCHAR", "Reporter, by name", "ignored"),
            key("product_code", "VARCHAR", product),
            Column("product", "VARCHAR", "Product, by name", "ignored"),
            key("year", "INTEGER", "Calendar year", minimum=1948, maximum=2100),
            value("unit_code", "VARCHAR", "Unit: US$ million", allowed=("USM",)),
            value(
                "value_flag_code",
                "VARCHAR",
                "B: break in series, E: estimate, C: coverage differs",
                required=False,
                known=("B", "C", "E"),
            ),
            value(
                "value",
                "DOUBLE",
                "Trade with the world",
                required=False,
                unit="US$ million",
                minimum=minimum,
            ),
        ),
    )


MERCHANDISE_VALUES = _table(
    "merchandise_values",
    "Merchandise trade of each reporter with the world: total, and integrated circuits",
    "TO: total; MAMTOTIC: integrated circuits and electronic components",
    0,
    Feed(
        "merchandise_values_annual_dataset.zip",
        "download",
        partial(wto_archive.read, _MERCHANDISE),
        Provenance(
            **_PROVENANCE,
            title_en="Merchandise trade values, annual",
            title_zh="商品貿易值（年）",
            coverage="all reporters, from 1948; product groups from 1980 or later",
        ),
    ),
)
SERVICES_VALUES = _table(
    "services_values",
    "Trade of each reporter with the world in the use of intellectual property",
    "SH, or the fifth manual's code of royalties and licence fees",
    # Negative values occur: corrections of earlier years.
    None,
    Feed(
        "services_annual_dataset.zip",
        "download",
        partial(wto_archive.read, _SERVICES),
        Provenance(
            **_PROVENANCE,
            title_en="Commercial services trade, annual",
            title_zh="商業服務貿易（年）",
            coverage="all reporters; 1980 to 2013 (BPM5), from 2005 (BPM6)",
        ),
    ),
)


def fetch(session: Session) -> None:
    """Land each archive that has changed. Raises FetchError in one line."""
    for table in (MERCHANDISE_VALUES, SERVICES_VALUES):
        (feed,) = table.feeds
        found = session.get_changed(feed, f"{_SITE}/{feed.resource}", "zip")
        if found:
            moment = session.last_modified(found)
            session.land(feed, found, published_at=moment)


SOURCE = Source(
    name="wto_trade",
    title="WTO Stats, merchandise and services trade",
    tables=(MERCHANDISE_VALUES, SERVICES_VALUES),
    fetch=fetch,
    cadence_days=183,
    calendar="April, with revisions around October",
    days_to_publish=120,
    visits=Visits("0 9 * 4,5,10,11 1", "Europe/Zurich"),
)
