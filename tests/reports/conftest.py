"""The small warehouse and the briefs made from it, as fixtures."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pytest

from reports import brief
from reports.kinds import Edition
from reports.rendering import letter, pdf
from tests.reports.small_warehouse.warehouse import build


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small warehouse, made once: to be copied, not changed."""
    file = tmp_path_factory.mktemp("small") / "small.duckdb"
    with duckdb.connect(str(file)) as connection:
        build(connection)
    return file


@pytest.fixture
def marts(small_file, tmp_path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A fresh warehouse, free to be changed by the test."""
    file = shutil.copy(small_file, tmp_path)
    with duckdb.connect(str(file)) as connection:
        yield connection


@pytest.fixture(scope="session")
def fresh_marts(small_file) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same warehouse, shared: no test may change it."""
    with duckdb.connect(str(small_file), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fonts")


@dataclass(frozen=True)
class Parcel:
    """One language's brief in its three forms."""

    brief: brief.Brief
    pdf: bytes
    mail: bytes


def parcel(
    connection, language, font_cache, version="2026-11-23.1", kind="annual"
) -> Parcel:
    edition = Edition(kind, version)
    made = brief.make(connection, edition, language, font_cache)
    document = pdf.make(made)
    return Parcel(made, document, letter.make(made, document))


@pytest.fixture(scope="session")
def parcels(fresh_marts, font_cache) -> Callable[[str], Parcel]:
    """Each language's brief, made once however many tests read it."""
    return cache(lambda language: parcel(fresh_marts, language, font_cache))


@pytest.fixture(scope="session", params=brief.LANGUAGES)
def sent(request, parcels) -> Parcel:
    return parcels(request.param)
