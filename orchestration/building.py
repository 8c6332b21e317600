"""A warehouse from the landing zone alone: for a rebuild, and for a look back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from ingest import loading, overrides
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration import as_of, dbt_command, versions
from orchestration.resources import prepare_environment
from orchestration.settings import Settings

Listener = Callable[[str], None]
"""Called with what is being done."""


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
    Raises IngestError or DbtError; then `target` does not exist.
    """
    prepare_environment(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    partial.unlink(missing_ok=True)
    try:
        zone = LandingZone(settings.landing)
        with duckdb.connect(str(partial)) as con:
            for source in all_sources().values():
                listener(f"loading {source.name}")
                loading.load(con, source, zone)
                overrides.load(con, source, zone)
        listener("building the models")
        options = ["--exclude-resource-type", "unit_test", "test"]
        if moment:
            options += ["--vars", f"{{as_of: '{moment.isoformat(sep=' ')}'}}"]
        results = dbt_command.build(settings, partial, *options)
        problems = dbt_command.problems(results)
        if problems:
            raise dbt_command.DbtError(problems)
        if moment is None:
            with duckdb.connect(str(partial)) as con:
                as_of.create_macros(con, settings)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def rebuild(settings: Settings, listener: Listener) -> list[Comparison]:
    """Build the warehouse anew and compare every mart with the published version.

    The rebuilt file takes the place of the build file only if all are the same; if
    not it stays beside it as `rebuilt.duckdb`.
    """
    target = settings.data / "rebuilt.duckdb"
    build(settings, target, None, listener)
    listener("comparing")
    with duckdb.connect(str(target), read_only=True) as con:
        rebuilt = versions.digests(con, versions.PUBLIC)
    published = {}
    if settings.latest.exists():
        with duckdb.connect(str(settings.latest.resolve()), read_only=True) as con:
            published = versions.digests(con, versions.PUBLIC)
    compared = [
        Comparison(mart, rebuilt.get(mart), published.get(mart))
        for mart in sorted(rebuilt | published)
    ]
    if all(found.is_same for found in compared):
        target.replace(settings.warehouse)
    return compared
