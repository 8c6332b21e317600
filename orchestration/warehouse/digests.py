"""What a warehouse file holds, by digest: to tell whether two files say the same."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

PUBLIC = ("marts", "meta")
"""Schemas of data that readers are promised; digests compare these."""

_INPUTS = ("overrides", "payloads")
"""Tables of schema raw that say what else was read."""


@dataclass(frozen=True)
class Contents:
    """Digests of the marts, of what readers are told besides, and of the inputs."""

    version: str
    marts: dict[str, str]
    words: str
    inputs: dict[str, str]


def of(
    con: duckdb.DuckDBPyConnection,
    schemas: Sequence[str],
    only: Sequence[str] | None = None,
) -> dict[str, str]:
    """A digest of every table's rows in the schemas, whatever their order.

    `only` names the tables that matter, if not all do. Digests of files that different
    versions of DuckDB opened may differ.
    """
    columns = con.execute(
        """select schema_name, table_name, list(column_name order by column_index)
        from duckdb_columns()
        where schema_name = any($schemas) and table_name in (
            select table_name from duckdb_tables() where schema_name = any($schemas)
        )
        and ($only is null or table_name = any($only))
        group by all order by all""",
        {"schemas": list(schemas), "only": None if only is None else list(only)},
    ).fetchall()
    return {
        f"{schema}.{table}": _digest(con, schema, table, names)
        for schema, table, names in columns
    }


def _digest(
    con: duckdb.DuckDBPyConnection, schema: str, table: str, names: list[str]
) -> str:
    # DuckDB's own hash of a row, added up: texts of all rows take seconds.
    found = con.execute(
        f"""select count(*), sum(cast(hash(columns_of) as hugeint))
        from "{schema}"."{table}" as columns_of"""
    ).fetchone()
    return hashlib.sha256(repr((names, found)).encode()).hexdigest()


def contents(con: duckdb.DuckDBPyConnection) -> Contents:
    """What a file holds. Its version is empty if it has never been published."""
    signed = con.execute(
        """select 1 from duckdb_tables()
        where schema_name = 'ops' and table_name = 'publication'"""
    ).fetchone()
    version = ("",)
    if signed:
        (version,) = con.execute("select version from ops.publication").fetchall()
    inputs = of(con, ("raw",), _INPUTS)
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
