"""What starts a refresh besides the clock: payloads, dropped files and decisions."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb

from ingest import clock, inbox
from ingest.landing import LandingZone
from orchestration import failed_runs
from orchestration.runs.schedules import REFRESH
from orchestration.settings import Settings
from orchestration.warehouse import versions

_SECONDS_AT_REST = 30
"""A dropped file that has changed within so many seconds is still being written."""


def sensors(settings: Settings) -> list[dg.SensorDefinition]:
    """Every sensor of this installation, running unless an operator stops it."""

    @dg.sensor(
        name="something_arrived",
        job=REFRESH,
        minimum_interval_seconds=300,
        description="Refresh when payloads, dropped files or decisions are waiting.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def something_arrived() -> dg.RunRequest | dg.SkipReason:
        waiting = sorted(arrived(settings, clock.seconds(clock.now())))
        if not waiting:
            return dg.SkipReason("nothing has arrived since the last published version")
        # The same things start one refresh, also if it fails or holds them back.
        told = hashlib.sha256("\n".join(waiting).encode()).hexdigest()
        return dg.RunRequest(run_key=told)

    return [something_arrived, *_of_runs(settings)]


def _of_runs(settings: Settings) -> list[dg.SensorDefinition]:
    """What notes for the alerts that a scheduled run failed, or succeeded again."""

    @dg.run_failure_sensor(
        name="run_failed",
        description="Note a failed run; `geese outbox alert` tells the operators.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def run_failed(context: dg.RunFailureSensorContext) -> None:
        job = context.dagster_run.job_name
        failed_runs.note(settings.state, job, _reason(context), clock.now())

    @dg.run_status_sensor(
        name="run_succeeded",
        run_status=dg.DagsterRunStatus.SUCCESS,
        description="Forget that a job had failed.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def run_succeeded(context: dg.RunStatusSensorContext) -> None:
        failed_runs.clear(settings.state, context.dagster_run.job_name)

    return [run_failed, run_succeeded]


def _reason(context: dg.RunFailureSensorContext) -> str:
    """The first line of what the first failed step raised, or Dagster's own words."""
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        if error is not None:
            return (error.cause or error).message.strip().splitlines()[0]
    return context.failure_event.message or "no reason is known"


def arrived(settings: Settings, now: float) -> Iterator[str]:
    """Name what no published version knows yet. `now` is in seconds since 1970."""
    yield from _dropped(settings.inbox, now)
    if not settings.latest.exists():
        return
    latest = versions.find(settings.published, "latest")
    known = {payload["payload_sha256"] for payload in latest.manifest["inputs"]}
    with duckdb.connect(str(latest.path), read_only=True) as con:
        query = "select max(published_at) from ops.publication"
        ((published_at,),) = con.execute(query).fetchall()
    for event in LandingZone(settings.landing).events():
        if event.get("outcome") == "news" and event["sha256"] not in known:
            yield f"payload {event['sha256']}"
        if event.get("decided_at", "") > published_at.isoformat():
            yield f"{event['event']} {event['decided_at']}"


def _dropped(dropped: Path, now: float) -> Iterator[str]:
    for folder in sorted(dropped.glob("*")):
        for path in inbox.waiting(folder):
            told = path.stat()
            if now - told.st_mtime >= _SECONDS_AT_REST:
                yield f"file {path.parent.name}/{path.name} {told.st_mtime_ns}"
