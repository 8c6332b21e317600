"""The landing zone: bytes as received, one immutable file per distinct payload.

    landing/<source>/<sha256><suffix>   the payload
    landing/<source>/<sha256>.meta.json where it came from and when
    landing/journal.jsonl               every fetch in order, also the fruitless

Payloads and journal together rebuild the whole warehouse. Nothing here is rewritten.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingest import journal
from ingest.source import IngestError


@dataclass(frozen=True)
class Payload:
    """A landed file as one publication: the same bytes may be published again later.

    `published_at` is the retrieval where the publisher gives no date; `sequence` is the
    number of the journal's line that tells of the fetch.
    """

    sequence: int

    source: str
    resource: str
    sha256: str
    path: Path
    retrieved_at: datetime
    published_at: datetime
    origin: dict[str, Any]

    def verify(self) -> None:
        """Raise IngestError if the file is missing or its bytes have changed."""
        if not self.path.exists():
            raise IngestError(
                f"{self.path}: payload of {self.resource} is missing; restore it "
                "from a backup"
            )
        with self.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != self.sha256:
            raise IngestError(
                f"{self.path}: payload of {self.resource} is damaged (its digest "
                "differs from its name); restore it from a backup"
            )


@dataclass(frozen=True)
class Delivery:
    """A payload to be loaded; `accepted_why` if an operator has waved it through."""

    payload: Payload
    accepted_why: str | None = None


class LandingZone:
    """Writes payloads atomically and remembers every fetch."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def journal(self) -> Path:
        """The append-only list of events, one JSON object a line."""
        return self.root / "journal.jsonl"

    def holds(self, source: str, resource: str, payload: bytes) -> bool:
        """Whether these bytes have been landed before and are still there."""
        sidecar = self._sidecar(source, _digest(payload))
        return sidecar.exists() and _payload_path(sidecar, resource).exists()

    def land(
        self,
        source: str,
        resource: str,
        payload: bytes,
        retrieved_at: datetime,
        checked_at: datetime,
        origin: dict[str, Any],
        published_at: datetime | None = None,
    ) -> Payload:
        """Keep a payload and note the fetch; bytes already kept are not written again.

        `retrieved_at` is when the bytes left the publisher, `checked_at` when we
        looked, `published_at` what the publisher says, if it says. `origin` (address
        without secrets, licence, attribution …) goes into the sidecar.
        """
        sha256 = _digest(payload)
        # The journal exists before the first payload does: without it, it was lost.
        self.root.mkdir(parents=True, exist_ok=True)
        self.journal.touch()
        if not self.holds(source, resource, payload):
            sidecar = self._sidecar(source, sha256)
            path = _payload_path(sidecar, resource)
            facts = {
                "source": source,
                "resource": resource,
                "file": path.name,
                "bytes": len(payload),
                "retrieved_at": retrieved_at.isoformat(),
                "origin": origin,
            }
            _write_atomically(path, payload)
            # The sidecar comes last: a payload without one was never landed.
            text = json.dumps(facts, ensure_ascii=False, indent=1, default=str)
            _write_atomically(sidecar, text.encode())
        event = {
            "event": "fetch",
            "source": source,
            "resource": resource,
            "sha256": sha256,
            "retrieved_at": retrieved_at.isoformat(),
            "published_at": published_at.isoformat() if published_at else None,
        }
        is_news = self._is_news(event)
        journal.append(
            self.journal,
            event
            | {
                "outcome": "news" if is_news else "unchanged",
                "checked_at": checked_at.isoformat(),
            },
        )
        return self._payload(event, sum(1 for _ in self.events()))

    def events(self) -> Iterator[dict[str, Any]]:
        """The journal's events, oldest first.

        Raises IngestError if the journal is damaged, or missing beside payloads.
        """
        if not self.journal.exists() and any(self.root.glob("*/*.meta.json")):
            raise IngestError(
                f"{self.journal}: missing beside landed payloads; restore it from a "
                "backup"
            )
        return journal.events(self.journal)

    def deliveries(self, source: str) -> list[Delivery]:
        """What the source has published and what was decided of it, in order.

        A fetch that found what the one before had found is no publication; bytes that
        come back after others are.
        """
        found: list[Delivery] = []
        for sequence, event in enumerate(self.events(), start=1):
            if event.get("source") != source:
                continue
            if event["event"] == "fetch" and event["outcome"] == "news":
                found.append(Delivery(self._payload(event, sequence)))
            elif event["event"] == "accept":
                known = [d for d in found if d.payload.sha256 == event["sha256"]]
                found += [Delivery(d.payload, event["why"]) for d in known]
        return found

    def accept(self, sha256: str, why: str, author: str, decided_at: datetime) -> str:
        """Note that a payload held back is to be applied; returns its source.

        `sha256` may be shortened to its first eight digits or more. Raises
        IngestError if it names no landed payload, or several.
        """
        known = {
            (event["source"], event["sha256"])
            for event in self.events()
            if event["event"] == "fetch" and event["sha256"].startswith(sha256)
        }
        if len(known) != 1 or len(sha256) < 8:
            raise IngestError(
                f"{sha256}: names {len(known)} landed payloads; give at least eight "
                "digits, as `geese status` shows them"
            )
        ((source, full),) = known
        journal.append(
            self.journal,
            {
                "event": "accept",
                "source": source,
                "sha256": full,
                "why": why,
                "author": author,
                "decided_at": decided_at.isoformat(),
            },
        )
        return source

    def override(self, decision: dict[str, Any]) -> None:
        """Note an operator's correction of a printed value (see ingest.overrides)."""
        journal.append(self.journal, {"event": "override"} | decision)

    def damages(self) -> list[str]:
        """One line for every payload or record that is missing or damaged.

        Reads and digests every payload ever landed.
        """
        found = []
        seen = {
            (event["source"], event["sha256"]): event
            for event in self.events()
            if event["event"] == "fetch"
        }
        for event in seen.values():
            try:
                self._payload(event, 0).verify()
            except IngestError as error:
                found.append(str(error))
        return found

    def untold(self) -> list[Path]:
        """Files that no line of the journal tells of: an interrupted landing left them.

        The next fetch of the same bytes takes them up.
        """
        told = {(e["source"], e["sha256"]) for e in self.events() if "sha256" in e}
        return [
            path
            for path in sorted(self.root.glob("*/[!.]*"))
            if (path.parent.name, path.name.split(".")[0]) not in told
        ]

    def _is_news(self, event: dict[str, Any]) -> bool:
        same_resource = [
            (known["sha256"], known["published_at"])
            for known in self.events()
            if known["event"] == "fetch"
            and known["source"] == event["source"]
            and known["resource"] == event["resource"]
        ]
        said = (event["sha256"], event["published_at"])
        if event["published_at"]:
            return said not in same_resource
        return not same_resource or same_resource[-1] != said

    def _payload(self, event: dict[str, Any], sequence: int) -> Payload:
        sidecar = self._sidecar(event["source"], event["sha256"])
        if not sidecar.exists():
            raise IngestError(
                f"{sidecar}: the record of a payload of {event['resource']} is "
                "missing; restore it from a backup"
            )
        try:
            facts = json.loads(sidecar.read_text(encoding="utf-8"))
            path, origin = sidecar.parent / facts["file"], facts["origin"]
        except (ValueError, KeyError, TypeError) as error:
            raise IngestError(
                f"{sidecar}: the record of a payload is damaged; restore it from a "
                "backup"
            ) from error
        return Payload(
            sequence=sequence,
            source=event["source"],
            resource=event["resource"],
            sha256=event["sha256"],
            path=path,
            retrieved_at=datetime.fromisoformat(event["retrieved_at"]),
            published_at=datetime.fromisoformat(
                event["published_at"] or event["retrieved_at"]
            ),
            origin=origin,
        )

    def _sidecar(self, source: str, sha256: str) -> Path:
        return self.root / source / f"{sha256}.meta.json"


def _payload_path(sidecar: Path, resource: str) -> Path:
    name = sidecar.name.removesuffix(".meta.json") + Path(resource).suffix
    return sidecar.with_name(name)


def _digest(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


def _write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
