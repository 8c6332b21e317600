"""The published file as an asset: it appears when every check of the run has passed."""

from collections.abc import Collection, Sequence

import dagster as dg

from ingest import clock
from orchestration import heartbeat, source_states, state
from orchestration.assets.landing import OWNERS
from orchestration.checks.outcomes import Check, of_run, write_page
from orchestration.errors import OperatorError
from orchestration.resources import POOL, write_warehouse
from orchestration.settings import Settings
from orchestration.warehouse import building, freshness, manifest, versions

KEY = dg.AssetKey(["published", "warehouse"])


class PublicationStoppedError(OperatorError):
    """Checks failed or are missing. The message says which."""


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
        run_id = context.run.run_id
        checks = of_run(context.instance, run_id, context.job_def)
        judge(checks, names)
        with write_warehouse(settings) as con:
            building.require_build_of(con, run_id)
            source_states.record(con, source_states.collect(settings))
            freshness.record(con, settings, now.date())
            facts = manifest.facts(con, settings, [vars(check) for check in checks])
        version = versions.publish(
            settings.warehouse,
            settings.published,
            settings.state,
            now.date(),
            now,
            facts,
            run_id,
        )
        page = write_page(settings.state)
        gone = versions.prune(
            settings.published, settings.keep_versions, state.pins(settings.state)
        )
        heartbeat.beat(settings, now)
        return dg.MaterializeResult(
            metadata={
                "version": version.name,
                "is_new": version.is_new,
                "path": dg.MetadataValue.path(version.path),
                "bytes": version.path.stat().st_size,
                "checks": len(checks),
                "checks_page": dg.MetadataValue.path(page),
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
    missing = set(expected) - {(c.table_name, c.part_of) for c in checks}
    if missing or not expected:
        table, name = min(missing, default=("", "none is declared"))
        raise PublicationStoppedError(
            f"{len(missing)} of {len(expected)} checks did not run in this run (first: "
            f"{table} {name}); readers keep the last version"
        )
