"""The checks of a run: what was asked, what was found, and what to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckEvaluation,
    AssetCheckKey,
    AssetCheckResult,
    DagsterEventType,
    DagsterInstance,
    JobDefinition,
)

from ingest import clock
from orchestration import state
from orchestration.warehouse.package import CHECKS as PAGE
from orchestration.whole_files import replace
from reports import check_results

PARTS = "tests"
"""Metadata of a check that is made of several: a list of its parts."""


@dataclass(frozen=True)
class Part:
    """One of several things that a check asks; the names as in `Check`."""

    name: str
    outcome: str
    description: str | None
    what_to_do: str


@dataclass(frozen=True)
class Check:
    """The result of one check.

    `description` says what was found where it did not pass, `what_to_do` what an owner
    should do then; `outcome` is passed, failed or could_not_run: what could not run has
    not passed, but says nothing of the figures. `part_of` is the check of Dagster's
    that it is a part of, or that it is.
    """

    table_name: str
    check_name: str
    checker: str
    severity: str
    is_passed: bool
    description: str | None
    what_to_do: str | None = None
    outcome: str = "passed"
    part_of: str = ""


def of_run(instance: DagsterInstance, run_id: str, job: JobDefinition) -> list[Check]:
    """The checks evaluated in a run of `job`, whose specs have the owner texts."""
    graph = job.asset_layer.asset_graph
    kind = DagsterEventType.ASSET_CHECK_EVALUATION
    found: list[Check] = []
    for entry in instance.all_logs(run_id, of_type=kind):
        evaluation = entry.get_dagster_event().asset_check_evaluation_data
        key = AssetCheckKey(evaluation.asset_key, evaluation.check_name)
        found += of_evaluation(evaluation, graph.get_check_spec(key).description)
    return found


def record(
    file: Path,
    run_id: str,
    results: Sequence[AssetCheckResult],
    what_to_do: str | None = None,
) -> None:
    """Remember checks in the installation's history, before Dagster is told of them.

    So it has those of every run, whoever started it and however it ends. As soon as one
    of a run has not passed there is a page on them: the publication may never come.
    """
    found = [check for x in results for check in of_evaluation(x, what_to_do)]
    state.record_checks(file, run_id, map(vars, found), clock.now())
    if not all(check["is_passed"] for check in state.newest_checks(file)):
        write_page(file)


def write_page(file: Path) -> Path:
    """Write the page on the run that checked last, beside the history; returns it."""
    rows = state.newest_checks(file)
    page = file.with_name(PAGE)
    version = rows[0]["version"] if rows else None
    replace(page, check_results.page(rows, version).encode())
    return page


def of_evaluation(
    evaluation: AssetCheckEvaluation | AssetCheckResult, what_to_do: str | None = None
) -> Iterator[Check]:
    """The check that was evaluated, or each of its parts if it has any.

    Raises ValueError for a result that does not name its asset and check.
    """
    key, name = evaluation.asset_key, evaluation.check_name
    if key is None or name is None:
        raise ValueError("a check's result must name its asset and its check")
    told: dict[str, Any] = {k: data.value for k, data in evaluation.metadata.items()}
    shared: dict[str, Any] = {
        "table_name": ".".join(key.path),
        "checker": str(told.get("checker", "dagster")),
        "severity": evaluation.severity.value,
        "part_of": name,
    }
    otherwise = "passed" if evaluation.passed else "failed"
    whole = {
        "name": name,
        "outcome": str(told.get("outcome", otherwise)),
        "description": evaluation.description,
        "what_to_do": what_to_do,
    }
    for part in told.get(PARTS, [whole]):
        yield Check(
            check_name=part["name"],
            is_passed=part["outcome"] == "passed",
            description=part["description"],
            what_to_do=part["what_to_do"],
            outcome=part["outcome"],
            **shared,
        )
