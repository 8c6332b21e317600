"""Whether a payload can be believed, next to what stood before it.

Columns are declared apart from each other; what shows only in comparison is here: lost
rows, files that shrank, a lost factor of 1,000, a turned sign, a month published as
nothing, a period that has not begun. What is in doubt is held back until a person
accepts it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from ingest import books
from ingest.incoming import INCOMING
from ingest.payload import Payload
from ingest.source import Column, Table

# What stood when the payload was published: a late, old payload is no loss.
_STOOD = """recorded_to is null and published_from <= $moment
    and (published_to is null or published_to > $moment)"""

_FEW = 0.002
"""Share of compared values that may look odd: small amounts jump about."""

_SHRUNK = 0.8
"""Share of a file's rows that its next edition must have at least."""

_JUMP = " in the period before: a jump that needs a look"


@dataclass(frozen=True)
class _Rule:
    """What is odd of an amount `after`, where `before` stood.

    Of the same key, or `of_new` keys of the period before. `may_be` is the share of
    compared values that may look so, `what` ends the sentence.
    """

    odd: str
    what: str
    may_be: float
    of_new: bool = False


_FEWER = _Rule(f"after < {_SHRUNK} * before", ": far fewer", 0)
_NOTHING = "after = 0 and before > 0"
_RULES = (
    _Rule(
        """before > 0 and after > 0
        and (abs(abs(log10(after / before)) - 3) < 0.16
            or abs(abs(log10(after / before)) - 6) < 0.16)""",
        ": a factor of 1,000 or more",
        _FEW,
    ),
    _Rule(
        "before > 0 and after > 0 and abs(log10(after / before)) > 2.3",
        _JUMP,
        0.2,
        of_new=True,
    ),
    _Rule(
        "before * after < 0 and abs(after / before) between 0.9 and 1.1",
        ": a turned sign",
        _FEW,
    ),
    # Something that stood, or the newest period, is published as 0.
    _Rule(_NOTHING, ": nothing instead of something", 0.05),
    _Rule(_NOTHING, _JUMP, 0.5, of_new=True),
)

_Counts = dict[_Rule, tuple]
"""By rule: values compared, odd ones, the first one, what stood there, what is said."""

_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")


def doubt(
    con: duckdb.DuckDBPyConnection, raw_name: str, table: Table, payload: Payload
) -> str | None:
    """What speaks against the payload in `incoming`, in one line; None if nothing."""
    checks: tuple[Callable[[_Comparison], str | None], ...] = (
        _lost_values,
        _lost_rows,
        _fewer_rows,
        _future,
        _odd_values,
    )
    compared = _Comparison(con, raw_name, table, payload)
    return next((said for check in checks if (said := check(compared))), None)


