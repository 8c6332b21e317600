"""Killed at any instant, a run recovers to what an undisturbed one gives."""

import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingest import loading
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration.warehouse import digests

STAGES = ("landing", "loading")
FEW = ("article", "japan_customs", "taiwan_mof")
"""Sources of one table, of several with vintages, and of a wide one."""

RUN = """
import sys
from pathlib import Path
import duckdb
from ingest import clock, embedded, loading
from ingest.landing import LandingZone
from ingest.source import all_sources

folder, *names = sys.argv[1:]
folder, sources = Path(folder), [all_sources()[name] for name in names]
zone = LandingZone(folder / "landing")
print("landing", flush=True)
zone.finish_interrupted()
for source in sources:
    embedded.land(source, zone, clock.now())
print("loading", flush=True)
with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
    for source in sources:
        loading.load(con, source, zone)
print("done", flush=True)
"""

# One process for all folders: importing dbt takes longer than a build.
BUILD_MARTS = """
import sys
from pathlib import Path
from orchestration.warehouse import dbt_command
from orchestration.resources import prepare_environment
from orchestration.settings import Settings

for folder in sys.argv[1:]:
    settings = Settings(data=Path(folder))
    prepare_environment(settings)
    options = ("--exclude-resource-type", "unit_test", "test")
    results = dbt_command.build(settings, settings.warehouse, *options)
    assert not dbt_command.problems(results), dbt_command.problems(results)
"""


@dataclass(frozen=True)
class Killed:
    """A data folder after a kill in the midst of a stage, and a second, whole run."""

    folder: Path
    was_unfinished: bool
    damages: list[str]
    """Before the second run, and what it left untold."""


@pytest.fixture(scope="module")
def names(heavy) -> list[str]:
    """Of the sources that a run lands and loads."""
    return heavy(list(FEW), list(all_sources()))


def _start(folder: Path, names: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(folder), *names],
        stdout=subprocess.PIPE,
        text=True,
    )


def _run(folder: Path, names: list[str]) -> dict[str, float]:
    """A whole run; returns the seconds that each stage took."""
    with _start(folder, names) as child:
        reached = {line.strip(): time.monotonic() for line in child.stdout}
    assert list(reached) == [*STAGES, "done"]
    ends = [*reached.values()][1:]
    return {
        stage: end - reached[stage] for stage, end in zip(STAGES, ends, strict=True)
    }


def _kill(folder: Path, names: list[str], stage: str, seconds: float) -> Killed:
    with _start(folder, names) as child:
        while child.stdout.readline() != f"{stage}\n":
            assert child.poll() is None
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        was_unfinished = "done" not in child.stdout.read()
    damages = LandingZone(folder / "landing").damages()
    _run(folder, names)
    zone = LandingZone(folder / "landing")
    damages += map(str, [*zone.untold(), *zone.root.glob("*/.*.part")])
    return Killed(folder, was_unfinished, damages)


def _raw(folder: Path) -> dict[str, list]:
    """Every row of every raw table, its clocks and the books among them.

    Lines of the journal by their order: a fetch that is repeated has a line of its own.
    """
    ranked = "* replace (rank() over (order by sequence) as sequence)"
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        names = con.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        return {
            name: con.execute(
                f"""select {ranked if name in ("payloads", "quarantine") else "*"}
                from raw.{name} order by all"""
            ).fetchall()
            for (name,) in names
        }


def _marts(folder: Path) -> dict[str, str]:
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        return digests.of(con, digests.PUBLIC)


@pytest.fixture(scope="module")
def undisturbed(names, tmp_path_factory) -> tuple[Path, dict[str, float]]:
    """The data folder after a whole run, and the seconds that each stage took."""
    folder = tmp_path_factory.mktemp("whole")
    return folder, _run(folder, names)


@pytest.fixture(scope="module")
def killed(undisturbed, names, tmp_path_factory, heavy) -> list[Killed]:
    """Every other one killed while it landed, the others while they loaded."""
    _, seconds = undisturbed
    moments = random.Random(20261123)  # noqa: S311 not for secrets
    kills = heavy(few=2, all_of_them=50)
    return [
        _kill(
            tmp_path_factory.mktemp("killed"),
            names,
            stage,
            moments.uniform(0, seconds[stage]),
        )
        for stage in (STAGES * kills)[:kills]
    ]


def test_a_killed_run_is_finished_by_the_next(undisturbed, names, killed):
    expected = _raw(undisturbed[0])
    assert len(expected) > len(names)
    assert [kill.damages for kill in killed] == [[]] * len(killed)
    assert all(_raw(kill.folder) == expected for kill in killed)
    assert sum(kill.was_unfinished for kill in killed) >= len(killed) / 2


# The models read nothing but raw tables and seeds, so equal raw tables give equal
# marts; that their rows may lie in another order is what the builds are for.
@pytest.mark.integration
@pytest.mark.sampled(0)
def test_a_recovered_folder_has_the_marts_of_an_undisturbed_one(
    undisturbed, killed, parsed
):
    folders = [undisturbed[0], *(kill.folder for kill in killed)]
    for folder in folders:
        shutil.copytree(parsed / "cache", folder / "cache")
    done = subprocess.run(
        [sys.executable, "-c", BUILD_MARTS, *map(str, folders)],
        capture_output=True,
        text=True,
        timeout=300 * len(folders),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected, *found = map(_marts, folders)
    assert len(expected) > 10
    assert found == [expected] * len(killed)


def test_a_load_killed_between_two_payloads_continues(undisturbed, names, tmp_path):
    _run(tmp_path, names)
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
    assert _raw(tmp_path) == _raw(undisturbed[0])
