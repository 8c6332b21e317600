"""What a source knows of asking: its key, the body that came, and why none did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.source import IngestError


class FetchError(IngestError):
    """A publisher could not be read. `status` is its answer's, if there was one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Secret:
    """A publisher's key and where it goes: a header, or only where it must a query."""

    value: str = field(repr=False)
    header: str | None = None
    query: str | None = None


@dataclass(frozen=True)
class Download:
    """A body on disk, and what the publisher said of it. `url` has no secret."""

    url: str
    path: Path
    status: int
    headers: Mapping[str, str]

    @property
    def etag(self) -> str | None:
        """The publisher's sign of this version of the body."""
        return self.headers.get("etag")
