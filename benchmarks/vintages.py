"""What keeping every vintage costs, against the same table without history.

    python -m benchmarks.vintages [--rows 1000000] [--vintages 100] [--seed 1]
                                  [--memory-limit 2GB]

Prints ratios taken in one run; the seconds beside them belong to the machine. Copies
are compared, as versions are published; the build file has room to spare for the next
load. The memory is the most the whole process ever held, the payload's bytes included.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table as Shown

from benchmarks.measuring import Line, Plan, peak
from ingest import loading
from ingest.landing import LandingZone
from ingest.source import Feed, Source, Table, key, value

_FIRST = datetime(2020, 1, 1)  # noqa: DTZ001 the clock is naive on purpose
_CHANGED = 0.02


def _source(rows: int) -> Source:
    table = Table(
        name="observations",
        feeds=(Feed("observations.csv"),),
        meaning="Synthetic observations",
        rows=(1, 2 * rows),
        columns=(
            key("series", "INTEGER", "Series"),
            key("period", "INTEGER", "Period"),
            value("amount", "DECIMAL(18,3)", "Amount"),
        ),
    )
    return Source(name="benchmark", title="Synthetic", tables=(table,))


def _payload(rows: int, vintage: int, seed: int, folder: Path) -> bytes:
    """Every vintage restates a random 2 % of all rows."""
    path = folder / "payload.csv"
    with duckdb.connect() as con:
        con.execute(
            """copy (
                select i % 1000 as series, i // 1000 as period,
                    cast(hash(i, $seed) % 1000000 / 1000.0 + coalesce((
                        select sum(v) from range(1, $vintage + 1) as t (v)
                        where hash(i, v, $seed) % 10000 < $changed * 10000), 0)
                    as decimal(18, 3)) as amount
                from range($rows) as r (i)
            ) to '"""
            + str(path)
            + "'",
            {"rows": rows, "vintage": vintage, "seed": seed, "changed": _CHANGED},
        )
    return path.read_bytes()


def _timed(*works: Callable[[], object], times: int = 1) -> list[float]:
    """Median seconds of each; they take turns, so that a busy moment hits all."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, seconds in zip(works, taken, strict=True):
            started = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - started)
    return [statistics.median(seconds) for seconds in taken]


def _latest(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """The models' `is_standing()` as of now."""
    return con.execute(
        """select count(*), sum(amount) from raw.benchmark__observations
        where recorded_to is null and published_to is null"""
    ).fetchall()


def _as_of(con: duckdb.DuckDBPyConnection, moment: datetime) -> list[tuple]:
    """The models' `is_standing()` as of a moment, and that of their macros."""
    return con.execute(
        """select count(*), sum(amount) from raw.benchmark__observations
        where recorded_to is null and published_from <= $moment
        and case when published_to <= $moment then published_to end is null""",
        {"moment": moment},
    ).fetchall()


def _size(path: Path, fill: Callable[[duckdb.DuckDBPyConnection], object]) -> int:
    with duckdb.connect(str(path)) as con:
        fill(con)
        con.execute("checkpoint")
    return path.stat().st_size


def measure(
    rows: int, vintages: int, seed: int, memory_limit: str, folder: Path
) -> list[Line]:
    """Load the vintages and return (what, ratio, goal, seconds or bytes)."""
    source, zone = _source(rows), LandingZone(folder / "landing")
    build = folder / "warehouse.duckdb"
    new: list[float] = []
    with duckdb.connect(str(build), config={"memory_limit": memory_limit}) as con:
        for vintage in range(vintages):
            payload = _payload(rows, vintage, seed, folder)
            moment = _FIRST + timedelta(days=vintage)
            zone.land("benchmark", "observations.csv", payload, moment, moment, {})
            new += _timed(lambda: loading.load(con, source, zone))
        (known,) = _timed(lambda: loading.load(con, source, zone), times=5)
        middle = _FIRST + timedelta(days=vintages // 2)
        latest, as_of = _timed(
            lambda: _latest(con), lambda: _as_of(con, middle), times=15
        )
        standing = [count for count, _ in _latest(con) + _as_of(con, middle)]
        if standing != [rows, rows]:
            raise RuntimeError(f"{standing} rows stand, {rows} were published")
        con.execute("checkpoint")
    compact = _size(
        folder / "compact.duckdb",
        lambda con: con.execute(
            f"attach '{build}' as build (read_only); create table history as "
            "from build.raw.benchmark__observations"
        ),
    )
    single = _size(
        folder / "single.duckdb",
        lambda con: con.execute(
            f"attach '{build}' as build (read_only); create table one as "
            "select series, period, amount from build.raw.benchmark__observations "
            "where recorded_to is null and published_to is null"
        ),
    )
    loaded = statistics.median(new)
    megabytes = 1e6
    return [
        (
            "known payload / new payload",
            f"{known / loaded:.4f}",
            "≤ 0.10",
            f"{known:.3f} s / {loaded:.2f} s",
        ),
        (
            "as of / latest",
            f"{as_of / latest:.2f}",
            "≤ 1.5",
            f"{as_of * 1e3:.1f} ms / {latest * 1e3:.1f} ms",
        ),
        (
            "history / one full copy",
            f"{compact / single:.2f}",
            "≤ 8",
            f"{compact / megabytes:.1f} MB / {single / megabytes:.1f} MB",
        ),
        ("build file", "", "", f"{build.stat().st_size / megabytes:.1f} MB"),
        ("peak memory", "", memory_limit, f"{peak():.0f} MB"),
    ]


def lines(plan: Plan) -> Iterator[Line]:
    """The lines of 100 vintages of a tenth of the rows, in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        given = (max(plan.rows // 10, 1), 100, plan.seed, "2GB", plan.folder)
        found = pool.submit(measure, *given).result()
    for what, ratio, goal, shown in found:
        yield f"100 vintages: {what}", ratio, goal, shown


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--vintages", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--memory-limit", default="2GB")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(
            given.rows, given.vintages, given.seed, given.memory_limit, Path(folder)
        )
    table = Shown(title=f"{given.rows:,} rows, {given.vintages} vintages, 2 % changed")
    for name in ("what", "ratio", "goal", "measured"):
        table.add_column(name)
    for row in found:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
