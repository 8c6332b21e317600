"""Taiwan's customs trade in integrated circuits and semiconductor equipment.

From the Ministry of Finance's monthly press tables: table 4 (main exports) and
table 5 (main imports). Years, months and the running year to date are kept apart.
"""

from ingest.source import Column, Feed, Source, Table, key, value


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
        key("kind", "VARCHAR", "Kind of period", allowed=("annual", "monthly", "ytd")),
        key(
            "period",
            "VARCHAR",
            "Year, month (YYYY-MM) or months of a year (YYYY-01..MM)",
            pattern=r"\d{4}(-\d{2}(\.\.\d{2})?)?",
        ),
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

SOURCE = Source(
    name="taiwan_mof",
    title="Preliminary trade statistics of Taiwan, press tables 4 and 5",
    tables=(PRESS_VALUES,),
)
