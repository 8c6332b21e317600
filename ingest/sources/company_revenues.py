"""Semiconductor revenue rankings as printed in press releases, kept by hand.

The ranking houses forbid scraping and their releases are prose, so a person writes
the rows down, with the address where they were read. Each release is a publication of
its own: preliminary and final figures of one year stand side by side.
"""

from ingest.source import Feed, Source, Table, key, value

RELEASES = Table(
    name="releases",
    feeds=(Feed("vendor_rankings_by_release.csv"),),
    meaning="One row per company and release; also the rows Others and Total Market",
    rows=(233, 5_000),
    correctable=("revenue", "share_pct"),
    # Some releases are known by month only: out by the end of that month.
    published_on="""case length(release_date)
        when 7 then last_day(cast(release_date || '-01' as date))
        else cast(release_date as date) end""",
    columns=(
        key("publisher", "VARCHAR", "Ranking house"),
        key(
            "release_date",
            "VARCHAR",
            "Day or month of the release",
            pattern=r"\d{4}-\d{2}(-\d{2})?",
        ),
        key(
            "status",
            "VARCHAR",
            "Status of the figures",
            allowed=("preliminary", "final", "restated"),
        ),
        key("data_year", "INTEGER", "Year ranked", minimum=1970, maximum=2100),
        value("rank", "INTEGER", "Rank, as printed", required=False, minimum=1),
        value(
            "prev_rank", "INTEGER", "Rank a year earlier, as printed", required=False
        ),
        key("vendor_as_printed", "VARCHAR", "Company, as printed"),
        value("revenue", "DECIMAL(14,2)", "Revenue", required=False, minimum=0),
        value(
            "share_pct",
            "DECIMAL(5,1)",
            "Share of the world market",
            unit="%",
            required=False,
            minimum=0,
            maximum=100,
        ),
        value(
            "prev_year_revenue",
            "DECIMAL(14,2)",
            "Revenue of the year before, in the same release",
            required=False,
            minimum=0,
        ),
        value(
            "growth_pct", "DECIMAL(8,1)", "Growth, as printed", unit="%", required=False
        ),
        value("unit", "VARCHAR", "Unit of revenue", allowed=("usd_million",)),
        value(
            "revenue_rounding",
            "INTEGER",
            "Revenue is rounded to this many units (100 where read from prose)",
            minimum=1,
        ),
        value("source_url", "VARCHAR", "Where it was read"),
        value("note", "VARCHAR", "What to know about the row", required=False),
    ),
)

SOURCE = Source(
    name="company_revenues",
    title="Semiconductor revenue rankings by release",
    tables=(RELEASES,),
)
