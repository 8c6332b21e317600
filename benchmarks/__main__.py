"""All measurements in one table, as ratios taken in one run.

    python -m benchmarks [--rows 10000000] [--times 3] [--seed 1] [--only MODULE ...]
                         [--write benchmarks/results.md]

Each module of `MODULES` yields its lines of the table. A ratio is a median of so many
times; the seconds beside it belong to the machine, which the file describes.
"""

import argparse
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import bulk, commands, parsing, parsing_json, vintages
from benchmarks.measuring import Line, Plan

MODULES: dict[str, Callable[[Plan], Iterator[Line]]] = {
    "parsing": parsing.lines,
    "parsing_json": parsing_json.lines,
    "vintages": vintages.lines,
    "commands": commands.lines,
    "bulk": bulk.lines,
}
HEADINGS = ("what", "ratio", "goal", "measured")
_LIBRARIES = ("duckdb", "dagster", "dbt-core", "dbt-duckdb", "great-expectations")


def measure(plan: Plan, names: list[str]) -> Iterator[Line]:
    """The lines of the modules named, each in a folder of its own."""
    for name in names:
        print(f"measuring {name}", file=sys.stderr)  # noqa: T201
        with tempfile.TemporaryDirectory() as folder:
            mine = Plan(plan.rows, plan.times, plan.seed, Path(folder))
            yield from MODULES[name](mine)


def machine() -> str:
    """The machine in a line: processor, cores, memory, versions, and how busy it is."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    python, load = platform.python_version(), os.getloadavg()[0]
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB; "
        f"{platform.system()} {platform.release()}, Python {python}, "
        f"{libraries}; load before {load:.1f}"
    )


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    told = cpus.read_text(encoding="utf-8") if cpus.exists() else ""
    names = [line.partition(":")[2] for line in told.splitlines() if "name" in line]
    return names[0].strip() if names else platform.machine()


def report(lines: list[Line], machine: str) -> str:
    """The page of results: when, from which commit, how, where, and the table."""
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    told = shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])
    table = [HEADINGS, ("---",) * len(HEADINGS), *lines]
    return "\n".join(
        [
            "# What it costs",
            "",
            f"{now}, commit {_commit()}: `{told}`",
            "",
            f"{machine}.",
            "",
            *(f"| {' | '.join(line)} |" for line in table),
            "",
        ]
    )


def _commit() -> str:
    told = ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def main() -> None:
    """Measure, print and, where asked, write."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--times", type=int, default=3)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", nargs="*", choices=MODULES, default=list(MODULES))
    asked.add_argument("--write", type=Path)
    given = asked.parse_args()
    here = machine()
    plan = Plan(given.rows, given.times, given.seed, Path())
    lines = list(measure(plan, given.only))
    table = Table(
        *HEADINGS, title=f"{given.rows:,} rows, median of {given.times}", caption=here
    )
    for line in lines:
        table.add_row(*line)
    Console().print(table)
    if given.write:
        given.write.write_text(report(lines, here), encoding="utf-8")


if __name__ == "__main__":
    main()
