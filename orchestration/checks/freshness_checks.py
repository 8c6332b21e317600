"""Checks that every followed series arrives when its publisher's calendar says."""

import dagster as dg

from ingest import clock
from orchestration.checks import outcomes
from orchestration.records import Row
from orchestration.resources import POOL, read_warehouse
from orchestration.settings import Settings
from orchestration.warehouse import freshness

NAME = "series_arrive_on_time"
MARTS = ("balance_ratios", "technology_balances")

_WHAT_TO_DO = (
    "If it fails, a series lacks a period that its publisher's calendar has out, "
    "though its source may be on time. Its line says which and what to do; what was "
    "published stays. `geese status` shows how it stands today."
)
_SHOWN = ("series_id", "newest_period", "next_period", "due_on", "days_late", "state")


def checks(settings: Settings) -> list[dg.AssetChecksDefinition]:
    """A check per mart with series, each series a part of it; a warning at most."""
    return [_check(mart, settings) for mart in MARTS]


def _check(mart: str, settings: Settings) -> dg.AssetChecksDefinition:
    key = dg.AssetKey(["marts", mart])

    @dg.asset_check(
        asset=key, name=NAME, description=_WHAT_TO_DO, blocking=False, pool=POOL
    )
    def run(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        with read_warehouse(settings) as con:
            found = freshness.every_series(con, settings, clock.now().date())
        table = f"marts.{mart}"
        followed = [r for r in found if r["is_followed"] and r["table_name"] == table]
        result = _result(key, followed)
        run_id = context.run.run_id
        outcomes.record(settings.state, run_id, [result], _WHAT_TO_DO)
        return result

    return run


def _result(key: dg.AssetKey, rows: list[Row]) -> dg.AssetCheckResult:
    late = [row for row in rows if row["state"] == "late"]
    parts = [
        outcomes.Part(
            name=f"{row['series_id']} arrives on time",
            outcome="failed" if row in late else "passed",
            description=freshness.told(row),
            what_to_do=_WHAT_TO_DO,
        )
        for row in rows
    ]
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=NAME,
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{x['series_id']}: {freshness.told(x)}" for x in late)
        or None,
        metadata={
            outcomes.PARTS: dg.JsonMetadataValue([vars(part) for part in parts]),
            "checker": "orchestration",
            "series": _table(rows),
            "series_late": len(late),
        },
    )


def _table(rows: list[Row]) -> dg.TableMetadataValue:
    shown = [{name: str(row[name] or "") for name in _SHOWN} for row in rows]
    return dg.TableMetadataValue(
        [dg.TableRecord(row) for row in shown],
        dg.TableSchema([dg.TableColumn(name) for name in _SHOWN]),
    )
