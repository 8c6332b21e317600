"""Payloads that wait for a person, in `data/state.sqlite` as of the last load.

Every load notes them, the command's and the schedule's; alerts and `geese status` read
them while a build may hold the build file.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.books import quarantine
from orchestration import state

_TABLE = "create table if not exists held_back (line text primary key)"


def found(con: duckdb.DuckDBPyConnection) -> list[str]:
    """A line for each payload that a build file holds back."""
    return [line(*payload) for payload in quarantine(con)]


def line(sha256: str, label: str, reason: str) -> str:
    """What is said of a payload that is held back, and how it is let in."""
    # Most reasons begin with the file's name already.
    said = reason if reason.startswith(label) else f"{label}: {reason}"
    return f"{said}; held back until `geese accept {sha256[:12]} --why …`"


def note(file: Path, lines: Sequence[str]) -> None:
    """Remember what is held back now, in place of what was."""
    with state.opened(file) as con, con:
        con.execute(_TABLE)
        con.execute("delete from held_back")
        con.executemany(
            "insert or ignore into held_back values (?)", [(line,) for line in lines]
        )


def noted(file: Path) -> list[str]:
    """What the last load held back; empty before the first."""
    if not file.exists():
        return []
    with state.opened(file) as con:
        con.execute(_TABLE)
        return [row[0] for row in con.execute("select line from held_back order by 1")]
