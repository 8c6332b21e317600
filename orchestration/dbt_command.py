"""dbt's command line, run in this process: parse, build and compile."""

import fcntl
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from orchestration.errors import OperatorError
from orchestration.resources import point_dbt_at
from orchestration.settings import DBT_PROJECT, Settings

_SOURCES = {".sql", ".yml", ".csv", ".md"}


class DbtError(OperatorError):
    """dbt could not parse or build. The message is one line per failed node."""


def manifest(settings: Settings) -> Path:
    """The manifest, parsed anew only when the project's files have changed."""
    return _cached(settings, settings.cache / "dbt", "parse", "--no-partial-parse")


def build(settings: Settings, warehouse: Path, *options: str) -> list[Any]:
    """Build seeds and models in `warehouse`, and run their tests unless told not to.

    Returns dbt's results, failures among them. Unit tests are the test suite's.
    """
    # A folder of its own: a build rewrites the manifest while others may read one.
    return _invoke(
        warehouse,
        settings.cache / "dbt_build",
        "build",
        "--full-refresh",
        *("--exclude-resource-type", "unit_test"),
        *options,
    )


def compiled(settings: Settings, variables: dict[str, str]) -> dict[str, Any]:
    """Every model's node with its SQL compiled under the given variables."""
    target = settings.cache / "dbt_compiled"
    path = _cached(settings, target, "compile", "--vars", json.dumps(variables))
    nodes = json.loads(path.read_text(encoding="utf-8"))["nodes"]
    return {k: n for k, n in nodes.items() if n["resource_type"] == "model"}


def compiled_checks(settings: Settings) -> dict[str, Any]:
    """Every model's and test's node, seeds' too, with their SQL compiled as of now."""
    path = _cached(settings, settings.cache / "dbt_checks", "compile")
    return json.loads(path.read_text(encoding="utf-8"))["nodes"]


def problems(results: Iterable[Any]) -> str:
    """One line per failed node; empty if none failed."""
    failed = [r for r in results if str(r.status) in ("error", "fail")]
    return "\n".join(
        f"dbt {r.node.resource_type} {r.node.name}: {_one_line(r.message or '')}"
        for r in failed
    )


def _cached(settings: Settings, target: Path, *command: str) -> Path:
    """The manifest that a command writes, made anew when project or command differ.

    Of processes that ask at once one makes it and the others wait.
    """
    path, stamp = target / "manifest.json", target / "manifest.sha256"
    digest = f"{fingerprint()} {' '.join(command)}"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "manifest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (path.exists() and stamp.exists() and stamp.read_text() == digest):
            _invoke(settings.warehouse, target, *command)
            stamp.write_text(digest)
    return path


def _invoke(warehouse: Path, target: Path, *command: str) -> list[Any]:
    """Run dbt and let go of the warehouse file afterwards."""
    # Importing dbt takes seconds; only a run or a changed project needs it.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folders = {
        "--project-dir": DBT_PROJECT,
        "--profiles-dir": DBT_PROJECT,
        "--target-path": target,
        "--log-path": target / "logs",
    }
    point_dbt_at(warehouse)
    try:
        result = dbtRunner().invoke(
            [
                *command,
                "--quiet",
                *(str(part) for pair in folders.items() for part in pair),
            ]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if result.exception:
        raise DbtError(_one_line(str(result.exception))) from result.exception
    if command[0] != "build" and not result.success:
        raise DbtError(f"dbt {command[0]} failed; see {target / 'logs' / 'dbt.log'}")
    # A parse returns the manifest, the others the results of their nodes.
    return list(getattr(result.result, "results", ()))


def _one_line(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ".join(lines)[:400]


def fingerprint() -> str:
    """A digest of the dbt project's files."""
    digest = hashlib.sha256()
    folders = ("macros", "models", "seeds", "tests")
    files = [*DBT_PROJECT.glob("*.yml")]
    files += [f for name in folders for f in (DBT_PROJECT / name).rglob("*")]
    for file in sorted(f for f in files if f.suffix in _SOURCES):
        digest.update(str(file.relative_to(DBT_PROJECT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
