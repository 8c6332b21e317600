"""Identities of the indicators on random panels, through the models' own SQL."""

import json

import duckdb
import numpy as np
import pandas as pd
import pytest
from jinja2 import Environment

from tests.conftest import CHECKOUT

pytestmark = pytest.mark.integration

ECONOMIES = ["JPN", "TWN", "KOR", "USA", "NLD", "SGP"]
YEARS = range(2007, 2016)
# From flows to marts, each after what it reads.
CHAIN = (
    "int_goods_flows_paired",
    "int_goods_balances",
    "int_dated_breaks",
    "int_goods_breaks_crossed",
    "int_goods_rolling_years",
    "balance_ratios",
    "revisions",
    "int_world_goods_exports",
    "world_shares",
    "revealed_advantage",
)
READ_AS_THEY_ARE = (
    "seeds.definition_changes",
    "marts.definitions",
    "marts.definition_breaks",
    "marts.product_set_codes",
)
EMPTY = (
    "intermediate.int_goods_trade_flows",
    "staging.stg_japan_customs__editions",
    "staging.stg_un_comtrade__goods_trade",
    "staging.stg_wto_trade__merchandise",
    "staging.stg_wto_trade__services",
)


@pytest.fixture(scope="module")
def chain(refreshed):
    """Names, schemas and SQL of the models, and a database with what they read."""
    path = refreshed / "cache" / "dbt_compiled" / "manifest.json"
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"].values()
    models = {n["name"]: n for n in nodes if n["resource_type"] == "model"}
    with duckdb.connect() as con:
        con.execute(f"attach '{refreshed / 'warehouse.duckdb'}' as built (read_only)")
        for schema in ("seeds", "marts", "intermediate", "staging"):
            con.execute(f"create schema {schema}")
        for table in READ_AS_THEY_ARE:
            con.execute(f"create table {table} as from built.{table}")
        for table in EMPTY:
            con.execute(f"create table {table} as from built.{table} limit 0")
        con.execute("detach built")
        yield con, [_runnable(models[name]) for name in CHAIN]


def _runnable(node) -> tuple[str, str]:
    database = node["relation_name"].split(".")[0]
    relation = f"{node['schema']}.{node['name']}"
    return relation, node["compiled_code"].replace(f"{database}.", "")


def _flows(random: np.random.Generator) -> pd.DataFrame:
    """Made-up trade of a product and of all goods, with gaps, zeros and revisions."""
    rows = []
    for economy in ECONOMIES:
        for year in YEARS:
            for flow in ("export", "import"):
                for product, scale in (("ic", 5.0), ("all_goods", 9.0)):
                    for moments in _prints(random, year):
                        value = np.exp(random.normal(scale, 1.5))
                        kind = random.random()
                        if product == "ic" and kind < 0.1:
                            continue
                        value = 0.0 if product == "ic" and kind < 0.2 else value
                        rows.append((economy, product, flow, year, value, *moments))
    frame = pd.DataFrame(
        rows, columns=["economy", "product", "flow", "year", "value", "from", "to"]
    )
    frame["to"] = pd.to_datetime(frame["to"])
    return frame


def _prints(random: np.random.Generator, year: int):
    first, second = pd.Timestamp(year + 1, 5, 1), pd.Timestamp(year + 2, 5, 1)
    revised = random.random() < 0.4
    return [(first, second), (second, None)] if revised else [(first, None)]


