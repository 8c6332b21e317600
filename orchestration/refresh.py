"""Run the refresh job in this process and say how it went."""

import fcntl
import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration import definitions
from orchestration.schedules import REFRESH
from orchestration.settings import Settings

Listener = Callable[[str, str], None]
"""Called with a step's name and "start", "success" or "failure"."""

_KINDS = {
    dg.DagsterEventType.STEP_START: "start",
    dg.DagsterEventType.STEP_SUCCESS: "success",
    dg.DagsterEventType.STEP_FAILURE: "failure",
}


class RefreshBusyError(Exception):
    """Another refresh is running."""


@dataclass(frozen=True)
class Outcome:
    """How a run went. `problems` has one line per failure, empty after success."""

    run_id: str
    problems: tuple[str, ...]
    version: str | None
    is_new_version: bool


def steps(settings: Settings) -> list[str]:
    """The job's steps in the order in which they run."""
    job = definitions.build(settings).resolve_job_def(REFRESH.name)
    return [node.name for node in job.graph.nodes_in_topological_order]


def run(settings: Settings, listener: Listener) -> Outcome:
    """Run the whole job here, recorded where the UI shows it.

    Raises RefreshBusyError if another refresh holds this installation's lock.
    """
    job = (
        definitions.build(settings)
        .resolve_job_def(REFRESH.name)
        .with_logger_defs({"console": _relay(listener)})
    )
    with _lock(settings), dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            # Named, or Dagster adds its own console logger to ours.
            run_config={"loggers": {"console": {}}},
        )
    published = _published(result)
    return Outcome(
        run_id=result.run_id,
        problems=() if result.success else tuple(_problems(result)),
        version=published.get("version"),
        is_new_version=bool(published.get("is_new")),
    )


@contextmanager
def _lock(settings: Settings) -> Generator[None]:
    """Runs that bypass Dagster's queue need a lock of their own."""
    path = settings.data / "refresh.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RefreshBusyError(
                f"{path}: another refresh is running; try again when it has ended"
            ) from error
        yield


def _relay(listener: Listener) -> dg.LoggerDefinition:
    """A console logger that prints nothing and passes step events on."""

    class Relay(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            event: Any = (getattr(record, "dagster_meta", None) or {}).get(
                "dagster_event"
            ) or getattr(record, "dagster_event", None)
            if event and event.event_type in _KINDS:
                listener(event.step_key, _KINDS[event.event_type])

    @dg.logger
    def console(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("geese.refresh", logging.DEBUG)
        logger.addHandler(Relay())
        return logger

    return console


def _published(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    for event in result.get_asset_materialization_events():
        if event.asset_key and event.asset_key.path[0] == "published":
            metadata = event.materialization.metadata
            return {name: value.value for name, value in metadata.items()}
    return {}


def _problems(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """The innermost causes of the failed steps, and the checks that failed."""
    for event in result.get_asset_check_evaluations():
        if not event.passed and event.severity is dg.AssetCheckSeverity.ERROR:
            table = ".".join(event.asset_key.path)
            yield f"check {event.check_name} of {table}: {event.description or ''}"
    for event in result.all_events:
        if event.is_step_failure:
            yield from _cause(event.step_failure_data.error).splitlines()


def _cause(error: Any) -> str:
    while error.cause is not None:
        error = error.cause
    _, _, message = error.message.strip().partition(": ")
    return message or error.message.strip()
