"""The archive of what went out: each content once, under its digest, for its owner."""

import os
from pathlib import Path

from orchestration.mail.message import digest


def path_of(folder: Path, sha256: str) -> Path:
    """Where the outbox in a folder keeps the content with this digest."""
    return folder / "content" / f"{sha256}.eml"


def keep(folder: Path, content: bytes) -> None:
    """Archive content under its digest before any row speaks of it."""
    path = path_of(folder, digest(content))
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(path, content)


def write_private(path: Path, content: bytes) -> None:
    """Write a whole file that only its owner can read, durably."""
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
