"""What a source is: its tables, columns, units and bounds; discovery by module name."""

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Any, Literal

import ingest.sources

Role = Literal["key", "value", "ignored", "publication"]


class IngestError(Exception):
    """Bad input. The message is one line: what is wrong, where, what to do."""


@dataclass(frozen=True)
class Column:
    """One column of a source's table, as the publisher shapes it.

    `role` says what the vintage loader does with it: part of the key, a value whose
    change is news, read but ignored, or the publication date (moved to the clock).
    """

    name: str
    sql_type: str
    meaning: str
    role: Role = "value"
    unit: str | None = None
    required: bool = False
    allowed: tuple[str, ...] = ()
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
class Table:
    """A raw table and the file that feeds it.

    `published_on` is SQL over the file's columns giving the DATE on which a row was
    published; None where the source has no dated publications (then the payload's
    retrieval date counts). A dated row speaks for its own key only. Otherwise a
    payload speaks for all rows that share its values of the `coverage` columns, and
    with no such columns for the whole table: a row it lacks has been withdrawn.
    `rows` is the least and the greatest believable number of rows in a payload.
    A payload that lacks more than the share `may_lose` of the rows that stand within
    its coverage, or any value of a `steady` column, is held back for a person to judge.
    `correctable` columns are those whose printed value an operator may correct.
    """

    name: str
    resource: str
    meaning: str
    columns: tuple[Column, ...]
    rows: tuple[int, int]
    published_on: str | None = None
    coverage: tuple[str, ...] = ()
    may_lose: float = 0.02
    steady: tuple[str, ...] = ()
    correctable: tuple[str, ...] = ()

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
class Source:
    """A publisher's dataset: one or more files, each feeding one raw table."""

    name: str
    title: str
    tables: tuple[Table, ...]

    def raw_name(self, table: Table) -> str:
        """The table's name in the `raw` schema."""
        return f"{self.name}__{table.name}"


def all_sources() -> dict[str, Source]:
    """Every source by name, found by walking `ingest.sources`."""
    found = {}
    for info in pkgutil.iter_modules(ingest.sources.__path__):
        module = importlib.import_module(f"ingest.sources.{info.name}")
        if module.SOURCE.name != info.name:
            raise ValueError(f"{info.name}.py declares source {module.SOURCE.name!r}")
        found[info.name] = module.SOURCE
    return found
