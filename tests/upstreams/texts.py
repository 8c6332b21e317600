"""Text faults: an encoding other than the publisher's, and odd line ends."""

from collections.abc import Collection

_ENCODINGS = {
    "latin1": "latin-1",
    "cp1252": "cp1252",
    "cp932": "cp932",
    "big5": "big5",
}

TEXT = ("bom", *_ENCODINGS, "trailing_comma", "crlf")


def encode(text: str, default: str, names: Collection[str]) -> bytes:
    """The bytes of a text under the named faults.

    A character that an encoding does not have becomes a question mark.
    """
    if "trailing_comma" in names:
        head, *data = text.splitlines()
        text = "".join(f"{line}\n" for line in (head, *(f"{d}," for d in data)))
    if "crlf" in names:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    encoding = next((_ENCODINGS[n] for n in names if n in _ENCODINGS), default)
    mark = b"\xef\xbb\xbf" if "bom" in names else b""
    return mark + text.encode(encoding, errors="replace")
