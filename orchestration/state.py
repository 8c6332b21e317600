"""What no landing zone can bring back: the installation's own history, in SQLite.

`data/state.sqlite` is in every backup; published files carry copies in schema `ops`.
"""

import sqlite3
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import comments
from orchestration.errors import OperatorError
from orchestration.records import Row

_FORMAT = 1
"""Of the data folder; a change that older code cannot read gets the next number."""

_PATIENCE = 30
"""Seconds that one process waits for another's writing."""

_TABLES = """
create table if not exists version_changes (
    version text, previous_version text, table_name text, published_at text,
    primary key (version, table_name)
);
create table if not exists pins (
    version text primary key, why text, pinned_at text
);
create table if not exists check_results (
    run_id text, version text, evaluated_at text, table_name text, check_name text,
    checker text, severity text, outcome text, is_passed integer, description text,
    what_to_do text, primary key (run_id, table_name, check_name)
);
create table if not exists verdict_runs (
    hypothesis text, hypothesis_sha256 text, data_year integer, evidence_class text,
    donors integer, p_value real, best_lag integer, standing_class text,
    standing_since integer, is_provisional integer, version text, recorded_at text,
    primary key (hypothesis, hypothesis_sha256, data_year, evidence_class)
);
"""

_CHECKS = """
create or replace table ops.check_results (
    run_id varchar, version varchar, evaluated_at timestamp, table_name varchar,
    check_name varchar, checker varchar, severity varchar, outcome varchar,
    is_passed boolean, description varchar, what_to_do varchar
);
"""
_CHECKS_MEAN = (
    "Every check of every run of this installation, oldest first",
    {
        "run_id": "Dagster's identifier of the run",
        "version": "Version that it published or found unchanged; NULL if none",
        "evaluated_at": "When the check was made, Asia/Taipei",
        "table_name": "Table that was checked, or whose payloads were",
        "check_name": "Name of the check",
        "checker": "dbt, great_expectations, ingest or orchestration",
        "severity": "ERROR stops the publication, WARN is listed",
        "outcome": "passed, failed or could_not_run",
        "is_passed": "Whether the outcome is passed",
        "description": "What was found; NULL where there is nothing to say",
        "what_to_do": "What an owner should do if it has not passed",
    },
)
_CHANGES_MEAN = (
    "Tables that a version changed with the same inputs: our code did it",
    {
        "version": "The version",
        "previous_version": "The version before it",
        "table_name": "Table that changed",
        "published_at": "When it was published, Asia/Taipei",
    },
)


def pin(file: Path, version: str, why: str, pinned_at: datetime) -> None:
    """Keep a version for ever."""
    with closing(_open(file)) as state, state:
        moment = pinned_at.isoformat(sep=" ")
        state.execute(
            "insert or replace into pins values (?, ?, ?)", (version, why, moment)
        )


def unpin(file: Path, version: str) -> None:
    """Let a version go when it is old enough."""
    with closing(_open(file)) as state, state:
        state.execute("delete from pins where version = ?", (version,))


def pins(file: Path) -> dict[str, str]:
    """Pinned versions, each with the reason."""
    with closing(_open(file)) as state:
        return dict(state.execute("select version, why from pins").fetchall())


def note_version_changes(
    file: Path,
    version: str,
    previous_version: str,
    tables: Iterable[str],
    published_at: datetime,
) -> None:
    """Remember the tables that a version changed although its inputs had not."""
    with closing(_open(file)) as state, state:
        state.executemany(
            "insert or replace into version_changes values (?, ?, ?, ?)",
            [
                (version, previous_version, table, published_at.isoformat(sep=" "))
                for table in tables
            ],
        )


def record_checks(
    file: Path,
    run_id: str,
    checks: Iterable[Mapping[str, Any]],
    evaluated_at: datetime,
) -> None:
    """Remember the checks of a run; none is ever removed."""
    moment = evaluated_at.isoformat(sep=" ")
    with closing(_open(file)) as state, state:
        state.executemany(
            """insert or replace into check_results values (:run_id, null,
            :evaluated_at, :table_name, :check_name, :checker, :severity, :outcome,
            :is_passed, :description, :what_to_do)""",
            [{"run_id": run_id, "evaluated_at": moment, **check} for check in checks],
        )


def note_published(file: Path, run_id: str, version: str) -> None:
    """Remember which version the checks of a run let through."""
    with closing(_open(file)) as state, state:
        state.execute(
            "update check_results set version = ? where run_id = ?", (version, run_id)
        )


