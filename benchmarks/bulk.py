"""What the bulk path costs, against what the engine itself needs for the same.

    python -m benchmarks --only bulk

A made-up release of BACI in its real layout goes the whole way. Prints ratios taken in
one run; every measurement has a process of its own. A case is a function that yields
its lines of the table. On a machine that does other work compare processor time.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pandas

from benchmarks import against_dlt, bulk_release
from benchmarks.measuring import Cost, Line, Plan, measured, median
from ingest import bulk as partitions
from ingest.archive import extracted, members
from ingest.landing import LandingZone
from orchestration.settings import Settings
from orchestration.warehouse import bulk

_MOMENT = datetime(2026, 1, 22)  # noqa: DTZ001 the clock is naive on purpose
_TYPES = {
    "t": "SMALLINT",
    "i": "SMALLINT",
    "j": "SMALLINT",
    "k": "VARCHAR",
    "v": "DECIMAL(18,3)",
    "q": "DECIMAL(18,3)",
}
_LIMIT = "1GB"
"""What DuckDB may hold in memory."""


@dataclass(frozen=True)
class Span:
    """Years of a release, by its revision and version."""

    revision: str
    version: str
    years: range


TEN = Span("HS07", "V201801", range(2007, 2017))
THIRTY = Span("HS92", "V202601", range(1995, 2025))


def _settings(folder: Path) -> Settings:
    return Settings(data=folder, memory_limit=_LIMIT)


def _landed(plan: Plan, name: str, span: Span, rows: int, times: int = 1) -> Path:
    """A data folder in which a release has landed, and with `times` 2 its successor.

    The successor restates one year in the middle.
    """
    folder = plan.folder / f"{name}-{rows}"
    if folder.exists():
        return folder
    folder.mkdir()
    zone, path = LandingZone(folder / "landing"), folder / "baci.zip"
    for place in range(times):
        restated = [span.years[len(span.years) // 2]] if place else []
        each = rows // len(span.years)
        bulk_release.write(
            path, span.revision, span.version, span.years, each, plan.seed, restated
        )
        moment = _MOMENT + timedelta(days=place)
        zone.land(
            "cepii_baci", "baci.zip", path, moment, moment, {}, moment, span.revision
        )
    path.unlink()
    return folder


def _archive(folder: Path) -> Path:
    (path,) = (folder / "landing" / "cepii_baci").glob("*.zip")
    return path


def _years_of(archive: Path) -> list[str]:
    return [name for name in members(archive) if name.startswith("BACI_")]


def _partition(folder: Path) -> None:
    """Ours: payload's digest, partitions with theirs, every check, the book."""
    settings = _settings(folder)
    with tempfile.TemporaryDirectory(dir=folder) as target:
        found = partitions.load(
            Path(target), LandingZone(settings.landing), settings.limits
        )
        if [loaded.held_back for loaded in found] != [None]:
            raise RuntimeError(f"not loaded: {found}")


def _load_bare(folder: Path) -> None:
    """Unzip, and the engine's own typed read into a table of a file."""
    archive = _archive(folder)
    with (
        tempfile.TemporaryDirectory(dir=folder) as target,
        duckdb.connect(str(Path(target) / "bare.duckdb")) as con,
    ):
        con.execute("set enable_progress_bar = false")
        columns = ", ".join(f"{name} {kind}" for name, kind in _TYPES.items())
        con.execute(f"create table flows ({columns})")
        for name in _years_of(archive):
            with extracted(archive, name) as file:
                con.execute(
                    f"""insert into flows from read_csv($file, columns={_TYPES},
                    header=true, auto_detect=false, delim=',', nullstr=['', 'NA'])""",
                    {"file": str(file)},
                )


def _load_with_pandas(folder: Path) -> None:
    """Unzip, pandas' typed reader, and a table of a file."""
    archive = _archive(folder)
    types = {"t": "int16", "i": "int16", "j": "int16", "k": "str"}
    with (
        tempfile.TemporaryDirectory(dir=folder) as target,
        duckdb.connect(str(Path(target) / "bare.duckdb")) as con,
    ):
        con.execute("set enable_progress_bar = false")
        for place, name in enumerate(_years_of(archive)):
            with extracted(archive, name) as file:
                # Read by the query below, by its name.
                read = pandas.read_csv(file, dtype=types)  # noqa: F841
                into = "insert into flows" if place else "create table flows as"
                con.execute(f"{into} from read")


def raw(plan: Plan) -> Iterator[Line]:
    """Archive → partitions, against the bare load of the same archive."""
    folder = _landed(plan, "ten", TEN, plan.rows)
    ours, bare, other = _in_turns(
        plan, folder, _partition, _load_bare, _load_with_pandas
    )
    what = "zip → partitions with digests and checks / "
    yield _line(f"{what}unzip + read_csv → table", "processor", "≤ 1.15", ours, bare)
    yield _line(f"{what}unzip + read_csv → table", "wall", "≤ 1.15", ours, bare)
    what = "pandas → table / zip → partitions"
    yield _line(what, "processor", "≥ 1.9", other, ours)
    yield _line(what, "wall", "≥ 1.9", other, ours)
    what = "dlt, arrow batches → table / zip → partitions"
    yield from against_dlt.lines(
        what, "≥ 2.3", ours, "archive", _archive(folder), plan.times
    )
    yield _peak("partitions", ours)


