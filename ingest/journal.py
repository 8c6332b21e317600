"""The landing zone's journal: one JSON object a line, only ever added to."""

import fcntl
import json
import os
import threading
from pathlib import Path
from typing import IO, Any

from ingest.source import IngestError

Event = dict[str, Any]


class Journal:
    """Reads each line once and adds new ones; safe between threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: list[Event] = []
        self._offset = 0
        self._lock = threading.RLock()

    def events(self) -> list[Event]:
        """The events, oldest first; a torn last line is passed over.

        Empty if there is no journal. Raises IngestError naming a damaged line.
        """
        with self._lock:
            if self.path.exists():
                with self.path.open("rb") as file:
                    self._catch_up(file)
            return list(self._read)

    def append(self, event: Event) -> int:
        """Add an event and see it on the disk; returns the number of its line."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, self.path.open("a+b") as file:
            # Other processes wait their turn.
            fcntl.flock(file, fcntl.LOCK_EX)
            self._catch_up(file)
            # A half-written last line is cut, so that the next event starts a line.
            file.truncate(self._offset)
            file.write(json.dumps(event, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._catch_up(file)
            return len(self._read)

    def _catch_up(self, file: IO[bytes]) -> None:
        """Read the whole lines that were added since; all of them in another file."""
        if file.seek(0, os.SEEK_END) < self._offset:
            self._read, self._offset = [], 0
        file.seek(self._offset)
        added = file.read()
        # Whatever follows the last newline was cut off while it was being written.
        for line in added[: added.rfind(b"\n") + 1].splitlines():
            try:
                self._read.append(json.loads(line))
            except ValueError as error:
                number = len(self._read) + 1
                raise IngestError(
                    f"{self.path}, line {number}: damaged; restore the journal from a "
                    "backup"
                ) from error
            self._offset += len(line) + 1
