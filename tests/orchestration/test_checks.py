"""The history of checks: kept across runs, versions and failures."""

from datetime import datetime

import duckdb
import pytest

from orchestration import state

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
