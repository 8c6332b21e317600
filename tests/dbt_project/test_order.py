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
    nodes, refreshed, heavy, drawn
):
    # Macros of a moment are compiled with words in the moment's place.
    models = [
        node
        for node in nodes.values()
        if node["resource_type"] == "model"
        and "the moment" not in node["compiled_code"]
    ]
    assert len(models) > 60
    models = drawn(models, 25)
    warehouse = refreshed / "warehouse.duckdb"
    orders = [place / 40 for place in range(heavy(few=3, all_of_them=40))]
    varying = [
        node["name"]
        for node in models
        if len({tuple(_rows(nodes, node, warehouse, order)) for order in orders}) > 1
    ]
    assert varying == []


def _made(nodes, name: str, inputs: dict[str, str]) -> list[tuple]:
    """The model's rows, made from tables that SQL writes in an order of its own."""
    node = nodes[f"model.flying_geese.{name}"]
    with duckdb.connect() as con:
        for relation, sql in inputs.items():
            con.execute(f"create schema if not exists {relation.split('.')[0]}")
            con.execute(f"create table {relation} as {sql}")
        database = node["relation_name"].split(".")[0]
        sql = node["compiled_code"].replace(f"{database}.", "")
        return con.execute(sql).fetchall()


def test_sums_of_fractions_are_the_same_forwards_and_backwards(nodes):
    # 0.1 + 0.2 + 0.3 is not 0.3 + 0.2 + 0.1 in doubles.
    members = """select 'y' as ranking_id, 'made_up' as ranking_series,
        'final' as release_status, 2001 as data_year,
        'without_foundries' as foundry_scope, 'c' || n as company_printed,
        cast(n as decimal(18, 2)) as revenue_usd_millions,
        n / 10 as share_of_market_pct, 'printed_total' as market_basis
        from range(1, 4) as t (n) order by n"""
    balances = """select 's.a' as series_id, 'annual' as period_kind,
        cast(n as varchar) as period, n as period_year,
        case step when 0 then 0.0 else n / 10 end as log_ratio,
        timestamp '2020-01-01' + to_days(step) as published_from,
        case step when 0 then timestamp '2020-01-02' end as published_to,
        step = 0 as is_first_print
        from range(1, 4) as t (n), range(2) as u (step) order by n"""
    editions = "select timestamp '2023-01-01' as published_date"
    for model, relation, rows, others in (
        ("ranking_concentration", "intermediate.int_ranking_members", members, {}),
        (
            "first_print_accuracy",
            "intermediate.int_goods_balances",
            balances,
            {"staging.stg_japan_customs__editions": editions},
        ),
    ):
        forwards = _made(nodes, model, {relation: rows} | others)
        backwards = _made(nodes, model, {relation: f"{rows} desc"} | others)
        assert forwards
        assert forwards == backwards
