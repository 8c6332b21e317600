"""One polite client for every publisher: an address enters, a checked file leaves.

It waits between two requests to a host, asks again when a publisher is busy (and as
late as it is told to), and gives up in one line. Bodies go to disk as they arrive,
within limits; certificates are always verified. What it is given as `secret` never
appears in an address, a message or a record.
"""

import logging
import random
import ssl
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from uuid import uuid4

import certifi
import httpx

from ingest import content
from ingest.answer import MovedSignal, TryAgainSignal, judge, unpacked
from ingest.download import Download, FetchError, Secret
from ingest.masking import masked

CERTIFICATES = Path(__file__).parent / "certificates"
"""Intermediate certificates that some publishers forget to send (*.pem)."""

_AGENT = "flying-geese/0.1 (trade statistics warehouse)"
_JSON = "application/json, application/vnd.sdmx.structure+json, */*;q=0.1"


@dataclass(frozen=True)
class Limits:
    """When to give up. Seconds and bytes."""

    attempts: int = 4
    first_pause: float = 1.0
    longest_pause: float = 120.0
    # The largest archive has some three billion bytes and comes from a slow server.
    deadline: float = 7_200.0
    silence: float = 60.0
    bytes: int = 8_000_000_000
    # What is read whole: a full page of UN Comtrade has some hundred million bytes.
    page_bytes: int = 250_000_000


@dataclass(frozen=True)
class _Question:
    address: httpx.URL
    expect: content.Kind
    secret: Secret | None
    etag: str | None
    statuses: tuple[int, ...]

    @property
    def with_secret(self) -> httpx.URL:
        if self.secret and self.secret.query:
            return self.address.copy_merge_params(
                {self.secret.query: self.secret.value}
            )
        return self.address

    @property
    def key(self) -> str:
        """What must not be told."""
        return self.secret.value if self.secret else ""

    def moved_to(self, address: httpx.URL) -> Self:
        """The same question elsewhere; publishers send keys along in new addresses."""
        if self.secret and self.secret.query:
            address = address.copy_remove_param(self.secret.query)
        return replace(self, address=address)

    @property
    def headers(self) -> dict[str, str]:
        told = {"if-none-match": self.etag} if self.etag else {}
        if self.expect == "json":
            told["accept"] = _JSON
        if self.secret and self.secret.header:
            told[self.secret.header] = self.secret.value
        return told


@dataclass
class _Pace:
    lock: threading.Lock = field(default_factory=threading.Lock)
    next_at: float = 0.0


