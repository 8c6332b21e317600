"""One simulated world: its date, its edition, the faults in force, what was asked."""

import hashlib
import threading
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.upstreams import catalogue, rows, texts

FIRST_DAY = date(2026, 11, 20)

# The host and the faults of the request being answered, so that a publisher that
# asks twice gets the same answer and `times` counts requests, not questions.
_serving: ContextVar[tuple[str, tuple[str, ...]] | None] = ContextVar(
    "serving", default=None
)


@dataclass
class Fault:
    """A fault in force for a host ('*': every host) on paths containing a text."""

    host: str
    name: str
    times: int | None
    path: str

    def concerns(self, host: str, target: str = "") -> bool:
        return self.host in ("*", host) and self.path in target


@dataclass(frozen=True)
class Asked:
    """One request as it arrived, with the status and the faults it was given.

    `body_sha256` is the digest of the body, before it was sent more or less whole.
    """

    method: str
    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int
    faults: tuple[str, ...]
    body_sha256: str


@dataclass
class World:
    """The state every publisher reads. Tests change it from their own thread.

    `edition` counts releases: `advance` moves it, and each publisher then publishes
    a new period, revises old ones, or both. `published_on` is the day of the last
    release, `release_days` those of all editions, `today` the calendar. A slow body
    comes in `drip_pieces`, each followed by `drip_seconds`.
    """

    seed: int = 1
    today: date = FIRST_DAY
    edition: int = 0
    published_on: date = FIRST_DAY
    release_days: list[date] = field(default_factory=lambda: [FIRST_DAY])
    drip_pieces: int = 200
    drip_seconds: float = 0.05
    log: list[Asked] = field(default_factory=list, repr=False)
    errors: list[str] = field(default_factory=list, repr=False)
    _faults: list[Fault] = field(default_factory=list, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def amount(self, *key: Any, low: float, high: float) -> float:
        """A made-up number between low and high, always the same for a key."""
        return low + (high - low) * self._hash(*key) / 2**64

    def _hash(self, *key: Any) -> int:
        text = "|".join(map(str, (self.seed, *key)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])

    def advance(self, to: date | None = None) -> None:
        """Let every publisher release anew: on a day, or a month after today."""
        month_later = (self.today.replace(day=1) + timedelta(days=32)).replace(
            day=min(self.today.day, 28)
        )
        self.today = self.published_on = to or month_later
        self.edition += 1
        self.release_days.append(self.published_on)

    def fault(
        self, host: str, name: str, times: int | None = None, path: str = ""
    ) -> None:
        """Switch a fault on.

        Args:
            host: a publisher's host, or '*' for every one (transport faults only).
            name: one of the names the publisher lists in FAULTS.
            times: for how many requests; None: until cleared.
            path: only for requests whose path with query contains this text.

        Raises:
            ValueError: the host has no such fault.
        """
        known = catalogue.faults_of(host)
        if name not in known:
            raise ValueError(f"{host} has no fault {name!r}; it has {sorted(known)}")
        with self._lock:
            self._faults.append(Fault(host, name, times, path))

    def clear(self, host: str | None = None, name: str | None = None) -> None:
        """Switch off every fault, or those set for a host, or those of a name."""
        with self._lock:
            self._faults = [
                f
                for f in self._faults
                if host not in (None, f.host) or name not in (None, f.name)
            ]

    def begin(self, host: str, target: str) -> tuple[str, ...]:
        """Start answering a request: the names of its faults, one time used up."""
        with self._lock:
            hits = [f for f in self._faults if f.concerns(host, target)]
            for hit in hits:
                if hit.times is not None:
                    hit.times -= 1
            self._faults = [f for f in self._faults if f.times is None or f.times > 0]
        names = tuple(f.name for f in hits)
        _serving.set((host, names))
        return names

    def active(self, host: str) -> tuple[str, ...]:
        """Faults of the request being answered; outside one, all set for a host."""
        serving = _serving.get()
        if serving and serving[0] == host:
            return serving[1]
        with self._lock:
            return tuple(f.name for f in self._faults if f.host in ("*", host))

    def has(self, host: str, name: str) -> bool:
        """Whether a fault is active; a publisher's own switches are read by this."""
        if name not in catalogue.faults_of(host):
            raise LookupError(f"{host} does not list {name!r} in FAULTS")
        return name in self.active(host)

    def content(
        self, host: str, records: Sequence[rows.Row], shape: rows.Shape
    ) -> list[rows.Row]:
        """The rows after the content faults active for a host."""
        result = [dict(record) for record in records]
        for name in self.active(host):
            if name in rows.CONTENT:
                turn = self._hash(name, self.edition)
                result = rows.CONTENT[name](result, shape, turn)
        return result

    def encode(self, host: str, text: str, default: str = "utf-8") -> bytes:
        """The bytes of a text after the text faults active for a host."""
        return texts.encode(text, default, self.active(host))

    def asked(self, host: str | None = None, path: str = "") -> list[Asked]:
        """The requests so far, of a host, on paths containing a text."""
        return [a for a in list(self.log) if host in (None, a.host) and path in a.path]