def newest_checks(file: Path) -> list[Row]:
    """The checks of the run that built last, as rows of `ops.check_results`.

    A run that only asks publishers checks what it landed and says nothing of what was
    built. The order is that of the rows, for clocks are set back. Empty before the
    first. Nothing is made that is not there.
    """
    if not file.exists():
        return []
    with opened(file) as state:
        found = state.execute(
            """select * from check_results where run_id = (
                select run_id from check_results where table_name not like 'landing.%'
                order by rowid desc limit 1
            ) order by table_name, check_name"""
        ).fetchall()
    return [dict(row) for row in found]


def failing(file: Path, check_name: str) -> list[Row]:
    """The newest result of a check on each table, where that has not passed."""
    if not file.exists():
        return []
    with opened(file) as state:
        found = state.execute(
            """select * from check_results where not is_passed and rowid in (
                select max(rowid) from check_results where check_name = ?
                group by table_name
            ) order by table_name""",
            (check_name,),
        ).fetchall()
    return [dict(row) for row in found]


def note_verdict_runs(file: Path, runs: Iterable[Sequence[Any]]) -> None:
    """Append annual runs of hypotheses; what is there already stays as it is."""
    with closing(_open(file)) as state, state:
        state.executemany(
            f"insert or ignore into verdict_runs values ({', '.join('?' * 12)})",
            [
                tuple(
                    value.isoformat(sep=" ") if isinstance(value, datetime) else value
                    for value in run
                )
                for run in runs
            ],
        )


def verdict_runs(file: Path) -> list[tuple[Any, ...]]:
    """The annual runs of every hypothesis, oldest first."""
    with closing(_open(file)) as state:
        rows = state.execute("select * from verdict_runs order by rowid").fetchall()
    return [
        (*row[:9], bool(row[9]), row[10], datetime.fromisoformat(row[11]))
        for row in rows
    ]


def copy_into(
    con: duckdb.DuckDBPyConnection, file: Path, run_id: str = "", version: str = ""
) -> None:
    """Write the history to schema `ops` of a build file.

    `run_id` is the run that is about to publish `version`.
    """
    with closing(_open(file)) as state:
        rows = state.execute("select * from version_changes order by 1, 3").fetchall()
        checks = state.execute(
            "select * from check_results order by evaluated_at, table_name, check_name"
        ).fetchall()
    con.execute("create schema if not exists ops")
    con.execute(_CHECKS)
    comments.write(con, "ops.check_results", *_CHECKS_MEAN)
    # One list a column: row by row DuckDB takes seconds.
    lists = [list(column) for column in zip(*checks, strict=True)]
    if lists:
        marks = ", ".join(["unnest(?)"] * len(lists))
        con.execute(f"insert into ops.check_results select {marks}", lists)
        con.execute(
            "update ops.check_results set version = ? where run_id = ?",
            [version, run_id],
        )
    con.execute(
        """create or replace table ops.version_changes (
            version varchar, previous_version varchar, table_name varchar,
            published_at timestamp
        )"""
    )
    comments.write(con, "ops.version_changes", *_CHANGES_MEAN)
    if rows:
        con.executemany("insert into ops.version_changes values (?, ?, ?, ?)", rows)


class NewerFormatError(OperatorError):
    """The data folder was written by a newer release."""


def check_format(file: Path) -> None:
    """See that this release may write the data folder. Raises NewerFormatError."""
    if file.exists():
        _open(file).close()


@contextmanager
def opened(file: Path) -> Generator[sqlite3.Connection]:
    """The history, for modules that keep tables of their own in it; rows by name.

    Raises NewerFormatError.
    """
    with closing(_open(file)) as state:
        state.row_factory = sqlite3.Row
        yield state


def _open(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    # It will hold readers' addresses; a copied or restored one may be open to others.
    file.touch(mode=0o600)
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)
    state = sqlite3.connect(file, timeout=_PATIENCE)
    ((found,),) = state.execute("pragma user_version").fetchall()
    if found > _FORMAT:
        state.close()
        raise NewerFormatError(
            f"{file}: written by a newer release (format {found}, this one knows "
            f"{_FORMAT}); install that release again, or restore an older backup"
        )
    state.execute(f"pragma user_version = {_FORMAT}")
    state.executescript(_TABLES)
    return state
