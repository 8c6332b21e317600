"""Payload rows → bitemporal raw tables.

Every row of a raw table has two pairs of moments (Taipei time, see ingest.clock):

    published_from, published_to   when the publisher said so; NULL = still standing
    recorded_from, recorded_to     when we learned it; NULL = still believed

The rows with `recorded_to is null` are today's knowledge of the whole published
history: at any moment at most one of them per key. They do not depend on the order in
which publications arrived. What a recorded row says is never lost: only recorded_to is
ever set, though the row may move in the file. A row that a publication no longer holds
ends (`published_to`) with no successor.
"""

from datetime import datetime

import duckdb

from ingest.incoming import INCOMING
from ingest.payload import Payload
from ingest.source import Column, Table

CLOCKS = (
    Column("published_from", "TIMESTAMP", "Published at, Taipei time"),
    Column("published_to", "TIMESTAMP", "Superseded or withdrawn at; NULL = stands"),
    Column("recorded_from", "TIMESTAMP", "Learned at, Taipei time"),
    Column("recorded_to", "TIMESTAMP", "No longer believed since; NULL = believed"),
    Column("payload_sha256", "VARCHAR", "Digest of the payload that said so"),
)
"""Columns that every raw table has after its own."""

_REPLACED = "select unnest([standing_id, earlier_id, later_id]) from changed"


