"""Semiconductor revenue rankings as printed in press releases, kept by hand.

The ranking houses forbid scraping and their releases are prose, so a person writes
the rows down, with the address where they were read. Each release is a publication of
its own: preliminary, final and restated figures of one year stand side by side.

Two files are embedded. A release that both hold is taken from the first, which says
more of it. Further releases are dropped as CSV files with the columns of `CURATED`,
one row a company, and are checked by ingest.readers.ranking_checks. A number counts as
precise as it is written: what a release gives as 41.4 billion is 41.4 in usd_billion.

A dropped row speaks for its own printed name. A name that a release should not have,
one misread or left out of a corrected edition, is withdrawn by a row of that name that
has no numbers and whose note says why: "withdrawn: the corrected table has SK hynix".
"""

from pathlib import Path

import duckdb

from ingest import delimited
from ingest.readers import ranking_checks
from ingest.readers.ranking_rows import CURATED, UNITS, rows_of
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

_PRINTED = (
    key(
        "publisher",
        "VARCHAR",
        "Ranking house",
        known=("Gartner", "Dataquest (Gartner)", "iSuppli"),
    ),
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
    value("prev_rank", "INTEGER", "Rank a year earlier, as printed", required=False),
    key("vendor_as_printed", "VARCHAR", "Company, as printed"),
    value("revenue", "DECIMAL(18,3)", "Revenue", required=False, minimum=0),
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
        "DECIMAL(18,3)",
        "Revenue of the year before, in the same release",
        required=False,
        minimum=0,
    ),
    value("growth_pct", "DECIMAL(8,1)", "Growth, as printed", unit="%", required=False),
    value("unit", "VARCHAR", "Unit of revenue", allowed=tuple(UNITS)),
    value(
        "revenue_rounding",
        "DECIMAL(14,3)",
        "Revenue is rounded to this many units (100 where read from prose)",
        minimum=0.001,
    ),
    value("source_url", "VARCHAR", "Where it was read"),
    value("note", "VARCHAR", "What to know about the row", required=False),
)
_STATED = (
    value(
        "is_complete_top_ten",
        "BOOLEAN",
        "Whether ten ranks were read, as the compiler says; NULL = not said",
        required=False,
    ),
    value(
        "foundries_included",
        "BOOLEAN",
        "Whether the house ranks foundries; NULL = not said",
        required=False,
    ),
    Column("accessed_on", "DATE", "Day on which it was read", "ignored"),
)

_ADDITIONAL = (
    *("publisher", "status", "release_date", "data_year", "rank", "rank_prior_year"),
    *("vendor", "revenue_musd", "revenue_prior_year_musd", "growth_pct_printed"),
    *("share_pct_printed", "complete_top10", "url"),
)

# Releases of the second file that the first one holds; it dates the last 2016-01-06.
_HELD_TWICE = ["Gartner 2015-04-07", "Gartner 2019-04-11", "Gartner 2016-01"]


