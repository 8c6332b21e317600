"""Every fault of every publisher, tried on the real sources: what catches it?

    python -m tests.trials docs/faults.md [source ...]

With names only these sources are tried, and the page keeps the rows of the others.
A source is visited and loaded in a sound world; then its publishers release anew, with
one fault, and it is visited and loaded again. A fault that changes figures without a
word has passed unnoticed.
"""

import dataclasses
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import duckdb

from ingest import fetching, loading
from ingest.http import Client, Limits
from ingest.landing import LandingZone
from ingest.source import Source, all_sources
from ingest.sources import un_comtrade
from tests.upstreams import catalogue
from tests.upstreams.publishers import comtrade, estat
from tests.upstreams.server import running
from tests.upstreams.world import World

Outcome = Literal[
    "refused", "held back", "counted", "harmless", "news", "late", "UNNOTICED"
]

FEW_REPORTERS = dict.fromkeys(("HS", "S2"), (392, 410, 490, 842))
"""Enough of UN Comtrade for a trial: with all, a visit makes hundreds of requests."""

SECRETS = {"COMTRADE_KEY": comtrade.KEY, "ESTAT_APP_ID": estat.APP_ID}
# Their next version is not there before.
_IN_SPRING = ("cepii_baci",)
# Few bytes, so that also on a busy machine a bomb is too large before it is too slow.
_QUICK = Limits(
    attempts=2, first_pause=0.01, longest_pause=2, deadline=4, bytes=30_000_000
)


@dataclass(frozen=True)
class Caught:
    """What became of one fault: the outcome, and the line that the operator reads."""

    source: str
    host: str
    fault: str
    outcome: Outcome
    said: str


@dataclass(frozen=True)
class State:
    """What a visit and a load left behind."""

    problem: str | None
    held_back: list[str]
    rows: dict[str, str]
    unmapped: int


class Trials:
    """Tries faults on sources, in one simulated world."""

    def __init__(self, folder: Path, world: World, base: str) -> None:
        self.folder = folder
        self.world = world
        self.base = base
        self._first = (world.today, world.edition)
        self._before: dict[str, State] = {}
        self._sound: dict[str, State] = {}
        self._hosts: dict[str, set[str]] = {}

    def hosts(self, source: Source) -> list[str]:
        """The publishers' hosts that a source asks in a sound world."""
        self._prepare(source)
        return sorted(self._hosts[source.name])

    def attempt(self, source: Source, host: str, fault: str) -> Caught:
        """Visit and load the source while one of its hosts has the fault."""
        self._prepare(source)
        sound = self._sound[source.name]
        found = self._again(source, lambda: self.world.fault(host, fault))
        outcome, said = judge(found, sound)
        if outcome == "UNNOTICED" and fault in catalogue.news_of(host):
            outcome, said = "news", "a version of its own, taken as one"
        elif outcome == "UNNOTICED" and found.rows == self._before[source.name].rows:
            outcome, said = "late", "`geese sources` tells what is overdue"
        return Caught(source.name, host, fault, outcome, said)

    def _prepare(self, source: Source) -> None:
        if source.name in self._sound:
            return
        self._rewind()
        before = len(self.world.log)
        first = self._visit(source, self.folder / source.name)
        assert first.problem is None, first.problem
        assert not first.held_back, first.held_back
        asked = {asked.host for asked in self.world.log[before:]}
        self._hosts[source.name] = asked
        self._before[source.name] = first
        self._sound[source.name] = self._again(source, lambda: None)
        sound = self._sound[source.name]
        assert sound.problem is None, sound.problem
        assert not sound.held_back, sound.held_back

    def _again(self, source: Source, spoil: Callable[[], None]) -> State:
        """A second visit, one edition later, on a copy of the first one's state."""
        self._rewind()
        spring = date(self._first[0].year + 1, 2, 20)
        self.world.advance(to=spring if source.name in _IN_SPRING else None)
        spoil()
        copy = self.folder / "again"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder / source.name, copy)
        try:
            return self._visit(source, copy)
        finally:
            self.world.clear()

    def _rewind(self) -> None:
        self.world.clear()
        self.world.today, self.world.edition = self._first
        self.world.published_on = self._first[0]
        self.world.release_days = [self._first[0]]

    def _visit(self, source: Source, folder: Path) -> State:
        zone = LandingZone(folder / "landing")
        now = datetime.combine(self.world.today, time(12))
        with Client(folder / "downloads", self.base, _QUICK, pace=0) as client:
            plan = fetching.Plan(zone, client, now, SECRETS)
            (visit,) = fetching.visit_all([source], plan, lambda _: None)
        with duckdb.connect(str(folder / "warehouse.duckdb")) as con:
            # What is embedded stands beside what is fetched and is left out here.
            loaded = loading.load(con, source, zone)
            return State(
                visit.problem,
                [x.held_back for x in loaded if x.held_back],
                {t.name: _digest(con, source, t) for t in source.tables},
                _unmapped(con),
            )


