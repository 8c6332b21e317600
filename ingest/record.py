"""A payload and the record beside it, as two files that are written whole or not."""

import hashlib
import io
import json
import os
import shutil
from pathlib import Path
from typing import Any

from ingest.source import IngestError

RECORD = ".meta.json"
"""How names of records end."""


def keep(
    payload: bytes | Path, path: Path, record: Path, facts: dict[str, Any]
) -> None:
    """Write the record, then the payload: whoever has the bytes knows all of them."""
    size = len(payload) if isinstance(payload, bytes) else payload.stat().st_size
    told = {"file": path.name, "bytes": size} | facts
    text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
    _write_atomically(record, text.encode())
    _write_atomically(path, payload)


def read(record: Path) -> dict[str, Any]:
    """What a record says. Raises IngestError if it is damaged."""
    try:
        facts = json.loads(record.read_text(encoding="utf-8"))
        facts["file"], facts["origin"]
    except (ValueError, KeyError, TypeError) as error:
        raise IngestError(
            f"{record}: the record of a payload is damaged; restore it from a backup"
        ) from error
    return facts


def payload_beside(record: Path, resource: str) -> Path:
    """Where the payload of a record lies."""
    return record.with_name(record.name.removesuffix(RECORD) + Path(resource).suffix)


def digest(payload: bytes | Path) -> str:
    """SHA-256 of the bytes, in hexadecimal."""
    with _opened(payload) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _opened(payload: bytes | Path) -> io.BytesIO | io.BufferedReader:
    return io.BytesIO(payload) if isinstance(payload, bytes) else payload.open("rb")


def _write_atomically(path: Path, payload: bytes | Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    with partial.open("wb") as file, _opened(payload) as stream:
        shutil.copyfileobj(stream, file)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