class Client:
    """Fetches files into `folder`. `upstreams` stands in for every publisher in tests.

    With `upstreams`, https://HOST/PATH is asked for at <upstreams>/HOST/PATH.
    `pace` is the least time between two requests to one host, in seconds.
    """

    def __init__(
        self,
        folder: Path,
        upstreams: str | None = None,
        limits: Limits | None = None,
        pace: float = 1.0,
        proxy: str | None = None,
    ) -> None:
        self.folder = folder
        self.upstreams = upstreams.rstrip("/") if upstreams else None
        self.limits = limits or Limits()
        self.pace = pace
        self._paces: dict[str, _Pace] = {}
        # It writes whole addresses into the log, keys included.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._http = httpx.Client(
            headers={"user-agent": _AGENT, "accept-encoding": "gzip"},
            timeout=httpx.Timeout(self.limits.silence, connect=20.0),
            verify=trusted(),
            proxy=proxy,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def get(
        self,
        url: str,
        expect: content.Kind,
        params: Mapping[str, str] | None = None,
        secret: Secret | None = None,
        etag: str | None = None,
        statuses: tuple[int, ...] = (200,),
    ) -> Download | None:
        """Fetch an address; None if the publisher says that `etag` still holds.

        `statuses` are the answers that are a body of the expected kind. Raises
        FetchError in one line: unreachable, refused, too slow, too large, cut off, or
        not what was expected.
        """
        # An empty mapping would drop the query that an address brings along.
        address = httpx.URL(url, params=dict(params)) if params else httpx.URL(url)
        asked = _Question(address, expect, secret, etag, statuses)
        try:
            return self._ask_until_answered(asked)
        except FetchError as error:
            # From here on a publisher may have put the key into its own words.
            raise FetchError(masked(str(error), asked.key), error.status) from None

    def _ask_until_answered(self, asked: _Question) -> Download | None:
        ends_at = time.monotonic() + self.limits.deadline
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._ask(asked, ends_at)
            except MovedSignal as moved:
                asked = asked.moved_to(moved.address)
            except TryAgainSignal as again:
                pause = again.pause or self._pause(attempt)
                too_late = time.monotonic() + pause > ends_at
                too_long = pause > self.limits.longest_pause
                if attempt == self.limits.attempts or too_late or too_long:
                    wait = f"; asks to wait {again.pause:.0f} s" if again.pause else ""
                    raise FetchError(
                        f"{asked.address}: {again}{wait}", again.status
                    ) from None
                time.sleep(pause)
        raise FetchError(f"{asked.address}: sends us from address to address")

    def _ask(self, asked: _Question, ends_at: float) -> Download | None:
        address = asked.address
        self._wait_for_turn(address.host)
        path = self.folder / f"{uuid4().hex}.part"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._http.stream(
                "GET", self._routed(asked.with_secret), headers=asked.headers
            ) as answer:
                if answer.status_code == 304 and asked.etag:
                    return None
                judge(address, answer, asked.statuses, asked.key)
                self._save(answer, path, ends_at, asked.expect)
            declared = answer.headers.get("content-type", "")
            content.check(path, declared, asked.expect, asked.key)
        except (httpx.TransportError, zlib.error) as error:
            path.unlink(missing_ok=True)
            raise TryAgainSignal(str(error) or type(error).__name__) from None
        except content.UnexpectedError as error:
            path.unlink(missing_ok=True)
            raise FetchError(f"{address}: {error}") from None
        url = masked(str(address), asked.key)
        return Download(url, path, answer.status_code, dict(answer.headers))

    def _routed(self, address: httpx.URL) -> httpx.URL:
        if not self.upstreams:
            return address
        query = f"?{address.query.decode()}" if address.query else ""
        return httpx.URL(f"{self.upstreams}/{address.host}{address.path}{query}")

    def _save(
        self, answer: httpx.Response, path: Path, ends_at: float, expect: content.Kind
    ) -> None:
        """Write the body, unpacked if it came packed, within all limits."""
        size, most = 0, self.limits.bytes
        if expect in ("json", "html"):
            most = min(most, self.limits.page_bytes)
        with path.open("wb") as file:
            for chunk in unpacked(answer):
                size += len(chunk)
                if size > most:
                    raise content.UnexpectedError(f"more than {most:,} bytes; refused")
                if time.monotonic() > ends_at:
                    raise content.UnexpectedError(
                        f"not finished after {self.limits.deadline:.0f} s"
                    )
                file.write(chunk)

    def _wait_for_turn(self, host: str) -> None:
        pace = self._paces.setdefault(host, _Pace())
        with pace.lock:
            pause = pace.next_at - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            pace.next_at = time.monotonic() + self.pace

    def _pause(self, attempt: int) -> float:
        # Jitter: clients that failed together must not come back together.
        return self.limits.first_pause * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311


def trusted() -> ssl.SSLContext:
    """Certificate authorities as Mozilla trusts them, and known intermediates."""
    context = ssl.create_default_context(cafile=certifi.where())
    for file in sorted(CERTIFICATES.glob("*.pem")):
        context.load_verify_locations(cafile=str(file))
    # Python 3.13 refuses certificates without key identifiers, as some ministries have.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    # An intermediate only leads to an authority; by itself it is worth nothing.
    context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
