"""Fixtures that several packages' tests share."""

import fcntl
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import hypothesis
import pytest

from tests import warm

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGES = ("analysis", "ingest", "orchestration", "reports")

LONGEST = (
    "orchestration/test_refresh.py",
    "orchestration/test_bulk.py",
    "ingest/sources/test_scripted_year.py",
    "dbt_project/test_spark.py",
    "upstreams/test_live_refresh.py",
    "soak/test_soak.py",
    "orchestration/test_decisions.py",
    "orchestration/test_stopped_refresh.py",
    "orchestration/test_history.py",
    "orchestration/test_backup.py",
    "orchestration/test_selftest.py",
    "ingest/test_kills.py",
    "dbt_project/test_models.py",
)
"""Files with minutes of work for one core: were they last, the other would wait.

The second and third do not need the refresh that the first begins with."""

SEED = 20261128
"""Of the samples of heavy families."""

# Whatever a test imports works in a folder of its own, never in the user's data.
_DATA = tempfile.TemporaryDirectory(prefix="geese-tests-")
os.environ["GEESE_DATA"] = _DATA.name

# What is parsed, compiled and cut once need not be again: stamped with what it was
# made from, it may even lie in the folder of a damaged checkout.
_CACHE = Path(_DATA.name) / "cache"


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
    instead: warm.Patches | None = None,
    seconds: int = 600,
    is_fresh: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, on a data folder of its own.

    With `at`, Taipei time, its clock stands still at that moment, and with `instead` it
    finds other values in places. If `is_fresh`, the process has loaded nothing before.
    """
    # Simulated publishers have a folder of their own.
    folder = data / "trial" if "--upstreams" in arguments else data
    if arguments[:1] in (("refresh",), ("rebuild",)) and not data.is_file():
        _lend_cache(folder)
    environment = geese_environment(data, checkout)
    if not is_fresh:
        anew = () if checkout == CHECKOUT else PACKAGES
        done = warm.run(arguments, checkout, environment, at, instead, anew, seconds)
        if not anew:
            _keep_cache(folder)
        return done
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def _lend_cache(data: Path) -> None:
    if _CACHE.exists() and not (data / "cache").exists():
        shutil.copytree(_CACHE, data / "cache")


def _keep_cache(data: Path) -> None:
    # A command that did not come so far has no typefaces.
    if (data / "cache/fonts").exists() and not (_CACHE / "fonts").exists():
        shutil.copytree(data / "cache", _CACHE, dirs_exist_ok=True)


hypothesis.settings.register_profile("whole", deadline=None)
hypothesis.settings.register_profile(
    "sampled", deadline=None, max_examples=12, derandomize=True
)


def pytest_configure(config):
    """Without --prove a property is tried on few examples, always the same."""
    profile = "whole" if config.getoption("--prove") else "sampled"
    hypothesis.settings.load_profile(profile)


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
    """Without --live no test leaves this machine. The longest files come first."""
    places = {CHECKOUT / "tests" / name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
    away = set()
    if not config.getoption("--live"):
        away |= {item for item in items if item.get_closest_marker("network")}
    if not config.getoption("--prove"):
        away |= _beyond_the_sample(items)
    if away:
        config.hook.pytest_deselected(items=[item for item in items if item in away])
        items[:] = [item for item in items if item not in away]


def _beyond_the_sample(items: list[pytest.Item]) -> set[pytest.Item]:
    """Cases of heavy families that are left to --prove; always the same."""
    families: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("sampled"):
            families.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left = set()
    for name, cases in families.items():
        (few,) = cases[0].get_closest_marker("sampled").args
        chance = random.Random(f"{SEED} {name}")  # noqa: S311 not for secrets
        left |= set(cases) - set(chance.sample(cases, min(few, len(cases))))
    return left


@pytest.fixture(scope="session")
def heavy(request) -> Callable[[Any, Any], Any]:
    """What to run of a heavy family: a few of its cases, or all of them."""
    whole = request.config.getoption("--prove")

    def choose(few: Any, all_of_them: Any) -> Any:
        return all_of_them if whole else few

    return choose


@pytest.fixture(scope="session")
def drawn(heavy) -> Callable[[list, int], list]:
    """Draws a few of a heavy family's cases, always the same ones, or all of them."""

    def draw(cases: list, few: int) -> list:
        chance = random.Random(SEED)  # noqa: S311 not for secrets
        return chance.sample(cases, heavy(few, len(cases)))

    return draw


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
    _keep_cache(data)
    return data


@pytest.fixture(scope="session")
def parsed(tmp_path_factory) -> Path:
    """A data folder with nothing but the parsed dbt project; not to be changed."""
    from orchestration.settings import Settings
    from orchestration.warehouse import dbt_command

    data = tmp_path_factory.mktemp("parsed")
    _lend_cache(data)
    dbt_command.manifest(Settings(data=data))
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
    """A copy of the project whose files a test may damage; dbt's are not copied.

    So what is parsed already stays so.
    """
    copy = tmp_path / "checkout"
    for name in PACKAGES:
        _copy_sources(CHECKOUT / name, copy / name)
    for name in ("dagster.yaml", "requirements.lock"):
        shutil.copy(CHECKOUT / name, copy)
    (copy / "dbt_project").symlink_to(CHECKOUT / "dbt_project")
    return copy


@pytest.fixture
def copied_models(copied_checkout) -> Path:
    """The dbt project of a copied checkout, copied too."""
    models = copied_checkout / "dbt_project"
    models.unlink()
    _copy_sources(CHECKOUT / "dbt_project", models)
    return models


def _copy_sources(here: Path, there: Path) -> None:
    shutil.copytree(here, there, ignore=shutil.ignore_patterns("__pycache__", "target"))
