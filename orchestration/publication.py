"""The published file as an asset: it appears when every check of the run has passed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import dagster as dg
import duckdb

from ingest import clock
from orchestration import (
    building,
    freshness,
    manifest,
    source_states,
    state,
    versions,
)
from orchestration.errors import OperatorError
from orchestration.landing import OWNERS
from orchestration.raw import POOL
from orchestration.resources import write_warehouse
from orchestration.settings import Settings

KEY = dg.AssetKey(["published", "warehouse"])


class PublicationStoppedError(OperatorError):
    """Checks failed or are missing. The message says which."""


@dataclass(frozen=True)
class Check:
    """The result of one check in the run that wants to publish."""

    table_name: str
    check_name: str
    checker: str
    severity: str
    is_passed: bool
    description: str | None


def assets(
    settings: Settings,
    deps: Sequence[dg.AssetKey],
    expected: Collection[dg.AssetCheckKey],
) -> dg.AssetsDefinition:
    """The published version, behind everything it contains and every check."""
    names = {(".".join(key.asset_key.path), key.name) for key in expected}

    @dg.asset(
        key=KEY,
        deps=deps,
        group_name="published",
        description="The read-only DuckDB file that analysts and briefs open.",
        kinds={"duckdb"},
        owners=OWNERS,
        pool=POOL,
    )
    def publish(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        now = clock.now()
        checks = _checks_of(context.instance, context.run.run_id)
        judge(checks, names)
        with write_warehouse(settings) as con:
            building.require_build_of(con, context.run.run_id)
            record_checks(con, checks, now)
            source_states.record(con, source_states.collect(settings))
            freshness.record(con, now.date())
            facts = manifest.facts(con, settings, [vars(check) for check in checks])
        version = versions.publish(
            settings.warehouse,
            settings.published,
            settings.state,
            now.date(),
            now,
            facts,
        )
        gone = versions.prune(
            settings.published, settings.keep_versions, state.pins(settings.state)
        )
        return dg.MaterializeResult(
            metadata={
                "version": version.name,
                "is_new": version.is_new,
                "path": dg.MetadataValue.path(version.path),
                "bytes": version.path.stat().st_size,
                "checks": len(checks),
                "warnings": sum(not c.is_passed for c in checks),
                "removed": ", ".join(gone) or "none",
            }
        )

    return publish


def judge(checks: Sequence[Check], expected: Collection[tuple[str, str]]) -> None:
    """Raise PublicationStoppedError unless all expected checks ran, and none failed.

    `expected` has (table, check) of every check of the project, not of the run: a run
    of a part of the job publishes nothing.
    """
    failed = [c for c in checks if c.severity == "ERROR" and not c.is_passed]
    if failed:
        named = "; ".join(f"{c.table_name}: {c.check_name}" for c in failed)
        raise PublicationStoppedError(
            f"{len(failed)} checks failed ({named}); readers keep the last version"
        )
    missing = set(expected) - {(c.table_name, c.check_name) for c in checks}
    if missing or not expected:
        table, name = min(missing, default=("", "none is declared"))
        raise PublicationStoppedError(
            f"{len(missing)} of {len(expected)} checks did not run in this run (first: "
            f"{table} {name}); readers keep the last version"
        )


def record_checks(
    con: duckdb.DuckDBPyConnection, checks: Sequence[Check], evaluated_at: datetime
) -> None:
    """Write the checks of this run to `ops.check_results` of the build file."""
    con.execute("create schema if not exists ops")
    con.execute(
        """create or replace table ops.check_results (
            table_name varchar, check_name varchar, checker varchar,
            severity varchar, is_passed boolean, description varchar,
            evaluated_at timestamp
        )"""
    )
    con.execute(
        """comment on table ops.check_results is
        'Checks of the run that published this version; times are Asia/Taipei'"""
    )
    con.executemany(
        "insert into ops.check_results values (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                c.table_name,
                c.check_name,
                c.checker,
                c.severity,
                c.is_passed,
                c.description,
                evaluated_at,
            )
            for c in checks
        ],
    )


def _checks_of(instance: dg.DagsterInstance, run_id: str) -> list[Check]:
    """The checks evaluated in a run."""
    kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    found = []
    for entry in instance.all_logs(run_id, of_type=kind):
        evaluation = entry.get_dagster_event().asset_check_evaluation_data
        checker = evaluation.metadata.get("checker")
        found.append(
            Check(
                table_name=".".join(evaluation.asset_key.path),
                check_name=evaluation.check_name,
                checker=str(checker.value) if checker else "dagster",
                severity=evaluation.severity.value,
                is_passed=evaluation.passed,
                description=evaluation.description,
            )
        )
    return found
