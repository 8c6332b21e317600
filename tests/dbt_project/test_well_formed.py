"""The test that every table has: each of its rules tells a planted defect."""

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.warehouse import dbt_command

pytestmark = pytest.mark.integration

TABLES = """
create schema marts;
create table marts.economies as select 'JPN' as economy_code;
create table marts.product_sets as select 'ic' as product_set;
create table marts.definitions as select 'customs_principal' as definition;
create table marts.technology_industries as select 'all' as industry;
create table marts.typology_pairs as select
    'a' as pair_id, 'JPN' as economy_code, 'ic' as goods_product_set,
    'customs_principal' as goods_definition, 'all' as technology_industry,
    'customs_principal' as technology_definition, 'calendar' as year_alignment,
    false as is_points_only, 'Japan' as name_en, '日本' as name_zh, '.' as note_en
"""
PAIR = {
    "economy_code": "JPN",
    "goods_product_set": "ic",
    "goods_definition": "customs_principal",
    "technology_industry": "all",
    "technology_definition": "customs_principal",
}


@pytest.fixture(scope="module")
def asked(parsed) -> str:
    """The test of a table that has rules of every kind, as dbt compiles it."""
    checks = dbt_command.compiled_checks(Settings(data=parsed)).values()
    (node,) = [n for n in checks if n["name"] == "typology_pairs_is_well_formed"]
    return node["compiled_code"]


@pytest.mark.parametrize(
    ("defect", "told"),
    [
        (
            "insert into marts.typology_pairs from marts.typology_pairs",
            {
                ("repeated", "pair_id", "a", 2),
                ("repeated", ", ".join(PAIR), ", ".join(PAIR.values()), 2),
            },
        ),
        # Two rows without a value share it.
        (
            """insert into marts.typology_pairs
            select * replace ('b' as pair_id) from marts.typology_pairs;
            update marts.typology_pairs set economy_code = null""",
            {
                ("repeated", ", ".join(PAIR), ", ".join([*PAIR.values()][1:]), 2),
                ("missing", "economy_code", None, 2),
            },
        ),
        (
            "update marts.typology_pairs set name_zh = null",
            {("missing", "name_zh", None, 1)},
        ),
        (
            "update marts.typology_pairs set year_alignment = 'lunar'",
            {("unknown", "year_alignment", "lunar", 1)},
        ),
        (
            "update marts.typology_pairs set economy_code = 'ZZZ'",
            {("without partner", "economy_code", "ZZZ", 1)},
        ),
        (
            "delete from marts.economies",
            {("without partner", "economy_code", "JPN", 1)},
        ),
        # Where no value is required, none has to be a known one.
        (
            "update marts.typology_pairs set year_alignment = null",
            {("missing", "year_alignment", None, 1)},
        ),
    ],
)
def test_every_rule_tells_what_breaks_it(asked, tmp_path, defect, told):
    # dbt's SQL names the file.
    with duckdb.connect(tmp_path / "warehouse.duckdb") as con:
        con.execute(TABLES)
        assert con.execute(asked).fetchall() == []
        con.execute(defect)
        assert set(con.execute(asked).fetchall()) == told
