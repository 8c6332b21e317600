"""Whole archives → Parquet, one file per partition, and a bitemporal book of them.

    <folder>/book.duckdb    which file holds which partition, on both clocks
    <folder>/cepii_baci/<dataset>/revision=<HS revision>/year=<year>/<digest>.parquet

The book is a raw table like any other (see ingest.vintages) whose rows are partitions:
one that a release repeats keeps its file and its interval, one that it changes gets a
new file, one that it lacks ends. Files are written once and never replaced. All of it
can be made again from the landing zone.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb

from ingest import books, loading
from ingest.landing import LandingZone
from ingest.loading import Loaded
from ingest.payload import sha256_of
from ingest.readers import baci_archive, baci_partitions
from ingest.source import Column, Feed, IngestError, Source, Table, key, value

_RESOURCE = "baci.zip"
_SHA256 = r"[0-9a-f]{64}"

_COLUMNS = (
    key("revision", "VARCHAR", "HS revision", allowed=tuple(baci_archive.FIRST_YEARS)),
    key("dataset", "VARCHAR", "What the file has", allowed=("economies", "flows")),
    key("year", "INTEGER", "Calendar year; 0 of what is of no year", minimum=0),
    # A version that repeats a partition makes no news of it.
    Column("version", "VARCHAR", "First version that said so", role="ignored"),
    value("row_count", "BIGINT", "Rows of the file", unit="rows", minimum=1),
    value(
        "value_thousand_usd",
        "DECIMAL(20,3)",
        "Sum of the flows",
        required=False,
        unit="thousand US$",
    ),
    value("rows_without_code", "BIGINT", "Rows whose product is no HS code", minimum=0),
    value("bytes", "BIGINT", "Size of the file", minimum=1),
    value("file_sha256", "VARCHAR", "Digest of the file", pattern=_SHA256),
    value("path", "VARCHAR", "Where the file lies, from the folder of the book"),
    Column(
        "member_sha256",
        "VARCHAR",
        "Digest of the publisher's file that was read",
        role="ignored",
    ),
)


@dataclass(frozen=True)
class Partition:
    """A file that stands; `dataset` is flows or economies, `year` 0 of the latter."""

    dataset: str
    revision: str
    year: int
    version: str
    row_count: int
    sha256: str
    path: Path

    def verify(self) -> None:
        """Raise IngestError if the file is missing or its bytes have changed."""
        said = (
            "remove the folder of the bulk data; `geese refresh --full` makes it anew"
        )
        if not self.path.exists():
            raise IngestError(f"{self.path}: a partition is missing; {said}")
        if sha256_of(self.path) != self.sha256:
            raise IngestError(f"{self.path}: a partition is damaged; {said}")


def load(folder: Path, zone: LandingZone, limits: Mapping[str, str]) -> list[Loaded]:
    """Make partitions of the archives in the landing zone that are not booked yet.

    `limits` are DuckDB's settings of memory and of where it spills. An archive that is
    not as described, or cannot be believed next to what stood before, is held back
    whole until a person accepts it. Raises IngestError for a damaged payload.
    """
    source = _source(folder)
    deliveries = [
        delivery
        for delivery in zone.deliveries(source.name)
        if delivery.payload.resource == _RESOURCE
    ]
    if not deliveries:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(_book(folder)), config={**limits}) as con:
        # In a process without a script DuckDB takes the log for a terminal.
        con.execute("set enable_progress_bar = false")
        books.create(con, source)
        return loading.apply(con, source, deliveries)


def standing(folder: Path, moment: datetime | None = None) -> list[Partition]:
    """The partitions in force at a moment of the publisher's clock, or now."""
    if not _book(folder).exists():
        return []
    with _opened(folder) as con:
        rows = con.execute(
            """select dataset, revision, year, version, row_count, file_sha256, path
            from raw.cepii_baci__partitions
            where recorded_to is null and ($moment is null or published_from <= $moment)
            and (published_to is null or published_to > $moment)
            order by all""",
            {"moment": moment},
        ).fetchall()
    return [Partition(*row[:-1], folder / row[-1]) for row in rows]


def held_back(folder: Path) -> list[tuple[str, str, str]]:
    """Digest, name and reason of every archive that is held back."""
    if not _book(folder).exists():
        return []
    with _opened(folder) as con:
        return books.quarantine(con)


def _opened(folder: Path) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    return duckdb.connect(str(_book(folder)), read_only=True)


def _book(folder: Path) -> Path:
    return folder / "book.duckdb"


def _source(folder: Path) -> Source:
    """BACI by whole archives; its reader leaves files under the folder."""
    feed = Feed(_RESOURCE, "download", partial(baci_partitions.read, folder))
    table = Table(
        name="partitions",
        feeds=(feed,),
        meaning="Files of BACI's flows by HS revision and year",
        rows=(2, 100),
        columns=_COLUMNS,
        coverage=("revision",),
        period="year",
    )
    return Source("cepii_baci", "BACI, all flows", (table,))
