"""A warehouse from the landing zone alone: for a rebuild, and for a look back."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest import loading
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration import comments
from orchestration.errors import OperatorError
from orchestration.resources import prepare_environment
from orchestration.settings import Settings
from orchestration.trajectory import answers, series_inputs, tables
from orchestration.warehouse import (
    as_of,
    catalogue,
    column_lineage,
    dbt_command,
    digests,
    engines,
)

Listener = Callable[[str], None]
"""Called with what is being done."""


class BuildChangedError(OperatorError):
    """The build file is not the one that was checked."""


class NothingLandedError(OperatorError):
    """There is nothing to build from."""


@dataclass(frozen=True)
class Comparison:
    """The digests of one mart in two files; None where it is missing."""

    mart: str
    rebuilt: str | None
    published: str | None

    @property
    def is_same(self) -> bool:
        """Both exist and have the same rows."""
        return self.rebuilt is not None and self.rebuilt == self.published


def build(
    settings: Settings, target: Path, moment: datetime | None, listener: Listener
) -> None:
    """Build `target` from the landing zone, as of a moment or as of now.

    Raw tables hold the whole history in either case; the models show the moment.
    Raises NothingLandedError, IngestError or DbtError; then `target` does not exist.
    """
    if not LandingZone(settings.landing).journal.exists():
        raise NothingLandedError(f"{settings.landing}: nothing has been landed yet")
    prepare_environment(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    # In a folder of its own, for the models are parsed for a file of this name.
    folder = target.with_name(f".{target.stem}.build")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    partial = folder / settings.warehouse.name
    try:
        zone = LandingZone(settings.landing)
        with duckdb.connect(str(partial)) as con:
            for source in all_sources().values():
                listener(f"loading {source.name}")
                loading.load(con, source, zone)
            listener("building the models")
        options = ["--exclude-resource-type", "unit_test", "test"]
        as_of_then = {"as_of": moment.isoformat(sep=" ")} if moment else {}
        results = engines.build(settings, partial, as_of_then, *options)
        problems = dbt_command.problems(results)
        if problems:
            raise dbt_command.DbtError(problems)
        with duckdb.connect(str(partial)) as con:
            column_lineage.write(con, dbt_command.models_built(results))
            listener("testing the hypotheses")
            finish(con, settings, moment)
        partial.replace(target)
    finally:
        shutil.rmtree(folder)


def finish(
    con: duckdb.DuckDBPyConnection, settings: Settings, moment: datetime | None = None
) -> None:
    """Add to freshly built models what dbt does not make; drop what is left of others.

    The result is a pure function of the landing zone and the code; `moment` is the one
    as of which the models were built.
    """
    manifest = json.loads(dbt_command.manifest(settings).read_text(encoding="utf-8"))
    verdicts = tables.declared(manifest)
    known = [*manifest["nodes"].values(), *verdicts, column_lineage.TABLE]
    drop_strangers(con, known)
    as_of.create_macros(con, settings)
    answers.write(con, verdicts, moment.date() if moment else None)
    keys = {node["name"]: tables.key_of(node) for node in verdicts}
    series_inputs.write(con, keys)
    catalogue.write(con, manifest["nodes"] | manifest["sources"], digests.PUBLIC)


def stamp(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Note in the build file which run built it, from which models."""
    con.execute("create schema if not exists ops")
    con.execute(
        "create or replace table ops.build as select ? as run_id, ? as code_sha256",
        [run_id, dbt_command.fingerprint()],
    )
    columns = {
        "run_id": "Dagster's identifier of the run",
        "code_sha256": "Digest of the dbt project's files",
    }
    meaning = "The run and the models that made these tables"
    comments.write(con, "ops.build", meaning, columns)


def require_build_of(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Raise BuildChangedError if another run has built the file since."""
    found = con.execute("select run_id from ops.build").fetchall()
    if found != [(run_id,)]:
        raise BuildChangedError(
            "another run has rebuilt the warehouse since this one checked it; readers "
            "keep the last version; run `geese refresh` again"
        )


def drop_strangers(
    con: duckdb.DuckDBPyConnection, nodes: Iterable[Mapping[str, Any]]
) -> None:
    """Drop what is left in the layers of models and seeds that are no more."""
    known = {(node["schema"], node["name"]) for node in nodes}
    layers = sorted({schema for schema, _ in known})
    found = con.execute(
        """select schema_name, table_name, 'table' from duckdb_tables()
        where schema_name = any($layers)
        union all select schema_name, view_name, 'view' from duckdb_views()
        where schema_name = any($layers)
        union all select schema_name, function_name, 'macro table'
        from duckdb_functions() where schema_name = any($layers)""",
        {"layers": layers},
    ).fetchall()
    for schema, name, kind in found:
        if (schema, name.removesuffix("_as_of")) not in known:
            con.execute(f'drop {kind} "{schema}"."{name}"')


def rebuild(settings: Settings, adopt: bool, listener: Listener) -> list[Comparison]:
    """Build the warehouse anew and compare every mart with the published version.

    The rebuilt file takes the place of the build file if all are the same or it is to
    be adopted in any case; if not it stays beside it as `rebuilt.duckdb`.
    """
    target = settings.data / "rebuilt.duckdb"
    build(settings, target, None, listener)
    listener("comparing")
    with duckdb.connect(str(target), read_only=True) as con:
        rebuilt = digests.of(con, digests.PUBLIC)
    published = {}
    if settings.latest.exists():
        with duckdb.connect(str(settings.latest.resolve()), read_only=True) as con:
            published = digests.of(con, digests.PUBLIC)
    compared = [
        Comparison(mart, rebuilt.get(mart), published.get(mart))
        for mart in sorted(rebuilt | published)
    ]
    if adopt or all(found.is_same for found in compared):
        target.replace(settings.warehouse)
    return compared
