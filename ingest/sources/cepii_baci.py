"""CEPII BACI: trade of all economies by six-digit product, both sides reconciled.

Kept are sums (see ingest.readers.baci_archive): what each economy sells to and buys
from all others, of every product of headings 8541, 8542 and 8486 (in HS 2007 and
later), and in total. The sums are the payload, whose record has the archive's digest;
a full refresh keeps the archive too. A version restates every year and replaces the one
before as a whole. Both flows are valued FOB, so ratios differ from those of customs
statistics, whose imports are CIF. Economy 490 (S19, "Other Asia") is Taiwan.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from ingest.download import Download, FetchError
from ingest.payload import sha256_of
from ingest.readers import baci_archive
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

_SITE = "https://www.cepii.fr/DATA_DOWNLOAD/baci/data"
# ISO 3166-1, codes that have been withdrawn, and S19 for Taiwan.
_ECONOMIES = (
    "ABW AFG AGO AIA ALA ALB AND ANT ARE ARG ARM ASM ATA ATF "
    "ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH "
    "BLM BLR BLX BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN "
    "CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CSK "
    "CUB CUW CXR CYM CYP CZE DDR DEU DJI DMA DNK DOM DZA ECU "
    "EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR "
    "GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF "
    "GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN "
    "IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA "
    "KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC "
    "MAF MAR MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG "
    "MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA "
    "NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW "
    "PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA S19 "
    "SAU SCG SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM "
    "SRB SSD STP SUN SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD "
    "TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TZA UGA UKR "
    "UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM XKX "
    "YEM YUG ZAF ZMB ZWE "
)

_PROVENANCE = Provenance(
    title_en="BACI: international trade database at the product level",
    title_zh="BACI產品層級國際貿易資料庫",
    publisher_en="CEPII",
    publisher_zh="法國國際經濟研究中心（CEPII）",
    url="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
    licence_en="Etalab Open Licence 2.0",
    licence_zh="法國政府開放授權2.0（Etalab）",
    licence_url="https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    attribution_en="Source: BACI, CEPII; summed over partners by this project",
    attribution_zh="資料來源：CEPII之BACI資料庫；由本專案就貿易夥伴加總",
    unit="thousand US$",
    coverage="all economies; HS 1992 from 1995, HS 2007 from 2007",
)
_SUMS = Feed("baci_sums.csv", "download", provenance=_PROVENANCE)
_ARCHIVE = Feed("baci.zip", "download", baci_archive.read, _PROVENANCE)

TRADE_VALUES = Table(
    name="trade_values",
    feeds=(_SUMS, _ARCHIVE),
    meaning="What each economy exports and imports by product and year, reconciled",
    rows=(100, 1_000_000),
    coverage=("revision",),
    columns=(
        key(
            "revision",
            "VARCHAR",
            "HS revision",
            allowed=tuple(baci_archive.FIRST_YEARS),
        ),
        value("version", "VARCHAR", "Version of BACI", pattern=r"V\d{6}[a-z]?"),
        key("flow", "VARCHAR", "Direction of trade", allowed=("export", "import")),
        key("economy", "INTEGER", "Economy, by CEPII's code; 490 is Taiwan"),
        value(
            "economy_iso3",
            "VARCHAR",
            "Economy, as CEPII maps it",
            required=False,
            known=tuple(_ECONOMIES.split()),
        ),
        key("product", "VARCHAR", "Product, HS6, or TOTAL", pattern=r"\d{6}|TOTAL"),
        key("year", "INTEGER", "Calendar year", minimum=1995, maximum=2100),
        value(
            "value_thousand_usd",
            "DECIMAL(20,3)",
            "Trade with all partners, FOB both ways",
            unit="thousand US$",
            minimum=0,
        ),
        value(
            "quantity_tonnes",
            "DECIMAL(20,3)",
            "Weight of the flows whose weight is known; none of totals",
            unit="tonnes",
            required=False,
            minimum=0,
        ),
        value("partners", "INTEGER", "Partners traded with", minimum=1),
        value(
            "partners_with_quantity",
            "INTEGER",
            "Partners whose flow has a weight; none of totals",
            required=False,
        ),
    ),
)


def fetch(session: Session) -> None:
    """Land the newest version of each revision, unless it has been landed.

    Raises FetchError in one line: no version to be found, or an archive that is not
    as described; then nothing of it is landed.
    """
    for revision in baci_archive.FIRST_YEARS:
        _fetch_newest(session, revision)


def _fetch_newest(session: Session, revision: str) -> None:
    feeds = (_SUMS, _ARCHIVE) if session.is_full else (_SUMS,)
    for version in _candidates(session.now.year):
        if all(
            [
                session.is_current(feed, version, revision, is_final=True)
                for feed in feeds
            ]
        ):
            return
        try:
            found = session.get(f"{_SITE}/BACI_{revision}_{version}.zip", "zip")
        except FetchError as error:
            if error.status == 404:
                continue
            raise
        _land(session, found, revision, version)
        return
    raise FetchError(
        f"{_SITE}: has no version of BACI_{revision} of the last three years; look for "
        f"its new address at {_PROVENANCE.url}"
    )


def _candidates(year: int) -> Iterator[str]:
    """Names of versions, newest first; with b a correction, as V202401b was."""
    for past in range(3):
        yield f"V{year - past}01b"
        yield f"V{year - past}01"


def _land(session: Session, found: Download, revision: str, version: str) -> None:
    sums = found.path.with_suffix(".csv")
    try:
        digest = sha256_of(found.path)
        if baci_archive.contents(found.path)[:2] != (revision, version):
            raise IngestError("holds the files of another revision or version")
        write_sums(found.path, sums)
        moment = session.last_modified(found)
        if session.is_full:
            session.land(_ARCHIVE, found, revision, version, moment)
        note = f"summed over partners from {Path(found.url).name}, sha256 {digest}"
        session.land(_SUMS, found, revision, version, moment, sums, note)
    except IngestError as error:
        raise FetchError(f"{found.url}: {error}") from error
    finally:
        found.path.unlink(missing_ok=True)
        sums.unlink(missing_ok=True)


def write_sums(archive: Path, target: Path) -> None:
    """Write the sums of an archive as CSV; equal archives give equal bytes.

    Raises IngestError as `baci_archive.read` does.
    """
    with duckdb.connect() as con:
        # In a process without a script DuckDB takes the log for a terminal.
        con.execute("set enable_progress_bar = false")
        baci_archive.read(con, TRADE_VALUES, archive)
        quoted = str(target).replace("'", "''")
        con.execute(
            f"""copy (select * exclude (line) from as_written order by line)
            to '{quoted}' (format csv, header)"""
        )


SOURCE = Source(
    name="cepii_baci",
    title="BACI, reconciled trade by product",
    tables=(TRADE_VALUES,),
    fetch=fetch,
    cadence_days=365,
    calendar="A version a year, in January or February",
    days_to_publish=424,
    visits=Visits("0 9 * 1-3 2", "Europe/Paris"),
)
