"""The dbt project as assets: seeds, models and their tests."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration import dbt_command
from orchestration.landing import OWNERS
from orchestration.previews import table_metadata
from orchestration.raw import POOL
from orchestration.resources import read_warehouse
from orchestration.settings import Settings


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

    def get_asset_check_spec(
        self,
        asset_spec: dg.AssetSpec,
        manifest: Mapping[str, Any],
        unique_id: str,
        project: DbtProject | None,
    ) -> dg.AssetCheckSpec | None:
        """The check of a test, described as its yml does: what to do if it fails."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        description = manifest["nodes"][unique_id]["description"]
        # dagster-dbt looks for a description in the test's meta only.
        return spec and spec._replace(description=description)


def assets(settings: Settings) -> dg.AssetsDefinition:
    """Every seed and model with its tests as checks, built in one dbt command."""
    path = dbt_command.manifest(settings)
    translator = Translator()

    @dbt_assets(manifest=path, name="dbt", dagster_dbt_translator=translator, pool=POOL)
    def build() -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        results = dbt_command.build(settings, settings.warehouse)
        nodes = json.loads(path.read_text(encoding="utf-8"))
        with read_warehouse(settings) as con:
            for result in results:
                # A skipped test says nothing; what made dbt skip it is reported.
                if result.node.resource_type == "test" and result.status != "skipped":
                    yield _check(result, nodes, translator)
                elif str(result.status) == "success":
                    key = [result.node.schema, result.node.name]
                    yield dg.MaterializeResult(
                        asset_key=key,
                        metadata=table_metadata(con, key)
                        | {"seconds": result.execution_time},
                    )
        problems = dbt_command.problems(results)
        if problems:
            raise dbt_command.DbtError(problems)

    return build


def _check(
    result: Any, nodes: Mapping[str, Any], translator: Translator
) -> dg.AssetCheckResult:
    key = get_asset_check_key_for_test(nodes, translator, result.node.unique_id, None)
    if key is None:
        raise dbt_command.DbtError(
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
