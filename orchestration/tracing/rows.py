"""A row of a mart → the rows it was made from, down to raw rows and their payloads.

`meta.row_inputs` names the inputs of every row; here they are followed and read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from ingest.source import all_sources
from orchestration.records import Row, records

_INPUTS = """
with recursive walked as (
    select input_table, input_key, input_published_from, input_role, table_name,
        row_key, 1 as depth
    from meta.row_inputs
    where table_name = $table and row_key = any($keys)
        and (column_name is null or column_name = $column)
    union
    select inputs.input_table, inputs.input_key, inputs.input_published_from,
        inputs.input_role, inputs.table_name, inputs.row_key, walked.depth + 1
    from walked
    join meta.row_inputs as inputs
        on inputs.table_name = walked.input_table and inputs.row_key = walked.input_key
        and inputs.column_name is null
)
select * from walked order by depth, table_name, row_key, input_table, input_key
"""

_PAYLOADS = """
select payload_sha256, source, resource, part, published_at, retrieved_at, accessed_on,
    publisher_en as publisher, title_en as title, url, compiled_from,
    licence_en as licence, licence_url, attribution_en as attribution, accepted_why
from raw.payloads where payload_sha256 = any($digests)
qualify row_number() over (partition by payload_sha256 order by sequence) = 1
order by source, resource, part
"""


@dataclass(frozen=True)
class Trace:
    """What a mart row was made from.

    `steps` are links of the walk (which row had which input, in which role), `rows`
    the rows at its ends, each with `raw_table`, `row_key` and where it has them both
    clocks. Ends are raw rows, claims of the register, and rows of marts that are not
    traced any further; these name their `source`.
    """

    steps: list[Row]
    rows: list[Row]


def follow(
    con: duckdb.DuckDBPyConnection, table: str, keys: Sequence[str], column: str
) -> Trace:
    """Follow a column of the rows of `table` (schema.name) to the raw rows."""
    given = {"table": table, "keys": list(keys), "column": column}
    steps = records(con, _INPUTS, given)
    wanted: dict[str, set[tuple[str, Any]]] = {}
    traced = {(step["table_name"], step["row_key"]) for step in steps}
    for step in steps:
        if (step["input_table"], step["input_key"]) not in traced:
            place = (step["input_key"], step["input_published_from"])
            wanted.setdefault(step["input_table"], set()).add(place)
    keys_of = _keys()
    rows = [
        row
        for table, places in sorted(wanted.items())
        for row in _rows_at(con, table, keys_of.get(table) or _key(con, table), places)
    ]
    return Trace(steps, rows)


def payloads(con: duckdb.DuckDBPyConnection, digests: Sequence[str]) -> list[Row]:
    """Where payloads came from, under which licence, and when they were fetched."""
    return records(con, _PAYLOADS, {"digests": sorted(set(digests))})


def _keys() -> dict[str, tuple[str, ...]]:
    """The key columns of every table at which a walk can end."""
    found = {
        f"raw.{source.raw_name(table)}": table.keys
        for source in all_sources().values()
        for table in source.tables
    }
    return found | {
        "raw.overrides": ("table_name", "row_key", "column_name"),
        # Not a publisher's file but the project's own register.
        "seeds.article_claims": ("claim_id",),
    }


def _key(con: duckdb.DuckDBPyConnection, table: str) -> tuple[str, ...]:
    """The key columns of a mart."""
    found = con.execute(
        """select column_name from meta.columns
        where table_name = ? and is_key order by position""",
        [table],
    ).fetchall()
    return tuple(name for (name,) in found)


def payloads_of(con: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> list[str]:
    """The digests of the payloads that said these rows, or that their sources have."""
    said = {row["payload_sha256"] for row in rows if row.get("payload_sha256")}
    sources = {row.get("source") for row in rows if not row.get("payload_sha256")}
    found = con.execute(
        "select payload_sha256 from meta.sources where source = any(?)",
        [sorted(source for source in sources if source)],
    ).fetchall()
    return sorted(said | {digest for (digest,) in found})


def _rows_at(
    con: duckdb.DuckDBPyConnection,
    table: str,
    keys: tuple[str, ...],
    places: set[tuple[str, Any]],
) -> list[Row]:
    """The believed rows at the given keys: those in force then, or standing now."""
    parts = ", ".join(f'"{key}"' for key in keys)
    # Table and columns are the sources' own declarations.
    found = records(
        con,
        f"""select concat_ws('|', {parts}) as row_key, * from {table}
        where concat_ws('|', {parts}) = any($keys) order by all""",
        {"keys": sorted({key for key, _ in places})},
    )
    return [
        {"raw_table": table} | row
        for row in found
        if row.get("recorded_to") is None
        and (
            (row["row_key"], row.get("published_from")) in places
            or (row.get("published_to") is None and (row["row_key"], None) in places)
        )
    ]
