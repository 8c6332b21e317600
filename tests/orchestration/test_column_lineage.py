"""Column lineage: read out of the models' SQL, and the same for everyone who asks."""

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.tracing import explain
from orchestration.warehouse import column_lineage

pytestmark = pytest.mark.integration


def _ends(con, table, column):
    """The columns at which the walk down from a column ends."""
    steps = explain.columns_behind(con, table, column)
    made = {(step["table_name"], step["column_name"]) for step in steps}
    named = {(step["from_table"], step["from_column"]) for step in steps}
    return {".".join(name) for name in named - made}


def test_a_ratio_is_made_from_exports_and_imports(published):
    steps = explain.columns_behind(
        published, "marts.balance_ratio_vintages", "balance_ratio"
    )
    on_the_way = {step["from_column"] for step in steps}
    assert {"exports_millions", "imports_millions"} <= on_the_way


@pytest.mark.parametrize(
    ("table", "column", "printed"),
    [
        (
            "balance_ratios",
            "balance_ratio",
            {
                "raw.japan_customs__monthly_values.export_70323_thousand_yen",
                "raw.japan_customs__edition_values.value_bn_jpy",
                "raw.taiwan_mof__press_values.exp_ic",
                "raw.taiwan_mof__press_values.imp_ic",
            },
        ),
        (
            "company_rankings",
            "revenue_usd_millions",
            {"raw.article__top_ten.revenue_oku_usd"},
        ),
        (
            "technology_balances",
            "balance_ratio",
            {"raw.world_bank__ip_charges.value_usd"},
        ),
    ],
)
def test_a_figure_is_followed_to_the_columns_that_publishers_print(
    published, table, column, printed
):
    assert printed <= _ends(published, f"marts.{table}", column)


def test_what_a_model_only_joins_or_filters_by_is_no_origin():
    with duckdb.connect() as con:
        con.execute("create schema raw; create schema marts")
        con.execute("create table raw.a as select 1 as id, 2 as x, 3 as kept")
        con.execute("create table raw.b as select 1 as id, 5 as y, 6 as unread")
        con.execute("create table marts.m as select 1 as id, 7 as total, 8 as constant")
        sql = """with joined as (
            select a.id, a.x + b.y as total from raw.a inner join raw.b using (id)
            where a.kept > 2
        )
        select joined.id, total, 8 as constant from joined order by total"""
        node = {"schema": "marts", "name": "m", "compiled_code": sql}
        column_lineage.write(con, [node])
        found = con.execute(
            """select column_name, from_table, from_column from meta.column_lineage
            order by all"""
        ).fetchall()
        told = column_lineage.metadata(con, ["marts", "m"])["dagster/column_lineage"]
    assert [x for x in found if x[0] == "total"] == [
        ("total", "raw.a", "x"),
        ("total", "raw.b", "y"),
    ]
    assert {column for column, *_ in found} == {"id", "total"}
    assert [dep.column_name for dep in told.deps_by_column["total"]] == ["x", "y"]


def test_every_origin_is_a_column_that_exists(published):
    strangers = published.execute(
        """select from_table, from_column from meta.column_lineage
        where (from_table, from_column) not in (
            select (schema_name || '.' || table_name, column_name)
            from duckdb_columns() where not internal
        )
        union all
        select table_name, column_name from meta.column_lineage
        where (table_name, column_name) not in (
            select (schema_name || '.' || table_name, column_name)
            from duckdb_columns() where not internal
        )"""
    ).fetchall()
    assert strangers == []


def test_every_mart_that_dbt_makes_has_lineage(published):
    silent = published.execute(
        """select table_name from ops.models
        where kind = 'model' and table_name not in (
            select table_name from meta.column_lineage
        )"""
    ).fetchall()
    assert silent == []


def test_explaining_a_figure_names_the_columns(refreshed, published):
    told = explain.explain(
        published,
        Settings(data=refreshed),
        "v",
        "balance_ratios.balance_ratio/series_id=twn.ic.mof_press.ratio.a,period=2024",
        [],
    )
    assert "raw.taiwan_mof__press_values" in {s["from_table"] for s in told.columns}
