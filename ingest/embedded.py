"""The embedded reference files, landed like downloads.

`reference/provenance.toml` says of every file who published it, under which licence,
when it was read, how many rows it has and what its digest is; where the publisher dates
its editions, also on which day it was published.
"""

import hashlib
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest import incoming
from ingest.clock import start_of
from ingest.landing import LandingZone
from ingest.payload import Payload
from ingest.source import Feed, IngestError, Source, Table

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
    for table, feed in source.feeds("embedded"):
        path = folder / feed.resource
        facts = _facts(provenance, path, source)
        if not zone.holds(source.name, feed.resource, path):
            _check(table, feed, path, facts)
        contents.append((path, facts))
    return [
        zone.land(
            source=source.name,
            resource=path.name,
            payload=path,
            retrieved_at=start_of(facts["accessed_on"]),
            checked_at=checked_at,
            origin=facts,
            published_at=_published_at(facts),
        )
        for path, facts in contents
    ]


def _provenance(folder: Path) -> dict[str, Any]:
    path = folder / "provenance.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise IngestError(f"{path}: missing; restore it from the repository") from error
    except tomllib.TOMLDecodeError as error:
        raise IngestError(f"{path}: {error}; restore it") from error


def _facts(provenance: dict[str, Any], path: Path, source: Source) -> dict[str, Any]:
    facts = provenance.get(path.name)
    if facts is None or facts["source"] != source.name:
        raise IngestError(
            f"{path.with_name('provenance.toml')}: no entry for {path.name} of source "
            f"{source.name}; add one"
        )
    if not path.is_file():
        raise IngestError(
            f"{path}: embedded file is missing or was renamed; "
            "restore it from the repository"
        )
    return facts


def _published_at(facts: dict[str, Any]) -> datetime | None:
    day = facts.get("published_on")
    return start_of(day) if day else None


def _check(table: Table, feed: Feed, path: Path, facts: dict[str, Any]) -> None:
    with duckdb.connect() as con:
        rows = incoming.read(con, table, feed, path, label=str(path))
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
