"""dbt's command line, run in this process: parse, build and compile."""

import fcntl
import hashlib
import importlib.metadata
import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import OperatorError
from orchestration.resources import limit_dbt, point_dbt_at
from orchestration.settings import DBT_PROJECT, Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_MANIFEST = "manifest.json"
_PARSED = "partial_parse.msgpack"
"""Files that a parse leaves; named here because importing dbt takes seconds."""

_FOLDERS = ("macros", "models", "seeds", "tests")
_SOURCES = {".sql", ".yml", ".csv", ".md"}


class DbtError(OperatorError):
    """dbt could not parse or build. The message is one line per failed node."""


def manifest(settings: Settings) -> Path:
    """The manifest, parsed anew only when the project's files have changed."""
    return _parse(settings, settings.warehouse, "dbt", [])


def _parse(
    settings: Settings, warehouse: Path, folder: str, options: list[str]
) -> Path:
    target = settings.cache / folder
    with _made_once(target, _parsed_from()) as must_make:
        if must_make:
            _invoke(warehouse, target, ["parse", "--no-partial-parse", *options])
    return target / _MANIFEST


def build(settings: Settings, warehouse: Path, *options: str) -> list[Any]:
    """Build seeds and models in `warehouse`, and run their tests unless told not to.

    The file has the name of the installation's, for that names the catalog which the
    project was parsed for. Returns dbt's results, failures among them. Unit tests are
    the test suite's.
    """
    # The results are taken from memory; nobody reads them from files.
    command = ["build", "--full-refresh", "--no-write-json"]
    command += ["--exclude-resource-type", "unit_test"]
    # A folder of its own: a build writes compiled SQL while others may read theirs.
    target = settings.cache / "dbt_build"
    return _invoke(warehouse, target, [*command, *options], _parsed(settings))


def seed(settings: Settings, warehouse: Path) -> None:
    """Load the seeds into `warehouse`. Raises DbtError."""
    target = settings.cache / "dbt_build"
    _invoke(warehouse, target, ["seed", "--full-refresh"], _parsed(settings))


def build_bulk(
    settings: Settings, warehouse: Path, variables: Mapping[str, Any], *options: str
) -> list[Any]:
    """Build the bulk models in a file of their own and run their tests.

    `variables` says which years the run is about and where their partitions lie.
    Returns dbt's results, failures among them.
    """
    limit_dbt(settings.limits)
    target = ["--target", "bulk"]
    parsed = ["--vars", json.dumps({"bulk": True}), *target]
    found = _read(_parse(settings, warehouse, "dbt_bulk", parsed))
    told = ["--vars", json.dumps({"bulk": True, **variables}), *target]
    command = ["build", "--no-write-json", "--select", "tag:bulk", *told, *options]
    return _invoke(warehouse, settings.cache / "dbt_bulk_build", command, found)


def compiled(settings: Settings, variables: dict[str, str]) -> dict[str, Any]:
    """Every model's node with its SQL compiled under the given variables."""
    models = ["--select", "resource_type:model", "--indirect-selection", "empty"]
    options = [*models, "--vars", json.dumps(variables)]
    nodes = _compiled(settings, settings.cache / "dbt_compiled", options)
    return {k: n for k, n in nodes.items() if n["resource_type"] == "model"}


def compiled_checks(settings: Settings) -> dict[str, Any]:
    """Every model's and test's node, seeds' too, with their SQL compiled as of now."""
    return _compiled(settings, settings.cache / "dbt_checks", [])


def problems(results: Iterable[Any]) -> str:
    """One line per failed node; empty if none failed."""
    failed = [r for r in results if str(r.status) in ("error", "fail")]
    return "\n".join(
        f"dbt {r.node.resource_type} {r.node.name}: {_one_line(r.message or '')}"
        for r in failed
    )


def models_built(results: Iterable[Any]) -> list[dict[str, Any]]:
    """The nodes of the models that a build has made, with their SQL compiled."""
    return [
        r.node.to_dict()
        for r in results
        if r.node.resource_type == "model" and str(r.status) == "success"
    ]


def _compiled(settings: Settings, target: Path, options: list[str]) -> dict[str, Any]:
    command = ["compile", *options]
    with _made_once(target, f"{_parsed_from()} {command}") as must_make:
        if must_make:
            _invoke(settings.warehouse, target, command, _parsed(settings))
        return json.loads((target / _MANIFEST).read_text(encoding="utf-8"))["nodes"]


@contextmanager
def _made_once(target: Path, digest: str) -> Generator[bool]:
    """Whether what lies in the folder must be made anew, because the digest differs.

    Of processes that ask at once one makes it and the others wait.
    """
    target.mkdir(parents=True, exist_ok=True)
    stamp = target / "made_from"
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        must_make = not stamp.exists() or stamp.read_text() != digest
        yield must_make
        if must_make:
            stamp.write_text(digest)


def _parsed(settings: Settings) -> "Manifest":
    """The parsed project, as every command needs it: parsing is what takes longest."""
    return _read(manifest(settings))


def _read(parsed: Path) -> "Manifest":
    from dbt.contracts.graph.manifest import Manifest

    # A copy for each command, for commands write into it.
    found = Manifest.from_msgpack(parsed.with_name(_PARSED).read_bytes())
    found.build_flat_graph()
    return found


def _invoke(
    warehouse: Path,
    target: Path,
    command: list[str],
    parsed: "Manifest | None" = None,
) -> list[Any]:
    """Run dbt and let go of the warehouse file afterwards."""
    # Importing dbt takes seconds; only a run or a changed project needs it.
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folders = {
        "--project-dir": DBT_PROJECT,
        "--profiles-dir": DBT_PROJECT,
        "--target-path": target,
        # A folder that dbt makes and leaves empty.
        "--log-path": target / "logs",
    }
    # What is wrong is in the results. Wording each of some ten thousand events for the
    # console and for a file, even if neither gets it, would take a tenth of a build.
    quiet = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
    point_dbt_at(warehouse)
    try:
        result = dbtRunner(manifest=parsed).invoke(
            [*command, *quiet, *(str(x) for pair in folders.items() for x in pair)]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if result.exception:
        raise DbtError(_one_line(str(result.exception))) from result.exception
    # A parse returns the manifest, the others the results of their nodes.
    results = list(getattr(result.result, "results", ()))
    if command[0] != "build" and not result.success:
        raise DbtError(problems(results) or f"dbt {command[0]} failed")
    return results


def _one_line(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ".join(lines)[:400]


def _parsed_from() -> str:
    """What a parsed project depends on.

    It names files by their whole path, and only the dbt that wrote it can read it.
    """
    version = importlib.metadata.version("dbt-core")
    return f"{fingerprint()} {DBT_PROJECT} dbt-core {version}"


def fingerprint(folders: Iterable[str] = _FOLDERS) -> str:
    """A digest of the dbt project's files, those of all folders or of some."""
    digest = hashlib.sha256()
    files = [*DBT_PROJECT.glob("*.yml")]
    files += [f for name in folders for f in (DBT_PROJECT / name).rglob("*")]
    for file in sorted(f for f in files if f.suffix in _SOURCES):
        digest.update(str(file.relative_to(DBT_PROJECT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
