"""What a publisher's answer says before its body is read, and how the body unpacks."""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from ingest import content
from ingest.download import FetchError
from ingest.masking import masked

_BUSY = (429, 500, 502, 503, 504)


class MovedSignal(Exception):  # noqa: N818 a signal, not an error
    """What was asked for is at another address of the same publisher."""

    def __init__(self, address: httpx.URL) -> None:
        super().__init__()
        self.address = address


class TryAgainSignal(Exception):  # noqa: N818 a signal, not an error
    """It may work later: after `pause` seconds, if the publisher says so."""

    def __init__(
        self, what: str, status: int | None = None, pause: float | None = None
    ) -> None:
        super().__init__(what)
        self.status = status
        self.pause = pause


def judge(
    address: httpx.URL,
    answer: httpx.Response,
    statuses: tuple[int, ...],
    secret: str = "",
) -> None:
    """Return if the answer has the body that was asked for; raise what to do if not.

    TryAgainSignal for a busy publisher, MovedSignal for a redirect within its own
    host and port, FetchError for a refusal. The publisher's words are quoted without
    `secret`.
    """
    status = answer.status_code
    if status in statuses:
        return
    if answer.is_redirect:
        raise _redirected(address, answer)
    pause = _retry_after(answer.headers.get("retry-after"))
    said = f"answers {status} {_beginning(answer, secret)}".strip()
    if status in _BUSY or pause:
        raise TryAgainSignal(said, status, pause)
    raise FetchError(f"{address}: {said}", status)


def _redirected(address: httpx.URL, answer: httpx.Response) -> Exception:
    target = address.join(answer.headers.get("location", ""))
    if target.scheme == "https" and target.netloc == address.netloc:
        return MovedSignal(target)
    return FetchError(
        f"{address}: sends us to {target.netloc.decode()}{target.path}; check the "
        "address",
        answer.status_code,
    )


def _beginning(answer: httpx.Response, secret: str) -> str:
    """The first words of an error's body, on one line."""
    body = b""
    for chunk in answer.iter_raw(4096):
        body += chunk
        break
    text = masked(body.decode("utf-8", errors="replace"), secret)
    return content.plain(text[:600])[:200]


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
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def unpacked(answer: httpx.Response) -> Iterator[bytes]:
    """The body's bytes; a packed body that ends too early, or goes on, is an error."""
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
            # It would keep them all in memory, where no limit counts them.
            if unpacker.unused_data:
                raise content.UnexpectedError("goes on after the end of what is packed")
            packed = unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise zlib.error("the packed body is cut off")
