"""The dbt project as assets: seeds, models and their tests."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtProject,
    dbt_assets,
)
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration.assets.landing import OWNERS
from orchestration.assets.previews import table_metadata
from orchestration.checks import outcomes
from orchestration.resources import POOL, write_warehouse
from orchestration.settings import Settings
from orchestration.warehouse import column_lineage, dbt_command, engines

_OUTCOMES = {
    "pass": "passed",
    "fail": "failed",
    "warn": "failed",
    "error": "could_not_run",
}


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
        """One check for all tests of a table that have the same severity.

        Dagster books every check in a dozen writes; with one for each of hundreds of
        tests that takes longer than the tests. Its result has each test by name.
        """
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        severity = manifest["nodes"][unique_id]["config"]["severity"]
        return dg.AssetCheckSpec(
            name=_check_name(severity),
            asset=spec.asset_key,
            description="dbt's tests of this table with severity "
            f"{_severity(severity)}. What to do about each stands beside its result.",
        )


def assets(settings: Settings) -> dg.AssetsDefinition:
    """Every seed and model with its tests as outcomes, built in one dbt command."""
    path = dbt_command.manifest(settings)
    translator = Translator()

    @dbt_assets(manifest=path, name="dbt", dagster_dbt_translator=translator, pool=POOL)
    def build(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        results = engines.build(settings, settings.warehouse, {})
        manifest = json.loads(path.read_text(encoding="utf-8"))
        with write_warehouse(settings) as con:
            column_lineage.write(con, dbt_command.models_built(results))
            for result in results:
                is_table = result.node.resource_type != "test"
                if is_table and str(result.status) == "success":
                    key = [result.node.schema, result.node.name]
                    yield dg.MaterializeResult(
                        asset_key=key,
                        metadata=table_metadata(con, key)
                        | column_lineage.metadata(con, key)
                        | {
                            "seconds": result.execution_time,
                            "engine": engines.of_table(settings, *key),
                        },
                    )
            tests = [x for x in results if x.node.resource_type == "test"]
            checked = list(_checks(con, tests, manifest, translator))
        outcomes.record(settings.state, context.run.run_id, checked)
        yield from checked
        problems = dbt_command.problems(results)
        if problems:
            raise dbt_command.DbtError(problems)

    return build


def _checks(
    con: duckdb.DuckDBPyConnection,
    results: Iterable[Any],
    manifest: Mapping[str, Any],
    translator: Translator,
) -> Iterator[dg.AssetCheckResult]:
    by_key: dict[dg.AssetCheckKey, list[Any]] = defaultdict(list)
    for result in results:
        name = result.node.unique_id
        key = get_asset_check_key_for_test(manifest, translator, name, None)
        if key is None:
            raise dbt_command.DbtError(
                f"{result.node.name}: test of several models; say in its config "
                "(meta.dagster.ref.name) to which it belongs"
            )
        name = _check_name(result.node.config.severity)
        by_key[dg.AssetCheckKey(key.asset_key, name)].append(result)
    for key, tests in by_key.items():
        # A skipped test says nothing; what made dbt skip it is reported, and a check
        # that is missing stops the publication.
        if not any(test.status == "skipped" for test in tests):
            yield _check(con, key, tests)


def _check(
    con: duckdb.DuckDBPyConnection, key: dg.AssetCheckKey, tests: list[Any]
) -> dg.AssetCheckResult:
    parts = [
        outcomes.Part(
            name=test.node.name,
            outcome=_OUTCOMES[str(test.status)],
            description=_said(con, test),
            what_to_do=test.node.description,
        )
        for test in tests
    ]
    failed = [part for part in parts if part.outcome != "passed"]
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=not failed,
        severity=dg.AssetCheckSeverity[_severity(tests[0].node.config.severity)],
        description="; ".join(f"{x.name}: {x.description}" for x in failed) or None,
        metadata={
            outcomes.PARTS: dg.JsonMetadataValue([vars(part) for part in parts]),
            "checker": "dbt",
        },
    )


def _said(con: duckdb.DuckDBPyConnection, test: Any) -> str | None:
    """What dbt says of a test, and the first of the rows that fail."""
    if str(test.status) not in ("fail", "warn"):
        return test.message or None
    found = con.execute(f"from ({test.node.compiled_code}) limit 1")
    names = [column[0] for column in found.description or ()]
    (row,) = found.fetchall()
    pairs = zip(names, row, strict=True)
    told = ", ".join(f"{n} {'NULL' if v is None else v}" for n, v in pairs)
    return f"{test.message}; the first: {told[:300]}"


def _check_name(configured: str | None) -> str:
    return f"dbt_tests_{_severity(configured).lower()}"


def _severity(configured: str | None) -> str:
    return (configured or "error").upper()
