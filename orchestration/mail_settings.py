"""The `[mail]` table of `geese.toml`: who sends, through which server, to whom."""

import re
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from orchestration.cron import CronLine

Language = Literal["zh-TW", "en"]
Kind = Literal["annual", "quarterly", "monthly"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS: tuple[Kind, ...] = get_args(Kind)

PLAINTEXT = "PLAINTEXT_FOR_TESTS_ON_THIS_MACHINE_ONLY"
PASSWORD_VARIABLE = "GEESE_SMTP_PASSWORD"  # noqa: S105
WEBHOOK_VARIABLE = "GEESE_WEBHOOK_URL"

_LOCAL = r"[A-Za-z0-9!#$%&'*+=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+=?^_{|}~-]+)*"
_DOMAIN = (
    r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_ADDRESS = re.compile(f"{_LOCAL}@{_DOMAIN}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def normal_address(text: str) -> str:
    """The address with its domain in small letters.

    Raises ValueError for anything but `name@domain` in ASCII, at most 254 characters.
    """
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        raise ValueError(
            "not a mail address; write name@example.org, in ASCII (xn--… for a domain "
            "that is not)"
        )
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def one_line(text: str) -> str:
    """The text, if nothing in it could begin another header.

    Raises ValueError for line ends, control characters and more than 100 characters.
    """
    if _CONTROL.search(text) or len(text) > 100:
        raise ValueError("holds a line end or control character, or is too long")
    return text


Address = Annotated[str, AfterValidator(normal_address)]
Line = Annotated[str, AfterValidator(one_line)]


class Recipient(BaseModel):
    """A reader: each brief of these kinds, in each of these languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Address
    name: Line = ""
    languages: tuple[Language, ...] = Field(default=("zh-TW",), min_length=1)
    kinds: tuple[Kind, ...] = Field(default=KINDS, min_length=1)


class Mail(BaseModel):
    """How briefs go out. The password is never here, only where to find it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: Address
    sender_name: Line = ""
    unsubscribe_address: Address
    host: Line = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "PLAINTEXT_FOR_TESTS_ON_THIS_MACHINE_ONLY"] = (
        "starttls"
    )
    ca_file: Path | None = None
    username: Line | None = None
    password_file: Path | None = None
    per_minute: int = Field(default=30, ge=1, le=6000)
    attempts: int = Field(default=4, ge=1, le=10)
    retry_after_seconds: float = Field(default=30, ge=0, le=3600)
    timeout_seconds: float = Field(default=60, gt=0, le=600)
    deliver: bool = False
    deliver_cron: CronLine = "30 9 * * *"
    deadline_days: int = Field(default=45, ge=0, le=366)
    webhook: bool = False
    operators: tuple[Address, ...] = ()
    recipients: tuple[Recipient, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> "Mail":
        addresses = [reader.address.lower() for reader in self.recipients]
        twice = sorted({a for a in addresses if addresses.count(a) > 1})
        if twice:
            raise ValueError(f"recipient {twice[0]} is there twice; name it once")
        if self.security == PLAINTEXT and self.host not in _LOOPBACK:
            raise ValueError(
                f"{PLAINTEXT} only goes to 127.0.0.1; use starttls or tls for "
                f"{self.host}"
            )
        if self.security == PLAINTEXT and self.username:
            raise ValueError("a password never travels in plain text; drop username")
        if self.password_file and not self.username:
            raise ValueError("password_file without username; name the user too")
        return self

    @property
    def domain(self) -> str:
        """Domain of the sender: that of Message-IDs and of our greeting."""
        return self.sender.rpartition("@")[2]
