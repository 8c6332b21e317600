"""The history of checks: kept across runs, versions and failures."""

import json
import re
import sqlite3
from contextlib import closing
from datetime import datetime

import dagster as dg
import duckdb
import pytest

from orchestration import state, status
from orchestration.checks import expectations
from orchestration.checks.outcomes import of_evaluation
from orchestration.mail import notices
from orchestration.settings import Settings
from tests.conftest import run_geese

pytestmark = pytest.mark.integration

NOON, EVENING = datetime(2026, 5, 1, 12), datetime(2026, 5, 1, 18)  # noqa: DTZ001


def _check(name, is_passed=True, **more):
    return {
        "table_name": "marts.a",
        "check_name": name,
        "checker": "dbt",
        "severity": "ERROR",
        "is_passed": is_passed,
        "description": None if is_passed else "3 rows",
        "what_to_do": "look",
        "outcome": "passed" if is_passed else "failed",
    } | more


def test_checks_of_every_run_stay_with_the_version_that_they_let_through(tmp_path):
    file = tmp_path / "state.sqlite"
    state.record_checks(file, "1", [_check("keys"), _check("range")], NOON)
    state.note_published(file, "1", "2026-05-01.1")
    state.record_checks(file, "2", [_check("keys", False)], EVENING)
    state.record_checks(file, "3", [_check("keys")], EVENING)
    with duckdb.connect() as con:
        state.copy_into(con, file, "3", "2026-05-01.2")
        found = con.execute(
            """select run_id, version, check_name, is_passed, outcome, description
            from ops.check_results order by run_id, check_name"""
        ).fetchall()
    assert found == [
        ("1", "2026-05-01.1", "keys", True, "passed", None),
        ("1", "2026-05-01.1", "range", True, "passed", None),
        ("2", None, "keys", False, "failed", "3 rows"),
        ("3", "2026-05-01.2", "keys", True, "passed", None),
    ]


def test_years_of_checks_are_copied_in_a_moment(tmp_path):
    file = tmp_path / "state.sqlite"
    for run in range(50):
        made = [_check(f"c{n}") for n in range(800)]
        state.record_checks(file, str(run), made, NOON)
    with duckdb.connect() as con:
        before = datetime.now()  # noqa: DTZ005
        state.copy_into(con, file)
        assert (datetime.now() - before).total_seconds() < 5  # noqa: DTZ005
        ((rows,),) = con.execute("select count(*) from ops.check_results").fetchall()
    assert rows == 40_000


def test_every_check_says_what_to_do_about_it(published):
    silent = published.execute(
        """select table_name, check_name from ops.check_results
        where coalesce(what_to_do, '') = ''"""
    ).fetchall()
    assert silent == []


def test_an_analyst_can_ask_whether_a_figure_was_clean_when_published(published):
    asked = published.execute(
        """select version, count(*), bool_and(is_passed) from ops.check_results
        where table_name = 'marts.balance_ratios' group by version"""
    ).fetchall()
    ((version,),) = published.execute("select version from ops.publication").fetchall()
    assert (version, True) in [(name, clean) for name, _, clean in asked]


def test_a_run_that_fails_before_the_publication_leaves_its_checks(tmp_path):
    settings = Settings(data=tmp_path)
    # Nothing has been built: the check has nothing to look at.
    duckdb.connect(str(settings.warehouse)).close()
    check = expectations.checks(settings)[0]
    (key,) = check.check_keys
    # As Dagster's UI runs it: nothing of ours comes after the job.
    job = dg.define_asset_job("check", dg.AssetSelection.checks(check))
    found = dg.Definitions(asset_checks=[check], jobs=[job])
    with dg.DagsterInstance.ephemeral() as instance:
        result = found.resolve_job_def("check").execute_in_process(
            instance=instance, raise_on_error=False
        )
    assert not result.success
    with closing(sqlite3.connect(settings.state)) as history:
        rows = history.execute(
            """select run_id, version, table_name, check_name, outcome,
            description like 'no frame%', what_to_do like '%geese explain%'
            from check_results"""
        ).fetchall()
    table = ".".join(key.asset_key.path)
    assert rows == [(result.run_id, None, table, key.name, "could_not_run", 1, 1)]
    page = (tmp_path / "checks.html").read_text(encoding="utf-8")
    assert "1 check stopped the publication" in page


def test_status_says_what_keeps_the_newest_run_from_being_published(tmp_path):
    settings = Settings(data=tmp_path)
    assert status.stopped(settings) == []
    state.record_checks(settings.state, "1", [_check("keys", False)], NOON)
    assert [x["check_name"] for x in status.stopped(settings)] == ["keys"]
    warned = _check("keys", False, severity="WARN")
    state.record_checks(settings.state, "2", [warned, _check("range")], EVENING)
    assert status.stopped(settings) == []


def test_asking_a_publisher_does_not_hide_what_stopped_a_refresh(tmp_path):
    settings = Settings(data=tmp_path)
    state.record_checks(settings.state, "1", [_check("keys", False)], NOON)
    asked = _check("publisher_was_read", table_name="landing.boj_rates")
    state.record_checks(settings.state, "2", [asked], EVENING)
    (stopped,) = status.stopped(settings)
    assert stopped["check_name"] == "keys"
    stop = notices.stopped(settings)
    assert (stop.at, stop.why) == (NOON, "check keys of marts.a")


def test_the_command_prints_what_was_checked_and_writes_the_page(refreshed, tmp_path):
    page = tmp_path / "page.html"
    told = run_geese("checks", "--all", "--html", str(page), data=refreshed)
    assert told.returncode == 0, told.stderr
    assert " passed\n" in told.stdout
    assert "balance_ratios_are_plausible" in told.stdout
    assert "balance_<wbr>ratios_<wbr>are_<wbr>plausible" in page.read_text(
        encoding="utf-8"
    )
    latest = run_geese("checks", "--version", "latest", "--json", data=refreshed)
    rows = json.loads(latest.stdout)
    version = (refreshed / "published" / "latest.duckdb").resolve().stem
    assert {row["version"] for row in rows} == {version}
    nothing = run_geese("checks", data=tmp_path)
    assert nothing.returncode == 1
    assert "run `geese refresh`" in nothing.stderr


def test_a_published_version_has_its_page_beside_it(refreshed):
    latest = (refreshed / "published" / "latest.duckdb").resolve()
    page = (latest.with_suffix("") / "checks.html").read_text(encoding="utf-8")
    assert re.search(f"<h1>{re.escape(latest.stem)} (passed|was published)", page)
    newest = (refreshed / "checks.html").read_text(encoding="utf-8")
    assert latest.stem in newest


def test_a_result_without_its_name_is_refused():
    with pytest.raises(ValueError, match="must name its asset and its check"):
        list(of_evaluation(dg.AssetCheckResult(passed=True)))
