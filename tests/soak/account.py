"""What an installation must be able to answer for after the years."""

import fcntl
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from ingest.landing import LandingZone
from orchestration.settings import Settings
from tests.soak import processes
from tests.soak.runs import Ended
from tests.soak.soak import LEAVER, Soak

_ENDS_WELL = ("sent", "uncertain", "failed")
RUNS_KEPT = timedelta(days=90 + 8)


def problems(soak: Soak, rebuilt: Ended) -> list[str]:
    """One line for everything that is not as it must be."""
    settings = soak.settings
    return [
        *_landed(settings),
        *_lost_bodies(soak),
        *_rebuilt(rebuilt),
        *_briefs(soak),
        *_twice(soak),
        *_storage(soak),
        *_locks(settings),
        *_left_running(settings),
    ]


def _landed(settings: Settings) -> Iterator[str]:
    zone = LandingZone(settings.landing)
    yield from zone.damages()
    yield from (f"{path}: no line of the journal tells of it" for path in zone.untold())


def fetched(soak: Soak) -> tuple[set[str], set[str]]:
    """Digests of bodies that visits which ended well were sent, and those landed.

    Only those of good answers at addresses whose bodies are kept as they are, not
    parts of them, and that the publisher did not call unchanged.
    """
    events = LandingZone(soak.settings.landing).events()
    kept = {e["sha256"]: e["source"] for e in events if e["event"] == "fetch"}
    asked = soak.world.log
    addresses = {
        (a.host, a.path): kept[a.body_sha256] for a in asked if a.body_sha256 in kept
    }
    sent: set[str] = set()
    for ended, first, last in soak.requests:
        if ended.outcome == "went well":
            excused = set(_excused(events, ended))
            mine = [
                a
                for a in asked[first:last]
                if a.status == HTTPStatus.OK and (a.host, a.path) in addresses
            ]
            sent |= {
                a.body_sha256 for a in mine if addresses[a.host, a.path] not in excused
            }
    return sent, sent & kept.keys()


def _excused(events: list[dict[str, Any]], ended: Ended) -> Iterator[str]:
    """Sources that a run did not read whole, or whose publisher said: unchanged."""
    first = ended.order.at.isoformat()
    last = (ended.order.at + timedelta(seconds=ended.seconds + 1)).isoformat()
    for event in events:
        if first <= event.get("checked_at", "") <= last:
            is_unread = event["event"] == "visit" and event["outcome"] == "failed"
            is_believed = event.get("outcome") == "unchanged" and event.get("mark")
            if is_unread or is_believed:
                yield event["source"]


def _lost_bodies(soak: Soak) -> Iterator[str]:
    sent, kept = fetched(soak)
    for digest in sorted(sent - kept):
        (first, *_) = [a for a in soak.world.log if a.body_sha256 == digest]
        yield f"{first.host}{first.path}: sent whole, not in the landing zone"


def _rebuilt(rebuilt: Ended) -> Iterator[str]:
    if rebuilt.outcome != "went well":
        yield f"the rebuild {rebuilt.outcome}: {rebuilt.said}"
        return
    for name, is_same in rebuilt.told:
        if not is_same:
            yield f"{name}: differs from a clean rebuild"


def _rows(settings: Settings) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(settings.state)) as con:
        con.row_factory = sqlite3.Row
        return con.execute("select * from mails").fetchall()


def _briefs(soak: Soak) -> Iterator[str]:
    rows = _rows(soak.settings)
    ended = {
        (r["kind"], r["period"], r["language"], r["recipient"])
        for r in rows
        if r["state"] in _ENDS_WELL
    }
    for one in sorted(soak.due):
        asked = (one.kind, one.period, one.language, one.reader)
        if asked not in ended and one.reader != LEAVER:
            yield f"due, and nothing became of it: {one}"
    told = {r["version"] for r in rows if r["kind"] == "notice"}
    for version in sorted(soak.stops - told):
        yield f"withheld without a notice: briefs after version {version}"
    for row in rows:
        if row["state"] in ("queued", "sending"):
            yield f"still {row['state']}: mail {row['id']} to {row['recipient']}"


def _twice(soak: Soak) -> Iterator[str]:
    digests = Counter(
        (to.lower(), hashlib.sha256(message).hexdigest())
        for to, message in soak.inbox.accepted
    )
    known = {(r["recipient"], r["message_sha256"]): r for r in _rows(soak.settings)}
    briefs: Counter[tuple[str, ...]] = Counter()
    for asked, times in digests.items():
        row = known.get(asked)
        if row is None:
            yield f"{asked[0]} got a message that the outbox does not know"
        elif row["kind"] in ("annual", "quarterly", "monthly"):
            said = (row["kind"], row["period"], row["language"], row["recipient"])
            briefs[said] += times
        if times > 1:
            yield f"{asked[0]} got the same message {times} times"
    for said, times in briefs.items():
        if times > 1:
            yield f"{said} went out {times} times"


def runs_kept(settings: Settings) -> list[str]:
    """When each run that Dagster's storage still knows was made, UTC."""
    with closing(sqlite3.connect(settings.dagster / "history/runs.db")) as con:
        found = con.execute("select create_timestamp from runs order by 1").fetchall()
    return [moment for (moment,) in found]


def _ids_of_runs(settings: Settings) -> list[str]:
    with closing(sqlite3.connect(settings.dagster / "history/runs.db")) as con:
        return [run_id for (run_id,) in con.execute("select run_id from runs")]


def _storage(soak: Soak) -> Iterator[str]:
    settings = soak.settings
    oldest = (soak.machine.now - RUNS_KEPT).isoformat(" ")
    old = [moment for moment in runs_kept(settings) if moment < oldest]
    if old:
        yield f"{len(old)} runs are older than 90 days, the oldest of {old[0]}"
    known = set(_ids_of_runs(settings))
    for path in settings.dagster.glob("storage/*"):
        if path.name not in known:
            yield f"{path}: left over from a run that is forgotten"
    versions = [p for p in settings.published.glob("*.duckdb") if not p.is_symlink()]
    if len(versions) > settings.keep_versions:
        yield f"{len(versions)} versions are kept instead of {settings.keep_versions}"
    for path in settings.data.rglob(".*.part"):
        yield f"{path}: left over"


def _locks(settings: Settings) -> Iterator[str]:
    for path in (settings.data / "refresh.lock", settings.outbox / ".lock"):
        if path.exists():
            with path.open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield f"{path}: still held"


def _left_running(settings: Settings) -> Iterator[str]:
    for number, line in processes.of(settings.data):
        # That from which runs are forked, and its helper, end with this process.
        if "multiprocessing" not in line:
            yield f"process {number} still runs: {line[:80]}"
