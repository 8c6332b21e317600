"""The job that does everything, and when it runs."""

import dagster as dg

from orchestration.settings import Settings

# In one process: DuckDB has one writer.
REFRESH = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Landing → raw → dbt → checks → published file → briefs.",
    executor_def=dg.in_process_executor,
)


def schedule(settings: Settings) -> dg.ScheduleDefinition:
    """The refresh on the settings' cron line, in Taipei time."""
    return dg.ScheduleDefinition(
        name="refresh_schedule",
        job=REFRESH,
        cron_schedule=settings.refresh_cron,
        execution_timezone="Asia/Taipei",
        description="Refresh and make the briefs; see refresh_cron in geese.toml.",
    )
