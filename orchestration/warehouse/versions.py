"""The build file becomes a published version, whole or not at all.

Readers open `published/latest.duckdb`, a link to an immutable file; whoever has an
older version open keeps it. The storage format is one that older DuckDB clients read.
Beside each file lies a folder of the same name with Parquet and descriptors.
"""

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import comments, state
from orchestration.errors import OperatorError
from orchestration.trajectory import history
from orchestration.warehouse import differences, package
from orchestration.warehouse.digests import Contents, contents
from orchestration.whole_files import flush, open_folder

STORAGE_VERSION = "v1.2.0"
"""Opened by DuckDB 1.2 and later; the present default is not."""

_ENDING = ".duckdb"
_OURS = re.compile(r"\d{4}-\d\d-\d\d\.\d+(\.duckdb)?|\.(\d{4}-|latest).*")


class UnknownVersionError(OperatorError):
    """No such version is published."""


@dataclass(frozen=True)
class Version:
    """A published version. `is_new` is false if the data marts had not changed."""

    name: str
    path: Path
    is_new: bool

    @property
    def files(self) -> Path:
        """The folder with Parquet and descriptors."""
        return self.path.with_suffix("")

    @property
    def manifest(self) -> dict[str, Any]:
        """What manifest.json says; nothing where a very old version has none."""
        path = self.files / package.MANIFEST
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def publish(
    warehouse: Path,
    folder: Path,
    state_file: Path,
    today: date,
    moment: datetime,
    facts: Mapping[str, Any],
    run_id: str = "",
) -> Version:
    """Copy the build file into a new version and point readers to it.

    `facts` (inputs, code, checks) goes into the version's manifest.json; the checks of
    run `run_id` are those that this version passed. Nothing is
    published, and the newest version returned, if its marts are the same. A
    publication that fails leaves no trace that a reader can see.
    """
    open_folder(folder)
    latest = folder / "latest.duckdb"
    sweep(folder, latest)
    with duckdb.connect(str(warehouse)) as con:
        found, newest = contents(con), _newest(latest)
        if newest and (newest.marts, newest.words) == (found.marts, found.words):
            path = folder / f"{newest.version}{_ENDING}"
            state.note_published(state_file, run_id, newest.version)
            return Version(newest.version, path, False)
        version = Version(*next_name(folder, today), True)
        _note_changes_of_code(state_file, version, newest, found, moment)
        history.note(con, state_file, version.name, moment)
        state.copy_into(con, state_file, run_id, version.name)
        history.copy_into(con, state_file)
        sign(con, version.name, moment)
        partial = folder / f".{version.name}.{os.getpid()}.part"
        try:
            _copy(con, partial)
            partial.chmod(0o444)
            changed = differences.between(latest.resolve(), partial) if newest else []
            told = {**facts, "changes": [vars(change) for change in changed]}
            package.write(con, version.files, version.name, told)
            partial.rename(version.path)
        finally:
            partial.unlink(missing_ok=True)
    point(latest, version.path.name)
    state.note_published(state_file, run_id, version.name)
    return version


def published(folder: Path) -> list[Version]:
    """All published versions, newest first. One that was never pointed to is none."""
    latest = folder / "latest.duckdb"
    if not latest.exists():
        return []
    newest = _order(latest.resolve().stem)
    found = [path for path in folder.glob(f"*{_ENDING}") if not path.is_symlink()]
    known = sorted((p for p in found if _order(p.stem) <= newest), key=_by_age)
    return [Version(path.stem, path, False) for path in reversed(known)]


def find(folder: Path, name: str) -> Version:
    """The version of a name, or `latest`. Raises UnknownVersionError."""
    known = published(folder)
    for version in known:
        if name in (version.name, "latest"):
            return version
    may = ", ".join(version.name for version in known[:5]) or "none yet"
    raise UnknownVersionError(f"{name}: no such version; the newest are: {may}")


def prune(folder: Path, keep: int, pinned: Iterable[str]) -> list[str]:
    """Remove all but the `keep` newest versions and the pinned ones; returns names."""
    kept = set(pinned)
    gone = [v for v in published(folder)[keep:] if v.name not in kept]
    for version in gone:
        version.path.unlink()
        shutil.rmtree(version.files, ignore_errors=True)
    return [version.name for version in gone]


def _note_changes_of_code(
    state_file: Path,
    version: Version,
    newest: Contents | None,
    found: Contents,
    moment: datetime,
) -> None:
    if newest and newest.inputs == found.inputs:
        changed = [t for t, d in found.marts.items() if newest.marts.get(t) != d]
        gone = newest.marts.keys() - found.marts.keys()
        state.note_version_changes(
            state_file, version.name, newest.version, [*changed, *gone], moment
        )


def sign(con: duckdb.DuckDBPyConnection, name: str, moment: datetime) -> None:
    """Write into a file which version it is, and when it was published."""
    con.execute(
        """create or replace table ops.publication as
        select $name as version, $moment as published_at""",
        {"name": name, "moment": moment},
    )
    columns = {
        "version": "Name of the version: day of publication and number of that day",
        "published_at": "When it was published, Asia/Taipei",
    }
    meaning = "This version and when it was published"
    comments.write(con, "ops.publication", meaning, columns)


def _copy(con: duckdb.DuckDBPyConnection, target: Path) -> None:
    target.unlink(missing_ok=True)
    ((build,),) = con.execute("select current_database()").fetchall()
    quoted = str(target).replace("'", "''")
    con.execute(f"attach '{quoted}' as pub (storage_version '{STORAGE_VERSION}')")
    con.execute(f'copy from database "{build}" to pub')
    con.execute("detach pub")
    flush(target)


def sweep(folder: Path, latest: Path) -> None:
    """Remove what a killed publication left: parts, and files never pointed to."""
    known = {version.path for version in published(folder)}
    known |= {version.files for version in published(folder)} | {latest}
    for path in folder.iterdir():
        if path in known or not _OURS.fullmatch(path.name):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _newest(latest: Path) -> Contents | None:
    if not latest.exists():
        return None
    with duckdb.connect(str(latest.resolve()), read_only=True) as con:
        return contents(con)


def next_name(folder: Path, today: date) -> tuple[str, Path]:
    """Name and file of the version that comes after those published."""
    newest = max((_order(v.name) for v in published(folder)), default=("", 0))
    # Never before the newest, whatever the machine's clock says.
    day = max(f"{today:%Y-%m-%d}", newest[0])
    name = f"{day}.{newest[1] + 1 if day == newest[0] else 1}"
    return name, folder / f"{name}{_ENDING}"


def _order(name: str) -> tuple[str, int]:
    """Versions in the order of publication: 2026-05-01.10 comes after 2026-05-01.9."""
    day, _, number = name.partition(".")
    return day, int(number or 0)


def _by_age(path: Path) -> tuple[str, int]:
    return _order(path.stem)


def point(link: Path, target: str) -> None:
    """Let a link name another file from one moment to the next."""
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)