class _Comparison:
    """A payload beside the rows that stood. Names in the SQL are our declarations."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        raw_name: str,
        table: Table,
        payload: Payload,
    ) -> None:
        self.con = con
        self.name = raw_name
        self.table = table
        self.payload = payload
        self._counted: dict[tuple[str, bool], _Counts] = {}

    @property
    def amounts(self) -> list[Column]:
        """Value columns that measure something."""
        return [
            c
            for c in self.table.named("value")
            if c.unit and c.sql_type.startswith(_NUMBERS)
        ]

    def ask(self, sql: str) -> tuple:
        """The one row that a query gives."""
        given = {"moment": self.payload.published_at} if "$moment" in sql else {}
        (row,) = self.con.execute(sql, given).fetchall()
        return row

    def pairs(self, column: Column) -> str:
        """SQL of `before`, `after` and `place` of every key that stood and is said."""
        keys = self.table.keys
        same = " and ".join(f'now."{k}" = stood."{k}"' for k in keys)
        place = ", ' ', ".join(f'now."{k}"' for k in keys)
        return f"""select cast(stood."{column.name}" as double) as before,
                cast(now."{column.name}" as double) as after,
                concat({place}) as place
            from {INCOMING} as now
            join (select * from raw.{self.name} where {_STOOD}) as stood on {same}"""

    def counted(self, column: Column, of_new: bool) -> _Counts:
        """What the rules for keys that stood, or for new ones, find in a column."""
        if (column.name, of_new) not in self._counted:
            rules = [rule for rule in _RULES if rule.of_new == of_new]
            rows = self.successions(column) if of_new else self.pairs(column)
            self._counted[column.name, of_new] = _count(self, rows, rules)
        return self._counted[column.name, of_new]

    def successions(self, column: Column) -> str:
        """The same for every key that is new, beside its last period that stood."""
        period = self.table.period
        others = [k for k in self.table.keys if k != period]
        keys = self.table.keys
        same = " and ".join(f'now."{k}" = stood."{k}"' for k in others) or "true"
        known = " and ".join(f'known."{k}" = now."{k}"' for k in keys)
        place = ", ' ', ".join(f'now."{k}"' for k in keys)
        last = f'max_by(cast(stood."{column.name}" as double), stood."{period}")'
        return f"""select {last} as before,
                any_value(cast(now."{column.name}" as double)) as after,
                concat({place}) as place
            from (
                select * from {INCOMING} as now where not exists (
                    select 1 from raw.{self.name} as known where {known} and {_STOOD}
                )
            ) as now
            join (select * from raw.{self.name} where {_STOOD}) as stood
                on {same} and stood."{period}" < now."{period}"
            group by {", ".join(f'now."{k}"' for k in keys)}"""


def _lost_values(compared: _Comparison) -> str | None:
    for column in compared.table.steady:
        (gone,) = compared.ask(
            f"""select string_agg(distinct cast("{column}" as varchar), ', ')
            from raw.{compared.name} where {_STOOD}
            and "{column}" not in (select "{column}" from {INCOMING})"""
        )
        if gone:
            return f"no longer has {column} {gone[:80]}"
    return None


def _lost_rows(compared: _Comparison) -> str | None:
    table = compared.table
    # Dated rows speak for themselves alone: only a shorter file tells of a loss.
    if table.published_on:
        before = books.last_row_count(compared.con, compared.payload) or 0
        (rows,) = compared.ask(f"select count(*) from {INCOMING}")
        lost = before - rows
    else:
        scope = ", ".join(f'"{column}"' for column in table.scope)
        covered = f"({scope}) in (select {scope} from {INCOMING})" if scope else "true"
        keys = ", ".join(f'"{key}"' for key in table.keys)
        before, lost = compared.ask(
            f"""select count(*), count(*) filter (({keys}) not in
                (select {keys} from {INCOMING}))
            from raw.{compared.name} where {_STOOD} and {covered}"""
        )
    if lost > table.may_lose * before:
        return f"lacks {lost} of {before} rows that stood before"
    return None


def _fewer_rows(compared: _Comparison) -> str | None:
    """A file, of which the table counts the rows, that has far fewer than it had."""
    for column in (c for c in compared.amounts if c.unit == "rows"):
        counted = _count(compared, compared.pairs(column), [_FEWER])
        said = _told(column, counted[_FEWER], _FEWER)
        if said:
            return said
    return None


def _future(compared: _Comparison) -> str | None:
    period = compared.table.period
    if not period:
        return None
    (newest,) = compared.ask(f'select max(cast("{period}" as varchar)) from {INCOMING}')
    today = f"{compared.payload.retrieved_at:%Y-%m-%d}"
    if newest and newest > today[: len(newest)]:
        return f"has {period} {newest}, which has not begun"
    return None


def _odd_values(compared: _Comparison) -> str | None:
    rules = (r for r in _RULES if compared.table.period or not r.of_new)
    for rule in rules:
        for column in compared.amounts:
            said = _told(column, compared.counted(column, rule.of_new)[rule], rule)
            if said:
                return said
    return None


def _count(compared: _Comparison, rows: str, rules: Sequence[_Rule]) -> _Counts:
    """What each rule finds among the rows: all of them in one pass."""
    each = ", ".join(
        f"""count(*) filter ({rule.odd}), min(place) filter ({rule.odd}),
        arg_min(before, place) filter ({rule.odd}),
        arg_min(after, place) filter ({rule.odd})"""
        for rule in rules
    )
    count, *found = compared.ask(f"select count(*), {each} from ({rows})")
    return {rule: (count, *found[4 * n : 4 * n + 4]) for n, rule in enumerate(rules)}


def _told(column: Column, counted: tuple, rule: _Rule) -> str | None:
    count, odd, place, before, after = counted
    if odd and odd > rule.may_be * count:
        return (
            f"{column.name} of {odd} rows, first {place}: {after:g}, where "
            f"{before:g} stood{rule.what}"
        )
    return None
