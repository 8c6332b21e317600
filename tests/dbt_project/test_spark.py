"""The same models on Spark: a refresh with that engine, row by row against DuckDB."""

import json
import shutil

import duckdb
import pytest
import yaml

from orchestration import resources
from orchestration.settings import Settings
from orchestration.warehouse import dbt_command, engines, lake
from tests.conftest import CHECKOUT, run_geese
from tests.dbt_project.spark_comparison import differing, keys, missing

pytestmark = pytest.mark.integration


needs_spark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def marts(heavy) -> list[str]:
    """Marts that run on Spark: all where everything is proven, else two."""
    told = yaml.safe_load((CHECKOUT / "dbt_project/selectors.yml").read_text())
    (selector,) = (x for x in told["selectors"] if x["name"] == "spark")
    names = [part["value"] for part in selector["definition"]["union"]]
    few = ["balance_ratios", "rank_deltas"]
    assert {*few} <= {*names}
    return heavy(few, names)


@pytest.fixture(scope="module")
def on_spark(refreshed, marts, tmp_path_factory, heavy):
    """A data folder that DuckDB has refreshed, and whose models Spark has made since.

    By a whole refresh only where everything is proven: else without checks and briefs.
    """
    data = tmp_path_factory.mktemp("spark 資料") / "data"
    shutil.copytree(refreshed, data, symlinks=True)
    if heavy(0, 1):
        asked = ["refresh", "--engine", "spark", "--json"]
        done = run_geese(*asked, data=data, seconds=1800)
        assert done.returncode == 0, done.stderr
        _assert_the_manifest_names_the_engine(data / "published")
        return data
    settings = Settings(data=data, engine="spark")
    resources.prepare_environment(settings)
    these = ["--select", *(f"+{name}" for name in marts)]
    computed = engines.compute(settings, settings.warehouse, {}, " ".join(these))
    told = ["--vars", json.dumps({"computed": computed})]
    models = ["--exclude-resource-type", "test"]
    built = dbt_command.build(settings, settings.warehouse, *these, *models, *told)
    assert dbt_command.problems(built) == ""
    return data


def _assert_the_manifest_names_the_engine(published):
    newest = (published / "latest.duckdb").resolve().stem
    told = json.loads((published / newest / "manifest.json").read_text())
    assert told["engine"] == {"name": "spark", "version": "4.3.0"}


@needs_spark
def test_every_table_is_the_same_row_by_row(on_spark, refreshed, marts, heavy):
    manifest = json.loads((refreshed / "cache/dbt/manifest.json").read_text())
    known = keys(manifest)
    made = lake.results(Settings(data=on_spark).lake)
    assert {f"marts.{name}" for name in marts} <= made.keys() & known.keys()
    with duckdb.connect(str(refreshed / "warehouse.duckdb"), read_only=True) as con:
        compared = {
            name: differing(con, name, files, known[name])
            for name, files in made.items()
            if name in known
        }
    assert len(compared) >= heavy(len(marts), 40)
    assert {name: rows for name, rows in compared.items() if rows} == {}


@needs_spark
def test_what_spark_computed_is_what_the_warehouse_has(on_spark, marts):
    settings = Settings(data=on_spark)
    made = lake.results(settings.lake)
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        for name in (f"marts.{mart}" for mart in marts):
            # To the last bit, where the types are the same too.
            (lost,) = con.execute(
                f"""select count(*) from (
                from {name} except all from read_parquet(?))""",
                [made[name]],
            ).fetchone()
            assert lost == 0, name


@needs_spark
def test_the_manifest_names_the_engine():
    told = engines.described(Settings(engine="spark"))
    assert told == {"name": "spark", "version": "4.3.0"}


def test_a_row_that_differs_would_be_found(tmp_path):
    file = str(tmp_path / "theirs.parquet")
    rows = "(values (1, 0.5::double, 'a'), (2, 1.0, 'b'), (3, null, 'c')) t (k, v, w)"
    with duckdb.connect() as con:
        con.execute(f"create schema marts; create table marts.t as from {rows}")
        for change, what in {
            "where k < 9": None,
            "where k <> 2": "only on DuckDB",
            "union all select 4, 1.0, 'd'": "only on Spark",
            "where k > 1 union all select 1, 0.5 * (1 + 1e-10), 'a'": None,
            "where k > 1 union all select 1, 0.5 * (1 + 1e-8), 'a'": "v",
            "where k > 1 union all select 1, 0.5 + 1e-9, 'a'": "v",
            "where k <> 3 union all select 3, 0.0, 'c'": "v",
            "where k > 1 union all select 1, 0.5, 'z'": "w",
        }.items():
            con.execute(f"copy (from {rows} {change}) to '{file}'")
            found = differing(con, "marts.t", [file], ["k"])
            assert [row[-1] for row in found] == ([what] if what else [])
