"""Assembly: everything Dagster is told, in one place."""

import dagster as dg

from orchestration.assets import briefs, landing, models, publication, raw, verdicts
from orchestration.checks import expectations, freshness_checks
from orchestration.resources import current_settings, prepare_environment
from orchestration.runs import delivery, schedules, sensors, upkeep
from orchestration.settings import Settings
from orchestration.warehouse import digests


def build(settings: Settings) -> dg.Definitions:
    """The asset graph, checks, jobs, schedules and sensors of one installation."""
    prepare_environment(settings)
    transforms = models.assets(settings)
    answers = verdicts.assets(settings)
    made = transforms.keys | answers.keys
    public = [key for key in made if key.path[0] in digests.PUBLIC]
    suites = [*expectations.checks(settings), *freshness_checks.checks(settings)]
    landed = landing.assets(settings)
    checked = [landed, transforms, *suites]
    expected = {key for part in checked for key in part.check_keys}
    published = publication.assets(settings, deps=sorted(public), expected=expected)
    return dg.Definitions(
        assets=[
            landed,
            *raw.assets(settings),
            transforms,
            answers,
            published,
            *briefs.assets(settings),
        ],
        asset_checks=suites,
        jobs=[
            schedules.REFRESH,
            schedules.ASK,
            upkeep.CLEAN_UP,
            upkeep.DRILL,
            delivery.DELIVER,
        ],
        schedules=schedules.schedules(settings),
        sensors=sensors.sensors(settings),
        resources={landing.LOCK: landing.held_by_run(settings)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What Dagster's own commands load: this installation's."""
    return build(current_settings())
