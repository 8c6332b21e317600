"""Run the refresh job in this process and say how it went."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from ingest import clock
from orchestration import definitions, held_back, source_states, status
from orchestration.checks import outcomes
from orchestration.resources import lock
from orchestration.runs import unchanged
from orchestration.runs.schedules import REFRESH
from orchestration.settings import Settings
from orchestration.status import Outcome

Listener = Callable[[str], None]
"""Called with the name of each step that starts."""


def run(settings: Settings, listener: Listener) -> Outcome:
    """Run the whole job here, recorded where the UI shows it.

    Raises BusyError if another command holds this installation's lock.
    """
    job = (
        definitions.build(settings)
        .resolve_job_def(REFRESH.name)
        .with_logger_defs({"console": _relay(listener)})
    )
    with lock(settings):
        began_with = unchanged.started_from(settings)
        unchanged.forget(settings)
        outcome = _execute(settings, job)
        status.note_refresh(settings, clock.now(), outcome)
        if outcome.is_whole:
            unchanged.note(settings, began_with)
    return outcome


def _execute(settings: Settings, job: dg.JobDefinition) -> Outcome:
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            # Named, or Dagster adds its own console logger to ours.
            run_config={"loggers": {"console": {}}},
        )
    published = _published(result)
    return Outcome(
        run_id=result.run_id,
        problems=() if result.success else tuple(dict.fromkeys(_problems(result))),
        unread=tuple(_unread(result)),
        held_back=tuple(held_back.noted(settings.state)),
        version=published.get("version"),
        is_new_version=bool(published.get("is_new")),
    )


def _relay(listener: Listener) -> dg.LoggerDefinition:
    """A console logger that prints nothing and passes step events on."""

    class Relay(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            meta = getattr(record, "dagster_meta", None) or vars(record)
            event = meta.get("dagster_event")
            if event and event.event_type is dg.DagsterEventType.STEP_START:
                listener(event.step_key)
            elif str(meta.get("orig_message", "")).startswith("visited "):
                listener(meta["orig_message"])

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


def _unread(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    for event in result.get_asset_check_evaluations():
        if event.check_name == source_states.WAS_READ and not event.passed:
            yield f"{event.asset_key.path[-1]}: {event.description}"


def _problems(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """The innermost causes of the failed steps, and the checks that failed."""
    for event in result.get_asset_check_evaluations():
        for check in outcomes.of_evaluation(event):
            if not check.is_passed and check.severity == "ERROR":
                said = check.description or ""
                yield f"check {check.check_name} of {check.table_name}: {said}"
    for event in result.all_events:
        if event.is_step_failure:
            step = str(event.step_key).replace("__", " ")
            causes = _cause(event.step_failure_data.error)
            # Of a failed test its check has said more already.
            yield from (f"{step}: {x}" for x in causes if not x.startswith("dbt test "))


def _cause(error: Any) -> list[str]:
    """The innermost cause, in the lines that we wrote; of others' errors the first."""
    while error.cause is not None:
        error = error.cause
    name, _, message = error.message.strip().partition(": ")
    lines = [line for line in (message or name).splitlines() if line.strip()]
    return lines if error.cls_name == "DbtError" else lines[:1]
