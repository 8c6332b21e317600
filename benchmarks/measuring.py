"""What all benchmarks share: their sizes, their lines, and how a cost is taken."""

import math
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

Line = tuple[str, str, str, str]
"""What is measured, the ratio, its goal, the measurements."""


@dataclass(frozen=True)
class Plan:
    """Rows of the largest file, repetitions, seed, and a folder to work in."""

    rows: int
    times: int
    seed: int
    folder: Path


@dataclass(frozen=True)
class Cost:
    """Wall and processor seconds, and the most memory held, in megabytes.

    The memory of commands is not known: the system tells it of all that ever ran.
    """

    wall: float
    processor: float
    peak: float = math.nan


def measured(work: Callable[[Path], object], path: Path) -> Cost:
    """What `work` on a file costs, in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_run, work, path).result()


def median(costs: Iterable[Cost]) -> Cost:
    """The median of each kind of cost."""
    taken = [*costs]
    kinds = ("wall", "processor", "peak")
    return Cost(*(statistics.median(getattr(c, kind) for c in taken) for kind in kinds))


def _run(work: Callable[[Path], object], path: Path) -> Cost:
    wall, processor = time.perf_counter(), time.process_time()
    work(path)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return Cost(wall, processor, peak())


def peak() -> float:
    """The most memory that this process has held, in megabytes.

    Of a process that was started by a larger one `getrusage` tells what that held.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    (line,) = (
        text for text in status.read_text().splitlines() if text.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1024


def command(arguments: Sequence[str]) -> Cost:
    """What a command costs from its start to its end, those that it starts included.

    Raises RuntimeError with what it said if it fails.
    """
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - started, os.times()
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr}")
    user = after.children_user - before.children_user
    system = after.children_system - before.children_system
    return Cost(wall, user + system)


def compared(
    plan: Plan,
    what: str,
    ours: Callable[[Path], object],
    bare: Callable[[Path], object],
    path: Path,
) -> Iterator[Line]:
    """Lines of time and of memory, ours against a bare read; taken in turns.

    On a machine that does other work only the processor time can be compared.
    """
    pairs = [(measured(ours, path), measured(bare, path)) for _ in range(plan.times)]
    for name, kind, goal, unit in (
        ("time", "wall", "≤ 1.3", "s"),
        ("processor time", "processor", "≤ 1.3", "s"),
        ("peak memory", "peak", "≤ 1", "MB"),
    ):
        us, it = (
            statistics.median(getattr(pair[side], kind) for pair in pairs)
            for side in (0, 1)
        )
        shown = f"{us:.4g} {unit} / {it:.4g} {unit}"
        yield (
            f"{what}, read and check / bare read: {name}",
            f"{us / it:.2f}",
            goal,
            shown,
        )
