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
        columns = _columns(con)
        keys = _keys(con)
        found = [
            difference
            for table in sorted(columns["old"] | columns["new"])
            for difference in _of_table(
                con,
                table,
                keys.get(table, []),
                columns["old"].get(table, {}),
                columns["new"].get(table, {}),
            )
        ]
    return sorted(
        found, key=lambda d: (_TIERS.index(d.tier), -(d.effect or 0), d.table)
    )


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, dict[str, str]]]:
    """Types of the marts' columns by version, table and name."""
    found: dict[str, dict[str, dict[str, str]]] = {"old": {}, "new": {}}
    # Once for both: DuckDB lists every column there is before it chooses.
    for version, table, column, kind in con.execute(
        """select database_name, table_name, column_name, data_type
        from duckdb_columns()
        where database_name in ('old', 'new') and schema_name = 'marts'
        and table_name in (
            select table_name from duckdb_tables() where schema_name = 'marts'
        )
        order by table_name, column_index"""
    ).fetchall():
        found[version].setdefault(table, {})[column] = kind
    return found


def _keys(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in con.execute(
        """select table_name, column_name from new.meta.columns
        where is_key order by table_name, position"""
    ).fetchall():
        found.setdefault(table.removeprefix("marts."), []).append(column)
    return found


def _of_table(
    con: duckdb.DuckDBPyConnection,
    table: str,
    keys: list[str],
    old: dict[str, str],
    new: dict[str, str],
) -> list[Difference]:
    if not old or not new:
        tier: Tier = "news" if new else "severe"
        return [Difference(tier, table, f"table is {'new' if new else 'gone'}", 0)]
    lost = [name for name in old if name not in new]
    found = [Difference("severe", table, f"column {name} is gone", 0) for name in lost]
    if not keys or not set(keys) <= set(old):
        return found
    shared = [name for name in new if name in old and name not in keys]
    kinds = {name: new[name] for name in _changed(con, table, keys, shared)}
    return [*found, *_rows(con, table, keys), *_changes(con, table, keys, kinds)]


def _changed(
    con: duckdb.DuckDBPyConnection, table: str, keys: list[str], shared: list[str]
) -> list[str]:
    """Those columns in which at least one row differs: mostly there are none."""
    if not shared:
        return []
    differs = ", ".join(
        f'bool_or(here."{name}" is distinct from there."{name}")' for name in shared
    )
    (found,) = con.execute(
        f"""select {differs} from old.marts."{table}" as here
        join new.marts."{table}" as there on {_same(keys)}"""
    ).fetchall()
    return [name for name, is_changed in zip(shared, found, strict=True) if is_changed]


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
    con: duckdb.DuckDBPyConnection, table: str, keys: list[str], kinds: dict[str, str]
) -> list[Difference]:
    found = []
    for name, kind in kinds.items():
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
