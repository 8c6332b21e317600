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


def digest(con: duckdb.DuckDBPyConnection, schemas: Sequence[str]) -> str:
    """One digest of all tables in the schemas."""
    lines = [f"{table} {found}" for table, found in digests(con, schemas).items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def publish(warehouse: Path, folder: Path, today: date, moment: datetime) -> Version:
    """Copy the build file into a new version and point readers to it.

    Nothing is published, and the newest version returned, if its marts are the same.
    A publication that fails leaves no trace that a reader can see.
    """
    folder.mkdir(parents=True, exist_ok=True)
    latest = folder / "latest.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        marts = digest(con, PUBLIC)
        newest = _newest(latest)
        if newest and newest[1] == marts:
            return Version(newest[0], folder / f"{newest[0]}.duckdb", is_new=False)
        name = _next_name(folder, today)
        con.execute("create schema if not exists ops")
        con.execute(
            """create or replace table ops.publication as
            select $name as version, $moment as published_at, $marts as marts_sha256""",
            {"name": name, "moment": moment, "marts": marts},
        )
        con.execute(
            """comment on table ops.publication is
            'This version, when it was published (Asia/Taipei), and its digest'"""
        )
        partial = folder / f".{name}.{os.getpid()}.part"
        try:
            _copy(con, partial)
            partial.chmod(0o444)
            partial.rename(folder / f"{name}.duckdb")
        finally:
            partial.unlink(missing_ok=True)
    _point(latest, f"{name}.duckdb")
    return Version(name, folder / f"{name}.duckdb", is_new=True)


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


def _newest(latest: Path) -> tuple[str, str] | None:
    if not latest.exists():
        return None
    with duckdb.connect(str(latest.resolve()), read_only=True) as con:
        return con.execute(
            "select version, marts_sha256 from ops.publication"
        ).fetchone()


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
