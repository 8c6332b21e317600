"""The landing zone's journal: one JSON object a line, only ever added to."""

import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from ingest.source import IngestError


def events(path: Path) -> Iterator[dict[str, Any]]:
    """The events of a journal, oldest first; a torn last line is passed over.

    None if there is no journal. Raises IngestError naming a damaged line.
    """
    if not path.exists():
        return
    lines = path.read_bytes().split(b"\n")
    # Whatever follows the last newline was cut off while it was being written.
    for number, line in enumerate(lines[:-1], start=1):
        try:
            yield json.loads(line)
        except ValueError as error:
            raise IngestError(
                f"{path}, line {number}: damaged; restore the journal from a backup"
            ) from error


def append(path: Path, event: dict[str, Any]) -> None:
    """Add an event and see it on the disk; other processes wait their turn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as journal:
        fcntl.flock(journal, fcntl.LOCK_EX)
        _close_torn_line(journal)
        journal.write(json.dumps(event, ensure_ascii=False).encode() + b"\n")
        journal.flush()
        os.fsync(journal.fileno())


def _close_torn_line(journal: IO[bytes]) -> None:
    """Cut a half-written last line, so that the next event starts a line."""
    journal.seek(0)
    text = journal.read()
    if not text.endswith(b"\n"):
        journal.truncate(text.rfind(b"\n") + 1)
