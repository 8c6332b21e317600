"""A read-only connection to the published warehouse goes in; `Facts` come out."""

import datetime as dt
import re

from reports.facts import (
    claim_queries,
    freshness_queries,
    rank_queries,
    technology_queries,
    trade_queries,
    verdict_queries,
)
from reports.facts.desk import Desk
from reports.facts.facts import Event, Facts, Source


def read(desk: Desk, ranking: str) -> Facts:
    """Read what a brief in the language of `desk` may print.

    `ranking` names the ranking series shown. Raises `duckdb.Error` where a table or a
    column of the contract is absent.
    """
    return Facts(
        language=desk.language,
        sources_read_on=sources_read_on(desk),
        reaches=trade_queries.reaches(desk),
        series=trade_queries.ratio_series(desk),
        placement=trade_queries.placement(desk),
        firms=rank_queries.firms(desk, ranking),
        moves=rank_queries.moves(desk, ranking),
        countries=rank_queries.countries(desk, ranking, "without_foundries"),
        countries_with_foundries=rank_queries.countries(
            desk, ranking, "with_foundries"
        ),
        claims=claim_queries.claims(desk),
        row_tally=claim_queries.tally(desk, "table_row"),
        statement_tally=claim_queries.tally(desk, "statement"),
        events=_events(desk),
        sources=_sources(desk),
        trajectory=verdict_queries.trajectory(desk),
        freshness=freshness_queries.freshness(desk),
        technology=technology_queries.technology(desk),
        dues=freshness_queries.dues(desk),
    )


def names(desk: Desk) -> tuple[str, ...]:
    """Return every name that the dimensions have, for the choice of glyphs."""
    tables = ("economies", "product_sets", "definitions", "technology_industries")
    rows = desk.rows(
        " union all ".join(
            f"select name_{{suffix}} as name from marts.{t}" for t in tables
        )
    )
    return tuple(desk.prose(row["name"]) for row in rows)


def sources_read_on(desk: Desk) -> dt.date | None:
    """Return the newest day on which a source was read."""
    (row,) = desk.rows("select max(accessed_on) as day from meta.sources")
    return row["day"]


def _events(desk: Desk) -> tuple[Event, ...]:
    rows = desk.rows(
        "select event_id, event_year, event_date from marts.events"
        " where event_year is not null order by event_year, event_id"
    )
    return tuple(
        Event(
            id=desk.scrub(row["event_id"]),
            year=row["event_year"],
            end_year=last_year(row["event_date"], row["event_year"]),
        )
        for row in rows
    )


def last_year(date: str | None, first: int) -> int:
    """Return the year a range such as 2008-2009 ends in, else the event's own."""
    span = re.fullmatch(r"\d{4}-(\d{4})", date or "")
    return int(span[1]) if span else first


def _sources(desk: Desk) -> tuple[Source, ...]:
    rows = desk.rows(
        "select *, publisher_{suffix} as publisher, title_{suffix} as title,"
        " licence_{suffix} as licence, attribution_{suffix} as attribution,"
        " source in (select source from ops.source_states where state = 'failing')"
        " as is_unread"
        " from meta.sources order by source, resource"
    )
    texts = ("publisher", "title", "licence", "attribution")
    keys = ("source", "url", "licence_url")
    return tuple(
        Source(
            **{name: desk.prose(row[name]) for name in texts},
            **{name: desk.scrub(row[name]) for name in keys},
            accessed_on=row["accessed_on"],
            is_unread=row["is_unread"],
        )
        for row in rows
    )
