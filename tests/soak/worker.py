"""In the process of one run: the clock set, the job of Dagster's carried out."""

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import duckdb
from dagster._core.test_utils import freeze_time

from ingest import clock, http, loading
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration import definitions
from orchestration.resources import current_settings, read_warehouse
from orchestration.runs.sensors import sensors
from orchestration.warehouse import building
from tests.soak.runs import FEW, Order
from tests.upstreams.few import instead, one_reporter

# As the simulator is told in the process that started this one.
for module, name, value in instead() if FEW in os.environ else one_reporter():
    setattr(module, name, value)

# Who is told to ask again later waits by the soak's clock, not by ours.
setattr(http, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda _: None))  # noqa: B010

# Built once, before there are processes; building also prepares the environment.
_DEFINITIONS = definitions.defs()
REBUILD = "rebuild"
_UNFINISHED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


def carry_out(order: Order) -> tuple[str, str, Any]:
    """How a run ended, what it said if it failed, and what it tells besides."""
    # What is said on a full disk is lost too, and must not end the run by itself.
    full = order.room is not None
    _say_into(Path(os.devnull) if full else current_settings().data / "soak.log")
    _set_clock(order.at)
    if order.job == REBUILD:
        return "went well", "", _rebuilt(order)
    with _dagsters_clock(order.at), dg.DagsterInstance.get() as instance:
        _bury(instance)
        _limit(order.room)
        result = _job(order).execute_in_process(instance=instance, raise_on_error=False)
        _limit(None)
        kind = "PIPELINE_SUCCESS" if result.success else "PIPELINE_FAILURE"
        (event,) = [e for e in result.all_events if e.event_type_value == kind]
        _tell(instance, result.dagster_run, event)
        if result.success:
            return "went well", "", None
        return "failed", _first_cause(result), None


def _rebuilt(order: Order) -> list[tuple[str, bool]]:
    """Every table of a clean rebuild, and whether it is as the years left it."""
    settings = current_settings()
    if not order.assets:
        compared = building.rebuild(settings, False, lambda _: None)
        return [(found.mart, found.is_same) for found in compared]
    zone = LandingZone(settings.landing)
    with duckdb.connect() as clean, read_warehouse(settings) as lived:
        for source in all_sources().values():
            if ("landing", source.name) in order.assets:
                loading.load(clean, source, zone)
        names = [name for layer, name in order.assets if layer == "raw"]
        return [(f"raw.{n}", _believed(clean, n) == _believed(lived, n)) for n in names]


def _believed(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple]:
    """What a raw table holds to be true of every moment of publication."""
    columns = {c for c, *_ in con.execute(f"describe raw.{name}").fetchall()}
    learned = columns & {"recorded_from", "recorded_to", "recorded_at"}
    left_out = f"* exclude ({', '.join(sorted(learned))})" if learned else "*"
    where = "where recorded_to is null" if "recorded_to" in columns else ""
    return con.execute(
        f"select {left_out} from raw.{name} {where} order by all"
    ).fetchall()


def _job(order: Order) -> dg.JobDefinition:
    job = _DEFINITIONS.resolve_job_def(order.job)
    if not order.assets:
        return job
    keys = {dg.AssetKey(list(path)) for path in order.assets}
    return job.get_subset(asset_selection=keys)


def _set_clock(at: datetime) -> None:
    began = time.monotonic()

    def now() -> datetime:
        return at + timedelta(seconds=int(time.monotonic() - began))

    clock.now = now


@contextmanager
def _dagsters_clock(at: datetime) -> Iterator[None]:
    """Runs are stamped with the soak's time, or none would ever be old."""
    with freeze_time(at.replace(tzinfo=clock.TAIPEI)):
        yield


def _limit(room: int | None) -> None:
    """Let no file outgrow `room` bytes: writing more fails as on a full disk."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most if room is None else room, most))


def _bury(instance: dg.DagsterInstance) -> None:
    """Say of runs whose process is gone that they failed, as run monitoring does."""
    for run in instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED)):
        event = instance.report_run_failed(run, "the process of the run was killed")
        _tell(instance, run, event)


def _tell(instance: dg.DagsterInstance, run: dg.DagsterRun, event: Any) -> None:
    """Have the installation's own sensor note how a run ended."""
    _, failed, succeeded = sensors(current_settings())
    is_failure = event.event_type_value == "PIPELINE_FAILURE"
    sensor = failed if is_failure else succeeded
    context = dg.build_run_status_sensor_context(
        sensor_name=sensor.name,
        dagster_instance=instance,
        dagster_run=run,
        dagster_event=event,
    )
    sensor(context.for_run_failure() if is_failure else context)


def _first_cause(result: dg.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            while error.cause is not None:
                error = error.cause
            return f"{event.step_key}: {error.message.strip().splitlines()[0]}"
    return "no step failed"


def _say_into(log: Path) -> None:
    """Dagster and dbt talk much; it is kept beside the data."""
    sys.stdout = sys.stderr = log.open("a", encoding="utf-8")