def _read_releases(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    delimited.read(con, _layout(table, _PRINTED), path)
    for column in _STATED:
        con.execute(
            f"alter table as_written add column {column.name} {column.sql_type}"
        )


def _read_additional(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Map the columns of the second file; its remark on completeness stays a note."""
    columns = tuple(Column(name, "VARCHAR", name) for name in _ADDITIONAL)
    delimited.read(con, _layout(table, columns), path)
    odd = con.execute(
        """select line, complete_top10 from as_written
        where not regexp_full_match(complete_top10, '(yes|no)( [(].+[)])?')
        order by line"""
    ).fetchone()
    if odd:
        raise IngestError(
            f"line {odd[0]}, column complete_top10: {odd[1]} is neither yes nor no"
        )
    con.execute(
        """create or replace temporary table as_written as
        select line, publisher, release_date,
            case status when 'restated one year later' then 'restated' else status end
                as status,
            data_year, rank, rank_prior_year as prev_rank,
            vendor as vendor_as_printed, revenue_musd as revenue,
            share_pct_printed as share_pct,
            revenue_prior_year_musd as prev_year_revenue,
            growth_pct_printed as growth_pct, 'usd_million' as unit,
            '1' as revenue_rounding, url as source_url,
            nullif(regexp_extract(complete_top10, '[(](.+)[)]', 1), '') as note,
            complete_top10 like 'yes%' as is_complete_top_ten,
            cast(null as boolean) as foundries_included,
            cast(null as date) as accessed_on
        from as_written
        where publisher || ' ' || release_date not in (select unnest(?))""",
        [_HELD_TWICE],
    )


def _read_curated(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Check a dropped file and give its totals rows of their own."""
    columns = tuple(
        Column(name, "DATE" if name == "accessed_on" else "VARCHAR", name)
        for name in CURATED
    )
    delimited.read(con, _layout(table, columns), path)
    ranking_checks.check(rows_of(con))
    con.execute(
        """create or replace temporary table as_written as
        with told as (
            select *, row_number() over (
                partition by publisher, release_date, status, year order by line
            ) = 1 as is_first
            from as_written
        ),
        listed as (
            select *, true as is_company, company_as_printed as vendor,
                revenue as amount, 0 as zeros
            from told
            union all
            select *, false, 'Total Market', market_total,
                case when market_total like '%.%' then 0
                    else length(market_total) - length(rtrim(market_total, '0')) end
            from told where is_first and market_total is not null
            union all
            select *, false, 'Others', others, 0
            from told where is_first and others is not null
        )
        select line, publisher, release_date, status, year as data_year,
            case when is_company then rank end as rank,
            cast(null as varchar) as prev_rank, vendor as vendor_as_printed,
            amount as revenue, case when is_company then share_pct end as share_pct,
            case when is_company then prior_year_revenue end as prev_year_revenue,
            case when is_company then growth_pct end as growth_pct, unit,
            cast(power(10, zeros - length(split_part(coalesce(amount, ''), '.', 2)))
                as decimal(14, 3)) as revenue_rounding,
            source_url, note, cast(null as boolean) as is_complete_top_ten,
            foundries_included = 'yes' as foundries_included, accessed_on
        from listed"""
    )


def _layout(table: Table, columns: tuple[Column, ...]) -> Table:
    return Table(table.name, (), table.meaning, columns, table.rows)


_CURATED_PROVENANCE = Provenance(
    title_en="Semiconductor revenue rankings by press release, added by hand",
    title_zh="各次新聞稿所載半導體營收排名（人工增補）",
    publisher_en="the house named in each row",
    publisher_zh="各列所載機構",
    url="",
    licence_en="Individually cited facts",
    licence_zh="逐筆註明出處之事實",
    licence_url="",
    attribution_en="Press releases of the houses named; address with each row",
    attribution_zh="各機構新聞稿，各列均附網址",
    unit="US dollars, unit with each row",
    coverage="releases as dropped",
)

RELEASES = Table(
    name="releases",
    feeds=(
        Feed("vendor_rankings_by_release.csv", read=_read_releases),
        Feed("vendor_rankings_additional.csv", read=_read_additional, rows=(40, 40)),
        Feed(
            "vendor_rankings_curated.csv",
            origin="inbox",
            read=_read_curated,
            provenance=_CURATED_PROVENANCE,
            files="*rankings*.csv",
            rows=(1, 2_000),
        ),
    ),
    meaning="One row per company and release; also the rows Others and Total Market",
    rows=(233, 5_000),
    correctable=("revenue", "share_pct"),
    # Some releases are known by month only: out by the end of that month.
    published_on="""case length(release_date)
        when 7 then last_day(cast(release_date || '-01' as date))
        else cast(release_date as date) end""",
    columns=(*_PRINTED, *_STATED),
)

SOURCE = Source(
    name="company_revenues",
    title="Semiconductor revenue rankings by release",
    tables=(RELEASES,),
)
