"""The whole job from embedded files to briefs, and what can go wrong on the way."""

import fcntl
import json
import os

import duckdb
import pytest

from tests.conftest import run_geese

pytestmark = pytest.mark.integration


def _published(data):
    return sorted(path.name for path in (data / "published").iterdir())


def test_a_refresh_publishes_and_writes_both_briefs(refreshed):
    files, version, latest = _published(refreshed)
    assert latest == "latest.duckdb"
    assert version == f"{files}.duckdb"
    pages = sorted(refreshed.glob("briefs/annual/*/*/*/index.html"))
    assert [page.parent.name for page in pages] == ["en", "zh-TW"]
    assert all(f"{p.parent.parent.name}.duckdb" == version for p in pages)


@pytest.mark.sampled(0)
def test_a_second_refresh_finds_nothing_new_though_an_analyst_reads(
    refreshed, published
):
    before = _published(refreshed)
    done = run_geese("refresh", "--force", "--json", data=refreshed)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["run_id"]
    assert found["is_new_version"] is False
    assert len(found["briefs"]) == 4
    assert all(len(brief["headlines"]) == 3 for brief in found["briefs"])
    assert _published(refreshed) == before


def test_a_refresh_where_nothing_changed_runs_nothing(refreshed, monkeypatch):
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    before = _published(refreshed)
    os.utime(refreshed / "heartbeat", (0, 0))
    done = run_geese("refresh", "--json", data=refreshed, is_fresh=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["run_id"] is None
    assert (refreshed / "heartbeat").stat().st_mtime > 0, "all is well"
    assert f"{found['version']}.duckdb" in before
    assert len(found["briefs"]) == 4
    assert _published(refreshed) == before
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "duckdb" in imported
    assert not imported & {"dagster", "dbt", "great_expectations", "pandas"}


def test_every_check_of_the_run_is_in_the_published_file(published):
    rows = published.execute(
        """select checker, count(*), bool_and(is_passed)
        from ops.check_results group by checker"""
    ).fetchall()
    found = {checker: (count, passed) for checker, count, passed in rows}
    assert set(found) == {"dbt", "great_expectations", "ingest", "orchestration"}
    assert found["dbt"][0] > 50
    assert all(passed for _, passed in found.values())


def test_a_second_refresh_at_the_same_time_says_so(refreshed):
    with (refreshed / "refresh.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run_geese("refresh", data=refreshed)
    assert done.returncode == 1
    assert "another refresh is running" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_build_file_held_by_someone_else_gets_one_line(refreshed_copy):
    with duckdb.connect(str(refreshed_copy / "warehouse.duckdb"), read_only=True):
        done = run_geese("refresh", "--force", data=refreshed_copy)
    assert done.returncode == 1
    assert "Could not set lock" in done.stderr
    assert "Traceback" not in done.stderr
