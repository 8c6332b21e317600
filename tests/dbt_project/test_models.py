"""dbt's own unit tests, and the models against what their yml twins say."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import CHECKOUT

pytestmark = pytest.mark.integration

PROJECT = CHECKOUT / "dbt_project"
# The bulk models are in a file of their own; tests/orchestration/test_bulk.py has them.
MODELS = [f for f in PROJECT.rglob("models/*/**/*.yml") if f.parent.name != "bulk"]
TWINS = sorted(MODELS) + sorted(PROJECT.glob("seeds/*.yml"))


def _described(kind: str) -> dict[str, list[str]]:
    return {
        entry["name"]: [column["name"] for column in entry["columns"]]
        for path in TWINS
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")).get(kind, [])
    }


def _unit_tests() -> list[str]:
    return [
        test["name"]
        for path in TWINS
        for test in yaml.safe_load(path.read_text(encoding="utf-8")).get(
            "unit_tests", []
        )
    ]


@pytest.fixture(scope="module")
def unit_tests(refreshed, tmp_path_factory, drawn) -> subprocess.CompletedProcess[str]:
    """One dbt run of unit tests; they need the tables of a built warehouse."""
    target = tmp_path_factory.mktemp("dbt")
    warehouse = target / "warehouse.duckdb"
    warehouse.write_bytes((refreshed / "warehouse.duckdb").read_bytes())
    # In a process of its own: dbt keeps its connection and its flags.
    command = "from dbt.cli.main import cli; cli()"
    sample = drawn(_unit_tests(), 40)
    selected = ["--select", *(f"unit_test:{name}" for name in sample)]
    folders = ["--target-path", str(target), "--log-path", str(target)]
    return subprocess.run(
        [sys.executable, "-c", command, "test", *selected, *folders],
        cwd=PROJECT,
        env=os.environ
        | {
            "GEESE_WAREHOUSE": str(warehouse),
            "DBT_PROFILES_DIR": str(PROJECT),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_unit_tests_pass(unit_tests):
    failed = [
        x
        for x in unit_tests.stdout.splitlines()
        if "PASS" not in x and "START" not in x
    ]
    assert unit_tests.returncode == 0, "\n".join(failed)


def test_there_are_unit_tests_for_the_formulas(unit_tests):
    closing = unit_tests.stdout.strip().splitlines()[-1]
    passed = int(closing.split("PASS=")[1].split()[0])
    assert passed >= 40
    assert "deprecat" not in unit_tests.stdout.lower()


@pytest.mark.parametrize("kind", ["models", "seeds"])
def test_described_columns_are_the_real_ones(published, kind):
    described = _described(kind)
    assert described
    for table, columns in described.items():
        real = published.execute(
            """select column_name from duckdb_columns() where table_name = ?
            and schema_name <> 'raw' order by column_index""",
            [table],
        ).fetchall()
        assert [name for (name,) in real] == columns, table


def test_readers_of_the_published_file_see_the_descriptions(published):
    bare = published.execute(
        """select schema_name, table_name, column_name from duckdb_columns()
        where schema_name in ('marts', 'meta') and comment is null"""
    ).fetchall()
    assert bare == []
    bare = published.execute(
        """select table_name from duckdb_tables()
        where schema_name in ('marts', 'meta', 'ops') and comment is null"""
    ).fetchall()
    assert bare == []


def test_every_mart_is_under_contract(refreshed):
    manifest = json.loads((refreshed / "cache/dbt/manifest.json").read_text())
    models = [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]
    public = [n for n in models if n["schema"] in ("marts", "meta")]
    assert len(public) >= 9
    for model in public:
        assert model["config"]["contract"]["enforced"] is True, model["name"]


def test_every_mart_can_be_asked_for_as_of_a_day(refreshed, published):
    manifest = json.loads((refreshed / "cache/dbt/manifest.json").read_text())
    models = [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]
    marts = {f"{n['name']}_as_of" for n in models if n["schema"] == "marts"}
    macros = published.execute(
        """select function_name from duckdb_functions()
        where schema_name = 'marts' and function_type = 'table_macro'"""
    ).fetchall()
    assert marts
    assert marts <= {name for (name,) in macros}


def test_no_dbt_package_is_used():
    assert not Path(PROJECT / "packages.yml").exists()
    assert not Path(PROJECT / "dependencies.yml").exists()
