"""A landed file, and what is to be done with it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.source import IngestError


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Payload:
    """A landed file as one publication: the same bytes may be published again later.

    `part` tells apart the pieces in which a resource is fetched ("" = it is one piece).
    `published_at` is the retrieval where the publisher gives no date; `sequence` is the
    number of the journal's line that tells of the fetch.
    """

    sequence: int
    source: str
    resource: str
    part: str
    sha256: str
    path: Path
    retrieved_at: datetime
    published_at: datetime
    origin: dict[str, Any]

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.resource} ({self.part})" if self.part else self.resource

    def verify(self) -> None:
        """Raise IngestError if the file is missing or its bytes have changed."""
        if not self.path.exists():
            raise IngestError(
                f"{self.path}: payload of {self.resource} is missing; restore it "
                "from a backup"
            )
        if sha256_of(self.path) != self.sha256:
            raise IngestError(
                f"{self.path}: payload of {self.resource} is damaged (its digest "
                "differs from its name); restore it from a backup"
            )


@dataclass(frozen=True)
class Delivery:
    """A payload to be loaded; `accepted_why` if an operator has waved it through."""

    payload: Payload
    accepted_why: str | None = None
