"""What the World Bank publishes → rows as written, one for a flow of a year.

The embedded file and the pages of the API become the same temporary table `as_written`
(see ingest.incoming), without the years that have no value.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from ingest import archive, delimited
from ingest.source import Column, IngestError, Table

RECEIPTS = "BX.GSR.ROYL.CD"
PAYMENTS = "BM.GSR.ROYL.CD"

# Income groups come without a code of three letters; what else does keeps its two.
_UNCODED = {"XD": "HIC", "XM": "LIC", "XN": "LMC", "XT": "UMC"}
# Each flow of Japan was US$ 6.7 to 54.5 billion in every year from 1996 to 2025.
_JAPAN_LEAST, _JAPAN_MOST = 1e9, 5e11
# Within a year their flows never grew more than thirtyfold or shrank below a third.
_LARGE = ["JPN", "USA", "WLD"]
_LARGEST_STEP = 50
_WIDE = Table(
    name="the embedded file",
    feeds=(),
    meaning="One row an economy and year",
    rows=(1, 60_000),
    columns=tuple(
        Column(name, "VARCHAR", name)
        for name in ("name", "iso3", "year", "receipts_usd", "payments_usd", "ratio")
    ),
)


def read_wide(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read the embedded file, two flows a line, into one row a flow.

    The ratio, which its compiler computed, is left out.
    """
    delimited.read(con, _WIDE, path)
    con.execute("alter table as_written rename to as_compiled")
    con.execute(
        """create temporary table as_written as
        select line, iso3, unnest($indicators) as indicator, year,
            unnest([receipts_usd, payments_usd]) as value_usd, name as economy_name
        from as_compiled""",
        {"indicators": [RECEIPTS, PAYMENTS]},
    )
    con.execute("drop table as_compiled")
    con.execute("delete from as_written where value_usd is null")


def read_pages(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read the API's pages; years without a value are left out.

    Raises IngestError naming the row that is not as the publisher describes it, or is
    out of all proportion.
    """
    columns = [list(column) for column in zip(*_cells(path), strict=True)]
    if not columns:
        raise IngestError("no row has a value; fetch it again")
    con.execute(
        """create temporary table as_written as
        select unnest(?) as line, unnest(?) as iso3, unnest(?) as indicator,
            unnest(?) as year, unnest(?) as value_usd, unnest(?) as economy_name""",
        columns,
    )
    _check_years(con)
    _check_scale(con)


def _check_years(con: duckdb.DuckDBPyConnection) -> None:
    """Raise IngestError if a year between the first and the last has no value."""
    lacking = con.execute(
        """with years as (
            select distinct try_cast(year as integer) as year from as_written
        )
        select year + 1, (select max(year) from years) from years
        where year + 1 not in (from years)
        qualify year < max(year) over () order by 1"""
    ).fetchone()
    if lacking:
        raise IngestError(
            f"has values of {lacking[1]}, but none of {lacking[0]}; ask again later"
        )


def _check_scale(con: duckdb.DuckDBPyConnection) -> None:
    """Raise IngestError if the size of large economies' flows tells of another unit."""
    off = con.execute(
        """with large as (
            select line, iso3, indicator, try_cast(year as integer) as year,
                try_cast(value_usd as double) as amount
            from as_written where iso3 in (select unnest($large))
        )
        select line, iso3, year, amount from large
        window flow as (partition by iso3, indicator order by year)
        qualify
            amount / nullif(lag(amount) over flow, 0) not between 1 / $step and $step
            or (iso3 = 'JPN' and amount not between $least and $highest)
        order by line""",
        {
            "large": _LARGE,
            "step": _LARGEST_STEP,
            "least": _JAPAN_LEAST,
            "highest": _JAPAN_MOST,
        },
    ).fetchone()
    if off:
        line, iso3, year, amount = off
        raise IngestError(
            f"row {line}: {iso3} {year} with {amount:,.0f} US$ is out of all "
            "proportion; the unit or the sign may have changed; ask again later"
        )


def _cells(path: Path) -> Iterator[tuple[int | str, ...]]:
    line = 0
    for name in archive.members(path):
        with archive.extracted(path, name) as page:
            text = page.read_text(encoding="utf-8-sig")
        for row in json.loads(text, parse_float=str, parse_int=str)[1]:
            line += 1
            try:
                area, indicator = row["country"], row["indicator"]["id"]
                code = row["countryiso3code"] or _UNCODED.get(area["id"], area["id"])
                cells = (code, indicator, row["date"], row["value"], area["value"])
            except (KeyError, TypeError) as error:
                raise IngestError(
                    f"row {line}: lacks {error}, which the World Bank gives in every "
                    "row; see its documentation and revise world_bank.py"
                ) from error
            if row["value"] is not None:
                yield line, *map(str, cells)
