"""Whole archives → partitions → bulk tables, in a published file of their own.

A build remembers the partition that each of its years was made from. The next one
makes anew the years whose partition is another, and those that compare with them; if
there are none, dbt is not even imported.
"""

import hashlib
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest import bulk, clock
from ingest.bulk import Partition
from ingest.landing import LandingZone
from orchestration import comments, held_back
from orchestration.resources import lock
from orchestration.settings import Settings
from orchestration.warehouse import dbt_command, engines, versions
from orchestration.whole_files import flush, open_folder

Listener = Callable[[str], None]
"""Called with what is being done."""

Years = dict[tuple[str, int], str]
"""The partition of each HS revision and year, by its digest."""

_KEEP = 2
"""Published files that stay; each may take gigabytes, and all can be made again."""

_BUILD = "bulk.duckdb"
_UNFINISHED = ""
_WITHOUT_FILES = "drop schema if exists staging cascade"
"""Views of partitions are for the build alone."""

_RECORD = """
create schema if not exists ops;
create table if not exists ops.built_from (
    hs_revision varchar, period_year integer, partition_sha256 varchar);
create table if not exists ops.build (code_sha256 varchar, economies varchar);
"""
_MEANINGS = {
    "ops.built_from": (
        "The partition that each year was made from",
        {
            "hs_revision": "Edition of the Harmonised System: HS92 or HS07",
            "period_year": "Calendar year",
            "partition_sha256": "Digest of the partition's file",
        },
    ),
    "ops.build": (
        "The models, and the lists of economies, of these tables",
        {
            "code_sha256": "Digest of DuckDB's version and of the models' files",
            "economies": "Digests of the lists of economies, as JSON",
        },
    ),
}


@dataclass(frozen=True)
class Outcome:
    """How a bulk refresh went; `years` are the HS revisions and years made anew."""

    path: Path | None
    years: tuple[tuple[str, int], ...]
    held_back: tuple[str, ...]
    is_new: bool = False


@dataclass(frozen=True)
class Plan:
    """What a build has to do; without `built` years it does everything."""

    wanted: Years
    built: Years
    files: dict[tuple[str, int], Partition]
    economies: tuple[Partition, ...]
    is_new_list: bool

    @property
    def changed(self) -> list[tuple[str, int]]:
        """Years whose partition is new, another, or gone."""
        keys = self.wanted.keys() | self.built.keys()
        return sorted(k for k in keys if self.wanted.get(k) != self.built.get(k))

    @property
    def affected(self) -> list[tuple[str, int]]:
        """Those, and the years after them that stand: they are compared with them."""
        after = {(revision, year + 1) for revision, year in self.changed}
        return sorted({*self.changed, *(after & self.wanted.keys())})

    def variables(self) -> dict[str, Any]:
        """What the models are told."""
        read = [self.files[key] for key in self.changed if key in self.files]
        # Where years only went, the models still need a file's columns.
        read = read or [*self.files.values()][:1]
        paths = {
            "bulk_flows": [_told(found) for found in read],
            "bulk_economies": [_told(found) for found in self.economies],
        }
        if not self.built:
            return paths
        before = [(revision, year - 1) for revision, year in self.affected]
        return paths | {
            "bulk_changed": _condition(self.changed),
            "bulk_affected": _condition(self.affected),
            "bulk_compared": _condition([*self.affected, *before]),
        }


def refresh(settings: Settings, listener: Listener) -> Outcome:
    """Bring partitions, tables and the published file up to what has landed.

    Raises IngestError for a damaged payload or partition, DbtError if models or their
    tests fail: then readers keep the last published file.
    """
    with lock(settings):
        listener("writing partitions")
        bulk.load(settings.bulk, LandingZone(settings.landing), settings.limits)
        waiting = tuple(_waiting(settings))
        standing = bulk.standing(settings.bulk)
        latest = settings.latest_bulk
        if not standing:
            return Outcome(None, (), waiting)
        years = build(settings, settings.bulk / _BUILD, standing, listener)
        if years is None and latest.exists():
            return Outcome(latest, (), waiting)
        listener("publishing")
        _publish(settings, clock.now())
        return Outcome(latest, tuple(years or ()), waiting, is_new=True)


def look_back(settings: Settings, moment: datetime, listener: Listener) -> Path | None:
    """Build the bulk tables as of a moment, apart; None if there was nothing then."""
    with lock(settings):
        standing = bulk.standing(settings.bulk, moment)
        if not standing:
            return None
        target = settings.data / "as_of" / f"{moment:%Y-%m-%d}" / _BUILD
        target.parent.mkdir(parents=True, exist_ok=True)
        build(settings, target, standing, listener)
    return target


