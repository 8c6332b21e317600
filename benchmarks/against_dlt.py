"""What dlt needs for the same files, run in an environment of its own."""

import functools
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.measuring import Cost, Line, command, median

PYTHON = Path(".venv-dlt/bin/python")
_PROGRAM = Path(__file__).with_name("dlt_load.py")


def lines(
    what: str, goal: str, ours: Cost, kind: str, file: Path, times: int
) -> Iterator[Line]:
    """Lines of time, dlt's load of an `archive` or a `page` against our cost.

    dlt's start is in its cost; it loads all columns and checks nothing.
    """
    if not PYTHON.exists():
        yield (what, "", goal, f"not measured: no {PYTHON.parent.parent} (make bench)")
        return
    theirs = median(_load(kind, file) for _ in range(times))
    for name in ("processor", "wall"):
        it, us = getattr(theirs, name), getattr(ours, name)
        shown = f"{it:.4g} s / {us:.4g} s"
        yield f"{what}: {name}", f"{it / us:.2f}", goal, shown


def _load(kind: str, file: Path) -> Cost:
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        if kind == "archive":
            return _command(kind, file, folder)
        with _served(file.parent) as address:
            return _command(kind, address, folder)


def _command(kind: str, what: object, folder: str) -> Cost:
    silent = ["env", "RUNTIME__DLTHUB_TELEMETRY=false"]
    return command([*silent, str(PYTHON), str(_PROGRAM), kind, str(what), folder])


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    handler = functools.partial(Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
