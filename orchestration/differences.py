"""What differs between two published versions, worst first."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

Tier = Literal["severe", "revision", "news"]

_TIERS: tuple[Tier, ...] = ("severe", "revision", "news")
_NUMBERS = ("DOUBLE", "INTEGER", "BIGINT", "DECIMAL")


@dataclass(frozen=True)
class Difference:
    """One kind of difference in one table.

    `effect` is the largest relative change of a number, where there is one; `example`
    names the row that has it.
    """

    tier: Tier
    table: str
    what: str
    rows: int
    effect: float | None = None
    example: str | None = None


def between(old: Path, new: Path) -> list[Difference]:
    """Compare all marts of two published files: lost coverage, revisions, news.

    Lost rows, tables or columns are always severe; new rows are news; changed values
    are revisions, ranked by their largest effect.
    """
    with duckdb.connect() as con:
        for name, path in (("old", old), ("new", new)):
            quoted = str(path).replace("'", "''")
            con.execute(f"attach '{quoted}' as {name} (read_only)")
        found = [d for table in _tables(con) for d in _of_table(con, table)]
    return sorted(
        found, key=lambda d: (_TIERS.index(d.tier), -(d.effect or 0), d.table)
    )


def _tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        name
        for (name,) in con.execute(
            """select distinct table_name from duckdb_tables()
            where schema_name = 'marts' and database_name in ('old', 'new')
            order by 1"""
        ).fetchall()
    ]


def _columns(
    con: duckdb.DuckDBPyConnection, version: str, table: str
) -> dict[str, str]:
    return dict(
        con.execute(
            """select column_name, data_type from duckdb_columns()
            where database_name = ? and schema_name = 'marts' and table_name = ?
            order by column_index""",
            [version, table],
        ).fetchall()
    )


def _of_table(con: duckdb.DuckDBPyConnection, table: str) -> list[Difference]:
    old, new = (_columns(con, version, table) for version in ("old", "new"))
    if not old or not new:
        tier: Tier = "news" if new else "severe"
        return [Difference(tier, table, f"table is {'new' if new else 'gone'}", 0)]
    lost = [name for name in old if name not in new]
    found = [Difference("severe", table, f"column {name} is gone", 0) for name in lost]
    keys = _keys(con, table)
    if not keys or not set(keys) <= set(old):
        return found
    shared = {n: t for n, t in new.items() if n in old and n not in keys}
    return [*found, *_rows(con, table, keys), *_changes(con, table, keys, shared)]


def _keys(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [
        name
        for (name,) in con.execute(
            """select column_name from new.meta.columns
            where table_name = ? and is_key order by position""",
            [f"marts.{table}"],
        ).fetchall()
    ]


def _rows(
    con: duckdb.DuckDBPyConnection, table: str, keys: list[str]
) -> list[Difference]:
    found = []
    sides: tuple[tuple[Tier, str, str, str], ...] = (
        ("severe", "rows are gone", "old", "new"),
        ("news", "rows are new", "new", "old"),
    )
    for tier, what, here, there in sides:
        ((count, example),) = con.execute(
            f"""select count(*), min({_named(keys, "here")})
            from {here}.marts."{table}" as here
            anti join {there}.marts."{table}" as there on {_same(keys)}"""
        ).fetchall()
        if count:
            found.append(Difference(tier, table, what, count, None, example))
    return found


def _changes(
    con: duckdb.DuckDBPyConnection, table: str, keys: list[str], shared: dict[str, str]
) -> list[Difference]:
    found = []
    for name, kind in shared.items():
        is_number = kind.startswith(_NUMBERS)
        effect = (
            f"""abs(cast(there."{name}" as double) - here."{name}")
            / nullif(abs(cast(here."{name}" as double)), 0)"""
            if is_number
            else "null"
        )
        ((count, largest, example),) = con.execute(
            f"""select count(*), max({effect}),
                coalesce(max_by({_named(keys, "here")}, {effect}),
                    min({_named(keys, "here")}))
            from old.marts."{table}" as here
            join new.marts."{table}" as there on {_same(keys)}
            where here."{name}" is distinct from there."{name}" """
        ).fetchall()
        if count:
            what = f"{name} is changed"
            found.append(Difference("revision", table, what, count, largest, example))
    return found


def _same(keys: list[str]) -> str:
    return " and ".join(
        f'here."{key}" is not distinct from there."{key}"' for key in keys
    )


def _named(keys: list[str], alias: str) -> str:
    """A row's key as people write it: year=2021, rank=3."""
    parts = ", ', ', ".join(f"'{key}=', {alias}.\"{key}\"" for key in keys)
    return f"concat({parts})"
