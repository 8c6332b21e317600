"""Charges for the use of intellectual property by economy: World Bank, API version 2.

Receipts and payments of the balance of payments, whole economies, in current US$.
Taiwan is not among them. A year without a value is absent here, never zero; zero and
negative values are the publisher's own. Groups of economies (WLD, EUU …) are kept
beside the economies: the seed `world_bank_areas` tells them apart.
"""

from dataclasses import dataclass
from datetime import date

from ingest import clock
from ingest.download import Download
from ingest.readers.world_bank_rows import PAYMENTS, RECEIPTS, read_pages, read_wide
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

_ADDRESS = "https://api.worldbank.org/v2/en/country/{}/indicator/{}"
_PER_PAGE = 10_000
_ECONOMIES = (
    "ABW AFG AGO ALB AND ARE ARG ARM ATG AUS AUT AZE BDI BEL BEN BFA BGD BGR BHS BIH "
    "BLR BLZ BMU BOL BRA BRB BRN BTN BWA CAN CHE CHL CHN CIV CMR COD COG COL COM CPV "
    "CRI CUW CYM CYP CZE DEU DMA DNK DOM DZA ECU EGY ERI ESP "
    "EST ETH FIN FJI FRA FRO GBR GEO GHA GIN GNB GRC GRD GTM "  # codespell:ignore
    "GUY HKG HND HRV HTI HUN IDN IND IRL IRQ ISL ISR ITA JAM JOR JPN KAZ KEN KGZ KHM "
    "KIR KNA KOR LBN LBR LBY LCA LKA LSO LTU LUX LVA MAC MAR MDA MDG MDV MEX MKD MLI "
    "MLT MMR MNE MNG MOZ MRT MUS MWI MYS NAM NCL NER NGA NIC "  # codespell:ignore
    "NLD NOR NPL NZL OMN PAK PAN PER PHL PNG POL PRT PRY PSE PYF ROU RUS RWA SAU SDN "
    "SEN SGP SLB SLE SLV SRB SSD STP SUR SVK SVN SWE SWZ SXM "
    "SYC SYR TGO THA TJK TLS TON TTO TUN TUR TUV TZA UGA UKR "  # codespell:ignore
    "URY USA UZB VCT VEN VUT WSM XKX YEM ZAF ZMB ZWE "
)
_GROUPS = (
    "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU HIC HPC "  # codespell:ignore
    "IBD IBT IDA IDB IDX LAC LCN LDC LIC LMC LMY LTE MEA MIC MNA NAC OED OSS PRE PSS "
    "PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS UMC WLD "
)


@dataclass(frozen=True)
class _Page:
    found: Download
    pages: int
    total: int
    updated: str
    rows: int


def fetch(session: Session) -> None:
    """Land all economies and both flows if the publisher's date has moved."""
    newest = _ask(session, "JPN", RECEIPTS, number=1, size=1)
    newest.found.path.unlink()
    if session.is_current(DOWNLOAD, newest.updated):
        return
    try:
        published_at = clock.start_of(date.fromisoformat(newest.updated))
    except ValueError as error:
        raise IngestError(f"{newest.found.url}: lastupdated: {error}") from error
    flows = (RECEIPTS, PAYMENTS)
    pages = [page for flow in flows for page in _all_pages(session, flow)]
    if {page.updated for page in pages} != {newest.updated}:
        raise IngestError(
            f"{newest.found.url}: was updated while it was read; ask again later"
        )
    found = [page.found for page in pages]
    session.land_pages(DOWNLOAD, found, mark=newest.updated, published_at=published_at)


def _all_pages(session: Session, indicator: str) -> list[_Page]:
    first = _ask(session, "all", indicator, number=1)
    rest = [_ask(session, "all", indicator, n) for n in range(2, first.pages + 1)]
    rows = sum(page.rows for page in (first, *rest))
    if rows != first.total:
        raise IngestError(
            f"{first.found.url}: {rows} rows on {first.pages} pages, but its header "
            f"announces {first.total}; ask again later"
        )
    return [first, *rest]


def _ask(
    session: Session, areas: str, indicator: str, number: int, size: int | None = None
) -> _Page:
    """One page. Raises IngestError for what is none, though its status is 200."""
    asked = {"format": "json", "per_page": str(size or _PER_PAGE), "page": str(number)}
    found = session.get(_ADDRESS.format(areas, indicator), "json", asked)
    match session.read_json(found):
        case [{"message": [{"value": said}, *_]}]:
            raise IngestError(f"{found.url}: refused: {said}; check world_bank.py")
        case [dict(), None]:
            raise IngestError(f"{found.url}: has no rows (null); ask again later")
        case [
            {"pages": pages, "total": total, "lastupdated": str(updated)},
            list(rows),
        ] if f"{pages}{total}".isdigit():
            return _Page(found, int(pages), int(total), updated, len(rows))
    raise IngestError(
        f"{found.url}: not the header and rows that the World Bank describes; see its "
        "documentation and revise world_bank.py"
    )


DOWNLOAD = Feed(
    "world_bank_ip_charges.zip",
    "download",
    read_pages,
    Provenance(
        title_en="World Development Indicators: charges for the use of intellectual "
        "property, receipts and payments",
        title_zh="世界發展指標：智慧財產權使用費收入與支出",
        publisher_en="World Bank",
        publisher_zh="世界銀行",
        url="https://data.worldbank.org/indicator/BX.GSR.ROYL.CD",
        licence_en="Creative Commons Attribution 4.0",
        licence_zh="創用CC 姓名標示 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        attribution_en="World Bank, World Development Indicators",
        attribution_zh="世界銀行，世界發展指標（World Development Indicators）",
        unit="US$",
        coverage="all economies and groups, 1960 to the newest year",
    ),
    rows=(500, 60_000),
)

IP_CHARGES = Table(
    name="ip_charges",
    feeds=(
        Feed("world_bank_ip_charges_all_economies.csv", read=read_wide),
        DOWNLOAD,
    ),
    meaning="Charges for the use of intellectual property by economy, flow and year",
    rows=(14_000, 60_000),
    period="year",
    steady=("iso3", "indicator", "year"),
    columns=(
        key(
            "iso3",
            "VARCHAR",
            "Economy, ISO 3166-1 alpha-3, or the publisher's code of a group",
            known=tuple(f"{_ECONOMIES}{_GROUPS}".split()),
            pattern="[A-Z0-9]{2,3}",
        ),
        key(
            "indicator",
            "VARCHAR",
            f"{RECEIPTS} (receipts) or {PAYMENTS} (payments)",
            allowed=(RECEIPTS, PAYMENTS),
        ),
        key("year", "INTEGER", "Calendar year", minimum=1960, maximum=2100),
        # The world paid US$ 0.7 trillion at most; the lowest value is -14 million.
        value(
            "value_usd",
            "DOUBLE",
            "Charges, nominal",
            unit="US$",
            minimum=-1e10,
            maximum=5e12,
        ),
        Column("economy_name", "VARCHAR", "Name, as the publisher prints", "ignored"),
    ),
)

SOURCE = Source(
    name="world_bank",
    title="World Development Indicators, charges for intellectual property",
    tables=(IP_CHARGES,),
    fetch=fetch,
    cadence_days=90,
    calendar="about every three months; a year comes six to nine months after its end",
    days_to_publish=274,
    visits=Visits("0 9 * * 3", "America/New_York"),
)
