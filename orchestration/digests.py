"""What a warehouse file holds, by digest: to tell whether two files say the same."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

PUBLIC = ("marts", "meta")
"""Schemas of data that readers are promised; digests compare these."""


@dataclass(frozen=True)
class Contents:
    """Digests of the marts, of what readers are told besides, and of the inputs."""

    version: str
    marts: dict[str, str]
    words: str
    inputs: dict[str, str | None]


def of(con: duckdb.DuckDBPyConnection, schemas: Sequence[str]) -> dict[str, str]:
    """A digest of every table's rows in the schemas, whatever their order."""
    tables = con.execute(
        """select schema_name, table_name from duckdb_tables()
        where schema_name = any(?) order by all""",
        [list(schemas)],
    ).fetchall()
    found = {}
    for schema, table in tables:
        rows = con.execute(
            f"""select cast(columns_of as varchar) from "{schema}"."{table}"
            as columns_of order by 1"""
        ).fetchall()
        text = "\n".join(row[0] for row in rows)
        found[f"{schema}.{table}"] = hashlib.sha256(text.encode()).hexdigest()
    return found


def contents(con: duckdb.DuckDBPyConnection) -> Contents:
    """What a file holds. Its version is empty if it has never been published."""
    signed = con.execute(
        """select 1 from duckdb_tables()
        where schema_name = 'ops' and table_name = 'publication'"""
    ).fetchone()
    version = ("",)
    if signed:
        (version,) = con.execute("select version from ops.publication").fetchall()
    raw = of(con, ("raw",))
    inputs = {name: raw.get(f"raw.{name}") for name in ("payloads", "overrides")}
    return Contents(version[0], of(con, PUBLIC), _words(con), inputs)


def _words(con: duckdb.DuckDBPyConnection) -> str:
    """A digest of what readers are told besides figures, and of the code that made it.

    The text of the macros would not do: DuckDB rewrites it when it copies them.
    """
    found = con.execute(
        """select schema_name, table_name, column_name, comment from duckdb_columns()
        where schema_name = any($public)
        union all select schema_name, table_name, '', comment from duckdb_tables()
        where schema_name = any($public)
        order by all""",
        {"public": list(PUBLIC)},
    ).fetchall()
    told = {
        ("build", "code_sha256"): "select code_sha256 from ops.build",
        # A reader must learn that a source fails, though no figure has changed.
        ("source_states", "state"): "select source, state from ops.source_states",
    }
    for (table, column), query in told.items():
        exists = con.execute(
            """select 1 from duckdb_columns() where schema_name = 'ops'
            and table_name = ? and column_name = ?""",
            [table, column],
        ).fetchone()
        if exists:
            found += con.execute(f"{query} order by all").fetchall()
    return hashlib.sha256(repr(found).encode()).hexdigest()
