"""Which columns a column was made from, read out of the models' compiled SQL.

dbt's manifest has every model's SQL; sqlglot reads it. Only values count: a column that
a model joins, filters or orders by is none of its origins, and a constant has none.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

Node = Mapping[str, Any]
Origin = tuple[str, str, str, str]
"""Table and column, and the table and column that it was made from."""

TABLE = {"schema": "meta", "name": "column_lineage"}
"""The table that `write` makes; its schema and name as dbt's nodes have them."""

_TABLE = """
create schema if not exists meta;
create or replace table meta.column_lineage (
    table_name varchar, column_name varchar, from_table varchar, from_column varchar
);
comment on table meta.column_lineage is
'The columns that the values of a column were made from, one row per column and origin,
read out of the models'' SQL. What a model only joins, filters or orders by is not here;
a constant has no origin. Tables of the trajectory test are made in Python: they have
none either, see ops.models.';
comment on column meta.column_lineage.table_name is 'Schema and name of the table.';
comment on column meta.column_lineage.column_name is 'Name of the column.';
comment on column meta.column_lineage.from_table is 'Table it was made from.';
comment on column meta.column_lineage.from_column is 'Column there.';
"""


def write(con: duckdb.DuckDBPyConnection, nodes: Iterable[Node]) -> None:
    """Write `meta.column_lineage` of a build file whose models have just been built.

    `nodes` are dbt's, with their compiled SQL. Raises sqlglot's errors for SQL that it
    cannot read.
    """
    con.execute(_TABLE)
    known = _known_columns(con)
    found = sorted({origin for node in nodes for origin in of_model(node, known)})
    if found:
        columns = [list(column) for column in zip(*found, strict=True)]
        con.execute(
            "insert into meta.column_lineage select unnest(?), unnest(?), unnest(?), "
            "unnest(?)",
            columns,
        )


def of_model(node: Node, known: MappingSchema) -> Iterator[Origin]:
    """The origins of a model's columns; `known` has the columns of what it reads."""
    query = qualify(
        sqlglot.parse_one(node["compiled_code"], dialect="duckdb"),
        schema=known,
        dialect="duckdb",
        identify=False,
    )
    scope = build_scope(query)
    # Not trimmed: cutting every query down to one column takes most of the time.
    columns = lineage(
        None, query, known, dialect="duckdb", scope=scope, trim_selects=False
    )
    for column, origins in columns.items():
        for origin in origins.walk():
            table = origin.expression
            if isinstance(table, exp.Table):
                yield (
                    f"{node['schema']}.{node['name']}",
                    column,
                    f"{table.db}.{table.name}",
                    exp.to_column(origin.name).name,
                )


def metadata(con: duckdb.DuckDBPyConnection, path: Sequence[str]) -> dict[str, Any]:
    """What Dagster's UI shows of it for the table `path` = (schema, name)."""
    found = con.execute(
        """select column_name, from_table, from_column from meta.column_lineage
        where table_name = ? order by all""",
        [".".join(path)],
    ).fetchall()
    origins: dict[str, list[dg.TableColumnDep]] = {}
    for column, table, origin in found:
        key = dg.AssetKey(table.split("."))
        origins.setdefault(column, []).append(dg.TableColumnDep(key, origin))
    return {"dagster/column_lineage": dg.TableColumnLineage(origins)} if found else {}


def _known_columns(con: duckdb.DuckDBPyConnection) -> MappingSchema:
    (database,) = con.execute("select current_database()").fetchone() or ("",)
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for schema, table, column, kind in con.execute(
        """select schema_name, table_name, column_name, data_type from duckdb_columns()
        where not internal order by all"""
    ).fetchall():
        tables.setdefault(schema, {}).setdefault(table, {})[column] = kind
    return MappingSchema({database: tables}, dialect="duckdb")
