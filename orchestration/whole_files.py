"""Files that readers see whole or not at all."""

import os
from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Write a file beside its place and then put it there."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)


def flush(path: Path) -> None:
    """Wait until a file that another program wrote is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
