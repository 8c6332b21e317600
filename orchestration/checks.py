"""The checks of a run: what was asked, what was found, and what to do about it."""

from dataclasses import dataclass

from dagster import AssetCheckKey, DagsterEventType, DagsterInstance, JobDefinition

OUTCOMES = ("passed", "failed", "could_not_run")


@dataclass(frozen=True)
class Check:
    """The result of one check.

    `description` says what was found where it did not pass, `what_to_do` what an owner
    should do then; `outcome` is one of `OUTCOMES`: what could not run has not passed,
    but says nothing of the figures.
    """

    table_name: str
    check_name: str
    checker: str
    severity: str
    is_passed: bool
    description: str | None
    what_to_do: str | None = None
    outcome: str = "passed"


def of_run(instance: DagsterInstance, run_id: str, job: JobDefinition) -> list[Check]:
    """The checks evaluated in a run of `job`, whose specs have the owner texts."""
    graph = job.asset_layer.asset_graph
    kind = DagsterEventType.ASSET_CHECK_EVALUATION
    found = []
    for entry in instance.all_logs(run_id, of_type=kind):
        evaluation = entry.get_dagster_event().asset_check_evaluation_data
        told = {name: str(x.value) for name, x in evaluation.metadata.items()}
        key = AssetCheckKey(evaluation.asset_key, evaluation.check_name)
        otherwise = "passed" if evaluation.passed else "failed"
        found.append(
            Check(
                table_name=".".join(evaluation.asset_key.path),
                check_name=evaluation.check_name,
                checker=told.get("checker", "dagster"),
                severity=evaluation.severity.value,
                is_passed=evaluation.passed,
                description=evaluation.description,
                what_to_do=graph.get_check_spec(key).description,
                outcome=told.get("outcome", otherwise),
            )
        )
    return found
