"""The landing zone: bytes as received, one immutable file per distinct payload.

    landing/<source>/<sha256><suffix>   the payload
    landing/<source>/<sha256>.meta.json where it came from and when
    landing/journal.jsonl               every fetch in order, also the fruitless

Payloads and journal together rebuild the whole warehouse. Nothing here is rewritten.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from ingest.journal import Event, Journal
from ingest.payload import Delivery, Payload
from ingest.record import RECORD, digest, keep, payload_beside, read
from ingest.source import IngestError


class LandingZone:
    """Writes payloads atomically and remembers every fetch."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._journal = Journal(root / "journal.jsonl")

    @property
    def journal(self) -> Path:
        """The append-only list of events, one JSON object a line."""
        return self._journal.path

    def holds(self, source: str, resource: str, payload: bytes | Path) -> bool:
        """Whether these bytes have been landed before and are still there."""
        return self._is_kept(source, resource, digest(payload))

    def land(
        self,
        source: str,
        resource: str,
        payload: bytes | Path,
        retrieved_at: datetime,
        checked_at: datetime,
        origin: dict[str, Any],
        published_at: datetime | None = None,
        part: str = "",
        **marks: str | None,
    ) -> Payload:
        """Keep a payload and note the fetch; bytes already kept are not written again.

        `payload` is the bytes or a file of them. `retrieved_at` is when they left the
        publisher, `checked_at` when we looked, `published_at` what the publisher says,
        if it says. `origin` (address without secrets, licence, attribution …) goes
        into the sidecar, `marks` (the publisher's own signs of a version) into the
        journal.
        """
        sha256 = digest(payload)
        # The journal exists before the first payload does: without it, it was lost.
        self.root.mkdir(parents=True, exist_ok=True)
        self.journal.touch()
        event = {
            "event": "fetch",
            "source": source,
            "resource": resource,
            "part": part,
            "sha256": sha256,
            "retrieved_at": retrieved_at.isoformat(),
            "published_at": published_at.isoformat() if published_at else None,
        } | marks
        if not self._is_kept(source, resource, sha256):
            self._keep(event, payload, origin, checked_at)
        return self._tell(event, checked_at)

    def finish_interrupted(self) -> list[Payload]:
        """Tell the journal of landings that a kill cut off; remove what was half done.

        For when nothing else lands. A payload whose bytes are whole is told as the
        fetch that its record has; what else was left is no payload.
        """
        finished = []
        for sidecar in self.untold():
            if not sidecar.name.endswith(RECORD):
                continue
            facts = read(sidecar)
            path, event = sidecar.with_name(facts["file"]), facts.get("fetch")
            if event is None:
                continue  # Of a version whose records did not tell of the fetch.
            if path.exists() and digest(path) == event["sha256"]:
                moment = datetime.fromisoformat(facts["checked_at"])
                finished.append(self._tell(event, moment))
            else:
                sidecar.unlink()
        for partial in self.root.glob("*/.*.part"):
            partial.unlink()
        return finished

    def last_fetch(self, source: str, resource: str, part: str = "") -> Event | None:
        """The journal's newest event of a piece; None if it was never landed."""
        fetches = self._fetches(source, resource, part)
        return fetches[-1] if fetches else None

    def note_unchanged(self, last: Event, checked_at: datetime) -> None:
        """Note that the publisher says nothing has changed since the fetch `last`."""
        self._journal.append(
            last | {"outcome": "unchanged", "checked_at": checked_at.isoformat()}
        )

    def note_visit(
        self, source: str, outcome: str, reason: str | None, checked_at: datetime
    ) -> None:
        """Note how a visit to a publisher ended: "complete", or why it failed."""
        event = {"event": "visit", "source": source, "outcome": outcome}
        self._journal.append(
            event | {"reason": reason, "checked_at": checked_at.isoformat()}
        )

    def events(self) -> list[Event]:
        """The journal's events, oldest first.

        Raises IngestError if the journal is damaged, or missing beside payloads.
        """
        if not self.journal.exists() and any(self.root.glob(f"*/*{RECORD}")):
            raise IngestError(
                f"{self.journal}: missing beside landed payloads; restore it from a "
                "backup"
            )
        return self._journal.events()

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

    def find(self, source: str, sha256: str) -> Payload | None:
        """The landed payload of a digest; None if the journal does not tell of it."""
        for sequence, event in enumerate(self.events(), start=1):
            told = (event["event"], event.get("source"), event.get("sha256"))
            if told == ("fetch", source, sha256):
                return self._payload(event, sequence)
        return None

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
        event = {"event": "accept", "source": source, "sha256": full}
        self._journal.append(
            event | {"why": why, "author": author, "decided_at": decided_at.isoformat()}
        )
        return source

    def override(self, decision: dict[str, Any]) -> None:
        """Note an operator's correction of a printed value (see ingest.overrides)."""
        self._journal.append({"event": "override"} | decision)

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

        The next landing finishes it (see `finish_interrupted`).
        """
        told = {(e["source"], e["sha256"]) for e in self.events() if "sha256" in e}
        return [
            path
            for path in sorted(self.root.glob("*/[!.]*"))
            if (path.parent.name, path.name.split(".")[0]) not in told
        ]

    def _fetches(self, source: str, resource: str, part: str) -> list[Event]:
        return [
            known
            for known in self.events()
            if known["event"] == "fetch"
            and known["source"] == source
            and known["resource"] == resource
            and known.get("part", "") == part
        ]

    def _is_news(self, event: Event) -> bool:
        fetches = self._fetches(event["source"], event["resource"], event["part"])
        known = [(fetch["sha256"], fetch["published_at"]) for fetch in fetches]
        said = (event["sha256"], event["published_at"])
        if event["published_at"]:
            return said not in known
        return not known or known[-1] != said

    def _is_kept(self, source: str, resource: str, sha256: str) -> bool:
        sidecar = self._sidecar(source, sha256)
        return sidecar.exists() and payload_beside(sidecar, resource).exists()

    def _keep(
        self,
        event: Event,
        payload: bytes | Path,
        origin: dict[str, Any],
        checked_at: datetime,
    ) -> None:
        sidecar = self._sidecar(event["source"], event["sha256"])
        facts = {
            "source": event["source"],
            "resource": event["resource"],
            "retrieved_at": event["retrieved_at"],
            "checked_at": checked_at.isoformat(),
            "fetch": event,
            "origin": origin,
        }
        keep(payload, payload_beside(sidecar, event["resource"]), sidecar, facts)

    def _tell(self, event: Event, checked_at: datetime) -> Payload:
        outcome = "news" if self._is_news(event) else "unchanged"
        told = event | {"outcome": outcome, "checked_at": checked_at.isoformat()}
        return self._payload(event, self._journal.append(told))

    def _payload(self, event: Event, sequence: int) -> Payload:
        sidecar = self._sidecar(event["source"], event["sha256"])
        if not sidecar.exists():
            raise IngestError(
                f"{sidecar}: the record of a payload of {event['resource']} is "
                "missing; restore it from a backup"
            )
        facts = read(sidecar)
        return Payload(
            sequence=sequence,
            source=event["source"],
            resource=event["resource"],
            part=event.get("part", ""),
            sha256=event["sha256"],
            path=sidecar.with_name(facts["file"]),
            retrieved_at=datetime.fromisoformat(event["retrieved_at"]),
            published_at=datetime.fromisoformat(
                event["published_at"] or event["retrieved_at"]
            ),
            origin=facts["origin"],
        )

    def _sidecar(self, source: str, sha256: str) -> Path:
        return self.root / source / f"{sha256}{RECORD}"
