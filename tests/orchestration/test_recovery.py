"""Full disks, damaged build files, data folders of other releases."""

import datetime as dt
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingest import loading
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration import readiness, state
from orchestration.settings import Settings
from tests.conftest import CHECKOUT, geese_environment, run_geese

pytestmark = pytest.mark.integration

KEPT = Path(__file__).parent / "kept"
NOW = dt.datetime(2026, 11, 25, 9, 30, tzinfo=None)  # noqa: DTZ001 - Taipei time


def test_a_full_disk_is_told_before_anything_is_written(tmp_path, monkeypatch):
    settings = Settings(data=tmp_path / "data")
    few = shutil._ntuple_diskusage(10**9, 10**9, 10_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: few)
    with pytest.raises(readiness.NoRoomError, match="10 MB free, a refresh needs 150"):
        readiness.check_room(settings)
    assert list(settings.data.iterdir()) == []


def test_the_room_needed_grows_with_the_build_file(tmp_path, monkeypatch):
    settings = Settings(data=tmp_path)
    with settings.warehouse.open("wb") as file:
        file.truncate(1_000_000_000)
    some = shutil._ntuple_diskusage(10**10, 10**9, 3_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: some)
    with pytest.raises(readiness.NoRoomError, match="needs 4000 MB"):
        readiness.check_room(settings)


def _namespaces():
    done = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return done.returncode == 0 and os.getuid() == 0


@pytest.mark.skipif(
    not (shutil.which("unshare") and _namespaces()),
    reason="mount namespaces are not to be had here",
)
def test_a_refresh_on_a_small_disk_ends_with_one_line(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    script = f"""mount -t tmpfs -o size=5m tmpfs '{data}' &&
        '{sys.executable}' -c 'from orchestration.cli.main import main; main()' refresh
        said=$?; ls -A '{data}'; exit $said"""
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script],
        cwd=CHECKOUT,
        env=geese_environment(data, CHECKOUT),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    (said,) = done.stderr.strip().splitlines()
    assert "5 MB free, a refresh needs 150 MB; make room" in said
    assert done.stdout == "refresh.lock\n"


def test_a_damaged_build_file_is_set_aside(tmp_path):
    settings = Settings(data=tmp_path)
    assert readiness.set_aside_damaged(settings, NOW) is None
    settings.warehouse.write_bytes(b"not a database" * 1000)
    settings.warehouse.with_name("warehouse.duckdb.wal").write_bytes(b"x")
    aside = readiness.set_aside_damaged(settings, NOW)
    assert aside == tmp_path / "warehouse.duckdb.damaged-20261125-093000"
    assert [path.name for path in tmp_path.iterdir()] == [aside.name]


def test_a_sound_build_file_stays(tmp_path):
    settings = Settings(data=tmp_path)
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("create table t as select 1")
    assert readiness.set_aside_damaged(settings, NOW) is None
    assert settings.warehouse.exists()


def test_a_folder_of_a_newer_release_is_refused_in_one_line(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    with closing(sqlite3.connect(data / "state.sqlite")) as newer:
        newer.execute("pragma user_version = 99")
    done = run_geese("rebuild", data=data)
    assert done.returncode == 1
    (said,) = done.stderr.strip().splitlines()
    assert "state.sqlite: written by a newer release (format 99" in said


@pytest.fixture(params=sorted(path.name for path in KEPT.glob("*.tar.gz")))
def older(request, tmp_path):
    """The data folder that an older release left, without what can be made again."""
    data = tmp_path / "data"
    with tarfile.open(KEPT / request.param) as tar:
        tar.extractall(data, filter="data")
    return data


def test_an_older_folder_is_read_and_nothing_of_it_is_lost(older):
    zone = LandingZone(older / "landing")
    before = zone.journal.read_bytes()
    assert zone.damages() == []
    with duckdb.connect() as con:
        loaded = [
            found.payload.sha256
            for source in all_sources().values()
            for found in loading.load(con, source, zone)
        ]
        held = con.execute("select count(*) from raw.payloads").fetchone()
    told = [json.loads(line) for line in before.splitlines()]
    assert set(loaded) == {event["sha256"] for event in told}
    assert held == (len(set(loaded)),)
    assert zone.journal.read_bytes() == before


def test_an_older_folders_history_stays(older):
    with closing(sqlite3.connect(older / "state.sqlite")) as kept:
        rows = kept.execute("select * from check_results order by 1, 4, 5").fetchall()
    assert rows
    state.check_format(older / "state.sqlite")
    with duckdb.connect() as con:
        state.copy_into(con, older / "state.sqlite")
        copied = con.execute("select count(*) from ops.check_results").fetchone()
    assert copied == (len(rows),)
    # A table that the older release did not know yet is there, and empty.
    assert state.verdict_runs(older / "state.sqlite") == []


def test_an_older_folder_is_refreshed_whole(older, heavy):
    """A whole refresh takes a minute: only where everything is proven."""
    if heavy(0, 1):
        done = run_geese("refresh", data=older)
        assert done.returncode == 0, done.stderr
    assert run_geese("landing", "verify", data=older).returncode == 0