def models(plan: Plan) -> Iterator[Line]:
    """All models and their tests by dbt, against their bare SQL."""
    folder = _landed(plan, "ten", TEN, plan.rows)
    little = _landed(plan, "little", TEN, 20_000)
    for prepared in (folder, little):
        measured(_refresh, prepared)
    ours, bare = _in_turns(plan, folder, _build_whole, _build_bare)
    (start,) = _in_turns(plan, little, _build_whole)
    what = "bulk models and tests / their bare SQL"
    yield _line(f"{what}, dbt's start included", "processor", "≤ 1.5", ours, bare)
    yield _line(f"{what}, dbt's start included", "wall", "≤ 1.5", ours, bare)
    for kind in ("processor", "wall"):
        us, it, idle = (getattr(cost, kind) for cost in (ours, bare, start))
        yield (
            f"{what}, less a run on 20,000 rows: {kind}",
            f"{(us - idle) / it:.2f}",
            "≤ 1.3",
            f"({us:.4g} − {idle:.4g}) s / {it:.4g} s",
        )
    yield _peak("bulk models", ours)


def years(plan: Plan) -> Iterator[Line]:
    """One changed year of ten and of thirty, against all of them."""
    for name, span, goal in (("10", TEN, "≤ 0.25"), ("30", THIRTY, "≤ 0.12")):
        folder = _landed(plan, f"{name} twice", span, plan.rows, times=2)
        measured(_build_first, folder)
        one, whole = _in_turns(plan, folder, _build_one_year, _build_whole)
        what = f"one year of {name} / all of them, models and tests"
        yield _line(what, "processor", goal, one, whole)
        yield _line(what, "wall", goal, one, whole)


def growth(plan: Plan) -> Iterator[Line]:
    """Four times the rows."""
    little = _landed(plan, "quarter", TEN, plan.rows // 4)
    folder = _landed(plan, "ten", TEN, plan.rows)
    for prepared in (folder, little):
        measured(_refresh, prepared)
    for what, work in (("partitions", _partition), ("bulk models", _build_whole)):
        (whole,), (part,) = (_in_turns(plan, f, work) for f in (folder, little))
        yield _line(
            f"{what}, all rows / a quarter of them", "processor", "≤ 4.4", whole, part
        )
        yield _line(
            f"{what}, all rows / a quarter of them", "peak", "", whole, part, "MB"
        )


def _refresh(folder: Path) -> None:
    """The whole way, for what later measurements start from."""
    bulk.refresh(_settings(folder), _silent)


def _build_whole(folder: Path) -> None:
    _build(folder, _empty(folder, "whole"), None)


def _build_first(folder: Path) -> None:
    """The tables of the first release, and the partitions of both."""
    settings = _settings(folder)
    partitions.load(settings.bulk, LandingZone(settings.landing), settings.limits)
    _build(folder, _empty(folder, "first"), _MOMENT)


def _build_one_year(folder: Path) -> None:
    """From the tables of the first release to those of the second."""
    target = _empty(folder, "next")
    shutil.copyfile(folder / "first" / target.name, target)
    _build(folder, target, None)


def _build(folder: Path, target: Path, moment: datetime | None) -> None:
    settings = _settings(folder)
    standing = partitions.standing(settings.bulk, moment)
    made = bulk.build(settings, target, standing, _silent)
    if not made:
        raise RuntimeError("nothing was built")


def _build_bare(folder: Path) -> None:
    """The SQL that dbt compiled, run in its order by the engine alone."""
    settings = _settings(folder)
    compiled = settings.cache / "dbt_bulk_build" / "compiled/flying_geese/models/bulk"
    schemas = {"stg_bulk__flows": "staging", "stg_bulk__economies": "staging"}
    names = ("bulk_economies", "bulk_trade", "bulk_balance_ratios")
    names += ("bulk_revealed_advantage", "bulk_concentration", "bulk_world_products")
    target = _empty(folder, "bare")
    with duckdb.connect(str(target), config={**settings.limits}) as con:
        con.execute("set enable_progress_bar = false")
        con.execute("set preserve_insertion_order = false")
        con.execute("create schema staging; create schema marts")
        for name in (*schemas, *names):
            kind = "view" if name in schemas else "table"
            sql = (compiled / f"{name}.sql").read_text(encoding="utf-8")
            place = f"{schemas.get(name, 'marts')}.{name}"
            con.execute(f"create {kind} {place} as {sql}")
        for test in compiled.glob("*.yml/*.sql"):
            con.execute(f"select count(*) from ({test.read_text(encoding='utf-8')})")


def _empty(folder: Path, name: str) -> Path:
    """Where a build goes; the file's name is what the SQL was compiled for."""
    shutil.rmtree(folder / name, ignore_errors=True)
    (folder / name).mkdir()
    return folder / name / "bulk.duckdb"


def _silent(_: str) -> None:
    """Nobody listens."""


def _in_turns(plan: Plan, folder: Path, *works: Callable[[Path], object]) -> list[Cost]:
    """Median costs of each; they take turns, so that a busy moment hits all."""
    rounds = [[measured(work, folder) for work in works] for _ in range(plan.times)]
    return [median(of_one) for of_one in zip(*rounds, strict=True)]


def _line(what: str, kind: str, goal: str, us: Cost, it: Cost, unit: str = "s") -> Line:
    ours, theirs = getattr(us, kind), getattr(it, kind)
    shown = f"{ours:.4g} {unit} / {theirs:.4g} {unit}"
    return f"{what}: {kind}", f"{ours / theirs:.2f}", goal, shown


def _peak(what: str, cost: Cost) -> Line:
    return f"{what}: peak memory", "", "≤ 2,048 MB", f"{cost.peak:.0f} MB"


CASES: tuple[Callable[[Plan], Iterator[Line]], ...] = (raw, models, years, growth)


def lines(plan: Plan) -> Iterator[Line]:
    """The lines of all cases."""
    for case in CASES:
        yield from case(plan)
