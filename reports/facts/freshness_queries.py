"""The ages of the series go in; how fresh each source's figures are comes out."""

from reports.facts.desk import Desk
from reports.facts.facts import Due, Freshness


def freshness(desk: Desk) -> tuple[Freshness, ...]:
    """Return a row for each source that has figures, the oldest figures last.

    Empty where the version carries no ages, as a look back does.
    """
    if not desk.has("ops", "data_freshness"):
        return ()
    rows = desk.rows(
        "select any_value(publisher_{suffix}) as publisher, count(*) as series,"
        " max_by(newest_period, newest_period_end) as newest_period,"
        " max(ages.published_on) as published_on, min(age_days) as age_days,"
        " any_value(cast(states.last_checked as date)) as checked_on,"
        " any_value(cast(states.next_due as date)) as next_due,"
        " coalesce(any_value(states.state), '') as state"
        " from ops.data_freshness as ages"
        " left join ops.source_states as states using (source)"
        " group by source order by min(age_days), source"
    )
    return tuple(
        Freshness(
            publisher=desk.prose(row["publisher"]),
            series=row["series"],
            newest_period=desk.scrub(row["newest_period"]),
            state=desk.scrub(row["state"]),
            **{
                name: row[name]
                for name in ("published_on", "checked_on", "next_due", "age_days")
            },
        )
        for row in rows
    )


def dues(desk: Desk) -> tuple[Due, ...]:
    """Return when each economy's next month of chip trade is expected, where known."""
    if not desk.has("ops", "data_freshness"):
        return ()
    rows = desk.rows(
        "select economy_code, cast(min(states.next_due) as date) as day,"
        " bool_or(states.state = 'overdue') as is_over"
        " from ops.data_freshness"
        " join (select distinct series_id, economy_code from marts.balance_ratios"
        "  where product_set = 'ic' and period_kind = 'monthly') using (series_id)"
        " join ops.source_states as states using (source)"
        " where states.next_due is not null group by economy_code order by economy_code"
    )
    return tuple(Due(**row) for row in rows)
