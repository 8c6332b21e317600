"""Nothing is published that was not checked as a whole, in this run."""

import shutil

import dagster as dg
import duckdb
import pytest

from orchestration import definitions
from orchestration.assets import publication
from orchestration.assets.publication import PublicationStoppedError, judge
from orchestration.checks.outcomes import Check
from orchestration.runs.schedules import REFRESH
from orchestration.settings import Settings
from orchestration.warehouse import building

PASSED = Check("marts.a", "keys", "dbt", "ERROR", True, None, part_of="keys")
FAILED = Check(
    "marts.b", "ratios", "great_expectations", "ERROR", False, "0.001", part_of="ratios"
)
WARNED = Check(
    "marts.c", "anchors", "great_expectations", "WARN", False, None, part_of="anchors"
)

pytestmark = pytest.mark.integration


EXPECTED = {("marts.a", "keys"), ("marts.c", "anchors")}


def test_passed_checks_and_warnings_let_a_version_through():
    judge([PASSED, WARNED], EXPECTED)


def test_a_failed_error_stops_it_by_name():
    with pytest.raises(PublicationStoppedError, match=r"1 checks failed \(marts.b: ra"):
        judge([PASSED, WARNED, FAILED], EXPECTED)


def test_a_check_that_never_ran_stops_it_by_name():
    with pytest.raises(PublicationStoppedError, match=r"1 of 2 .*marts.c anchors"):
        judge([PASSED], EXPECTED)


@pytest.mark.parametrize("checks", [[], [PASSED]])
def test_no_expected_check_at_all_stops_it(checks):
    with pytest.raises(PublicationStoppedError, match="none is declared"):
        judge(checks, set())


def test_a_run_of_a_part_of_the_job_publishes_nothing(refreshed, tmp_path):
    settings = Settings(data=tmp_path / "data")
    shutil.copytree(refreshed, settings.data, symlinks=True)
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("update marts.balance_ratios set balance_ratio = 9.99")
    before = sorted(path.name for path in settings.published.iterdir())
    job = definitions.build(settings).resolve_job_def(REFRESH.name)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            asset_selection=[publication.KEY],
        )
        refused = next(e for e in result.all_events if e.is_step_failure)
    assert not result.success
    assert "did not run in this run" in refused.step_failure_data.error.cause.message
    assert sorted(path.name for path in settings.published.iterdir()) == before


def test_a_build_that_another_run_has_replaced_is_not_published():
    with duckdb.connect() as con:
        building.stamp(con, "mine")
        building.require_build_of(con, "mine")
        building.stamp(con, "theirs")
        with pytest.raises(building.BuildChangedError, match="another run"):
            building.require_build_of(con, "mine")


def test_tables_that_no_model_makes_any_more_are_dropped():
    with duckdb.connect() as con:
        con.execute("create schema marts")
        for name in ("kept", "ghost"):
            con.execute(f"create table marts.{name} as select 1 as n")
            con.execute(f"create macro marts.{name}_as_of(moment) as table (select 1)")
        building.drop_strangers(con, [{"schema": "marts", "name": "kept"}])
        left = con.execute(
            """select table_name from duckdb_tables() union all
            select function_name from duckdb_functions() where schema_name = 'marts'"""
        ).fetchall()
    assert sorted(left) == [("kept",), ("kept_as_of",)]
