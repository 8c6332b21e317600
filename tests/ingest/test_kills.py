"""Killed at any instant, a load recovers to what an undisturbed one gives."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingest import loading
from ingest.landing import LandingZone
from ingest.source import all_sources

CHILD = """
import sys
from pathlib import Path
import duckdb
from ingest import clock, embedded, loading
from ingest.landing import LandingZone
from ingest.source import all_sources

folder = Path(sys.argv[1])
zone = LandingZone(folder / "landing")
print("ready", flush=True)
for source in all_sources().values():
    embedded.land(source, zone, clock.now())
with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
    for source in all_sources().values():
        loading.load(con, source, zone)
print("done", flush=True)
"""


def _start(folder: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "ready\n"
    return child


def _rows(folder: Path) -> dict[str, list]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        return {
            name: con.execute(f"select * from raw.{name} order by all").fetchall()
            for source in all_sources().values()
            for name in map(source.raw_name, source.tables)
        }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The raw tables after a whole run, and how long it took."""
    folder = tmp_path_factory.mktemp("whole")
    started = time.monotonic()
    child = _start(folder)
    assert child.communicate(timeout=60)[0] == "done\n"
    return _rows(folder), time.monotonic() - started


def test_a_killed_load_is_finished_by_the_next(undisturbed, tmp_path, heavy):
    expected, seconds = undisturbed
    moments = random.Random(20261123)  # noqa: S311 not for secrets
    interrupted = 0
    for kill in range(heavy(few=5, all_of_them=50)):
        folder = tmp_path / str(kill)
        child = _start(folder)
        time.sleep(moments.uniform(0, seconds))
        child.send_signal(signal.SIGKILL)
        interrupted += child.communicate()[0] != "done\n"
        zone = LandingZone(folder / "landing")
        assert zone.damages() == []
        assert _start(folder).communicate(timeout=60)[0] == "done\n"
        assert _rows(folder) == expected
    assert interrupted > 0


def test_a_load_killed_between_two_payloads_continues(undisturbed, tmp_path):
    expected, _ = undisturbed
    child = _start(tmp_path)
    child.communicate(timeout=60)
    zone = LandingZone(tmp_path / "landing")
    source = all_sources()["japan_customs"]
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        con.execute("delete from raw.japan_customs__editions")
        con.execute("delete from raw.payloads where resource like '%dates.csv'")
        con.execute(
            """delete from raw.publications
            where table_name = 'japan_customs__editions'"""
        )
        loading.load(con, source, zone)
    assert _rows(tmp_path) == expected
