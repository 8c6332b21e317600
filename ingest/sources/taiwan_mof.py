"""Taiwan's customs trade in integrated circuits and semiconductor equipment.

From the Ministry of Finance's monthly press tables: table 4 (main exports) and
table 5 (main imports). Years, months and the running year to date are kept apart.
An excerpt of one edition is embedded; people drop the workbooks of others into the
inbox. Of a workbook's commodities those below are read, the others passed over.
"""

from functools import partial
from pathlib import Path

import duckdb

from ingest.readers import press_tables, workbook
from ingest.readers.press_tables import Layout
from ingest.source import Column, Feed, Provenance, Source, Table, key, value

_IC = r"積體電路(\(IC\))?"
_EXPORTS = Layout(
    sheet="表4",
    title="出口主要貨品項目",
    commodities={
        "ic": _IC,
        "dram": "DRAM",
        "led": "發光二極體",
        "semiconductor_machinery": "生產半導體[等之]機械",
    },
)
_IMPORTS = Layout(
    sheet="表5",
    title="進口主要貨品項目",
    commodities={"ic": _IC, "semiconductor_equipment": "半導體設備"},
)
_KIND = key("kind", "VARCHAR", "Kind of period", allowed=("annual", "monthly", "ytd"))
_PERIOD = key(
    "period",
    "VARCHAR",
    "Year, month (YYYY-MM) or months of a year (YYYY-01..MM)",
    pattern=r"\d{4}(-\d{2}(\.\.\d{2})?)?",
)


def _usd(name: str, meaning: str) -> Column:
    return value(name, "DECIMAL(18,3)", meaning, unit="US$ million", minimum=0)


def _ratio(name: str, meaning: str) -> Column:
    # Computed by the compiler of the file, to four decimals: a control total.
    return value(name, "DECIMAL(10,4)", meaning, unit="ratio", minimum=0)


PRESS_VALUES = Table(
    name="press_values",
    feeds=(Feed("taiwan_mof_ic_and_equipment.csv"),),
    meaning="Exports and imports by year, month and running year",
    rows=(24, 2_000),
    steady=("kind",),
    columns=(
        _KIND,
        _PERIOD,
        _usd("exp_dram", "Exports of DRAM, part of integrated circuits"),
        _usd("exp_ic", "Exports of integrated circuits"),
        _usd("exp_led", "Exports of light-emitting diodes"),
        _usd("exp_semicon_making_machinery", "Exports of chip-making machinery"),
        _usd("imp_ic", "Imports of integrated circuits"),
        _usd("imp_semicon_equipment", "Imports of semiconductor equipment"),
        _ratio("ratio_ic", "Exports over imports, integrated circuits"),
        _ratio("ratio_equipment", "Exports over imports, equipment"),
    ),
)


def _read(
    layout: Layout, con: duckdb.DuckDBPyConnection, table: Table, path: Path
) -> None:
    workbook.leave(con, table, press_tables.rows(layout, path))


def _feeds(resource: str, layout: Layout, *patterns: str) -> tuple[Feed, ...]:
    """A feed for each way in which people name the file of a press table."""
    number = layout.sheet.removeprefix("表")
    flow = "main exports" if layout is _EXPORTS else "main imports"
    told = Provenance(
        title_en=f"Preliminary trade statistics, table {number}: {flow}",
        title_zh=f"海關進出口貿易初步統計，{layout.sheet}、{layout.title}",
        publisher_en="Ministry of Finance, Taiwan",
        publisher_zh="財政部",
        url="https://www.mof.gov.tw",
        licence_en="Open Government Data License, Taiwan, version 1.0",
        licence_zh="政府資料開放授權條款第1版",
        licence_url="https://data.gov.tw/license",
        attribution_en="Ministry of Finance, Taiwan: preliminary statistics of customs "
        "imports and exports",
        attribution_zh="財政部海關進出口貿易初步統計",
        unit="US$ million",
        coverage="ten years, 13 months and the running year of each edition",
    )
    return tuple(
        Feed(
            resource,
            origin="inbox",
            read=partial(_read, layout),
            provenance=told,
            files=pattern,
            dated=partial(press_tables.published_by, layout),
        )
        for pattern in patterns
    )


def _workbook(
    name: str, meaning: str, layout: Layout, rows: tuple[int, int], *patterns: str
) -> Table:
    return Table(
        name=name,
        feeds=_feeds(f"{name}.xlsx", layout, *patterns),
        meaning=meaning,
        rows=rows,
        # Each edition has other months: it speaks for its own periods only.
        coverage=("kind", "period", "commodity"),
        steady=("commodity",),
        columns=(
            _KIND,
            _PERIOD,
            key(
                "commodity",
                "VARCHAR",
                "Commodity, a heading of the table",
                allowed=tuple(layout.commodities),
            ),
            value(
                "value_usd_millions",
                "DECIMAL(18,3)",
                "Value of trade",
                unit="US$ million",
                minimum=0,
                # A million millions: only thousands of dollars would be more.
                maximum=1_000_000,
            ),
            value(
                "growth_pct",
                "DOUBLE",
                "Change on the same months of the year before, as printed",
                required=False,
                unit="%",
            ),
        ),
    )


TABLE_4 = _workbook(
    "table_4_exports",
    "Main exports by year, month and running year, from dropped workbooks",
    _EXPORTS,
    (60, 400),
    "*table4*.xlsx",
    "*表4*.xlsx",
)
TABLE_5 = _workbook(
    "table_5_imports",
    "Main imports by year, month and running year, from dropped workbooks",
    _IMPORTS,
    (30, 200),
    "*table5*.xlsx",
    "*表5*.xlsx",
)

SOURCE = Source(
    name="taiwan_mof",
    title="Preliminary trade statistics of Taiwan, press tables 4 and 5",
    tables=(PRESS_VALUES, TABLE_4, TABLE_5),
    cadence_days=31,
    calendar="around the 7th to 9th of the following month",
    days_to_publish=9,
)
