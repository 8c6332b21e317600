"""From a brief's `mail.eml` to the bytes that one recipient gets, always the same."""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import quote

from orchestration.errors import OperatorError
from orchestration.mail_settings import Mail, Recipient, one_line
from reports.words.voice import Voice

_ALLOWED = {
    *("subject", "date", "mime-version", "content-type", "auto-submitted"),
    *("content-transfer-encoding", "content-language", "content-disposition"),
}
_LONGEST_LINE = 998
"""Of a mail, without its line end (RFC 5322)."""


_SUBJECT = re.compile(rb"(?im)^subject:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*")


class MessageError(OperatorError):
    """A message that must not go out. The message is one line."""


@dataclass(frozen=True)
class Addressed:
    """The headers for one recipient; with the content behind them it is the message.

    `is_incomplete` tells that the content is marked so (see `marked`).
    """

    recipient: str
    head: bytes
    content: bytes
    is_incomplete: bool = False

    @property
    def message(self) -> bytes:
        """What goes over the wire, before dots are doubled."""
        return self.head + self.content


def checked_content(raw: bytes, label: str) -> bytes:
    """An unaddressed message with the line ends of mail, once nothing in it can harm.

    Raises MessageError for a header that is not its business, a subject of more than
    one line, a byte that is not ASCII, and lines too long for a mail server.
    """
    content = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not content.isascii() or b"\x00" in content:
        raise MessageError(f"{label}: not ASCII; encode its parts (MIME)")
    if max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE:
        raise MessageError(f"{label}: a line is longer than {_LONGEST_LINE} bytes")
    parsed = message_from_bytes(content, policy=policy.SMTP)
    names = [name.lower() for name in parsed.keys()]  # noqa: SIM118
    wrong = sorted(set(names) - _ALLOWED) or [n for n in names if names.count(n) > 1]
    if wrong:
        raise MessageError(f"{label}: header {wrong[0]!r} must not be there, or once")
    if parsed.defects or not {"subject", "date"} <= set(names):
        raise MessageError(f"{label}: no mail with a Subject and a Date; make it anew")
    _require_one_line(str(parsed["subject"]), label)
    return content


def marked(content: bytes, language: str) -> bytes:
    """Checked content whose subject begins with the words that data are missing."""
    head, blank, body = content.partition(b"\r\n\r\n")
    subject = message_from_bytes(content, policy=policy.SMTP)["subject"]
    told = EmailMessage(policy=policy.SMTP)
    told["Subject"] = f"[{Voice(language)('gaps.mark')}] {subject}"
    line = told.as_bytes().rstrip(b"\r\n")
    return _SUBJECT.sub(lambda _: line, head, count=1) + blank + body


def address(
    content: bytes, mail: Mail, reader: Recipient, is_incomplete: bool = False
) -> Addressed:
    """Put one recipient's headers in front of checked content.

    Raises MessageError for a name that would begin another header.
    """
    for name in (mail.sender_name, reader.name):
        _require_one_line(name, f"recipient {reader.address}")
    head = EmailMessage(policy=policy.SMTP)
    head["From"] = Address(mail.sender_name, addr_spec=mail.sender)
    head["To"] = Address(reader.name, addr_spec=reader.address)
    asked = quote(f"unsubscribe {reader.address}")
    head["Message-ID"] = _message_id(content, mail, reader)
    # Folded, some readers no longer see one address in it.
    link = f"<mailto:{mail.unsubscribe_address}?subject={asked}>"
    lines = head.as_bytes().rstrip(b"\r\n") + b"\r\n"
    head_bytes = lines + f"List-Unsubscribe: {link}\r\n".encode()
    return Addressed(reader.address, head_bytes, content, is_incomplete)


def plain(subject: str, text: str, date: str) -> bytes:
    """A short unaddressed message of text alone; `date` is an RFC 5322 date.

    Raises MessageError for a subject of more than one line.
    """
    _require_one_line(subject, "notice")
    made = EmailMessage(policy=policy.SMTP)
    made["Subject"] = subject
    made["Date"] = date
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text, cte="base64")
    return made.as_bytes()


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _message_id(content: bytes, mail: Mail, reader: Recipient) -> str:
    who = digest(reader.address.lower().encode())[:16]
    return f"<{digest(content)[:32]}.{who}@{mail.domain}>"


def _require_one_line(text: str, label: str) -> None:
    try:
        one_line(text[:100])
        one_line(text[100:200])
    except ValueError:
        raise MessageError(
            f"{label}: a line end or control character in its subject or a name"
        ) from None
