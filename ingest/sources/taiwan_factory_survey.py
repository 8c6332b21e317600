"""Technology sold and bought by Taiwan's factories, by industry, kept by hand.

The Ministry of Economic Affairs' factory survey is the only Taiwanese statistic of
technology trade by industry, and has no address for programs. The embedded points are
second-hand, from the press, which does not settle their unit. A person who has the
publication open drops a CSV with the same columns as `CURATED`; such a row replaces
the second-hand one of its year and industry.
"""

from pathlib import Path

import duckdb

from ingest import delimited
from ingest.source import (
    Column,
    Feed,
    IngestError,
    Provenance,
    Source,
    Table,
    key,
    value,
)

_PRESS_UNIT = "NT$ 100 million as reported in the press (unit to be confirmed)"
_SURVEY_UNITS = ("twd_thousand", "twd_million", "twd_100_million")

_PROVENANCE = Provenance(
    title_en="Factory survey: technology sold and bought, by industry",
    title_zh="工廠校正及營運調查：各業技術銷售與購買",
    publisher_en="Ministry of Economic Affairs, Taiwan",
    publisher_zh="經濟部",
    url="https://www.moea.gov.tw",
    licence_en="Individually cited facts",
    licence_zh="逐筆註明出處之事實",
    licence_url="",
    attribution_en="Ministry of Economic Affairs, Taiwan: factory survey",
    attribution_zh="經濟部工廠校正及營運調查",
    unit="new Taiwan dollars, unit with each row",
    coverage="years as dropped",
)


def _amount(name: str, meaning: str) -> Column:
    return value(
        name, "DECIMAL(18,3)", meaning, unit="see unit", required=False, minimum=0
    )


_AMOUNTS = (
    key("year", "INTEGER", "Survey year", minimum=1980, maximum=2100),
    key(
        "industry",
        "VARCHAR",
        "Industry",
        known=("all manufacturing", "electronic parts"),
    ),
    _amount("technology_sales", "Technology sold"),
    _amount("technology_purchases", "Technology bought"),
)
_RATIO = value(
    "ratio_printed",
    "DECIMAL(10,2)",
    "Sales over purchases, where only that is printed",
    unit="ratio",
    required=False,
    minimum=0,
)
_UNIT = value(
    "unit",
    "VARCHAR",
    "Unit of the amounts",
    required=False,
    allowed=(_PRESS_UNIT, *_SURVEY_UNITS),
)
_PLACE = (
    value("source_url", "VARCHAR", "Where it was read", required=False),
    value("page", "VARCHAR", "Page or table there", required=False),
    Column("accessed_on", "DATE", "Day on which it was read", "ignored"),
)
_NOTE = value("note", "VARCHAR", "What to know about the row", required=False)

PRESS = (*_AMOUNTS, _RATIO, _UNIT, _NOTE)
"""Columns of the embedded file."""

CURATED = (*_AMOUNTS, _UNIT, *_PLACE, _NOTE)
"""Columns of a dropped file."""


def _read_press(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read the embedded points; all are second-hand."""
    delimited.read(con, _layout(table, PRESS), path)
    _complete(con, is_second_hand=True)


def _read_curated(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read what a person took from the survey itself.

    Raises IngestError if a row lacks unit, address, page or day, or both amounts.
    """
    delimited.read(con, _layout(table, CURATED), path)
    for name in ("unit", "source_url", "page", "accessed_on"):
        _refuse(con, f"{name} is null", f"column {name}: is empty; say where and how")
    units = ", ".join(_SURVEY_UNITS)
    _refuse(con, "unit not like 'twd%'", f"column unit: is not one of {units}")
    _refuse(
        con,
        "technology_sales is null and technology_purchases is null",
        "columns technology_sales, technology_purchases: both are empty; leave the "
        "row out",
    )
    _complete(con, is_second_hand=False)


def _layout(table: Table, columns: tuple[Column, ...]) -> Table:
    return Table(table.name, (), table.meaning, columns, table.rows)


def _refuse(con: duckdb.DuckDBPyConnection, fault: str, says: str) -> None:
    row = con.execute(f"select min(line) from as_written where {fault}").fetchone()
    if row and row[0]:
        raise IngestError(f"line {row[0]}, {says}")


def _complete(con: duckdb.DuckDBPyConnection, is_second_hand: bool) -> None:
    """Add the columns of the other layout, empty."""
    for column in (_RATIO, *_PLACE):
        con.execute(
            f"""alter table as_written
            add column if not exists {column.name} {column.sql_type}"""
        )
    con.execute(
        "alter table as_written add column is_second_hand boolean default "
        f"{is_second_hand}"
    )


POINTS = Table(
    name="points",
    feeds=(
        Feed("taiwan_factory_survey_points.csv", read=_read_press, rows=(3, 3)),
        Feed(
            "taiwan_factory_survey_curated.csv",
            origin="inbox",
            read=_read_curated,
            provenance=_PROVENANCE,
            files="*technology_trade*.csv",
        ),
    ),
    meaning="Technology sold and bought by year and industry",
    rows=(1, 1_000),
    # Each row speaks for itself: a dropped year withdraws no other.
    coverage=("year", "industry"),
    columns=(
        *_AMOUNTS,
        _RATIO,
        _UNIT,
        *_PLACE,
        _NOTE,
        value("is_second_hand", "BOOLEAN", "Read from the press, not from the survey"),
    ),
)

SOURCE = Source(
    name="taiwan_factory_survey",
    title="Factory survey of Taiwan, technology sold and bought",
    tables=(POINTS,),
)
