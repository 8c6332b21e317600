"""Fixtures that several packages' tests share."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("analysis", "ingest", "orchestration", "reports")

Geese = Callable[..., subprocess.CompletedProcess[str]]

# Whatever a test imports works in a folder of its own, never in the user's data.
_DATA = tempfile.TemporaryDirectory(prefix="geese-tests-")
os.environ["GEESE_DATA"] = _DATA.name

# What the first command has parsed and compiled the others need not do again.
_PARSED = Path(_DATA.name) / "parsed"


def geese_environment(data: Path, checkout: Path) -> dict[str, str]:
    """The environment of a command on a data folder of its own."""
    return os.environ | {
        "GEESE_DATA": str(data),
        "PYTHONPATH": str(checkout),
        "COLUMNS": "200",
    }


def run_geese(
    *arguments: str,
    data: Path,
    checkout: Path = CHECKOUT,
    at: datetime | None = None,
    seconds: int = 600,
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, on a data folder of its own.

    With `at`, Taipei time, its clock stands still at that moment.
    """
    command = "from orchestration.cli import main; main()"
    if at:
        stopped = f"clock.now = lambda: datetime.fromisoformat('{at.isoformat()}')"
        command = (
            f"from datetime import datetime; from ingest import clock; {stopped}; "
            f"{command}"
        )
    builds = arguments[:1] == ("refresh",) and not data.is_file()
    # A damaged checkout may have it too: it is stamped with what it was made from.
    if builds and _PARSED.exists() and not (data / "cache").exists():
        shutil.copytree(_PARSED, data / "cache")
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments],
        cwd=checkout,
        env=geese_environment(data, checkout),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if checkout == CHECKOUT and not _PARSED.exists() and (data / "cache/dbt").exists():
        shutil.copytree(data / "cache", _PARSED)
    return done


def pytest_addoption(parser):
    parser.addoption(
        "--prove",
        action="store_true",
        help="run heavy families of cases whole, not a seeded sample",
    )

    parser.addoption(
        "--live",
        action="store_true",
        help="also ask the real publishers (tests marked network)",
    )


def pytest_collection_modifyitems(config, items):
    """Without --live no test leaves this machine."""
    if not config.getoption("--live"):
        away = [item for item in items if item.get_closest_marker("network")]
        items[:] = [item for item in items if item not in away]
        config.hook.pytest_deselected(items=away)


@pytest.fixture(scope="session")
def heavy(request) -> Callable[[int, int], int]:
    """How many cases of a heavy family to run."""
    whole = request.config.getoption("--prove")

    def choose(few: int, all_of_them: int) -> int:
        return all_of_them if whole else few

    return choose


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory) -> Path:
    """A data folder after one whole refresh from the embedded files.

    The refresh runs once; every process of the test run has a copy of its own.
    """
    processes = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    made = (base.parent if processes else base) / "refreshed 資料"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "last_refresh.sha256").exists():
            done = run_geese("refresh", data=made)
            assert done.returncode == 0, done.stderr
    data = tmp_path_factory.mktemp("資料 folder") / "data"
    shutil.copytree(made, data, symlinks=True)
    if not _PARSED.exists():
        shutil.copytree(data / "cache", _PARSED)
    return data


@pytest.fixture
def refreshed_copy(refreshed, tmp_path) -> Path:
    """A copy of that folder, which a test may change."""
    data = tmp_path / "data"
    shutil.copytree(refreshed, data, symlinks=True)
    return data


@pytest.fixture(scope="session")
def published(refreshed) -> Iterator[duckdb.DuckDBPyConnection]:
    """The version that refresh published."""
    latest = refreshed / "published" / "latest.duckdb"
    with duckdb.connect(str(latest), read_only=True) as con:
        yield con


@pytest.fixture
def copied_checkout(tmp_path) -> Path:
    """A copy of the project whose files a test may damage."""
    copy = tmp_path / "checkout"
    for name in (*PACKAGES, "dbt_project"):
        shutil.copytree(
            CHECKOUT / name,
            copy / name,
            ignore=shutil.ignore_patterns("__pycache__", "target"),
        )
    for name in ("dagster.yaml", "requirements.lock"):
        shutil.copy(CHECKOUT / name, copy)
    return copy
