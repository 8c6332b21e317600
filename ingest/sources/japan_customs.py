"""Japan's trade statistics by principal commodity, Ministry of Finance.

Two files of different kinds. The monthly table (1988 to 2010) has no publication
dates. The editions extract has every change of the yearly totals over 63 publication
dates: running years that grow by a month, and closed years that are restated.
Commodity names follow the principal-commodity list: `semiconductors_etc` is the whole
group 70323 (exports) and 70311 (imports), `ic` a part of it. They are never added.
"""

from ingest.source import Column, Feed, Source, Table, key, value

MONTHLY_VALUES = Table(
    name="monthly_values",
    feeds=(Feed("japan_customs_semiconductors_monthly_1988_2010.csv"),),
    meaning="Exports and imports by month, 1988-01 to 2010-05",
    rows=(269, 269),
    columns=(
        key("month", "VARCHAR", "Month, YYYY-MM", pattern=r"\d{4}-(0[1-9]|1[0-2])"),
        *(
            value(
                name, "BIGINT", meaning, unit="thousand yen", required=False, minimum=0
            )
            for name, meaning in (
                (
                    "export_703_total_thousand_yen",
                    "Exports of electrical machinery (703), an upper bound",
                ),
                (
                    "export_70323_thousand_yen",
                    "Exports of semiconductors and other electronic parts (70323)",
                ),
                (
                    "export_7032305_ic_thousand_yen",
                    "Exports of integrated circuits (7032305), part of 70323",
                ),
                (
                    "import_703_total_thousand_yen",
                    "Imports of electrical machinery (703), an upper bound",
                ),
                (
                    "import_70311_thousand_yen",
                    "Imports of semiconductors and other electronic parts (70311)",
                ),
                (
                    "import_7031103_ic_thousand_yen",
                    "Imports of integrated circuits (7031103), part of 70311",
                ),
                (
                    "export_70131_sme_thousand_yen",
                    "Exports of semiconductor machinery (70131), from 2007-01",
                ),
            )
        ),
    ),
)

EDITION_VALUES = Table(
    name="edition_values",
    feeds=(Feed("japan_customs_semiconductors_vintages.csv"),),
    meaning="Every published change of a yearly total, with its publication date",
    rows=(1182, 20_000),
    published_on="first_seen_on",
    steady=("commodity", "flow", "area", "year"),
    columns=(
        Column(
            "first_seen_on",
            "DATE",
            "Publication date of the edition that first held the value",
            "publication",
            required=True,
        ),
        key(
            "commodity",
            "VARCHAR",
            "Principal commodity",
            allowed=("semiconductors_etc", "ic", "semiconductor_machinery_etc"),
        ),
        key("flow", "VARCHAR", "Direction of trade", allowed=("export", "import")),
        key(
            "area",
            "VARCHAR",
            "Partner area",
            allowed=("Grand Total", "Taiwan", "China"),
        ),
        key("year", "INTEGER", "Calendar year", minimum=1988, maximum=2100),
        value(
            "months_covered",
            "INTEGER",
            "Months of the year contained in the value",
            minimum=1,
            maximum=12,
        ),
        value(
            "value_bn_jpy",
            "DECIMAL(18,6)",
            "Value of trade",
            unit="billion yen",
            minimum=0,
        ),
    ),
)

EDITIONS = Table(
    name="editions",
    feeds=(Feed("japan_customs_vintage_dates.csv"),),
    meaning="Publication dates and the newest month each edition holds",
    rows=(63, 1_000),
    published_on="published_on",
    columns=(
        key("published_on", "DATE", "Publication date of the edition"),
        value(
            "latest_month",
            "VARCHAR",
            "Newest month in the edition, YYYY-MM",
            pattern=r"\d{4}-(0[1-9]|1[0-2])",
        ),
    ),
)

SOURCE = Source(
    name="japan_customs",
    title="Trade Statistics of Japan, principal commodities",
    tables=(MONTHLY_VALUES, EDITION_VALUES, EDITIONS),
    continued_by="estat_trade",
)