class Applier:
    """Applies one payload's publications to one raw table, oldest first.

    Names in the SQL below are the project's own declarations; moments and digests are
    parameters.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        raw_name: str,
        table: Table,
        payload: Payload,
        recorded_at: datetime,
    ) -> None:
        self.con = con
        self.name = raw_name
        self.table = table
        self.payload = payload
        self.recorded_at = recorded_at
        self.own = ", ".join(f'"{c.name}"' for c in table.stored)
        self.key = ", ".join(f'"{name}"' for name in table.keys)
        parts = ", ".join(f'"{name}"' for name in table.scope)
        # A separator that no text has.
        self.scope = f"concat_ws(chr(31), {parts})" if parts else "''"

    def apply(self) -> tuple[int, int]:
        """Return the numbers of raw rows opened and closed."""
        self._date()
        opened = closed = 0
        ((last,),) = self.con.execute(
            f"select coalesce(max(rowid), -1) from raw.{self.name}"
        ).fetchall()
        for (moment,) in self.con.execute(
            "select distinct published_from from dated order by 1"
        ).fetchall():
            self._hear(moment)
            if not self._compare(moment):
                continue
            closed += self._count_replaced(last)
            opened += self._write(moment, last) - self._drop_replaced()
        return opened, closed

    def _date(self) -> None:
        """Give every incoming row its moment of publication and its scope."""
        said_on = self.table.published_on
        parameters = [] if said_on else [self.payload.published_at]
        self.con.execute(
            f"""create or replace temporary table dated as
            select {self.own}, {self.scope} as scope,
                cast({said_on or "?"} as timestamp) as published_from
            from {INCOMING}""",
            parameters,
        )

    def _hear(self, moment: datetime) -> None:
        """List the scopes the publication speaks for, and until when.

        Its word holds to the next publication that speaks for the same scope, or for
        ever. Of two payloads of one moment the one delivered later is heard.
        """
        names = {"name": self.name, "moment": moment}
        self.con.execute(
            """create or replace temporary table heard as
            select scope, (
                select min(later.published_from) from raw.publications as later
                where later.table_name = $name and later.scope = dated.scope
                and later.published_from > $moment
            ) as holds_to
            from dated where published_from = $moment group by scope""",
            names,
        )
        self.con.execute(
            """insert or replace into raw.publications
            select $name, scope, $moment, $sha256 from heard""",
            names | {"sha256": self.payload.sha256},
        )

    def _compare(self, moment: datetime) -> int:
        """Find the keys of which the publication says something new; how many.

        `changed` has, per such key, the raw rows that its word touches (by rowid): the
        one that stood at the moment, and those that end or begin where its own
        interval begins or ends and say the same, with which it is joined.
        """
        believed = f"""(
            select rowid as id, {self.scope} as scope, * from raw.{self.name}
            where recorded_to is null
        )"""
        return self._rows_touched(
            f"""create or replace temporary table changed as
            with believed as {believed},
            said as (
                select dated.*, true as is_said from dated semi join heard using (scope)
                where published_from = $moment
            ),
            standing as (
                select * from believed semi join heard using (scope)
                where published_from <= $moment
                and (published_to is null or published_to > $moment)
            )
            select {self.key}, standing.id as standing_id,
                coalesce(said.is_said, false) as is_said, heard.holds_to,
                earlier.id as earlier_id, later.id as later_id,
                coalesce(earlier.published_from, $moment) as opens_at,
                coalesce(earlier.payload_sha256, $sha256) as payload_sha256,
                case when later.id is null then heard.holds_to
                    else later.published_to end as ends_at
            from standing full join said using (scope, {self.key})
            join heard using (scope)
            left join believed as earlier on {self._matches("earlier")}
                and earlier.published_to = $moment
            left join believed as later on {self._matches("later")}
                and later.published_from = heard.holds_to
            where standing.id is null or said.is_said is null
            or not ({self._same("standing")})""",
            {"moment": moment, "sha256": self.payload.sha256},
        )

    def _same(self, other: str) -> str:
        pairs = [
            f'{other}."{n}" is not distinct from said."{n}"' for n in self.table.values
        ]
        return " and ".join(pairs) or "true"

    def _matches(self, other: str) -> str:
        keys = " and ".join(f'{other}."{n}" = said."{n}"' for n in self.table.keys)
        return f"{keys} and {self._same(other)}"

    def _write(self, moment: datetime, last: int) -> int:
        """Write the new word, what is left of the old one, and what ends with it.

        Left of the old word is what held before the new one and after it. A row that is
        believed no longer moves to those that end at the same moment: strewn over the
        table, these moments were its largest column. Rows after `last` are of this
        very payload: what it replaces of them was never believed.
        """
        old = ", ".join(f'old."{c.name}"' for c in self.table.stored)
        # Each piece sorted by itself: neighbours that are alike compress well. One
        # insert: after a second, of no rows, DuckDB 2.0.0 loses later rows from sight.
        sql = f"""insert into raw.{self.name}
            (select {self.own}, opens_at, ends_at, $recorded, null,
                changed.payload_sha256
            from changed
            join (select * from dated where published_from = $moment) using ({self.key})
            where is_said
            order by {self.key})
            union all
            (select {old}, old.published_from, $moment, $recorded, null,
                old.payload_sha256
            from raw.{self.name} as old join changed on old.rowid = standing_id
            where old.published_from < $moment
            order by old.published_from, {old})
            union all
            (select {old}, holds_to, old.published_to, $recorded, null,
                old.payload_sha256
            from raw.{self.name} as old join changed on old.rowid = standing_id
            where holds_to is not null
            and (old.published_to is null or old.published_to > holds_to)
            order by {old})
            union all
            (select {old}, old.published_from, old.published_to, old.recorded_from,
                $recorded, old.payload_sha256
            from raw.{self.name} as old
            where old.rowid <= $last and old.rowid in ({_REPLACED})
            order by old.published_from, old.recorded_from, {old})"""
        parameters = {"moment": moment, "recorded": self.recorded_at, "last": last}
        return self._rows_touched(sql, parameters)

    def _count_replaced(self, last: int) -> int:
        """Rows believed before this payload that its word replaces."""
        sql = (
            f"select count(distinct id) from ({_REPLACED}) as t (id) where id <= $last"
        )
        return self._rows_touched(sql, {"last": last})

    def _drop_replaced(self) -> int:
        """Remove the rows that the new ones replace from where they stood."""
        sql = f"delete from raw.{self.name} where rowid in ({_REPLACED})"
        return self._rows_touched(sql, {})

    def _rows_touched(self, sql: str, parameters: dict[str, object]) -> int:
        row = self.con.execute(sql, parameters).fetchone()
        return row[0] if row else 0
