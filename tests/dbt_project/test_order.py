"""No model depends on the order in which the rows of its inputs lie."""

import json

import duckdb
import pytest

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def nodes(refreshed) -> dict:
    """Sources and compiled models by their unique id."""
    cache = refreshed / "cache"
    parsed = json.loads((cache / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    compiled = json.loads(
        (cache / "dbt_compiled" / "manifest.json").read_text(encoding="utf-8")
    )
    return parsed["sources"] | compiled["nodes"]


def _rows(nodes, node, warehouse, seed) -> list[str]:
    """The model's rows, made from its inputs in an order of the seed."""
    with duckdb.connect() as con:
        con.execute(f"attach '{warehouse}' as built (read_only)")
        con.execute("select setseed(?)", [seed])
        for name in node["depends_on"]["nodes"]:
            schema, table = nodes[name]["schema"], nodes[name]["name"]
            con.execute(f"create schema if not exists {schema}")
            con.execute(
                f"""create table {schema}.{table} as
                from built.{schema}.{table} order by random()"""
            )
        con.execute("detach built")
        database = node["relation_name"].split(".")[0]
        sql = node["compiled_code"].replace(f"{database}.", "")
        return sorted(str(row) for row in con.execute(sql).fetchall())


def test_rows_of_every_model_are_the_same_in_whatever_order_its_inputs_lie(
    nodes, refreshed, heavy
):
    # Macros of a moment are compiled with words in the moment's place.
    models = [
        node
        for node in nodes.values()
        if node["resource_type"] == "model"
        and "the moment" not in node["compiled_code"]
    ]
    assert len(models) > 60
    warehouse = refreshed / "warehouse.duckdb"
    orders = [place / 40 for place in range(heavy(few=3, all_of_them=40))]
    varying = [
        node["name"]
        for node in models
        if len({tuple(_rows(nodes, node, warehouse, order)) for order in orders}) > 1
    ]
    assert varying == []
