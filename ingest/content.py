"""What a body is, by its first bytes: publishers answer errors with 200 and a page."""

import re
import zipfile
from pathlib import Path
from typing import Literal

from ingest.masking import masked

Kind = Literal["json", "csv", "zip", "xlsx", "html"]

_TYPES: dict[Kind, tuple[str, ...]] = {
    "json": ("json", "text/plain", "octet-stream"),
    "csv": ("csv", "text/plain", "octet-stream", "excel"),
    "zip": ("zip", "octet-stream"),
    "xlsx": ("spreadsheet", "excel", "zip", "octet-stream"),
    "html": ("html",),
}
_MARKUP = re.compile(r"<[^>]*>?")


class UnexpectedError(Exception):
    """A body is not what was asked for. The message says what it is instead."""


def check(path: Path, content_type: str, expect: Kind, secret: str = "") -> None:
    """Raise UnexpectedError unless the body in `path` can be what is expected.

    Its declared type and its first bytes must agree with `expect`; an archive must be
    whole. What the body says is quoted without `secret`.
    """
    if path.stat().st_size == 0:
        raise UnexpectedError("answers with an empty body")
    with path.open("rb") as file:
        beginning = file.read(4096)
    declared = content_type.partition(";")[0].strip().lower()
    found = _kind(beginning)
    if found == "html" and expect != "html":
        said = masked(beginning.decode("utf-8", errors="replace"), secret)
        raise UnexpectedError(
            f"answers with a web page instead of {expect}: {plain(said[:512])[:100]}"
        )
    if declared and not any(part in declared for part in _TYPES[expect]):
        raise UnexpectedError(f"answers with {declared} instead of {expect}")
    is_archive = expect in ("zip", "xlsx")
    if is_archive != (found == "zip") or (expect == "json") != (found == "json"):
        raise UnexpectedError(f"answers with something that is not {expect}")
    if is_archive and not zipfile.is_zipfile(path):
        raise UnexpectedError("answers with an archive that is cut off")


def plain(text: str) -> str:
    """Text without markup and control characters, on one line."""
    words = _MARKUP.sub(" ", text)
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())


def _kind(beginning: bytes) -> str:
    text = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:4] == b"PK\x03\x04":
        return "zip"
    if text[:1] in (b"{", b"["):
        return "json"
    return "html" if text[:1] == b"<" else "text"
