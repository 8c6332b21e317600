"""The account of a soak: what was carried out, only evaluated, and left behind."""

import argparse
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

from ingest.landing import LandingZone
from tests.soak.account import fetched, runs_kept
from tests.soak.runs import Ended
from tests.soak.soak import Soak


def lines(soak: Soak, rebuilt: Ended, options: argparse.Namespace) -> Iterator[str]:
    """The account, a line for each thing."""
    yield (
        f"{soak.start:%Y-%m-%d} to {soak.machine.true:%Y-%m-%d}, seed {options.seed}: "
        f"{soak.world.edition} releases of every publisher, "
        f"{len(soak.world.log)} requests answered"
    )
    yield f"happened: {_counts(soak.happened)}"
    asked = sum(soak.machine.evaluated.values())
    yield (
        f"evaluated: {asked} ticks of {len(soak.machine.evaluated)} schedules and a "
        f"sensor, {sum(soak.machine.skipped.values())} of them skipped with a reason"
    )
    yield from _runs(soak)
    yield f"only counted, not carried out: {_counts(soak.counted)}"
    yield from _landing(soak)
    yield _rebuild(soak, rebuilt)
    yield from _mail(soak)
    kept = runs_kept(soak.settings)
    yield f"run storage: {len(kept)} runs, the oldest of {kept[0][:10]}"


def _runs(soak: Soak) -> Iterator[str]:
    ended = [e for e in soak.runner.ended if e.order.job != "rebuild"]
    for job in sorted({e.order.job for e in ended}):
        mine = [e for e in ended if e.order.job == job]
        counts = Counter(e.outcome for e in mine)
        seconds = sum(e.processor_seconds for e in mine)
        part = " (as far as the raw tables)" if job == "refresh" and soak.part else ""
        yield f"carried out: {job}{part}: {_counts(counts)}; {seconds:.0f} s processor"


def _landing(soak: Soak) -> Iterator[str]:
    zone = LandingZone(soak.settings.landing)
    events = zone.events()
    news = [e for e in events if e.get("outcome") == "news"]
    bodies = fetched(soak)[1]
    yield (
        f"landing zone: {len(events)} lines, {len(news)} publications, all with their "
        f"digests; {len(bodies)} bodies are byte for byte what the publishers sent"
    )
    files = [p for p in soak.settings.landing.rglob("*") if p.is_file()]
    size = sum(p.stat().st_size for p in files) / 1e6
    whole = sum(p.stat().st_size for p in soak.settings.data.rglob("*")) / 1e6
    years = (soak.machine.true - soak.start).days / 365
    yield (
        f"disk: landing zone {size:.1f} MB, at this pace {size / years * 10:.0f} MB in "
        f"ten years; data folder {whole:.0f} MB"
    )


def _rebuild(soak: Soak, rebuilt: Ended) -> str:
    tables = rebuilt.told or []
    same = sum(is_same for _, is_same in tables)
    what = "raw tables (what is believed)" if soak.part else "published tables"
    return f"clean rebuild: {same} of {len(tables)} {what} identical"


def _mail(soak: Soak) -> Iterator[str]:
    with closing(sqlite3.connect(soak.settings.state)) as con:
        found = con.execute("select kind, state from mails").fetchall()
    for kind in sorted({kind for kind, _ in found}):
        counts = Counter(state for of_kind, state in found if of_kind == kind)
        yield f"mail: {kind}: {_counts(counts)}"
    yield f"due to readers: {len(soak.due)} briefs; withheld: {len(soak.stops)} times"


def _counts(found: Counter[str]) -> str:
    return ", ".join(f"{n} × {name}" for name, n in sorted(found.items())) or "nothing"
