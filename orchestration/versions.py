"""The build file becomes a published version, whole or not at all.

Readers open `published/latest.duckdb`, a link to an immutable file; whoever has an
older version open keeps it. The storage format is one that older DuckDB clients read.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from orchestration import state

PUBLIC = ("marts", "meta")
"""Schemas of data that readers are promised; digests compare these."""

STORAGE_VERSION = "v1.2.0"
"""Opened by DuckDB 1.2 and later; the present default is not."""


@dataclass(frozen=True)
class Version:
    """A published version. `is_new` is false if the data marts had not changed."""

    name: str
    path: Path
    is_new: bool


@dataclass(frozen=True)
class _Contents:
    version: str
    marts: dict[str, str]
    words: str
    inputs: dict[str, str | None]


def digests(con: duckdb.DuckDBPyConnection, schemas: Sequence[str]) -> dict[str, str]:
    """A digest of every table's rows in the schemas, whatever their order."""
    tables = con.execute(
        """select schema_name, table_name from duckdb_tables()
        where schema_name = any(?) order by all""",
        [list(schemas)],
    ).fetchall()
    found = {}
    for schema, table in tables:
        rows = con.execute(
            f"""select cast(columns_of as varchar) from "{schema}"."{table}"
            as columns_of order by 1"""
        ).fetchall()
        text = "\n".join(row[0] for row in rows)
        found[f"{schema}.{table}"] = hashlib.sha256(text.encode()).hexdigest()
    return found


def publish(
    warehouse: Path, folder: Path, state_file: Path, today: date, moment: datetime
) -> Version:
    """Copy the build file into a new version and point readers to it.

    Nothing is published, and the newest version returned, if its marts are the same.
    A publication that fails leaves no trace that a reader can see.
    """
    folder.mkdir(parents=True, exist_ok=True)
    latest = folder / "latest.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        contents, newest = _contents(con), _newest(latest)
        if newest and (newest.marts, newest.words) == (contents.marts, contents.words):
            return Version(newest.version, folder / f"{newest.version}.duckdb", False)
        name = _next_name(folder, today)
        if newest and newest.inputs == contents.inputs:
            changed = [t for t, d in contents.marts.items() if newest.marts.get(t) != d]
            gone = newest.marts.keys() - contents.marts.keys()
            state.note_version_changes(
                state_file, name, newest.version, [*changed, *gone], moment
            )
        state.copy_into(con, state_file)
        _sign(con, name, moment)
        partial = folder / f".{name}.{os.getpid()}.part"
        try:
            _copy(con, partial)
            partial.chmod(0o444)
            partial.rename(folder / f"{name}.duckdb")
        finally:
            partial.unlink(missing_ok=True)
    _point(latest, f"{name}.duckdb")
    return Version(name, folder / f"{name}.duckdb", True)


def _contents(con: duckdb.DuckDBPyConnection) -> _Contents:
    """What a file holds, by digest: marts, words and code, and inputs."""
    signed = con.execute(
        """select 1 from duckdb_tables()
        where schema_name = 'ops' and table_name = 'publication'"""
    ).fetchone()
    version = ("",)
    if signed:
        (version,) = con.execute("select version from ops.publication").fetchall()
    raw = digests(con, ("raw",))
    inputs = {name: raw.get(f"raw.{name}") for name in ("payloads", "overrides")}
    return _Contents(version[0], digests(con, PUBLIC), _words(con), inputs)


def _words(con: duckdb.DuckDBPyConnection) -> str:
    """A digest of what readers are told besides figures, and of the code that made it.

    The text of the macros would not do: DuckDB rewrites it when it copies them.
    """
    found = con.execute(
        """select schema_name, table_name, column_name, comment from duckdb_columns()
        where schema_name = any($public)
        union all select schema_name, table_name, '', comment from duckdb_tables()
        where schema_name = any($public)
        order by all""",
        {"public": list(PUBLIC)},
    ).fetchall()
    told = {
        ("build", "code_sha256"): "select code_sha256 from ops.build",
        # A reader must learn that a source fails, though no figure has changed.
        ("source_states", "state"): "select source, state from ops.source_states",
    }
    for (table, column), query in told.items():
        exists = con.execute(
            """select 1 from duckdb_columns() where schema_name = 'ops'
            and table_name = ? and column_name = ?""",
            [table, column],
        ).fetchone()
        if exists:
            found += con.execute(f"{query} order by all").fetchall()
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _sign(con: duckdb.DuckDBPyConnection, name: str, moment: datetime) -> None:
    con.execute(
        """create or replace table ops.publication as
        select $name as version, $moment as published_at""",
        {"name": name, "moment": moment},
    )
    con.execute(
        """comment on table ops.publication is
        'This version and when it was published, Asia/Taipei'"""
    )


def _copy(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    target.unlink(missing_ok=True)
    ((build,),) = con.execute("select current_database()").fetchall()
    quoted = str(target).replace("'", "''")
    con.execute(f"attach '{quoted}' as pub (storage_version '{STORAGE_VERSION}')")
    con.execute(f'copy from database "{build}" to pub')
    con.execute("detach pub")
    descriptor = os.open(target, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _newest(latest: Path) -> _Contents | None:
    if not latest.exists():
        return None
    with duckdb.connect(str(latest.resolve()), read_only=True) as con:
        return _contents(con)


def _next_name(folder: Path, today: date) -> str:
    taken = [
        int(path.name.removesuffix(".duckdb").split(".")[1])
        for path in folder.glob(f"{today:%Y-%m-%d}.*.duckdb")
    ]
    return f"{today:%Y-%m-%d}.{max(taken, default=0) + 1}"


def _point(link: Path, target: str) -> None:
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
