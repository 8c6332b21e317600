"""Files that readers see whole or not at all."""

from pathlib import Path


def replace(path: Path, content: bytes) -> None:
    """Write a file beside its place and then put it there."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)
