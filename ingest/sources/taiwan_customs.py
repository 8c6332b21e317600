"""Taiwan's exports of integrated circuits (HS 8542) by six-digit heading and year.

From the customs portal, which has no address for programs. The newest year may be a
running one: 2025 holds January to July. Memories are 854232; Taiwan's imports are not
in the file.
"""

from ingest.source import Feed, Source, Table, key, value

HS6_EXPORTS = Table(
    name="hs6_exports",
    feeds=(Feed("taiwan_customs_8542_hs6_exports.csv"),),
    meaning="Exports by HS heading and year, 2013 to July 2025",
    rows=(65, 2_000),
    steady=("hs6",),
    columns=(
        key("year", "INTEGER", "Calendar year", minimum=1989, maximum=2100),
        value("partial", "BOOLEAN", "Whether the year was still running"),
        key(
            "hs6",
            "VARCHAR",
            "Heading of the Harmonised System, six digits",
            pattern=r"8542\d{2}",
            known=("854231", "854232", "854233", "854239", "854290"),
        ),
        value(
            "export_usd_million",
            "DECIMAL(18,3)",
            "Exports, FOB",
            unit="US$ million",
            minimum=0,
            maximum=1_000_000,
        ),
    ),
)

SOURCE = Source(
    name="taiwan_customs",
    title="Customs statistics of Taiwan, exports of HS 8542",
    tables=(HS6_EXPORTS,),
)
