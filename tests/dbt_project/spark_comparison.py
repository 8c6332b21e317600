"""Row by row: what Spark has made of a model, against DuckDB's table of it."""

from orchestration.settings import Settings
from orchestration.warehouse import engines

_MEASURES = ("DOUBLE", "DECIMAL")
"""Types of which two engines may give values that differ in the last digits."""


def missing() -> str:
    """What is missing here to run Spark; empty if nothing is."""
    try:
        engines.require(Settings(engine="spark"))
    except engines.SparkMissingError as error:
        return str(error)
    return ""


def keys(manifest) -> dict[str, list[str]]:
    """The primary key of every model that has one, by schema.table."""
    found = {}
    for node in manifest["nodes"].values():
        told = node.get("test_metadata") or {"name": ""}
        table = manifest["nodes"].get(node.get("attached_node"))
        if table and told["name"] in ("well_formed", "unique_of_the_run"):
            asked = told["kwargs"]
            # Other tests of a table's form name no key.
            if key := asked.get("key") or asked.get("columns"):
                found[f"{table['schema']}.{table['name']}"] = key
    return found


def differing(con, table, files, key) -> list[tuple]:
    """Some of the rows that only one engine has, or that differ, and in what.

    Measures may differ by 1e-9 of their size, or by 1e-12: a change is the difference
    of two logarithms that may be all but equal. All else must be the same.
    """
    columns = con.execute(
        """select column_name, data_type from duckdb_columns()
        where schema_name || '.' || table_name = ? order by column_index""",
        [table],
    ).fetchall()
    on_key = " and ".join(f"ours.{c} is not distinct from theirs.{c}" for c in key)
    judged = ", ".join(
        f"case when {_differs(name, kind)} then '{name}' end"
        for name, kind in columns
        if name not in key
    )
    return con.execute(
        f"""with ours as (select *, true as is_there from {table}),
        theirs as (select *, true as is_there from read_parquet($files)),
        paired as (
            select {", ".join(f"coalesce(ours.{c}, theirs.{c}) as {c}" for c in key)},
                case when ours.is_there is null then 'only on Spark'
                    when theirs.is_there is null then 'only on DuckDB'
                    else nullif(concat_ws(', ', {judged or "null"}), '')
                end as what
            from ours full join theirs on {on_key}
        )
        select * from paired where what is not null limit 5""",
        {"files": files},
    ).fetchall()


def _differs(column, kind) -> str:
    if not kind.startswith(_MEASURES):
        return f"ours.{column} is distinct from theirs.{column}"
    one, other = f"cast(ours.{column} as double)", f"cast(theirs.{column} as double)"
    return f"""(({one} is null) <> ({other} is null) or
        abs({one} - {other})
            > greatest(1e-12, 1e-9 * greatest(abs({one}), abs({other})))
        )"""
