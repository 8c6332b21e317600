"""The command in processes that need not load Dagster, dbt and the checks first.

One process loads them; it forks for every command. What a command loads by itself is
watched elsewhere, by tests with a fresh process (see test_unchanged, test_explain).
"""

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

Patches = Callable[[], list[tuple[ModuleType, str, Any]]]
"""A function of a module: what it gives is put in place in the forked process."""


def run(
    arguments: tuple[str, ...],
    checkout: Path,
    environment: dict[str, str],
    at: datetime | None,
    instead: Patches | None,
    anew: Collection[str],
    seconds: int,
) -> subprocess.CompletedProcess[str]:
    """Run the command of a checkout in its folder.

    With `at` its clock stands still; with `instead` other values are put in places. The
    packages named `anew`, loaded already, are loaded from the checkout, a copy.
    """
    with tempfile.TemporaryDirectory() as said:
        out, err = Path(said, "out"), Path(said, "err")
        given = (arguments, checkout, environment, at, instead, anew, out, err)
        process = _loaded().Process(target=_main, args=given)
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(arguments, seconds)
        code = process.exitcode
        process.close()
        told = (file.read_text(encoding="utf-8") for file in (out, err))
        return subprocess.CompletedProcess(arguments, code, *told)


@cache
def _loaded() -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.loaded"])
    return context


def _main(
    arguments: tuple[str, ...],
    checkout: Path,
    environment: dict[str, str],
    at: datetime | None,
    instead: Patches | None,
    anew: Collection[str],
    out: Path,
    err: Path,
) -> None:
    for number, path in ((0, Path(os.devnull)), (1, out), (2, err)):
        with path.open("r+b" if number == 0 else "w+b") as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(environment)
    # The other parser has threads, which a forked process has not.
    os.environ["DBT_STATIC_PARSER"] = "false"
    os.chdir(checkout)
    if anew:
        _forget(anew)
        sys.path.insert(0, str(checkout))
    from ingest import clock
    from orchestration.cli.main import main

    # Without a script of its own DuckDB takes the output for that of a notebook.
    sys.modules["__main__"].__file__ = "geese"
    sys.argv = ["geese", *arguments]
    if at:
        clock.now = lambda: at
    for module, name, value in instead() if instead else ():
        setattr(module, name, value)
    try:
        main()
    finally:
        # A forked process ends without them.
        atexit._run_exitfuncs()


def _forget(packages: Collection[str]) -> None:
    for name in [*sys.modules]:
        if name.partition(".")[0] in packages:
            del sys.modules[name]
