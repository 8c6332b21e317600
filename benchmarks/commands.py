"""What whole commands cost: a refresh of the embedded files, another with nothing new.

Processor time of processes of their own, on data folders of their own.
"""

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Cost, Line, Plan, command

_GEESE = "from orchestration.cli.main import main; main()"


def lines(plan: Plan) -> Iterator[Line]:
    """The lines of all commands; the refresh and the empty job take turns."""
    refreshes, empties, known = [], [], []
    for turn in range(plan.times):
        full, bare = plan.folder / f"full-{turn}", plan.folder / f"empty-{turn}"
        refreshes.append(_geese(full, "refresh"))
        empties.append(_python(bare, "-m", "benchmarks.empty_job"))
        known.append(_geese(full, "refresh"))
    ours, bare = _seconds(refreshes), _seconds(empties)
    yield (
        "embedded refresh, the first / empty job with the same imports: processor time",
        f"{ours / bare:.2f}",
        "≤ 1.5",
        f"{ours:.1f} s / {bare:.1f} s",
    )
    yield _plain("refresh with nothing new", _seconds(known), "≤ 0.5 s")
    asked = [_geese(plan.folder / "asked", "--help") for _ in range(plan.times)]
    yield _plain("geese --help", _seconds(asked), "≤ 0.3 s")


def _geese(data: Path, *arguments: str) -> Cost:
    return _python(data, "-c", _GEESE, *arguments)


def _python(data: Path, *arguments: str) -> Cost:
    data.mkdir(exist_ok=True)
    settings = data / "geese.toml"
    settings.touch()
    mine = (f"GEESE_DATA={data}", f"GEESE_CONFIG={settings}")
    return command(["env", *mine, sys.executable, *arguments])


def _seconds(costs: list[Cost]) -> float:
    return statistics.median(cost.processor for cost in costs)


def _plain(what: str, seconds: float, goal: str) -> Line:
    return f"{what}: processor time", "", goal, f"{seconds:.2f} s"
