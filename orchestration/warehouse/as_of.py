"""Every model as it stood at a moment: table macros made from dbt's own SQL.

`from marts.balance_ratios_as_of('2022-01-31')` gives that mart as it would have been
built from what was published by then. The macros of a model's inputs are called with
the same moment, down to the raw tables, so there is one definition of everything.
"""

from graphlib import TopologicalSorter

import duckdb

from orchestration.settings import Settings
from orchestration.warehouse import dbt_command

# What the compiled SQL has where the moment belongs, and what takes its place. A date
# means the end of that day.
_COMPILED = "cast('{moment}' as timestamp)"
_MOMENT = "the moment"
_PARAMETER = """(
    cast(moment as timestamp)
    + case
        when length(cast(moment as varchar)) = 10
            then interval 1 day - interval 1 microsecond
        else interval 0 day
    end
)"""


def create_macros(con: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Create `<schema>.<model>_as_of(moment)`; returns how many.

    For every model but those whose meta says `as_of: false`: each is planned as a whole
    when it is made, and theirs would take most of the time.
    """
    nodes = {
        name: node
        for name, node in dbt_command.compiled(settings, {"as_of": _MOMENT}).items()
        if node["config"]["meta"].get("as_of", True)
    }
    inputs = {
        name: [parent for parent in node["depends_on"]["nodes"] if parent in nodes]
        for name, node in nodes.items()
    }
    # A macro can only be made when those that it calls exist.
    for name in TopologicalSorter(inputs).static_order():
        node = nodes[name]
        sql = node["compiled_code"].replace(
            _COMPILED.format(moment=_MOMENT), _PARAMETER
        )
        for parent in inputs[name]:
            relation = nodes[parent]["relation_name"]
            sql = sql.replace(relation, f"{_schema_and_name(relation)}(moment)")
        # Sources and seeds are the same at any moment, under whatever file name.
        database = node["relation_name"].split(".")[0]
        sql = sql.replace(f"{database}.", "")
        con.execute(
            f"""create or replace macro {node["schema"]}.{node["name"]}_as_of(moment)
            as table ({sql})"""
        )
    return len(nodes)


def _schema_and_name(relation: str) -> str:
    _, schema, name = relation.replace('"', "").split(".")
    return f"{schema}.{name}_as_of"
