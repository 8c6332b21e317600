"""The published file as an asset: it appears when every check of the run has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import dagster as dg
import duckdb

from ingest import clock
from orchestration import versions
from orchestration.raw import OWNERS, POOL
from orchestration.resources import write_warehouse
from orchestration.settings import Settings

KEY = dg.AssetKey(["published", "warehouse"])


class PublicationStoppedError(Exception):
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


def assets(settings: Settings, deps: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The published version, behind everything it contains."""

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
        checks, planned = _checks_of(context.instance, context.run_id)
        judge(checks, planned)
        with write_warehouse(settings) as con:
            record_checks(con, checks, now)
        version = versions.publish(
            settings.warehouse, settings.published, settings.state, now.date(), now
        )
        return dg.MaterializeResult(
            metadata={
                "version": version.name,
                "is_new": version.is_new,
                "path": dg.MetadataValue.path(version.path),
                "bytes": version.path.stat().st_size,
                "checks": len(checks),
                "warnings": sum(not c.is_passed for c in checks),
            }
        )

    return publish


def judge(checks: Sequence[Check], planned: int) -> None:
    """Raise PublicationStoppedError unless every planned check ran and passed."""
    failed = [c for c in checks if c.severity == "ERROR" and not c.is_passed]
    if failed:
        named = "; ".join(f"{c.table_name}: {c.check_name}" for c in failed)
        raise PublicationStoppedError(
            f"{len(failed)} checks failed ({named}); readers keep the last version"
        )
    if len(checks) < planned:
        raise PublicationStoppedError(
            f"only {len(checks)} of {planned} checks ran; readers keep the last version"
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


def _checks_of(instance: dg.DagsterInstance, run_id: str) -> tuple[list[Check], int]:
    """The checks evaluated in a run, and how many were planned."""
    kind = dg.DagsterEventType
    planned = instance.all_logs(run_id, of_type=kind.ASSET_CHECK_EVALUATION_PLANNED)
    found = []
    for entry in instance.all_logs(run_id, of_type=kind.ASSET_CHECK_EVALUATION):
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
    return found, len(planned)