def _build(chain, frame: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    con, models = chain
    con.register("made_up", frame)
    con.execute("delete from intermediate.int_goods_trade_flows")
    con.execute(
        """insert into intermediate.int_goods_trade_flows by name
        select economy as economy_code, 'baci_hs07' as definition,
            'USD' as currency_code, 'cepii_baci' as source, product as product_set,
            flow as flow_type, 'annual' as period_kind,
            make_date(year, 1, 1) as period_start_date, 12 as months_covered,
            cast(value as decimal(26, 9)) as value_millions,
            'as_published' as value_basis, "from" as published_from,
            "to" as published_to, "from" as recorded_from, true as is_dated
        from made_up"""
    )
    for relation, sql in models:
        con.execute(f"create or replace table {relation} as {sql}")
    return con


@pytest.fixture(scope="module")
def panels(chain, heavy):
    """Builds one random panel after another."""

    def each():
        for seed in range(heavy(4, 60)):
            frame = _flows(np.random.default_rng(seed))
            yield frame, _build(chain, frame)

    return each


def test_the_normalised_balance_is_the_ratio_on_another_scale(panels):
    for _, con in panels():
        rows = con.execute("from marts.balance_ratios").df()
        ok = rows[rows["ratio_state"] == "ok"]
        assert len(ok) > 20
        nb = np.tanh(np.log(ok["balance_ratio"]) / 2)
        assert (nb - ok["normalised_balance"]).abs().max() < 1e-12
        assert set(rows["ratio_state"]) >= {"ok", "missing", "zero_import"}


def test_a_change_is_that_of_exports_less_that_of_imports(panels):
    for frame, con in panels():
        standing = frame[frame["to"].isna() & (frame["product"] == "ic")]
        wide = standing.pivot_table(
            index=["economy", "year"], columns="flow", values="value"
        )
        logs = np.log(wide.where(wide > 0))
        before = logs.copy()
        before.index = before.index.set_levels(before.index.levels[1] + 1, level=1)
        change = (logs - before.reindex(logs.index))["export"] - (
            logs - before.reindex(logs.index)
        )["import"]
        ours = con.execute("from marts.balance_ratios").df()
        ours = ours.set_index(["economy_code", "period_year"])["ratio_log_change"]
        expected = change.reindex(ours.index)
        assert (expected.isna() == ours.isna()).all()
        # Values were rounded to 1e-9 on the way in.
        assert (expected - ours).abs().max() < 1e-6
        ((apart,),) = con.execute(
            """select max(abs(ratio_log_change - export_contribution
            - import_contribution)) from marts.balance_ratios"""
        ).fetchall()
        assert apart < 1e-12


def test_shares_of_the_world_sum_to_a_hundred(panels):
    for _, con in panels():
        sums = con.execute(
            """select sum(world_share_pct), count(*) from marts.world_shares
            group by product_set, definition, period_year"""
        ).fetchall()
        assert sums
        assert all(abs(total - 100) < 1e-9 for total, _ in sums)


def test_advantages_weighed_by_all_trade_average_one(panels):
    for _, con in panels():
        years = con.execute(
            """select sum(advantage.revealed_advantage * advantage.all_goods_share_pct),
                sum(advantage.world_share_pct),
                min(symmetric_revealed_advantage), max(symmetric_revealed_advantage)
            from marts.revealed_advantage as advantage
            group by definition, period_year"""
        ).fetchall()
        assert years
        for weighed, share, least, most in years:
            assert abs(weighed - share) < 1e-9
            assert -1 <= least <= most <= 1


def test_revisions_add_up_to_what_the_ratio_has_moved(panels):
    for _, con in panels():
        rows = con.execute(
            """with moved as (
                select series_id, period, sum(log_change) as total,
                    count(*) filter (new_balance_ratio > 0) as ratios, count(*) as times
                from marts.revisions group by all
            ),
            vintages as (
                select series_id, period,
                    arg_max(log_ratio, published_from)
                    - arg_min(log_ratio, published_from) as whole
                from intermediate.int_goods_balances group by all
            )
            select abs(total - whole) from moved join vintages using (series_id, period)
            where times > 1 and ratios = times"""
        ).fetchall()
        assert rows
        assert max(gap for (gap,) in rows) < 1e-12


def test_a_whole_is_exactly_a_hundred_per_cent_and_no_part_is_more():
    """One economy alone is all that is known of the world: 100, not 100.00000000000001.

    Sizes are made up: every thousandth of a million up to two thousand.
    """
    macros = Environment(autoescape=False).from_string(  # noqa: S701 SQL, not HTML
        (CHECKOUT / "dbt_project/macros/ratios.sql").read_text(encoding="utf-8")
    )
    share = macros.module.share_pct("part", "whole")
    with duckdb.connect() as con:
        found = con.execute(
            f"""select min({share}), max({share}) from (
                select cast(n / 1000 as decimal(20, 3)) as whole, whole as part
                from range(1, 2000000) as numbers (n)
            )"""
        ).fetchone()
    assert found == (100.0, 100.0)
