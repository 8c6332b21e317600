"""Tables that dbt describes and does not make: declarations go in, tables come out."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

Node = Mapping[str, Any]
SOURCE = "trajectory"


def declared(manifest: Mapping[str, Any]) -> list[Node]:
    """Return dbt's descriptions of the tables of verdicts, in alphabetical order."""
    found = [n for n in manifest["sources"].values() if n["source_name"] == SOURCE]
    return sorted(found, key=lambda node: node["name"])


def key_of(node: Node) -> tuple[str, ...]:
    """Return the declared key columns of a table."""
    return tuple(node["config"]["meta"]["key"])


def write(
    con: duckdb.DuckDBPyConnection, node: Node, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Make a declared table anew, with its types, key and descriptions.

    Raises `duckdb.Error` for a repeated or empty key and for a value of another type.
    """
    columns = list(node["columns"].values())
    table = f'"{node["schema"]}"."{node["name"]}"'
    types = ", ".join(f'"{c["name"]}" {c["data_type"]}' for c in columns)
    keys = ", ".join(f'"{name}"' for name in key_of(node))
    con.execute(f"create schema if not exists {node['schema']}")
    con.execute(f"drop table if exists {table}")
    con.execute(f"create table {table} ({types}, primary key ({keys}))")
    if rows:
        _insert(con, table, columns, rows)
    _describe(con, f"table {table}", node["description"])
    for column in columns:
        _describe(con, f'column {table}."{column["name"]}"', column["description"])


def _insert(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    # Column by column: row by row would take seconds.
    taken = ", ".join(
        f"unnest(cast(? as {column['data_type']}[]))" for column in columns
    )
    values = [[row.get(column["name"]) for row in rows] for column in columns]
    con.execute(f"insert into {table} select {taken}", values)


def _describe(con: duckdb.DuckDBPyConnection, what: str, words: str) -> None:
    # A comment takes no parameter; the words are our own.
    quoted = " ".join(words.split()).replace("'", "''")
    con.execute(f"comment on {what} is '{quoted}'")
