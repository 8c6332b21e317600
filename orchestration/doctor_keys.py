"""What `geese doctor` says of keys and certificates: whether set, and until when."""

import ssl
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from ingest import clock
from ingest.source import all_sources
from orchestration.findings import Finding
from orchestration.resources import secrets
from orchestration.settings import CHECKOUT, Settings

_WARN_BEFORE = timedelta(days=30)


def keys(settings: Settings) -> Iterator[Finding]:
    """Keys that a live source asks for and the environment lacks."""
    if settings.mode != "live":
        yield Finding("keys", "ok", "none needed: the embedded files are read")
        return
    for source in all_sources().values():
        if source.secret and source.secret not in secrets():
            level = "error" if source.needs_secret else "warning"
            lost = "is left alone" if source.needs_secret else "is asked without it"
            said = f"{source.secret} is not set: {source.name} {lost}"
            yield Finding("keys", level, said, f"set {source.secret}")
    yield Finding("keys", "ok", f"{len(secrets())} set")


def expiry(settings: Settings) -> Iterator[Finding]:
    """Keys by the days that geese.toml names, certificates by their own."""
    days = dict(settings.keys_expire)
    files = sorted((CHECKOUT / "ingest/certificates").glob("*.pem"))
    if settings.mail and settings.mail.ca_file:
        files.append(settings.mail.ca_file)
    for file in files:
        days |= {f"{file.name}": end for end in ends(file)}
    today = clock.now().date()
    for name, day in days.items():
        advice = "get the issuer's new certificate in its place"
        if name in settings.keys_expire:
            advice = "get a new one, set it and correct keys_expire in geese.toml"
        if day < today:
            yield Finding("expiry", "error", f"{name} expired on {day}", advice)
        elif day - today <= _WARN_BEFORE:
            yield Finding("expiry", "warning", f"{name} expires on {day}", advice)
    if min(days.values()) - today > _WARN_BEFORE:
        said = f"no key or certificate before {min(days.values())}"
        yield Finding("expiry", "ok", said)


def ends(file: Path) -> Iterator[date]:
    """The last days of a file's certificates. Raises OSError if it holds none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(file)
    for found in context.get_ca_certs():
        seconds = ssl.cert_time_to_seconds(str(found["notAfter"]))
        yield datetime.fromtimestamp(seconds, clock.TAIPEI).date()
