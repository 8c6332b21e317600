"""Files that readers see whole or not at all, and the folders they are read in."""

import os
from pathlib import Path

_READABLE = 0o755


def replace(path: Path, content: bytes) -> None:
    """Write a file beside its place and then put it there."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)


def open_folder(folder: Path) -> None:
    """Make a folder that every account of this machine may read, whatever the umask."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o777 != _READABLE:
        folder.chmod(_READABLE)


def flush(path: Path) -> None:
    """Wait until a file that another program wrote is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