def _digest(con: duckdb.DuckDBPyConnection, source: Source, table) -> str:
    names = ", ".join(f'"{c.name}"' for c in table.named("key", "value"))
    row = con.execute(
        f"""select count(*), bit_xor(hash({names}))
        from raw.{source.raw_name(table)}
        where recorded_to is null and published_to is null"""
    )
    return str(row.fetchone())


def _unmapped(con: duckdb.DuckDBPyConnection) -> int:
    return con.execute("select count(*) from raw.unmapped").fetchall()[0][0]


def judge(found: State, sound: State) -> tuple[Outcome, str]:
    if found.problem:
        return "refused", found.problem
    if found.held_back:
        return "held back", found.held_back[0]
    if found.unmapped > sound.unmapped:
        return "counted", "values outside the known codes, in raw.unmapped"
    if found.rows == sound.rows:
        return "harmless", "the rows are the same"
    return "UNNOTICED", ""


def cases(trials: Trials, sources: list[Source]) -> list[tuple[Source, str, str]]:
    """Every (source, host, fault) there is of the sources."""
    return [
        (source, host, fault)
        for source in sources
        for host in trials.hosts(source)
        for fault in sorted(catalogue.faults_of(host))
    ]


def row(one: Caught) -> str:
    """One line of the page."""
    said = one.said.replace("|", "¦").replace("127.0.0.1", "localhost")[:160]
    cells = (one.source, one.host, f"`{one.fault}`", one.outcome, said)
    return f"| {' | '.join(cells)} |"


def rows_of_others(page: str, tried: list[Source]) -> list[str]:
    """The page's lines about sources that were not tried anew but are still there."""
    names = {s.name for s in all_sources().values()} - {s.name for s in tried}
    return [line for line in page.splitlines() if _source(line) in names]


def _source(line: str) -> str:
    return line.removeprefix("| ").partition(" |")[0]


def table(rows: list[str]) -> str:
    """The page of docs: fault → guard, in markdown, by source."""
    lines = [
        "# What the publishers can get wrong, and what catches it",
        "",
        "Made by `python -m tests.trials docs/faults.md` against the simulator of",
        "`tests/upstreams`; every number there is made up. *refused*: nothing was",
        "landed, the visit says why. *held back*: landed, but no row of it counts",
        "until a person accepts it. *counted*: kept, and listed in `raw.unmapped`.",
        "*harmless*: the rows are what they are without the fault. *news*: no fault,",
        "but a version that is to be taken. *late*: what stood before stands on, until",
        "the release is overdue.",
        "",
        "| source | host | fault | outcome | what the operator reads |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *sorted(rows, key=_source)]) + "\n"


def main() -> int:
    """Try what is asked for and write the page; 1 if a fault passes unnoticed."""
    page, *names = sys.argv[1:]
    there = {s.name: s for s in all_sources().values() if s.fetch}
    if unknown := sorted(set(names) - set(there)):
        sys.exit(f"{', '.join(unknown)}: not fetched; there are {', '.join(there)}")
    tried = [there[name] for name in names or there]
    un_comtrade._REPORTERS = FEW_REPORTERS
    world = World(drip_seconds=0.1)
    with TemporaryDirectory() as folder, running(world) as base:
        trials = Trials(Path(folder), world, base)
        caught = []
        for source, host, fault in cases(trials, tried):
            caught.append(trials.attempt(source, host, fault))
            print(*dataclasses.astuple(caught[-1])[:4], file=sys.stderr)  # noqa: T201
    kept = rows_of_others(Path(page).read_text(encoding="utf-8"), tried)
    rows = [*kept, *map(row, caught)]
    Path(page).write_text(table(rows), encoding="utf-8")
    return any(one.outcome == "UNNOTICED" for one in caught)


if __name__ == "__main__":
    sys.exit(main())
