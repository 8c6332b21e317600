"""Points of Japan's technology trade before the yearly tables, read from white papers.

They are of two statistics that differ by a factor of three for the same year: the
survey of research and development (patents, know-how and technical guidance, as firms
report them) and the Bank of Japan's balance of payments. The statistic is part of the
key; points of the two are never joined into one series.
"""

from ingest.source import Column, Feed, Source, Table, key, value


def _amount(name: str, meaning: str) -> Column:
    return value(
        name, "BIGINT", meaning, unit="100 million yen", required=False, minimum=0
    )


POINTS = Table(
    name="points",
    feeds=(Feed("japan_technology_trade_points.csv"),),
    meaning="Receipts and payments for technology in single fiscal years",
    rows=(25, 25),
    columns=(
        key("fiscal_year", "INTEGER", "Fiscal year from April", minimum=1950),
        key(
            "sector",
            "VARCHAR",
            "Industry and, where it says so, affiliation",
            allowed=(
                "all",
                "all, excluding parent-subsidiary",
                "electrical machinery",
                "electrical machinery and equipment etc (exports only)",
                "ICT industry (incl. comms equipment, electrical machinery, "
                "electronic parts, telecom)",
            ),
        ),
        _amount("exports_100m_yen", "Receipts for technology"),
        _amount("imports_100m_yen", "Payments for technology"),
        value(
            # Text, because the number of printed decimals matters.
            "ratio_printed",
            "VARCHAR",
            "Receipts over payments, as printed",
            unit="ratio",
            required=False,
            pattern=r"\d+(\.\d+)?",
        ),
        key(
            "statistic",
            "VARCHAR",
            "Statistic the point is of",
            allowed=(
                "MIC survey of R&D",
                "MIC survey of R&D (rounded)",
                "BoJ balance of payments",
            ),
        ),
        value("source_url", "VARCHAR", "Where it was read"),
        value(
            # By the compiler of the file, to three decimals: a control total.
            "ratio_computed",
            "DECIMAL(10,3)",
            "Receipts over payments, computed",
            unit="ratio",
            required=False,
            minimum=0,
        ),
    ),
)

SOURCE = Source(
    name="japan_technology_trade",
    title="Technology trade of Japan, single points from white papers",
    tables=(POINTS,),
    continued_by="estat_rd_survey",
)
