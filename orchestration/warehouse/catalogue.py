"""What a published file says of itself: columns with units, keys, sources, citation.

Everything is read from dbt's manifest and from the tables as they are; nothing is
written by hand twice.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from analysis.hypotheses import REGISTERED
from orchestration import comments
from orchestration.settings import CHECKOUT

Nodes = Mapping[str, Mapping[str, Any]]

_TABLES = """
create schema if not exists meta;
create or replace table meta.columns (
    table_name varchar, position integer, column_name varchar, data_type varchar,
    is_key boolean, meaning varchar
);
create or replace table meta.table_sources (table_name varchar, source varchar);
comment on table meta.columns is
'Every column of the public tables: its type, its meaning with unit, whether it is a
part of the key.';
comment on table meta.table_sources is
'The sources behind every public table, from the graph of models.';
comment on column meta.columns.table_name is 'Schema and name of the table.';
comment on column meta.columns.position is 'Place of the column in it, from 1.';
comment on column meta.columns.column_name is 'Name of the column.';
comment on column meta.columns.data_type is 'Its type in DuckDB.';
comment on column meta.columns.is_key is 'Whether it is a part of the primary key.';
comment on column meta.columns.meaning is 'What it means, in which unit.';
comment on column meta.table_sources.table_name is 'Schema and name of the table.';
comment on column meta.table_sources.source is 'A dataset it is made from.';
"""

_MODELS = """
create schema if not exists ops;
create or replace table ops.models (
    table_name varchar, kind varchar, file varchar, sha256 varchar,
    inputs varchar[], sql varchar
);
"""
_MODELS_MEAN = (
    "What made every table of this file",
    {
        "table_name": "Schema and name of the table",
        "kind": "model or seed of dbt, or trajectory_test: a registered test",
        "file": "File that has its text",
        "sha256": "Digest of that file",
        "inputs": "Tables that it reads",
        "sql": "Its text; of a seed none: the file is the table",
    },
)

_MACROS = """
create or replace macro marts.series(id) as table (
    select * from marts.balance_ratios
    where series_id = id or series_id = (
        select aliases.series_id from marts.series_aliases as aliases
        where aliases.alias = id
    )
);
create or replace macro marts.cite(name) as table (
    select distinct
        'Flying Geese, marts.' || name || ', from: ' || sources.attribution_en
            || ' (' || sources.title_en || '; accessed on ' || sources.accessed_on
            || '; ' || sources.licence_en || ')' as citation
    from meta.table_sources as behind
    join meta.sources as sources on behind.source = sources.source
    where behind.table_name = 'marts.' || name
);
"""


def write(con: duckdb.DuckDBPyConnection, nodes: Nodes, schemas: Iterable[str]) -> None:
    """Write `meta.columns`, `meta.table_sources` and the macros of a build file.

    `nodes` are those of dbt's manifest, sources included; `schemas` the public ones.
    """
    public = list(schemas)
    # In one transaction: each of a thousand rows and comments would be one by itself.
    con.begin()
    con.execute(_TABLES)
    keys = primary_keys(nodes)
    found = con.execute(
        """select schema_name || '.' || table_name, column_index, column_name,
            data_type, comment
        from duckdb_columns() where schema_name = any(?)
        and table_name in (select table_name from duckdb_tables())
        order by all""",
        [public],
    ).fetchall()
    rows = [
        (table, position, column, kind, column in keys.get(table, ()), meaning)
        for table, position, column, kind, meaning in found
    ]
    con.executemany("insert into meta.columns values (?, ?, ?, ?, ?, ?)", rows)
    behind = [
        (f"{node['schema']}.{node['name']}", source)
        for name, node in nodes.items()
        if node["resource_type"] in ("model", "source") and node["schema"] in public
        for source in sorted(_sources(name, nodes))
    ]
    con.executemany("insert into meta.table_sources values (?, ?)", behind)
    con.execute(_MACROS)
    _describe_raw(con, nodes)
    _write_models(con, nodes)
    con.commit()


def _describe_raw(con: duckdb.DuckDBPyConnection, nodes: Nodes) -> None:
    """Comment on the raw tables, which dbt reads and does not make."""
    for node in nodes.values():
        if (node["resource_type"], node["schema"]) == ("source", "raw"):
            columns = node["columns"]
            meanings = {name: columns[name]["description"] for name in columns}
            comments.write(con, f"raw.{node['name']}", node["description"], meanings)


def _write_models(con: duckdb.DuckDBPyConnection, nodes: Nodes) -> None:
    """Write `ops.models`: the text that made every table of the file."""
    con.execute(_MODELS)
    comments.write(con, "ops.models", *_MODELS_MEAN)
    made = [n for n in nodes.values() if n["resource_type"] in ("model", "seed")]
    rows = [
        (
            f"{node['schema']}.{node['name']}",
            node["resource_type"],
            node["original_file_path"],
            node["checksum"]["checksum"],
            [
                f"{nodes[name]['schema']}.{nodes[name]['name']}"
                for name in node.get("depends_on", {}).get("nodes", ())
                if name in nodes
            ],
            node["raw_code"],
        )
        for node in made
    ]
    rows += _tested(nodes)
    con.executemany("insert into ops.models values (?, ?, ?, ?, ?, ?)", rows)


def _tested(nodes: Nodes) -> list[tuple[Any, ...]]:
    """Tables that the trajectory test makes: what is registered is their text."""
    text = REGISTERED.read_text(encoding="utf-8")
    file = str(REGISTERED.relative_to(CHECKOUT))
    digest = hashlib.sha256(text.encode()).hexdigest()
    made = [n for n in nodes.values() if n["resource_type"] == "model"]
    schemas = {node["name"]: node["schema"] for node in made}
    return [
        (
            f"{node['schema']}.{node['name']}",
            "trajectory_test",
            file,
            digest,
            [f"{schemas[made_from]}.{made_from}"],
            text,
        )
        for node in nodes.values()
        if (made_from := node["config"].get("meta", {}).get("made_from"))
    ]


def primary_keys(nodes: Nodes) -> dict[str, tuple[str, ...]]:
    """The key columns of every table by schema.name: tested, or declared as such."""
    found = {}
    for node in nodes.values():
        if declared := node["config"].get("meta", {}).get("key"):
            found[f"{node['schema']}.{node['name']}"] = tuple(declared)
        told = node.get("test_metadata")
        tested = nodes.get(node.get("attached_node") or "")
        if told and tested and (key := told["kwargs"].get("key")):
            found[f"{tested['schema']}.{tested['name']}"] = tuple(key)
    return found


def _sources(name: str, nodes: Nodes) -> set[str]:
    """The publishers' datasets that a node is made from, at any distance."""
    node = nodes[name]
    if made_from := node["config"].get("meta", {}).get("made_from"):
        return {
            source
            for parent, model in nodes.items()
            if (model["resource_type"], model["name"]) == ("model", made_from)
            for source in _sources(parent, nodes)
        }
    if node["resource_type"] == "source":
        source, _, table = node["name"].partition("__")
        return {source} if table else set()
    parents = (p for p in node.get("depends_on", {}).get("nodes", ()) if p in nodes)
    return {source for parent in parents for source in _sources(parent, nodes)}
