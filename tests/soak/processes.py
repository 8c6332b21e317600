"""The processes that belong to one installation, as the kernel tells."""

import os
from collections.abc import Iterator
from pathlib import Path


def of(data: Path) -> Iterator[tuple[int, str]]:
    """Number and command line of every other process that works on a data folder."""
    mark = f"GEESE_DATA={data}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "environ").read_bytes().split(b"\0")
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it has ended, or is another user's
        if mark in told and int(folder.name) != os.getpid() and line:
            yield int(folder.name), line.strip()


def parent(number: int) -> int:
    """The process that started a process."""
    told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    return int(told[told.rindex(")") + 2 :].split()[1])
