"""The embedded reference files, landed like downloads.

`reference/provenance.toml` says of every file who published it, under which licence,
when it was read, how many rows it has and what its digest is.
"""

import hashlib
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest import delimited
from ingest.clock import start_of
from ingest.landing import LandingZone, Payload
from ingest.source import IngestError, Source, Table

REFERENCE = Path(__file__).parent / "reference"


def land(
    source: Source, zone: LandingZone, checked_at: datetime, folder: Path = REFERENCE
) -> list[Payload]:
    """Check the source's embedded files and land them.

    All files are checked before the first is landed. Raises IngestError, naming file
    and place, if one is missing, empty, truncated, renamed or not as declared.
    """
    provenance = _provenance(folder)
    contents = []
    for table in source.tables:
        facts = _facts(provenance, folder, source, table)
        payload = (folder / table.resource).read_bytes()
        if not zone.holds(source.name, table.resource, payload):
            _check(table, folder / table.resource, facts)
        contents.append((table, payload, facts))
    return [
        zone.land(
            source=source.name,
            resource=table.resource,
            payload=payload,
            retrieved_at=start_of(facts["accessed_on"]),
            checked_at=checked_at,
            origin=facts,
        )
        for table, payload, facts in contents
    ]


def _provenance(folder: Path) -> dict[str, Any]:
    path = folder / "provenance.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise IngestError(f"{path}: missing; restore it from the repository") from error
    except tomllib.TOMLDecodeError as error:
        raise IngestError(f"{path}: {error}; restore it") from error


def _facts(
    provenance: dict[str, Any], folder: Path, source: Source, table: Table
) -> dict[str, Any]:
    facts = provenance.get(table.resource)
    if facts is None or facts["source"] != source.name:
        raise IngestError(
            f"{folder / 'provenance.toml'}: no entry for {table.resource} of source "
            f"{source.name}; add one"
        )
    if not (folder / table.resource).is_file():
        raise IngestError(
            f"{folder / table.resource}: embedded file is missing or was renamed; "
            "restore it from the repository"
        )
    return facts


def _check(table: Table, path: Path, facts: dict[str, Any]) -> None:
    with duckdb.connect() as con:
        rows = delimited.read(con, table, path, label=str(path))
    if rows != facts["rows"]:
        raise IngestError(
            f"{path}: {rows} rows, but provenance.toml says {facts['rows']}; restore "
            "the file, or correct the entry if it was revised on purpose"
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != facts["sha256"]:
        raise IngestError(
            f"{path}: content differs from the digest in provenance.toml; restore the "
            "file, or correct the entry if it was revised on purpose"
        )
