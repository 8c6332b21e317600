"""How old the newest figure of every series is, for the published file."""

from datetime import date

import duckdb

_SERIES = """
with periods as (
    select series_id, source, period, period_end_date, published_on
    from marts.balance_ratios
    where exports_millions is not null or imports_millions is not null
    union all
    select series_id, source, period, period_end_date, published_on
    from marts.technology_balances
    where receipts_millions is not null or payments_millions is not null
),

publishers as (
    select source, min(publisher_en) as publisher_en, min(publisher_zh) as publisher_zh
    from meta.sources group by source
)

select
    series_id, source, publisher_en, publisher_zh, period as newest_period,
    period_end_date as newest_period_end, published_on,
    cast($today as date) - period_end_date as age_days
from periods left join publishers using (source)
qualify row_number() over (
    partition by series_id order by period_end_date desc, period desc
) = 1
order by series_id
"""
_MEANINGS = {
    "series_id": "Series of goods or of technology, as in the marts",
    "source": "Source of the newest figure",
    "publisher_en": "Its publisher, in English",
    "publisher_zh": "Its publisher, in Chinese (Taiwan)",
    "newest_period": "Newest period that has a figure of either flow",
    "newest_period_end": "Last day of that period",
    "published_on": "Day it was published; NULL where only our reading is known",
    "age_days": "Days from the end of that period to the publication of this version",
}


def record(con: duckdb.DuckDBPyConnection, today: date) -> None:
    """Write the age of every series, in days, to `ops.data_freshness`."""
    con.execute("create schema if not exists ops")
    con.execute(
        f"create or replace table ops.data_freshness as {_SERIES}", {"today": today}
    )
    con.execute(
        """comment on table ops.data_freshness is
        'How old every series was when this version was published, a row per series'"""
    )
    for column, meaning in _MEANINGS.items():
        con.execute(f"comment on column ops.data_freshness.{column} is '{meaning}'")
