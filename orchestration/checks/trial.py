"""A copy of a built warehouse in which a defect is planted and looked for.

Models and dbt's tests run as dbt compiled them, and only those that the defect can
reach: what a refresh does in minutes takes a second or two.
"""

import re
import shutil
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from orchestration.checks import expectations

_RAW = re.compile(r"\braw\.(\w+)")


@dataclass(frozen=True)
class Catch:
    """A check that stopped a defect, and what it said."""

    checker: str
    name: str
    said: str


class Project:
    """dbt's compiled nodes, the models in the order in which they can be built."""

    def __init__(self, nodes: Mapping[str, Any]) -> None:
        self.models = {
            name: node
            for name, node in nodes.items()
            if node["resource_type"] == "model"
        }
        self.tests = [n for n in nodes.values() if n["resource_type"] == "test"]
        inputs = {name: _parents(node) for name, node in self.models.items()}
        order = TopologicalSorter(inputs).static_order()
        self.order = [name for name in order if name in self.models]

    def reached(self, tables: set[str]) -> set[str]:
        """The models that the raw tables reach; all with "*"."""
        reached: set[str] = set()
        for name in self.order:
            for parent in _parents(self.models[name]):
                kind, _, rest = parent.partition(".")
                touched = kind == "source" and rest.rpartition(".")[2] in tables
                if touched or parent in reached or "*" in tables:
                    reached.add(name)
        return reached


class Trial:
    """A copy of the base file, opened for writing; it is gone in the end.

    The base stands for the version that readers have.
    """

    def __init__(
        self, project: Project, con: duckdb.DuckDBPyConnection, base: Path
    ) -> None:
        self.con = con
        self._project = project
        self._base = base

    def catches(self, tables: set[str]) -> Iterator[Catch]:
        """Build and check all that the raw tables reach; yields what stops them.

        `tables` are names in schema raw; all with "*".
        """
        reached = self._project.reached(tables)
        for name in self._project.order:
            if name in reached:
                problem = self._build(self._project.models[name])
                if problem:
                    yield problem
                    return
        yield from self._failed_tests(reached, tables)
        yield from self._implausible(reached)

    def _build(self, node: Mapping[str, Any]) -> Catch | None:
        """Make the model's table and hold it to its contract."""
        place = f'"{node["schema"]}"."{node["name"]}"'
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        try:
            self.con.execute(
                f"create or replace {kind} {place} as {node['compiled_code']}"
            )
            said = self._broken(node, place) if kind == "table" else None
            if said:
                return Catch("dbt", f"contract of {node['name']}", said)
        except duckdb.Error as error:
            return Catch("dbt", f"model {node['name']}", str(error).splitlines()[0])
        return None

    def _broken(self, node: Mapping[str, Any], place: str) -> str | None:
        """What breaks the contract of a table just made: as dbt would say it."""
        if node["config"]["contract"]["enforced"]:
            declared = ", ".join(
                f'cast(null as {column["data_type"]}) as "{name}"'
                for name, column in node["columns"].items()
            )
            wanted = self._types(f"select {declared}")
            for name, kind in sorted(self._types(f"from {place}") ^ wanted):
                return f"column {name} {kind} is found or declared, not both"
        required = _required(node)
        if required:
            counts = ", ".join(f'count(*) - count("{c}")' for c in required)
            row = self.con.execute(f"select {counts} from {place}").fetchone()
            for column, missing in zip(required, row or (), strict=False):
                if missing:
                    return f"{missing} rows without {column}"
        return None

    def _types(self, query: str) -> set[tuple[str, str]]:
        found = self.con.execute(f"describe {query}").fetchall()
        return {(name, kind) for name, kind, *_ in found}

    def _failed_tests(self, reached: set[str], tables: set[str]) -> Iterator[Catch]:
        for test in self._project.tests:
            parents = _parents(test)
            touched = any(
                p in reached or "*" in tables or p.rpartition(".")[2] in tables
                for p in parents
            )
            if not touched or (test["config"]["severity"] or "").lower() == "warn":
                continue
            sql = f"select count(*) from ({test['compiled_code']}) as failures"
            ((failures,),) = self.con.execute(sql).fetchall()
            if failures:
                yield Catch("dbt", test["name"], f"{failures} rows")

    def _implausible(self, reached: set[str]) -> Iterator[Catch]:
        marts = {self._project.models[name]["name"] for name in reached}
        for one in expectations.asked():
            if marts & {one.mart, *one.others}:
                outcome = expectations.examine(self.con, self._base, one)
                said = [*outcome.could_not_run, *outcome.critical]
                if said:
                    yield Catch("great_expectations", one.name, said[0])


@contextmanager
def copied(base: Path, project: Project) -> Generator[Trial]:
    """A trial on a copy of the base file."""
    with tempfile.TemporaryDirectory(prefix="geese-trial-") as folder:
        # Compiled SQL names the database, which is named after its file.
        copy = Path(shutil.copyfile(base, Path(folder) / base.name))
        with duckdb.connect(str(copy)) as con:
            yield Trial(project, con, base)


def tables_in(sql: str) -> set[str]:
    """The raw tables that a statement names."""
    return set(_RAW.findall(sql))


def _parents(node: Mapping[str, Any]) -> list[str]:
    return node.get("depends_on", {}).get("nodes", [])


def _required(node: Mapping[str, Any]) -> list[str]:
    """The columns that must have a value: the one constraint that models declare."""
    return [
        name
        for name, column in node["columns"].items()
        if any(c["type"] == "not_null" for c in column.get("constraints") or ())
    ]
