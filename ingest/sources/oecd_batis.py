"""OECD BaTIS: charges for the use of intellectual property, by economy, balanced.

Each economy's trade with the world, as reported (N) and after both sides have been
reconciled (B), which is often modelled. Taiwan is TWN here. The publisher overwrites
values in place under one structure version; what tells an update is `validFrom` of the
flow's content constraint, asked for before every download: 60 downloads an hour are
allowed, and a visit makes one at most.
"""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingest.clock import TAIPEI
from ingest.download import FetchError
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

_SITE = "https://sdmx.oecd.org/public/rest"
_CONSTRAINT = f"{_SITE}/contentconstraint/OECD.SDD.TPS/CR_A_DSD_BATIS@DF_BATIS/1.0"
# Japan, Taiwan, and who else has a notable share of the world's charges; the world.
_AREAS = (
    *("JPN", "TWN", "AUS", "AUT", "BEL", "BRA", "CAN", "CHE", "CHN", "CZE", "DEU"),
    *("DNK", "ESP", "FIN", "FRA", "GBR", "HKG", "HUN", "IND", "IRL", "ISR", "ITA"),
    *("KOR", "LUX", "MEX", "MLT", "MYS", "NLD", "NOR", "NZL", "POL", "PRT", "SGP"),
    *("SWE", "THA", "USA", "W"),  # codespell:ignore
)
# The fourth dimension, between flow and service, has one value; blank means any.
_KEY = f"{'+'.join(_AREAS)}.W.M+X..SH.A.USD_EXC.N+B"
_DATA = f"{_SITE}/data/OECD.SDD.TPS,DSD_BATIS@DF_BATIS,1.0/{_KEY}"
_WHOLE = {
    "startPeriod": "2005",
    "dimensionAtObservation": "AllDimensions",
    "format": "csvfile",
}
_NEEDED = (
    *("REF_AREA", "COUNTERPART_AREA", "TRADE_FLOW", "SERVICE", "FREQ", "UNIT_MEASURE"),
    *("ADJUSTMENT", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"),
)


def fetch(session: Session) -> None:
    """Land the series if the publisher has updated the flow.

    Raises FetchError in one line: no moment of update, nothing found, or a header
    without rows; then nothing is landed.
    """
    updated = _updated(session)
    (feed,) = SERVICES_VALUES.feeds
    if session.is_current(feed, updated):
        return
    try:
        found = session.get(_DATA, "csv", _WHOLE)
    except FetchError as error:
        if error.status != 404:
            raise
        raise FetchError(
            f"{error}; a code or the order of dimensions has changed: compare with "
            f"{_SITE}/datastructure/OECD.SDD.TPS/DSD_BATIS",
            404,
        ) from error
    with found.path.open("rb") as lines:
        is_empty = not (lines.readline() and lines.readline())
    if is_empty:
        found.path.unlink()
        raise FetchError(f"{found.url}: answers with a header and no rows; ask again")
    moment = datetime.fromisoformat(updated)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    moment = min(moment.astimezone(TAIPEI).replace(tzinfo=None), session.now)
    session.land(feed, found, mark=updated, published_at=moment)


def _updated(session: Session) -> str:
    """When the publisher last updated the flow, UTC, as it writes it."""
    told = session.get_json(_CONSTRAINT, {"references": "none"})
    try:
        (constraint,) = told["data"]["contentConstraints"]
        updated = constraint["validFrom"]
        datetime.fromisoformat(updated)
    except (KeyError, TypeError, ValueError) as error:
        raise FetchError(
            f"{_CONSTRAINT}: names no validFrom; nothing else tells an update"
        ) from error
    return updated


def _read(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Leave the rows in `as_written`; columns are found by name, in any order."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader([lines.readline(2_000)]), [])
    lacking = [name for name in _NEEDED if name not in header]
    odd = [name for name in header if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name)]
    if lacking or odd:
        raise IngestError(
            f"line 1: columns differ from the contract ({', '.join([*lacking, *odd])});"
            " revise the contract"
        )
    types = dict.fromkeys(header, "VARCHAR")
    named = ", ".join(f"{name} as {name.lower()}" for name in _NEEDED[:8])
    multiplier = "UNIT_MULT" if "UNIT_MULT" in header else "null"
    try:
        con.execute(
            f"""create temporary table as_written as
            select row_number() over () + 1 as line, {named},
                nullif(nullif(OBS_VALUE, ''), 'NaN') as obs_value,
                nullif(OBS_STATUS, '') as obs_status,
                cast({multiplier} as varchar) as unit_mult
            from read_csv($file, columns={types}, header=true, auto_detect=false,
                delim=',', quote='"', escape='"', strict_mode=true,
                null_padding=false)""",
            {"file": str(path)},
        )
    except duckdb.Error as error:
        said = "; ".join(str(error).splitlines()[:3])[:300]
        raise IngestError(said) from error
    _check(con)


def _check(con: duckdb.DuckDBPyConnection) -> None:
    """Japan and Taiwan are there, both ways, and Japan's values have their size."""
    odd = con.execute(
        """select 1 from as_written
        where obs_value is not null and try_cast(obs_value as double) is null"""
    ).fetchone()
    if odd:  # which the contract names by its row
        return
    for area in ("JPN", "TWN"):
        for flow in ("M", "X"):
            row = con.execute(
                """select count(distinct year), max(year) - min(year) + 1,
                    min(value), max(value)
                from (select try_cast(time_period as integer) as year,
                        try_cast(obs_value as double) as value
                    from as_written where (ref_area, trade_flow) = (?, ?))
                where value is not null""",
                [area, flow],
            ).fetchone()
            if not row or not row[0]:
                raise IngestError(f"has no flow {flow} of {area}; use another source")
            if row[0] != row[1]:
                raise IngestError(
                    f"{area}, flow {flow}: {row[0]} of {row[1]} years; wait for a "
                    "corrected version"
                )
            if area == "JPN" and not 3e3 <= row[2] <= row[3] <= 5e5:
                raise IngestError(
                    f"{area}, flow {flow}: {row[2]} to {row[3]} US$ million, expected "
                    "3000 to 500000; see whether the unit has changed"
                )


def _constant(name: str, meaning: str, code: str) -> Column:
    """A column that has but one value; with another, something else was answered."""
    return Column(name, "VARCHAR", meaning, "ignored", required=True, allowed=(code,))


SERVICES_VALUES = Table(
    name="services_values",
    feeds=(
        Feed(
            "batis_sh.csv",
            "download",
            _read,
            Provenance(
                title_en="OECD-WTO Balanced Trade in Services (BaTIS)",
                title_zh="OECD-WTO平衡服務貿易資料（BaTIS）",
                publisher_en="OECD",
                publisher_zh="經濟合作暨發展組織（OECD）",
                url="https://data-explorer.oecd.org",
                licence_en="OECD Terms and Conditions: reuse with citation, passed on",
                licence_zh="OECD使用條款：註明出處即可再利用，並須轉載此義務",
                licence_url="https://www.oecd.org/en/about/terms-conditions.html",
                attribution_en="Source: OECD, Balanced Trade in Services (BaTIS)",
                attribution_zh="資料來源：OECD，平衡服務貿易資料（BaTIS）",
                unit="US$ million",
                coverage="37 reporters with the world, from 2005",
            ),
        ),
    ),
    meaning="Charges for the use of intellectual property, each economy with the world",
    rows=(300, 20_000),
    steady=("ref_area", "trade_flow", "adjustment", "time_period"),
    columns=(
        key("ref_area", "VARCHAR", "Economy, ISO 3166-1; W: world", allowed=_AREAS),
        _constant("counterpart_area", "Partner: the world", "W"),
        key("trade_flow", "VARCHAR", "X: exports, M: imports", allowed=("X", "M")),
        _constant("service", "Charges for the use of intellectual property", "SH"),
        _constant("freq", "Annual", "A"),
        _constant("unit_measure", "US dollars at exchange rates", "USD_EXC"),
        key(
            "adjustment",
            "VARCHAR",
            "N: as reported, B: balanced",
            allowed=("N", "B"),
        ),
        key("time_period", "INTEGER", "Calendar year", minimum=2005, maximum=2100),
        value(
            "obs_value",
            "DOUBLE",
            "Trade with the world",
            required=False,
            unit="US$ million",
        ),
        value(
            "obs_status",
            "VARCHAR",
            "A: normal, B: break, E: estimate, I: imputed, M: missing, P: provisional",
            required=False,
            known=("A", "B", "E", "I", "M", "P"),
        ),
        Column(
            "unit_mult",
            "VARCHAR",
            "Power of ten of the unit: millions",
            "ignored",
            allowed=("6",),
        ),
    ),
)

SOURCE = Source(
    name="oecd_batis",
    title="Balanced Trade in Services, intellectual property",
    tables=(SERVICES_VALUES,),
    fetch=fetch,
    cadence_days=365,
    calendar="December or January",
    days_to_publish=396,
    visits=Visits("0 9 * 1,2,12 2", "Europe/Paris"),
)
