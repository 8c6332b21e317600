"""The whole job from embedded files to briefs, and what can go wrong on the way."""

import fcntl
import json

import duckdb
import pytest

from tests.conftest import run_geese

pytestmark = pytest.mark.integration

PRESS = "ingest/reference/taiwan_mof_ic_and_equipment.csv"


def _published(data):
    return sorted(path.name for path in (data / "published").iterdir())


def test_a_refresh_publishes_and_writes_both_briefs(refreshed):
    files, version, latest = _published(refreshed)
    assert latest == "latest.duckdb"
    assert version == f"{files}.duckdb"
    pages = sorted(refreshed.glob("briefs/annual/*/*/*/index.html"))
    assert [page.parent.name for page in pages] == ["en", "zh-TW"]
    assert all(f"{p.parent.parent.name}.duckdb" == version for p in pages)


def test_a_second_refresh_finds_nothing_new(refreshed):
    before = _published(refreshed)
    done = run_geese("refresh", "--json", data=refreshed)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["is_new_version"] is False
    assert len(found["briefs"]) == 2
    assert all(len(brief["headlines"]) == 3 for brief in found["briefs"])
    assert _published(refreshed) == before


def test_every_check_of_the_run_is_in_the_published_file(published):
    rows = published.execute(
        """select checker, count(*), bool_and(is_passed)
        from ops.check_results group by checker"""
    ).fetchall()
    found = {checker: (count, passed) for checker, count, passed in rows}
    assert set(found) == {"dbt", "great_expectations", "ingest"}
    assert found["dbt"][0] > 50
    assert all(passed for _, passed in found.values())


def test_bad_input_gets_one_line_and_readers_keep_the_last_version(
    copied_checkout, tmp_path
):
    data = tmp_path / "data"
    assert run_geese("refresh", data=data, checkout=copied_checkout).returncode == 0
    before = _published(data)
    file = copied_checkout / PRESS
    file.write_text(file.read_text().replace("164", "l64", 1))
    done = run_geese("refresh", data=data, checkout=copied_checkout)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    first, second = done.stderr.strip().splitlines()
    assert "taiwan_mof_ic_and_equipment.csv, line" in first
    assert "column" in first
    assert "readers keep the last published version" in second
    assert _published(data) == before
    status = run_geese("status", data=data, checkout=copied_checkout)
    assert status.returncode == 0
    assert "failed" in status.stdout


def test_a_defect_that_only_the_checks_can_see_stops_the_publication(
    copied_checkout, tmp_path
):
    model = copied_checkout / "dbt_project/models/intermediate"
    model = model / "int_taiwan_goods_flows.sql"
    column = "{{ product_set }}_{{ flow_type }}s_usd_millions"
    # A lost factor of a thousand in one flow of one economy.
    factor = "{{ 1000 if flow_type == 'export' else 1 }}"
    text = model.read_text()
    assert column in text
    model.write_text(
        text.replace(column, f"cast({column} * {factor} as decimal(20, 3))", 1)
    )
    done = run_geese("refresh", data=tmp_path / "data", checkout=copied_checkout)
    assert done.returncode == 1
    assert "balance_ratios_are_plausible" in done.stderr
    assert not (tmp_path / "data/published/latest.duckdb").exists()


def test_a_failing_dbt_test_stops_the_publication(copied_checkout, tmp_path):
    seed = copied_checkout / "dbt_project/seeds/company_aliases.csv"
    seed.write_text(seed.read_text().replace("聯發科,mediatek,,\n", ""))
    done = run_geese("refresh", data=tmp_path / "data", checkout=copied_checkout)
    assert done.returncode == 1
    assert "dbt test" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data/published/latest.duckdb").exists()


def test_a_second_refresh_at_the_same_time_says_so(refreshed):
    with (refreshed / "refresh.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run_geese("refresh", data=refreshed)
    assert done.returncode == 1
    assert "another refresh is running" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_analysts_open_version_does_not_stop_a_refresh(refreshed, published):
    done = run_geese("refresh", data=refreshed)
    assert done.returncode == 0, done.stderr


def test_a_build_file_held_by_someone_else_gets_one_line(refreshed):
    with duckdb.connect(str(refreshed / "warehouse.duckdb"), read_only=True):
        done = run_geese("refresh", data=refreshed)
    assert done.returncode == 1
    assert "Could not set lock" in done.stderr
    assert "Traceback" not in done.stderr
