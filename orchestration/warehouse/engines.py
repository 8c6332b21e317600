"""Which engine computes the models: DuckDB, or Spark those that selector `spark` names.

Whatever Spark has computed is read into the warehouse as the tables of the same models.
Checks, verdicts and publication are the same for both.
"""

import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import OperatorError
from orchestration.resources import environment
from orchestration.settings import CHECKOUT, Settings
from orchestration.warehouse import dbt_command, lake

_OLDEST_JAVA = 17


class SparkMissingError(OperatorError):
    """Spark cannot run here. The message says what to install."""


def require(settings: Settings) -> None:
    """Raise SparkMissingError if the engine that the settings name is not here."""
    if settings.engine != "spark":
        return
    for package in ("pyspark", "dbt-spark"):
        # Not imported, nor looked for where imports look: see expectations.validate.
        if not [*importlib.metadata.distributions(name=package)]:
            raise SparkMissingError(
                f"engine spark: Python package {package} is missing; run `make spark`"
            )
    version = _java_version()
    if version is None or version < _OLDEST_JAVA:
        found = "no Java" if version is None else f"Java {version}"
        raise SparkMissingError(
            f"engine spark: {found} here; install Java {_OLDEST_JAVA} "
            "(openjdk-17-jre-headless), or name its folder in JAVA_HOME"
        )


def described(settings: Settings) -> dict[str, str]:
    """Name and version of the engine, for the manifest."""
    package = {"spark": "pyspark", "duckdb": "duckdb"}[settings.engine]
    return {
        "name": settings.engine,
        "version": importlib.metadata.version(package),
    }


def build(
    settings: Settings, warehouse: Path, variables: dict[str, Any], *options: str
) -> list[Any]:
    """Build seeds and models in `warehouse` and test them, as dbt_command.build does.

    Raises SparkMissingError, or DbtError if a model fails on Spark.
    """
    if settings.engine == "spark":
        require(settings)
        dbt_command.seed(settings, warehouse)
        computed = compute(settings, warehouse, variables)
        variables = variables | {"computed": computed}
    if variables:
        options = (*options, "--vars", json.dumps(variables))
    return dbt_command.build(settings, warehouse, *options)


def compute(
    settings: Settings,
    warehouse: Path,
    variables: dict[str, Any],
    selection: str = "--selector spark",
) -> dict[str, list[str]]:
    """Run models on Spark that dbt's options select; returns their files by table.

    They read the raw tables and seeds of `warehouse`. Raises as `build`.
    """
    _write_inputs(settings, warehouse)
    return _compute(settings, settings.lake, selection, variables)


def build_bulk(
    settings: Settings, warehouse: Path, variables: dict[str, Any], *options: str
) -> list[Any]:
    """Build the bulk models, as dbt_command.build_bulk does; raises as `build`.

    On Spark all years, of which the files are named in `variables`.
    """
    if settings.engine == "spark":
        require(settings)
        told = variables | {"bulk": True}
        computed = _compute(settings, settings.bulk_lake, "--selector bulk", told)
        variables = variables | {"computed": computed}
    return dbt_command.build_bulk(settings, warehouse, variables, *options)


def of_table(settings: Settings, schema: str, name: str) -> str:
    """Name of the engine that the last build computed a table with."""
    on_spark = (settings.lake / "models" / schema / name).exists()
    return "spark" if settings.engine == "spark" and on_spark else "duckdb"


def _write_inputs(settings: Settings, warehouse: Path) -> None:
    manifest = json.loads(dbt_command.manifest(settings).read_text(encoding="utf-8"))
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    inputs = [
        (node["schema"], node["name"])
        for node in nodes
        if node["resource_type"] == "seed" or node["schema"] == "raw"
    ]
    with duckdb.connect(str(warehouse), read_only=True) as con:
        lake.write_inputs(con, settings.lake, inputs)


def _compute(
    settings: Settings, folder: Path, selection: str, variables: dict[str, Any]
) -> dict[str, list[str]]:
    """Run the selected models on Spark in a lake; returns their files by table."""
    shutil.rmtree(folder / "models", ignore_errors=True)
    target = settings.cache / f"dbt_spark_{folder.name}"
    target.mkdir(parents=True, exist_ok=True)
    told, log = target / "run_results.json", target / "spark.log"
    told.unlink(missing_ok=True)
    command = [sys.executable, "-m", "orchestration.warehouse.spark_dbt", selection]
    places = {
        "GEESE_LAKE": str(folder),
        "SPARK_LOCAL_DIRS": settings.limits["temp_directory"],
    }
    with log.open("w") as output:
        done = subprocess.run(
            [*command, json.dumps(variables), str(target)],
            cwd=CHECKOUT,
            env=environment() | places,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    made = lake.results(folder)
    # Without any DuckDB would compute all, under the name of the other engine.
    if done.returncode or not made:
        raise dbt_command.DbtError(_failed_models(told) or f"Spark stopped; see {log}")
    return made


def _failed_models(told: Path) -> str:
    """One line per failed model; empty if dbt came to none."""
    if not told.exists():
        return ""
    results = json.loads(told.read_text(encoding="utf-8"))["results"]
    return "\n".join(
        f"dbt on Spark, {r['unique_id']}: {' '.join(r['message'].split())[:400]}"
        for r in results
        if r["status"] == "error"
    )


def _java_version() -> int | None:
    """The version of the Java that Spark will find, or None."""
    home = environment().get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java")
    if java is None or not Path(java).exists():
        return None
    done = subprocess.run(
        [java, "-version"], capture_output=True, text=True, check=False
    )
    found = re.search(r'version "(\d+)', done.stderr)
    return int(found.group(1)) if found else None
