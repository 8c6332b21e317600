"""Jobs whose last scheduled run failed, in `data/state.sqlite` until one succeeds.

The daemon's sensors write it (see `sensors`), alerts read it.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from orchestration import state

_TABLE = """
create table if not exists failed_runs (
    job text primary key, said text not null, since text not null
)
"""
_LONGEST = 300


@dataclass(frozen=True)
class FailedRun:
    """A job that fails: what its first failure said, and when that was."""

    job: str
    said: str
    since: datetime


def note(file: Path, job: str, said: str, now: datetime) -> None:
    """Remember that a job failed; while it goes on failing, the first time counts."""
    line = " ".join(said.split())[:_LONGEST]
    with _opened(file) as con, con:
        con.execute(
            "insert or ignore into failed_runs values (?, ?, ?)",
            (job, line, now.isoformat(" ")),
        )


def clear(file: Path, job: str) -> None:
    """Forget a job's failure: it has succeeded."""
    with _opened(file) as con, con:
        con.execute("delete from failed_runs where job = ?", (job,))


def standing(file: Path) -> list[FailedRun]:
    """Jobs that fail now, by name."""
    if not file.exists():
        return []
    with _opened(file) as con:
        found = con.execute("select job, said, since from failed_runs order by job")
        return [
            FailedRun(job, said, datetime.fromisoformat(since))
            for job, said, since in found
        ]


@contextmanager
def _opened(file: Path) -> Generator[Connection]:
    with state.opened(file) as con:
        con.execute(_TABLE)
        yield con
