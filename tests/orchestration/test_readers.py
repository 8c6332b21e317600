"""Readers are never blocked and never see two versions mixed, whenever we publish."""

import subprocess
import sys
from datetime import date, datetime

import duckdb
import pytest

from orchestration.warehouse import versions

DAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 9)  # noqa: DTZ001

# Opens the newest version again and again; every table must be of the same version.
READER = """
import sys
import time
from pathlib import Path
import duckdb

latest, stop = Path(sys.argv[1]), Path(sys.argv[2])
seen, reads = set(), 0
while not stop.exists() or reads == 0:
    with duckdb.connect(str(latest.resolve()), read_only=True) as con:
        # Under `python -c` DuckDB shows a bar on a busy machine, where we print.
        con.execute("set enable_progress_bar = false")
        first = con.execute("select distinct number from marts.one").fetchall()
        (version,) = con.execute("select version from ops.publication").fetchone()
        second = con.execute("select distinct number from marts.two").fetchall()
    assert first == second and len(first) == 1, (first, second)
    assert int(version.partition(".")[2]) == first[0][0], (version, first)
    seen.add(version)
    reads += 1
    # People think between two questions; without it readers leave no core to publish.
    time.sleep(0.2)
print(len(seen), reads)
"""


def _build(path, number):
    with duckdb.connect(str(path)) as con:
        con.execute("create schema if not exists marts")
        con.execute("create schema if not exists meta")
        for table in ("one", "two"):
            con.execute(
                f"""create or replace table marts.{table} as
                select $number as number from range(20000)""",
                {"number": number},
            )
        con.execute(
            """create or replace table meta.columns as
            select 'marts.' || unnest(['one', 'two']) as table_name, 1 as position,
                'number' as column_name, 'INTEGER' as data_type, false as is_key,
                'A number' as meaning;
            create or replace table meta.sources as select 'T' as title_en, '' as url,
                'C' as attribution_en, 'L' as licence_en, '' as licence_url"""
        )


@pytest.fixture
def published(tmp_path):
    build, folder = tmp_path / "warehouse.duckdb", tmp_path / "published"

    def publish(number):
        _build(build, number)
        return versions.publish(
            build, folder, tmp_path / "state.sqlite", DAY, NOW, {"inputs": []}
        )

    publish(1)
    return publish, folder / "latest.duckdb"


def test_readers_in_other_processes_see_whole_versions_only(published, tmp_path, heavy):
    publish, latest = published
    stop = tmp_path / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(latest), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(heavy(4, 20))
    ]
    for number in range(2, 2 + heavy(10, 100)):
        publish(number)
    stop.touch()
    told = [reader.communicate(timeout=120) for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * len(readers), told
    seen = [tuple(map(int, out.split())) for out, _ in told]
    assert all(reads >= 1 for _, reads in seen)
    assert max(versions_seen for versions_seen, _ in seen) > 1


def test_a_reader_that_stays_keeps_its_version(published, heavy):
    publish, latest = published
    with duckdb.connect(str(latest.resolve()), read_only=True) as con:
        for number in range(2, 2 + heavy(10, 100)):
            publish(number)
        assert con.execute("select max(number) from marts.one").fetchone() == (1,)
    with duckdb.connect(str(latest.resolve()), read_only=True) as con:
        newest = con.execute("select max(number) from marts.one").fetchone()
    assert newest == (1 + heavy(10, 100),)
