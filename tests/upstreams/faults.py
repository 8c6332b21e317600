"""Transport faults: what happens to an answer of any publisher on its way.

Those in REPLIES change the answer; those in `wire.SENDERS` change how it is sent.
"""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.upstreams import bombs, wire

ERROR_PAGE = "www.wto.org/error/error_404.htm"  # where an outage redirects to
HTML = (
    "<!DOCTYPE html><html><head><title>Synthetic outage</title></head>"
    "<body><h1>The service is temporarily unavailable</h1></body></html>"
)


@dataclass(frozen=True)
class Reply:
    """An answer before it is sent. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def having(self, body: bytes, **headers: str) -> "Reply":
        """The same with another body and some headers; `_` stands for `-`."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return replace(self, headers=self.headers | named, body=body)


def _html(status: int, **headers: str) -> Callable[[Reply], Reply]:
    kind = {"content_type": "text/html; charset=utf-8"}
    return lambda _: Reply(status, {}, b"").having(HTML.encode(), **kind, **headers)


def _error(status: int, message: str, **headers: str) -> Callable[[Reply], Reply]:
    body = f'{{"statusCode": {status}, "message": "{message}"}}'.encode()
    kind = {"content_type": "application/json"}
    return lambda _: Reply(status, {}, b"").having(body, **kind, **headers)


def _members(body: bytes) -> dict[str, bytes]:
    """The members of an archive; anything else counts as one file."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return {"data.csv": body}
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _truncated_gzip(reply: Reply) -> Reply:
    packed = gzip.compress(reply.body, mtime=0)
    return reply.having(packed[: len(packed) // 2], content_encoding="gzip")


def _truncated_zip(reply: Reply) -> Reply:
    return reply.having(reply.body[: len(reply.body) // 2])


def _path_traversal_zip(reply: Reply) -> Reply:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("../../evil.csv", next(iter(_members(reply.body).values())))
    return reply.having(held.getvalue())


def _zip_bomb(reply: Reply) -> Reply:
    return reply.having(bombs.zip_bomb(next(iter(_members(reply.body)))))


def _resaved(reply: Reply) -> Reply:
    """The same content in other bytes: packed, indented or its lines ended anew."""
    if zipfile.is_zipfile(io.BytesIO(reply.body)):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            for name, member in reversed(_members(reply.body).items()):
                archive.writestr(zipfile.ZipInfo(name), member)
        return reply.having(held.getvalue())
    if "json" in reply.headers.get("content-type", "") and reply.body:
        body = json.loads(reply.body.decode("utf-8-sig"))
        return reply.having(json.dumps(body, indent=1, ensure_ascii=False).encode())
    lines = reply.body.replace(b"\r\n", b"\n")
    return reply.having(lines.replace(b"\n", b"\r\n"))


ARCHIVE: dict[str, Callable[[Reply], Reply]] = {
    "truncated_zip": _truncated_zip,
    "path_traversal_zip": _path_traversal_zip,
    "zip_bomb": _zip_bomb,
}
REPLIES: dict[str, Callable[[Reply], Reply]] = ARCHIVE | {
    "resaved": _resaved,
    "truncated_gzip": _truncated_gzip,
    "gzip_bomb": lambda r: r.having(bombs.gzip_bomb(), content_encoding="gzip"),
    "wrong_content_type": lambda r: r.having(r.body, content_type="text/html"),
    "html_outage": _html(200),
    "empty_200": lambda r: replace(r.having(b""), status=200),
    "status_500": _error(500, "Internal server error"),
    "status_502_html": _html(502),
    "status_503_retry_after": _error(503, "Service unavailable", retry_after="2"),
    "rate_limit_429": _error(
        429, "Rate limit is exceeded. Try again in 1 seconds.", retry_after="1"
    ),
    "quota_403": _error(403, "Out of call volume quota.", retry_after="3600"),
    "redirect_to_html": _html(302, location=f"http://{ERROR_PAGE}"),
}

TRANSPORT = (*REPLIES, *wire.SENDERS)
PLAIN = tuple(name for name in TRANSPORT if name not in ARCHIVE)
