"""Which engine computes the models, and what is said where Spark cannot run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.warehouse import dbt_command, engines, lake, manifest
from tests.conftest import CHECKOUT, run_geese

SPARK = Settings(engine="spark")


@pytest.fixture
def java(tmp_path, monkeypatch):
    """A Java that says its version, and all Python packages that Spark wants."""
    metadata = engines.importlib.metadata
    monkeypatch.setattr(metadata, "distributions", lambda name: [name])
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    def put(version):
        (tmp_path / "bin").mkdir()
        file = tmp_path / "bin" / "java"
        file.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        file.chmod(0o755)

    return put


def test_without_the_package_a_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(engines.importlib.metadata, "distributions", lambda name: [])
    with pytest.raises(engines.SparkMissingError, match="run `make spark`"):
        engines.require(SPARK)


def test_without_java_a_line_says_what_to_install(java):
    with pytest.raises(engines.SparkMissingError, match=r"no Java here; install .*17"):
        engines.require(SPARK)


def test_an_old_java_is_told_by_its_version(java):
    java("11.0.20")
    with pytest.raises(engines.SparkMissingError, match=r"Java 11 here; install .*17"):
        engines.require(SPARK)


def test_a_new_java_will_do(java):
    java("21.0.1")
    engines.require(SPARK)


def test_duckdb_wants_nothing_of_spark(monkeypatch):
    monkeypatch.setattr(engines.importlib.metadata, "distributions", lambda name: [])
    engines.require(Settings())


@pytest.mark.integration
def test_the_command_stops_with_that_line_before_it_begins(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nothing"))
    data = tmp_path / "data"
    done = run_geese("refresh", "--engine", "spark", data=data)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("geese: engine spark: ")
    assert not (data / "landing").exists()


@pytest.mark.integration
def test_another_engine_is_unknown(tmp_path):
    done = run_geese("refresh", "--engine", "abacus", data=tmp_path)
    assert done.returncode == 2
    assert "'abacus' is not one of 'duckdb', 'spark'" in done.stderr


def test_the_lake_holds_what_was_written_and_tells_what_was_made(tmp_path):
    with duckdb.connect() as con:
        con.execute("create schema raw; create table raw.t as select 'a' as x")
        lake.write_inputs(con, tmp_path, [("raw", "t")])
        file = tmp_path / "inputs" / "raw" / "t" / "part-0.parquet"
        found = con.execute("select compression from parquet_metadata(?)", [str(file)])
        assert found.fetchall() == [("ZSTD",)]
    made = tmp_path / "models" / "marts" / "m"
    made.mkdir(parents=True)
    assert lake.results(tmp_path) == {}
    for name in ("part-1.parquet", "part-0.parquet", "_SUCCESS"):
        (made / name).touch()
    files = [str(made / name) for name in ("part-0.parquet", "part-1.parquet")]
    assert lake.results(tmp_path) == {"marts.m": files}


@pytest.fixture
def stopped_spark(refreshed_copy, monkeypatch):
    """Settings whose Spark stops, having left the results that it is given."""
    settings = Settings(data=refreshed_copy, engine="spark")
    monkeypatch.setattr(engines, "require", lambda settings: None)
    monkeypatch.setattr(dbt_command, "seed", lambda settings, warehouse: None)

    def leave(results, code):
        def run(command, **_):
            if results is not None:
                told = Path(command[-1]) / "run_results.json"
                told.write_text(json.dumps({"results": results}))
            return subprocess.CompletedProcess(command, code)

        monkeypatch.setattr(engines.subprocess, "run", run)
        return settings

    return leave


@pytest.mark.integration
@pytest.mark.parametrize(
    ("results", "code", "said"),
    [
        (
            [
                {"unique_id": "model.a", "status": "success", "message": "OK"},
                {"unique_id": "model.b", "status": "error", "message": "no\nfunction"},
            ],
            1,
            r"^dbt on Spark, model\.b: no function$",
        ),
        (None, 1, r"Spark stopped; see .*spark\.log"),
        ([], 0, r"Spark stopped; see .*spark\.log"),
    ],
)
def test_what_fails_on_spark_stops_the_build(stopped_spark, results, code, said):
    settings = stopped_spark(results, code)
    with pytest.raises(dbt_command.DbtError, match=said):
        engines.build(settings, settings.warehouse, {})


_SUITE = """
import pandas
from orchestration.checks.expectations import validate
from orchestration.checks.suite import Suite
frame = pandas.DataFrame({"x": [1]})
print(validate(frame, Suite(columns=("x",), rows=1)).word)
"""


@pytest.mark.integration
def test_checks_run_beside_a_spark_that_must_not_be_loaded(tmp_path):
    package = tmp_path / "pyspark"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('Spark was loaded')")
    done = subprocess.run(
        [sys.executable, "-c", _SUITE],
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{CHECKOUT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["passed"], done.stderr


@pytest.mark.integration
def test_the_manifest_names_duckdb_too(refreshed):
    settings = Settings(data=refreshed)
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        told = manifest.facts(con, settings, [])["engine"]
    assert told == {"name": "duckdb", "version": duckdb.__version__}
