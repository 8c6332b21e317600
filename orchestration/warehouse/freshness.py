"""How old every series is, what is due of it by the publisher's calendar, and how late.

A source may be on time while one of its series is not: a series has its own newest
period, and the day on which the next one is due follows from that.
"""

from collections.abc import Iterable
from datetime import date

import duckdb

from ingest import clock
from ingest.source import all_sources
from ingest.standing import Standing
from orchestration import comments, source_states
from orchestration.records import Row, records
from orchestration.settings import Settings

_CALENDAR = """
create or replace temporary table calendar (
    source varchar, days_to_publish integer, not_awaited varchar, standing varchar
)
"""
# A series is there once both flows are, unless it has never had both. One that missed
# three years has ended: its publisher does not go on with it.
_SERIES = """
with periods as (
    select
        'marts.balance_ratios' as table_name, series_id, economy_code, product_set,
        definition, source, period, period_kind, period_end_date, published_on,
        exports_millions, imports_millions
    from marts.balance_ratios
    where exports_millions is not null or imports_millions is not null
    union all
    select
        'marts.technology_balances', series_id, economy_code, null,
        definition, source, period, year_kind, period_end_date, published_on,
        receipts_millions, payments_millions
    from marts.technology_balances
    where receipts_millions is not null or payments_millions is not null
),

newest as (
    select * from periods
    qualify row_number() over (
        partition by series_id
        order by (exports_millions + imports_millions is not null) desc,
            period_end_date desc, period desc
    ) = 1
),

short_names as (
    select alias, economy_code, product_set, definition
    from marts.series_aliases join marts.balance_ratios using (series_id)
    group by all
),

publishers as (
    select source, min(publisher_en) as publisher_en, min(publisher_zh) as publisher_zh
    from meta.sources group by source
),

dated as (
    select
        newest.*, alias, publisher_en, publisher_zh, not_awaited, standing,
        last_day(period_end_date + case when period_kind in ('monthly', 'ytd')
            then interval 1 month else interval 1 year end) as next_period_end,
        case period_kind
            when 'monthly' then strftime(next_period_end, '%Y-%m')
            when 'ytd' then strftime(next_period_end, '%Y-01..%m')
            when 'fiscal' then 'FY' || (year(next_period_end) - 1)
            else strftime(next_period_end, '%Y')
        end as next_period,
        cast(next_period_end + days_to_publish as date) as due_on,
        cast($today as date) as today
    from newest
    left join publishers using (source)
    left join calendar using (source)
    left join short_names using (economy_code, product_set, definition)
),

stated as (
    select
        *,
        case
            when due_on < today - interval 3 year then 'ended'
            when due_on is null or not_awaited is not null then 'not awaited'
            when due_on < today then 'late'
            else 'nothing due'
        end as state
    from dated
)

select
    series_id, source, publisher_en, publisher_zh, period as newest_period,
    period_end_date as newest_period_end, published_on,
    today - period_end_date as age_days, next_period, due_on, state,
    case when state = 'late' then today - due_on else 0 end as days_late,
    case state
        when 'ended' then 'nothing new since ' || period
        when 'not awaited' then coalesce(not_awaited, 'its publisher has no calendar')
        when 'late' then next_period || ' was due ' || due_on || '; ' || standing
        else next_period || ' is due ' || due_on
    end as reason,
    alias,
    period_kind <> 'ytd' and economy_code in (select economy_code from short_names)
        as is_followed,
    table_name
from stated order by series_id
"""
_MEANINGS = {
    "series_id": "Series of goods or of technology, as in the marts",
    "source": "Source of the newest figure",
    "publisher_en": "Its publisher, in English",
    "publisher_zh": "Its publisher, in Chinese (Taiwan)",
    "newest_period": "Newest period with both flows, or with one if it never had both",
    "newest_period_end": "Last day of that period",
    "published_on": "Day it was published; NULL where only our reading is known",
    "age_days": "Days from the end of that period to the publication of this version",
    "next_period": "The period after it",
    "due_on": "Day by which the calendar has that period out; NULL without a calendar",
    "state": "late, nothing due, not awaited (nobody is asked) or ended (for 3 years)",
    "days_late": "Days since due_on; 0 unless late",
    "reason": "Why it is in that state",
    "alias": "Short name of the series, whatever its periods; NULL for most",
    "is_followed": "Years and months of economies with short names: lateness is told",
    "table_name": "Mart that has the series",
}


def record(con: duckdb.DuckDBPyConnection, settings: Settings, today: date) -> None:
    """Write how fresh every series is to `ops.data_freshness`."""
    con.execute("create schema if not exists ops")
    _note_calendar(con, settings)
    con.execute(
        f"create or replace table ops.data_freshness as {_SERIES}", {"today": today}
    )
    meaning = (
        "How fresh every series was at the publication of this version, a row each"
    )
    comments.write(con, "ops.data_freshness", meaning, _MEANINGS)


def every_series(
    con: duckdb.DuckDBPyConnection, settings: Settings, today: date
) -> list[Row]:
    """Every series of a file that has marts, as of today; columns as in the table."""
    _note_calendar(con, settings)
    return records(con, _SERIES, {"today": today})


def late_series(settings: Settings) -> list[Row]:
    """The followed series of the latest version that are late now.

    None of a version that cannot be read: `geese doctor` tells of that.
    """
    if not settings.latest.exists():
        return []
    try:
        with duckdb.connect(str(settings.latest.resolve()), read_only=True) as con:
            found = every_series(con, settings, clock.now().date())
    except duckdb.Error:
        return []
    return [row for row in found if row["is_followed"] and row["state"] == "late"]


def told(row: Row) -> str:
    """How a series stands against its publisher's calendar, in words."""
    if row["state"] == "late":
        return f"late by {row['days_late']} days against the calendar; {row['reason']}"
    return f"{row['state']}: {row['reason']}"


def _note_calendar(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    con.execute(_CALENDAR)
    rows = [list(row) for row in _calendar(settings, source_states.collect(settings))]
    con.executemany("insert into calendar values (?, ?, ?, ?)", rows)


def _calendar(
    settings: Settings, found: Iterable[Standing]
) -> Iterable[tuple[str, int | None, str | None, str]]:
    """What `_CALENDAR` holds of every source; of one that is continued, its follower's.

    Yields source, days to publish, why nothing is awaited (None: it is), how it stands.
    """
    standings = {standing.source: standing for standing in found}
    for source in all_sources().values():
        follower = all_sources()[source.continued_by or source.name]
        standing = standings[follower.name]
        yield (
            source.name,
            follower.days_to_publish,
            _why_not_awaited(standing, settings),
            _told(standing),
        )


def _why_not_awaited(standing: Standing, settings: Settings) -> str | None:
    name, state = standing.source, standing.state
    if state == "embedded":
        return f"{name}: comes with the program"
    if settings.mode != "live" and state in ("never", "drop folder", "no key", "off"):
        return f'{name}: mode = "{settings.mode}" asks nobody'
    if state in ("off", "no key"):
        return f"{name}: {state}, {standing.reason}"
    return None


def _told(standing: Standing) -> str:
    """What an owner should know of the source of a late series."""
    name = standing.source
    if standing.state == "drop folder":
        return f"drop the publisher's file into inbox/{name}/"
    if standing.state == "current":
        day = standing.last_changed and standing.last_changed.date()
        return f"{name} was new on {day}, without it: look at the publisher's page"
    return f"{name} is {standing.state}: see `geese sources`"
