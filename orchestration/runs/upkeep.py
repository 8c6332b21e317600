"""What an installation does for itself: weekly clean-up, monthly rebuild drill."""

import re
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

from ingest import clock
from orchestration.errors import OperatorError
from orchestration.resources import PATIENCE_OF_RUNS, current_settings, lock
from orchestration.warehouse import building

_RUNS_KEPT_DAYS = 90
_DOWNLOADS_KEPT_DAYS = 7
_RUN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.|$)")
"""Files and folders that are named after a run."""


class DrillError(OperatorError):
    """A rebuild from the landing zone differs from what is published."""


@dg.op(description="Forget old runs and unfinished downloads; measure the landing zone")
def tidy(context: dg.OpExecutionContext) -> None:
    """Delete what can be made again; never anything of the landing zone."""
    settings, now = current_settings(), clock.now()
    forgotten = forget_runs(context.instance, now - timedelta(days=_RUNS_KEPT_DAYS))
    left = remove_traces(settings.dagster, context.instance)
    removed = remove_old(
        (settings.cache / "downloads").glob("*"),
        clock.seconds(now - timedelta(days=_DOWNLOADS_KEPT_DAYS)),
    )
    size = sum(p.stat().st_size for p in settings.landing.rglob("*") if p.is_file())
    context.log.info(
        f"{forgotten} runs forgotten, {left} files and folders of theirs and "
        f"{removed} downloads removed; the landing zone "
        f"has {size / 1e6:.1f} MB, nothing in it is ever removed; free on its disk: "
        f"{shutil.disk_usage(settings.data).free / 1e9:.1f} GB"
    )


@dg.op(description="Rebuild from the landing zone and compare every table")
def drill(context: dg.OpExecutionContext) -> None:
    """Fail if the published tables cannot be made again from the landed bytes.

    Raises DrillError naming the tables.
    """
    settings = current_settings()
    with lock(settings, PATIENCE_OF_RUNS):
        compared = building.rebuild(settings, False, context.log.info)
    differing = [found.mart for found in compared if not found.is_same]
    if differing:
        raise DrillError(
            f"rebuilt.duckdb differs from the published version in {len(differing)} "
            f"tables ({', '.join(differing[:5])}); see `geese rebuild`"
        )
    context.log.info(f"{len(compared)} tables rebuilt, all identical")


def forget_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    """Delete the runs created before a moment of Taipei time; how many.

    Whatever became of them: none goes on for months, but of one whose process died
    before it began nobody ever says that it has ended.
    """
    found = instance.get_run_records(
        dg.RunsFilter(created_before=before.replace(tzinfo=clock.TAIPEI))
    )
    for record in found:
        instance.delete_run(record.dagster_run.run_id)
    return len(found)


def remove_traces(folder: Path, instance: dg.DagsterInstance) -> int:
    """Remove the events and the output of runs that are forgotten; how many paths.

    Dagster forgets a run in its tables and leaves these files.
    """
    found = [*folder.glob("history/runs/*.db*"), *folder.glob("storage/*")]
    # Asked after the files were listed: a run that begins meanwhile is known.
    known = {run.run_id for run in instance.get_runs()}
    gone = [
        path for path in found if _RUN.match(path.name) and path.name[:36] not in known
    ]
    _remove(gone)
    return len(gone)


def remove_old(paths: Iterable[Path], before: float) -> int:
    """Remove files and folders last changed before a moment, in seconds; how many."""
    old = [path for path in paths if path.stat().st_mtime < before]
    _remove(old)
    return len(old)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@dg.job(name="clean_up", executor_def=dg.in_process_executor)
def CLEAN_UP() -> None:  # noqa: N802 - a constant like the other jobs
    """Forget old runs and downloads, and measure the landing zone."""
    tidy()


@dg.job(name="rebuild_drill", executor_def=dg.in_process_executor)
def DRILL() -> None:  # noqa: N802
    """Rebuild from the landing zone alone and compare every table."""
    drill()
