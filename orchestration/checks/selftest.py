"""Tests of the checks: defects are planted one at a time, and each must be caught.

A spoiled payload is offered to ingestion as the next publication of its file; if it is
believed, or if raw rows are spoiled, the models and checks behind it must stop it.
"""

import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb

from ingest import clock, embedded, incoming, plausible
from ingest.landing import LandingZone
from ingest.payload import Payload
from ingest.source import Feed, IngestError, Source, Table, all_sources
from ingest.vintages import Applier
from orchestration.checks import defects
from orchestration.checks.defects import Defect, DefectError
from orchestration.checks.trial import Catch, Project, Trial, copied, tables_in
from orchestration.errors import OperatorError
from orchestration.settings import Settings
from orchestration.warehouse import building, dbt_command


class UnsoundBaseError(OperatorError):
    """A check fails although nothing has been planted."""


@dataclass(frozen=True)
class Verdict:
    """What became of a defect: the checks that stopped it, the named one first."""

    defect: Defect
    catches: tuple[Catch, ...]

    @property
    def is_caught(self) -> bool:
        """Whether the check that the defect names stopped it."""
        return any(_is_named(self.defect, catch) for catch in self.catches)


@dataclass(frozen=True)
class Bench:
    """A sound warehouse of the embedded files, and the checks it is held to."""

    base: Path
    project: Project

    def run(
        self, planted: Sequence[Defect], tell: Callable[[str], None]
    ) -> Iterator[Verdict]:
        """Plant each defect in a copy of its own and find what catches it."""
        for number, defect in enumerate(planted, start=1):
            tell(f"{number} of {len(planted)}: {defect.name}")
            with copied(self.base, self.project) as trial:
                yield _verdict(trial, defect)


@contextmanager
def prepared(settings: Settings, tell: Callable[[str], None]) -> Generator[Bench]:
    """The bench for defects.

    The build file of an embedded installation serves if it is of this code; otherwise
    one is built. Raises UnsoundBaseError, NothingLandedError, DbtError.
    """
    with tempfile.TemporaryDirectory(prefix="geese-selftest-") as folder:
        base = Path(folder) / settings.warehouse.name
        if not _copied(settings, base):
            _build(settings, base, tell)
        tell("compiling the checks")
        bench = Bench(base, Project(dbt_command.compiled_checks(settings)))
        # Once dbt has run, Great Expectations tells of every folder it makes.
        logging.getLogger("great_expectations.data_context").setLevel(logging.WARNING)
        tell("checking the sound warehouse")
        _require_sound(bench)
        yield bench


def _verdict(trial: Trial, defect: Defect) -> Verdict:
    caught: list[Catch] = []
    for catch in _caught(trial, defect):
        caught.append(catch)
        if _is_named(defect, catch):
            break
    caught.sort(key=lambda catch: not _is_named(defect, catch))
    return Verdict(defect, tuple(caught))


def _caught(trial: Trial, defect: Defect) -> Iterator[Catch]:
    if defect.raw:
        trial.con.execute(defect.raw)
        yield from trial.catches(tables_in(defect.raw))
        return
    source, table, feed = _feed(defect)
    with tempfile.TemporaryDirectory() as folder:
        payload = _payload(trial, source, feed, defects.spoil(defect, Path(folder)))
        doubt = _offer(trial, source, table, feed, payload)
    if doubt:
        yield doubt
        return
    yield from trial.catches({source.raw_name(table)})


def _offer(
    trial: Trial, source: Source, table: Table, feed: Feed, payload: Payload
) -> Catch | None:
    """Offer a payload to ingestion; what it says against it, or None if it is in."""
    name = source.raw_name(table)
    try:
        incoming.read(trial.con, table, feed, payload.path, payload.label)
        doubt = plausible.doubt(trial.con, name, table, payload)
    except IngestError as error:
        doubt = str(error)
    if doubt:
        return Catch("ingest", source.name, doubt)
    Applier(trial.con, name, table, payload, payload.retrieved_at).apply()
    return None


def _payload(trial: Trial, source: Source, feed: Feed, path: Path) -> Payload:
    """The file as published and fetched a day after all that is in."""
    ((last,),) = trial.con.execute(
        "select max(greatest(published_at, recorded_at)) from raw.payloads"
    ).fetchall()
    moment = last + timedelta(days=1)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Payload(0, source.name, feed.resource, "", digest, path, moment, moment, {})


def _feed(defect: Defect) -> tuple[Source, Table, Feed]:
    for source in all_sources().values():
        for table, feed in source.feeds("embedded"):
            if feed.resource == defect.payload:
                return source, table, feed
    raise DefectError(f"{defect.name}: no source reads {defect.payload}")


def _is_named(defect: Defect, catch: Catch) -> bool:
    if catch.checker == "ingest":
        return defect.caught_by in catch.said
    return defect.caught_by == catch.name


def _require_sound(bench: Bench) -> None:
    with copied(bench.base, bench.project) as trial:
        found = list(trial.catches({"*"}))
    if found:
        said = "; ".join(f"{catch.name}: {catch.said}" for catch in found[:3])
        raise UnsoundBaseError(f"checks fail before anything is planted: {said}")


def _copied(settings: Settings, base: Path) -> bool:
    if settings.mode != "embedded" or not settings.warehouse.exists():
        return False
    shutil.copyfile(settings.warehouse, base)
    with duckdb.connect(str(base), read_only=True) as con:
        built = con.execute(
            """select 1 from duckdb_tables()
            where schema_name = 'ops' and table_name = 'build'"""
        ).fetchone()
        if not built:
            return False
        found = con.execute("select code_sha256 from ops.build").fetchall()
    return found == [(dbt_command.fingerprint(),)]


def _build(settings: Settings, base: Path, tell: Callable[[str], None]) -> None:
    own = settings.model_copy(update={"data": base.parent, "mode": "embedded"})
    zone = LandingZone(own.landing)
    for source in all_sources().values():
        embedded.land(source, zone, clock.now())
    base.unlink(missing_ok=True)
    building.build(own, base, None, tell)
