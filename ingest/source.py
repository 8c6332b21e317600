"""What a source is: its tables, columns, units and bounds; discovery by module name."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import duckdb

import ingest.sources

if TYPE_CHECKING:
    from ingest.session import Session

Role = Literal["key", "value", "ignored", "publication"]
Origin = Literal["embedded", "download", "inbox"]


class IngestError(Exception):
    """Bad input. The message is one line: what is wrong, where, what to do."""


@dataclass(frozen=True)
class Column:
    """One column of a source's table, as the publisher shapes it.

    `role` says what the vintage loader does with it: part of the key, a value whose
    change is news, read but ignored, or the publication date (moved to the clock).
    A value outside `allowed` is an error; one outside `known` is kept, and counted in
    `raw.unmapped` until someone says what it means.
    """

    name: str
    sql_type: str
    meaning: str
    role: Role = "value"
    unit: str | None = None
    required: bool = False
    allowed: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None


def key(name: str, sql_type: str, meaning: str, **limits: Any) -> Column:
    """A key column: always required."""
    return Column(name, sql_type, meaning, "key", required=True, **limits)


def value(
    name: str, sql_type: str, meaning: str, required: bool = True, **limits: Any
) -> Column:
    """A value column, required unless said otherwise."""
    return Column(name, sql_type, meaning, "value", required=required, **limits)


@dataclass(frozen=True)
class Provenance:
    """Who publishes a downloaded or dropped file, and under which terms.

    `url` is the publisher's page; the address of each request is kept besides. Of the
    embedded files `reference/provenance.toml` says the same.
    """

    title_en: str
    title_zh: str
    publisher_en: str
    publisher_zh: str
    url: str
    licence_en: str
    licence_zh: str
    licence_url: str
    attribution_en: str
    attribution_zh: str
    unit: str
    coverage: str


Reader = Callable[[duckdb.DuckDBPyConnection, "Table", Path], None]
"""Turns a payload into the temporary table `as_written` (see ingest.incoming)."""


@dataclass(frozen=True)
class Feed:
    """One kind of payload that a table is read from.

    `resource` names it in the journal; its suffix is the payload file's. `read` is
    None for a CSV that has exactly the table's columns. `files` is the pattern of the
    names under which people drop such a file into the inbox; `dated` reads the day of
    publication from it, where the file tells. `rows` replaces the table's bounds.
    """

    resource: str
    origin: Origin = "embedded"
    read: Reader | None = None
    provenance: Provenance | None = None
    files: str = ""
    dated: Callable[[Path], date] | None = None
    rows: tuple[int, int] | None = None

    def accepts(self, file_name: str) -> bool:
        """Whether a file of this name in the inbox is meant for this feed."""
        return self.origin == "inbox" and fnmatch(file_name.lower(), self.files)


@dataclass(frozen=True)
class Table:
    """A raw table and the kinds of payload that feed it.

    `published_on` is SQL over the file's columns giving the DATE on which a row was
    published; None where the source has no dated publications (then the payload's
    retrieval date counts). A dated row speaks for its own key only. Otherwise a
    payload speaks for all rows that share its values of the `coverage` columns, and
    with no such columns for the whole table: a row it lacks has been withdrawn.
    `rows` is the least and the greatest believable number of rows in a payload.
    A payload that lacks more than the share `may_lose` of the rows that stand within
    its coverage, or any value of a `steady` column, is held back for a person to judge.
    `correctable` columns are those whose printed value an operator may correct.
    `period` is the key column with the year, month or day that a row is about: a new
    period is then held against the one before it.
    """

    name: str
    feeds: tuple[Feed, ...]
    meaning: str
    columns: tuple[Column, ...]
    rows: tuple[int, int]
    published_on: str | None = None
    coverage: tuple[str, ...] = ()
    may_lose: float = 0.02
    steady: tuple[str, ...] = ()
    correctable: tuple[str, ...] = ()
    period: str | None = None

    def named(self, *roles: Role) -> tuple[Column, ...]:
        """The columns that have one of the given roles, in file order."""
        return tuple(c for c in self.columns if c.role in roles)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key columns."""
        return tuple(c.name for c in self.named("key"))

    @property
    def values(self) -> tuple[str, ...]:
        """Names of the columns whose change makes a new vintage."""
        return tuple(c.name for c in self.named("value"))

    @property
    def stored(self) -> tuple[Column, ...]:
        """Columns kept in the raw table: all but a bare publication date."""
        return self.named("key", "value", "ignored")

    @property
    def scope(self) -> tuple[str, ...]:
        """Key columns within which one publication speaks for every row."""
        return self.keys if self.published_on else self.coverage


@dataclass(frozen=True)
class Visits:
    """When a publisher is asked: a cron line in its own time zone.

    The line covers the days on which a release may come; the days after the first are
    the retries.
    """

    cron: str
    time_zone: str


@dataclass(frozen=True)
class Source:
    """A publisher's dataset: one or more raw tables and how their files are had.

    `fetch` visits the publisher; None if there is no address to visit. `cadence_days`
    is the usual time between two releases, `calendar` says when they come out, and
    `visits` when to ask. `days_to_publish` are those from the end of a period to the
    day by which `calendar` has its figures out; `continued_by` names the source that
    goes on with the same statistic.
    `secret` names the environment variable with the publisher's key; without the key
    a source that `needs_secret` is left alone. `is_on` is False for sources whose
    terms a person must first have checked (`sources_on` in geese.toml).
    """

    name: str
    title: str
    tables: tuple[Table, ...]
    fetch: Callable[["Session"], None] | None = None
    cadence_days: int | None = None
    calendar: str = ""
    days_to_publish: int | None = None
    continued_by: str | None = None
    visits: Visits | None = None
    secret: str | None = None
    needs_secret: bool = False
    is_on: bool = True

    def raw_name(self, table: Table) -> str:
        """The table's name in the `raw` schema."""
        return f"{self.name}__{table.name}"

    def is_without_key(self, secrets: Mapping[str, str]) -> bool:
        """Whether it cannot be asked because the operator has no key for it."""
        return self.needs_secret and not secrets.get(self.secret or "")

    def feeds(self, origin: Origin) -> list[tuple[Table, Feed]]:
        """The feeds of one origin, each with its table."""
        return [(t, f) for t in self.tables for f in t.feeds if f.origin == origin]

    def feed(self, resource: str) -> tuple[Table, Feed]:
        """The table and feed that read a resource. Raises IngestError if none does."""
        for table in self.tables:
            for feed in table.feeds:
                if feed.resource == resource:
                    return table, feed
        raise IngestError(f"{self.name}: no table reads {resource}")


def all_sources() -> dict[str, Source]:
    """Every source by name, found by walking `ingest.sources`."""
    found = {}
    for info in pkgutil.iter_modules(ingest.sources.__path__):
        module = importlib.import_module(f"ingest.sources.{info.name}")
        if module.SOURCE.name != info.name:
            raise ValueError(f"{info.name}.py declares source {module.SOURCE.name!r}")
        found[info.name] = module.SOURCE
    return found
