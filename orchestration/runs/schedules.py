"""The jobs, and when they run by themselves.

In live mode every publisher is asked on its own days and in its own time zone; what
arrives is noticed by the sensor (see `sensors`), which starts the refresh.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import dagster as dg

from ingest import clock
from ingest.source import Source, all_sources
from orchestration import source_states
from orchestration.assets import landing
from orchestration.runs.delivery import DELIVER
from orchestration.runs.upkeep import CLEAN_UP, DRILL
from orchestration.settings import Settings

# In one process: DuckDB has one writer.
REFRESH = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Landing → raw → dbt → checks → published file → briefs.",
    executor_def=dg.in_process_executor,
    # A run whose process dies is carried out once more, from its beginning: a part of
    # it publishes nothing. What fails by itself is not (see dagster.yaml).
    tags={"dagster/max_retries": "1", "dagster/retry_strategy": "ALL_STEPS"},
)
ASK = dg.define_asset_job(
    "ask_publishers",
    selection=dg.AssetSelection.groups("landing"),
    description="Ask publishers and land what is new; builds nothing.",
    executor_def=dg.in_process_executor,
)


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """Every schedule of this installation, running unless an operator stops it."""
    asked = asked_sources(settings) if settings.mode == "live" else ()
    return [
        _of_job(
            REFRESH,
            "refresh_schedule",
            settings.refresh_cron,
            "Refresh and make the briefs; see refresh_cron in geese.toml.",
        ),
        _of_job(CLEAN_UP, "clean_up_schedule", "0 4 * * 0", "Once a week, at night."),
        _of_job(DRILL, "drill_schedule", "0 3 1 * *", "Once a month, at night."),
        *_deliveries(settings),
        *(_visits(source, settings) for source in asked),
    ]


def _deliveries(settings: Settings) -> list[dg.ScheduleDefinition]:
    if settings.mail is None or not settings.mail.deliver:
        return []
    said = "Mail what is due; see deliver_cron in geese.toml."
    return [_of_job(DELIVER, "deliver_schedule", settings.mail.deliver_cron, said)]


def asked_sources(settings: Settings) -> Iterator[Source]:
    """Sources that have days to be asked on and are switched on."""
    for source in all_sources().values():
        if source.visits and (source.is_on or source.name in settings.sources_on):
            yield source


def reason_to_wait(source: Source, settings: Settings, now: datetime) -> str | None:
    """Why a source need not be asked at `now`; None if it should be.

    A release that has come is not asked for again until half its cadence has passed.
    """
    (found,) = (s for s in source_states.collect(settings) if s.source == source.name)
    if found.state == "no key":
        return f"{source.name}: no key; {found.reason}"
    if found.last_changed and source.cadence_days:
        rest = timedelta(days=source.cadence_days / 2)
        # What is from a day to come was landed by a clock that was wrong.
        if found.last_changed <= now < found.last_changed + rest:
            day, due = found.last_changed.date(), found.next_due
            return f"{source.name}: new on {day}; due again {due and due.date()}"
    return None


def _of_job(
    job: Any,
    name: str,
    cron: str,
    description: str,
) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=name,
        job=job,
        cron_schedule=cron,
        execution_timezone="Asia/Taipei",
        description=description,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def _visits(source: Source, settings: Settings) -> dg.ScheduleDefinition:
    visits = source.visits
    if visits is None:
        raise ValueError(f"{source.name}: has no days to be asked on")

    @dg.schedule(
        name=f"ask_{source.name}",
        job=ASK,
        cron_schedule=visits.cron,
        execution_timezone=visits.time_zone,
        description=f"{source.title}: {source.calendar}.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def ask(
        context: dg.ScheduleEvaluationContext,
    ) -> dg.RunRequest | dg.SkipReason:
        tick = context.scheduled_execution_time.astimezone(clock.TAIPEI)
        reason = reason_to_wait(source, settings, tick.replace(tzinfo=None))
        if reason:
            return dg.SkipReason(reason)
        return dg.RunRequest(asset_selection=[landing.key(source)])

    return ask
