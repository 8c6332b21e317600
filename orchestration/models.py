"""The dbt project as assets: seeds, models and their tests, run in this process."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration.previews import table_metadata
from orchestration.raw import OWNERS, POOL
from orchestration.resources import read_warehouse
from orchestration.settings import DBT_PROJECT, Settings

_SOURCES = {".sql", ".yml", ".csv", ".md"}


class DbtError(Exception):
    """dbt could not parse or build. The message is one line per failed node."""


class Translator(DagsterDbtTranslator):
    """An asset is named after its table and grouped by its schema, which is a layer."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_code_references=False))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """(schema, table)."""
        props = dbt_resource_props
        return dg.AssetKey([props["schema"], props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer; seeds are a layer whatever schema they end in."""
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return dbt_resource_props["schema"]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description of the yml twin, without the SQL."""
        return dbt_resource_props["description"]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """One team owns all models."""
        return OWNERS


def manifest(settings: Settings) -> Path:
    """Dbt's manifest, parsed anew only when the project's files have changed."""
    target = settings.cache / "dbt"
    path, stamp = target / "manifest.json", target / "manifest.sha256"
    digest = _fingerprint()
    if not (path.exists() and stamp.exists() and stamp.read_text() == digest):
        _invoke(settings, "parse", "--no-partial-parse")
        stamp.write_text(digest)
    return path


def assets(settings: Settings) -> dg.AssetsDefinition:
    """Every seed and model with its tests as checks, built in one dbt command."""
    path = manifest(settings)
    translator = Translator()

    @dbt_assets(manifest=path, name="dbt", dagster_dbt_translator=translator, pool=POOL)
    def build(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        results = _invoke(
            settings,
            "build",
            "--full-refresh",
            "--exclude-resource-type",
            "unit_test",
            check=False,
        )
        nodes = json.loads(path.read_text(encoding="utf-8"))
        with read_warehouse(settings) as con:
            for result in results:
                if result.node.resource_type == "test":
                    yield _check(result, nodes, translator)
                elif str(result.status) == "success":
                    key = [result.node.schema, result.node.name]
                    yield dg.MaterializeResult(
                        asset_key=key,
                        metadata=table_metadata(con, key)
                        | {"seconds": result.execution_time},
                    )
        problems = _problems(results)
        if problems:
            raise DbtError(problems)

    return build


def _check(
    result: Any, nodes: Mapping[str, Any], translator: Translator
) -> dg.AssetCheckResult:
    key = get_asset_check_key_for_test(nodes, translator, result.node.unique_id, None)
    if key is None:
        raise DbtError(
            f"{result.node.name}: test of several models; say in its config "
            "(meta.dagster.ref.name) to which it belongs"
        )
    severity = (result.node.config.severity or "error").upper()
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=str(result.status) == "pass",
        severity=dg.AssetCheckSeverity[severity],
        description=result.message or None,
        metadata={"failures": result.failures or 0, "checker": "dbt"},
    )


def _invoke(settings: Settings, *command: str, check: bool = True) -> Any:
    """Run dbt in this process and let go of the warehouse file afterwards."""
    # Importing dbt takes seconds; only a run or a changed project needs it.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    target = settings.cache / "dbt"
    try:
        result = dbtRunner().invoke(
            [
                *command,
                "--quiet",
                "--project-dir",
                str(DBT_PROJECT),
                "--profiles-dir",
                str(DBT_PROJECT),
                "--target-path",
                str(target),
                "--log-path",
                str(target / "logs"),
            ]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if result.exception:
        raise DbtError(_one_line(str(result.exception))) from result.exception
    if check and not result.success:
        raise DbtError(f"dbt {command[0]} failed; see {target / 'logs' / 'dbt.log'}")
    # A parse returns the manifest, a build the results of its nodes.
    return getattr(result.result, "results", None)


def _problems(results: Any) -> str:
    failed = [r for r in results if str(r.status) in ("error", "fail")]
    return "\n".join(
        f"dbt {r.node.resource_type} {r.node.name}: {_one_line(r.message or '')}"
        for r in failed
    )


def _one_line(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ".join(lines)[:400]


def _fingerprint() -> str:
    digest = hashlib.sha256()
    folders = ("macros", "models", "seeds", "tests")
    files = [*DBT_PROJECT.glob("*.yml")]
    files += [f for name in folders for f in (DBT_PROJECT / name).rglob("*")]
    for file in sorted(f for f in files if f.suffix in _SOURCES):
        digest.update(str(file.relative_to(DBT_PROJECT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
