"""One polite client for every publisher: an address enters, a checked file leaves.

It waits between two requests to a host, asks again when a publisher is busy (and as
late as it is told to), and gives up in one line. Bodies go to disk as they arrive,
within limits; certificates are always verified. What it is given as `secret` never
appears in an address, a message or a record.
"""

import random
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import certifi
import httpx

from ingest import content
from ingest.source import IngestError

CERTIFICATES = Path(__file__).parent / "certificates"
"""Intermediate certificates that some publishers forget to send (*.pem)."""

_AGENT = "flying-geese/0.1 (trade statistics warehouse)"
_BUSY = (429, 500, 502, 503, 504)
_MASK = "***"


class FetchError(IngestError):
    """A publisher could not be read. `status` is its answer's, if there was one."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Secret:
    """A publisher's key and where it goes: a header, or only where it must a query."""

    value: str
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


@dataclass(frozen=True)
class Limits:
    """When to give up. Seconds and bytes."""

    attempts: int = 4
    first_pause: float = 1.0
    longest_pause: float = 120.0
    deadline: float = 900.0
    silence: float = 60.0
    bytes: int = 2_000_000_000


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
        self._http = httpx.Client(
            headers={"user-agent": _AGENT, "accept-encoding": "gzip"},
            timeout=httpx.Timeout(self.limits.silence, connect=20.0),
            verify=trusted(),
            proxy=proxy,
            trust_env=False,
        )

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
        address = httpx.URL(url, params=dict(params or {}))
        ends_at = time.monotonic() + self.limits.deadline
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._ask(address, expect, secret, etag, statuses, ends_at)
            except _Moved as moved:
                address = moved.address
            except _TryAgain as again:
                pause = again.pause or self._pause(attempt)
                is_over = time.monotonic() + pause > ends_at
                if (
                    attempt == self.limits.attempts
                    or is_over
                    or pause > self.limits.longest_pause
                ):
                    wait = f"; asks to wait {again.pause:.0f} s" if again.pause else ""
                    raise FetchError(
                        _masked(f"{address}: {again}{wait}", secret), again.status
                    ) from again
                time.sleep(pause)
        raise FetchError(f"{address}: sends us from address to address")

    def _ask(
        self,
        address: httpx.URL,
        expect: content.Kind,
        secret: Secret | None,
        etag: str | None,
        statuses: tuple[int, ...],
        ends_at: float,
    ) -> Download | None:
        self._wait_for_turn(address.host)
        headers = {"if-none-match": etag} if etag else {}
        asked = address
        if secret and secret.header:
            headers[secret.header] = secret.value
        if secret and secret.query:
            asked = address.copy_merge_params({secret.query: secret.value})
        path = self.folder / f"{uuid4().hex}.part"
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._http.stream(
                "GET", self._routed(asked), headers=headers
            ) as answer:
                if answer.status_code == 304 and etag:
                    return None
                _follow(address, answer)
                _refuse(address, answer, statuses, secret)
                self._save(answer, path, ends_at)
                content.check(path, answer.headers.get("content-type", ""), expect)
                return Download(
                    str(address), path, answer.status_code, dict(answer.headers)
                )
        except (httpx.TransportError, httpx.DecodingError, zlib.error) as error:
            path.unlink(missing_ok=True)
            what = str(error) or type(error).__name__
            raise _TryAgain(_masked(what, secret)) from None
        except content.UnexpectedError as error:
            path.unlink(missing_ok=True)
            raise FetchError(f"{address}: {error}") from None
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _routed(self, address: httpx.URL) -> httpx.URL:
        if not self.upstreams:
            return address
        query = f"?{address.query.decode()}" if address.query else ""
        return httpx.URL(f"{self.upstreams}/{address.host}{address.path}{query}")

    def _save(self, answer: httpx.Response, path: Path, ends_at: float) -> None:
        """Write the body, unpacked if it came packed, within all limits."""
        size = 0
        with path.open("wb") as file:
            for chunk in _unpacked(answer):
                size += len(chunk)
                if size > self.limits.bytes:
                    raise content.UnexpectedError(
                        f"more than {self.limits.bytes:,} bytes; refused"
                    )
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


class _Moved(Exception):  # noqa: N818 a signal, not an error
    def __init__(self, address: httpx.URL) -> None:
        super().__init__(str(address))
        self.address = address


class _TryAgain(Exception):  # noqa: N818 a signal, not an error
    def __init__(
        self, what: str, status: int | None = None, pause: float | None = None
    ) -> None:
        super().__init__(what)
        self.status = status
        self.pause = pause


def trusted() -> ssl.SSLContext:
    """Certificate authorities as Mozilla trusts them, and known intermediates."""
    context = ssl.create_default_context(cafile=certifi.where())
    for file in sorted(CERTIFICATES.glob("*.pem")):
        context.load_verify_locations(cafile=str(file))
    # Python 3.13 refuses certificates without key identifiers, as some ministries have.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _follow(address: httpx.URL, answer: httpx.Response) -> None:
    """Raise _Moved for a redirect within the publisher's own host."""
    if answer.is_redirect:
        target = address.join(answer.headers.get("location", ""))
        if target.scheme == "https" and target.host == address.host:
            raise _Moved(target)


def _refuse(
    address: httpx.URL,
    answer: httpx.Response,
    statuses: tuple[int, ...],
    secret: Secret | None,
) -> None:
    status = answer.status_code
    if status in statuses:
        return
    pause = _retry_after(answer.headers.get("retry-after"))
    said = _masked(_beginning(answer), secret)
    if status in _BUSY or pause:
        raise _TryAgain(f"answers {status} {said}".strip(), status, pause)
    if answer.is_redirect:
        target = urlsplit(answer.headers.get("location", ""))
        said = f"and sends us to {target.netloc}{target.path}"
    raise FetchError(f"{address}: answers {status} {said}".strip(), status)


def _beginning(answer: httpx.Response) -> str:
    """The first words of an error's body, on one line."""
    body = b""
    for chunk in answer.iter_raw(4096):
        body += chunk
        break
    text = body[:600].decode("utf-8", errors="replace")
    return content.plain(text)[:200]


def _retry_after(header: str | None) -> float | None:
    """Seconds; the header has seconds or a date."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _unpacked(answer: httpx.Response) -> Iterator[bytes]:
    """The body's bytes; a packed body that ends too early is an error."""
    encoding = answer.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        yield from answer.iter_raw()
        return
    if encoding != "gzip":
        raise content.UnexpectedError(f"packed as {encoding}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=31)
    for chunk in answer.iter_raw():
        packed = chunk
        while packed:
            # In pieces: a bomb must not fill the memory before it is noticed.
            yield unpacker.decompress(packed, 1 << 20)
            packed = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise zlib.error("the packed body is cut off")


def _masked(text: str, secret: Secret | None) -> str:
    return text.replace(secret.value, _MASK) if secret and secret.value else text