def build(
    settings: Settings, target: Path, standing: Iterable[Partition], listener: Listener
) -> list[tuple[str, int]] | None:
    """Make the tables in `target` those of the partitions; returns the years made anew.

    None if nothing has changed. A file that other models have made is made anew as a
    whole. Raises as `refresh`.
    """
    code = _fingerprint()
    plan = _plan(target, [*standing], code)
    if settings.engine == "spark" and (plan.changed or plan.is_new_list):
        # There a build is always of all years.
        plan = replace(plan, built={})
    if not plan.changed and not plan.is_new_list:
        return None
    needed = [plan.files[key] for key in plan.changed if key in plan.files]
    for partition in (*needed, *plan.economies):
        partition.verify()
    if plan.built:
        unfinished = plan.built | dict.fromkeys(plan.changed, _UNFINISHED)
        _note(target, unfinished, code, "")
    else:
        _begin(target)
    listener(f"building {len(plan.affected)} years")
    whole = () if plan.built else ("--full-refresh",)
    results = engines.build_bulk(settings, target, plan.variables(), *whole)
    problems = dbt_command.problems(results)
    if problems:
        raise dbt_command.DbtError(problems)
    _note(target, plan.wanted, code, _digest(plan.economies))
    return plan.affected


def _plan(target: Path, standing: list[Partition], code: str) -> Plan:
    files = {(p.revision, p.year): p for p in standing if p.dataset == "flows"}
    lists = tuple(p for p in standing if p.dataset == "economies")
    built, economies = _record(target, code)
    return Plan(
        wanted={key: found.sha256 for key, found in files.items()},
        built=built,
        files=files,
        economies=lists,
        is_new_list=economies != _digest(lists),
    )


def _record(target: Path, code: str) -> tuple[Years, str]:
    """What the file was made from: years and lists; nothing if other code made it."""
    if not target.exists():
        return {}, ""
    with duckdb.connect(str(target), read_only=True) as con:
        made = con.execute(
            "select economies from ops.build where code_sha256 = ?", [code]
        ).fetchone()
        rows = con.execute("from ops.built_from").fetchall() if made else []
    return {tuple(row[:2]): row[2] for row in rows}, made[0] if made else ""


def _begin(target: Path) -> None:
    """An empty file, in a form that older DuckDB clients read, for dbt to build in."""
    target.unlink(missing_ok=True)
    quoted = str(target).replace("'", "''")
    with duckdb.connect() as con:
        con.execute(
            f"attach '{quoted}' as made (storage_version '{versions.STORAGE_VERSION}')"
        )
        con.execute(f"use made; {_RECORD}")
        for table, (meaning, columns) in _MEANINGS.items():
            comments.write(con, table, meaning, columns)


def _note(target: Path, years: Years, code: str, economies: str) -> None:
    rows = [[*key, sha256] for key, sha256 in sorted(years.items())]
    with duckdb.connect(str(target)) as con:
        con.begin()
        con.execute("delete from ops.built_from")
        con.execute("delete from ops.build")
        con.executemany("insert into ops.built_from values (?, ?, ?)", rows)
        con.execute("insert into ops.build values (?, ?)", [code, economies])
        con.commit()


def _publish(settings: Settings, moment: datetime) -> None:
    """Copy the build file and point readers to the copy, whole or not at all."""
    latest = settings.latest_bulk
    folder = latest.parent
    open_folder(folder)
    versions.sweep(folder, latest)
    name, path = versions.next_name(folder, moment.date())
    partial = folder / f".{name}.{os.getpid()}.part"
    try:
        shutil.copyfile(settings.bulk / _BUILD, partial)
        _seal(partial, name, moment)
        partial.chmod(0o444)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    versions.point(latest, path.name)
    versions.prune(folder, _KEEP, ())


def _seal(file: Path, name: str, moment: datetime) -> None:
    """Sign a copy; no view in it may refer to files elsewhere."""
    with duckdb.connect(str(file)) as con:
        con.execute(_WITHOUT_FILES)
        versions.sign(con, name, moment)
        con.execute("checkpoint")
    flush(file)


def _waiting(settings: Settings) -> Iterator[str]:
    for sha256, label, reason in bulk.held_back(settings.bulk):
        yield held_back.line(sha256, f"bulk {label}", reason)


def _fingerprint() -> str:
    """A digest of what decides how partitions become tables."""
    models = dbt_command.fingerprint(("macros", "models/bulk"))
    return hashlib.sha256(f"{duckdb.__version__} {models}".encode()).hexdigest()


def _digest(lists: Iterable[Partition]) -> str:
    return json.dumps([found.sha256 for found in lists])


def _told(partition: Partition) -> dict[str, str]:
    return {"path": str(partition.path), "revision": partition.revision}


def _condition(keys: Iterable[tuple[str, int]]) -> str:
    """SQL that is true of the rows of some years; false of all if there are none."""
    years: dict[str, set[int]] = defaultdict(set)
    for revision, year in keys:
        years[revision].add(year)
    parts = [
        f"hs_revision = '{revision}' and period_year in "
        f"({', '.join(map(str, sorted(found)))})"
        for revision, found in sorted(years.items())
    ]
    return f"({' or '.join(parts) or 'false'})"
