"""What a version is made from: payloads, code, libraries, settings, checks."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration.records import records
from orchestration.settings import CHECKOUT, Settings
from orchestration.warehouse import dbt_command, engines

_PACKAGES = ("analysis", "ingest", "orchestration", "reports")
_PLACES = {"data", "upstreams", "proxy"}


def facts(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    checks: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Everything that manifest.json says besides what changed, from a build file."""
    inputs = records(
        con,
        """select source, resource, part, payload_sha256, published_at, retrieved_at,
            row_count
        from raw.payloads order by sequence""",
    )
    failed = [check for check in checks if not check["is_passed"]]
    return {
        "inputs": inputs,
        "code": {
            "version": version("flying-geese"),
            "models_sha256": dbt_command.fingerprint(),
            "python_sha256": _digest_of_all(
                file for name in _PACKAGES for file in (CHECKOUT / name).rglob("*.py")
            ),
            "requirements_sha256": _digest_of_all([CHECKOUT / "requirements.lock"]),
        },
        "engine": engines.described(settings),
        "settings_sha256": _settings_digest(settings),
        "checks": {"ran": len(checks), "warnings": failed},
    }


def _settings_digest(settings: Settings) -> str:
    """Of the settings that may change figures or words, not of where things lie."""
    told = settings.model_dump_json(exclude=_PLACES)
    return hashlib.sha256(told.encode()).hexdigest()


def _digest_of_all(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(CHECKOUT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()
