"""Dagster's history in SQLite: the same events, over connections that stay open."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import dagster as dg
import pytest
import sqlalchemy

from orchestration import resources
from orchestration.runs import event_log
from orchestration.runs.event_log import EventLog
from orchestration.settings import Settings

pytestmark = pytest.mark.integration


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="one")])
def one():
    yield dg.MaterializeResult(metadata={"rows": 3})
    yield dg.AssetCheckResult(passed=True)


@pytest.fixture
def history(tmp_path, monkeypatch):
    """The folder of an installation whose environment is prepared."""
    monkeypatch.delenv(resources.POSTGRES_URL, raising=False)
    monkeypatch.setenv("DAGSTER_HOME", "")
    settings = Settings(data=tmp_path / "資料 of 'mine'")
    resources.prepare_environment(settings)
    return settings.dagster / "history" / "runs"


def test_a_run_is_found_by_another_process_and_by_dagsters_own_storage(history):
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, EventLog)
        run = dg.materialize([one], instance=instance).run_id
    with dg.DagsterInstance.get() as later:
        known = later.get_latest_materialization_event(dg.AssetKey("one"))
        assert known.run_id == run
        assert known.asset_materialization.metadata["rows"].value == 3
        entries = later.all_logs(run)
    own = EventLog.__base__(str(history))
    assert [r.event_log_entry for r in own.get_records_for_run(run).records] == entries
    assert {e.dagster_event_type.value for e in entries if e.is_dagster_event} >= {
        "ASSET_MATERIALIZATION",
        "ASSET_CHECK_EVALUATION",
        "PIPELINE_SUCCESS",
    }


def test_only_a_few_files_stay_open_and_none_when_it_is_let_go(history):
    log = EventLog(str(history))
    shards = [f"run{number}" for number in range(event_log._KEPT + 2)]
    for shard in shards:
        with log.run_connection(shard) as con:
            con.exec_driver_sql("create table kept as select 1 as n")
    assert [*log._engines] == shards[2:]
    with log.run_connection(shards[0]) as con:
        assert con.exec_driver_sql("select n from kept").fetchall() == [(1,)]
        assert con.exec_driver_sql("pragma synchronous").fetchall() == [(1,)]
        assert con.exec_driver_sql("pragma journal_mode").fetchall() == [("wal",)]
    log.dispose()
    # SQLite tidies up when the last connection to a file is closed.
    assert not list(history.glob("run*.db-wal"))


def test_a_server_may_ask_from_many_threads(history):
    log = EventLog(str(history))

    def count(_):
        with log.run_connection("run") as con:
            return con.exec_driver_sql("select count(*) from event_logs").scalar()

    with ThreadPoolExecutor(4) as threads:
        assert [count(0), *threads.map(count, range(20))] == [0] * 21
    log.dispose()


def test_what_fails_is_not_written(history):
    log = EventLog(str(history))
    row = "insert into event_logs (run_id, event, timestamp) values ('run', '', '')"
    with log.run_connection("run") as con:
        con.exec_driver_sql(row)
    with (  # noqa: PT012
        pytest.raises(sqlalchemy.exc.OperationalError),
        log.run_connection("run") as con,
    ):
        con.exec_driver_sql(row)
        con.exec_driver_sql("no SQL")
    log.dispose()
    with closing(sqlite3.connect(history / "run.db")) as con:
        assert con.execute("select count(*) from event_logs").fetchall() == [(1,)]
