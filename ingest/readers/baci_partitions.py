"""A BACI archive enters; a typed and checked Parquet file for each year leaves.

One year at a time is unpacked, so memory and room depend on the largest year alone. A
year that says the same as one that is kept leaves no file: the kept one stands for it.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingest.archive import extracted
from ingest.readers.baci_archive import (
    COUNTRY_TYPES,
    FLOW_TYPES,
    WAIT,
    WORLD_TOTAL,
    contents,
    scan,
)
from ingest.source import IngestError, Table

_FORM = "(format parquet, compression zstd, parquet_version v2)"
_FLOWS = """select cast('{revision}' as varchar) as revision,
        cast(t as integer) as year, cast(i as integer) as exporter,
        cast(j as integer) as importer, k as product,
        v as value_thousand_usd,
        cast(nullif(nullif(trim(q), ''), 'NA') as decimal(18, 3)) as quantity_tonnes
    from {{rows}}"""
_ECONOMIES = """select cast('{revision}' as varchar) as revision,
        country_code as economy, country_name as name,
        nullif(country_iso3, 'N/A') as iso3
    from {{rows}} order by country_code"""

_TOTALS = """select count(*), sum(value_thousand_usd),
        count(*) filter (translate(product, '0123456789', '') <> '')
    from read_parquet($file)"""
_FAULTS = {
    "no rows": "count(*) = 0",
    "rows of another year": "min(year) <> $year or max(year) <> $year",
    "rows without year, economy, product or value": """count(*) > least(count(year),
        count(exporter), count(importer), count(product), count(value_thousand_usd))""",
    "values that are not above zero": "min(value_thousand_usd) <= 0",
    "weights below zero": "min(quantity_tonnes) < 0",
    "products of other than six characters": "bool_or(strlen(product) <> 6)",
    "a world total of another magnitude": f"sum(value_thousand_usd) not {WORLD_TOTAL}",
}
_STRANGERS = """
    select exporter from read_parquet($file) where exporter not in (from countries)
    union select importer from read_parquet($file)
        where importer not in (from countries)
    order by 1 limit 1"""
# The publisher sorts; then a look at each row's neighbour shows that none repeats.
_UNSORTED = """
    select 1 from (
        select pair, product, lag(pair) over () as pair_before,
            lag(product) over () as product_before
        from (select exporter * 1000000 + importer as pair, product
            from read_parquet($file))
    )
    where pair < pair_before or (pair = pair_before and product <= product_before)
    limit 1"""
_REPEATED = """
    select exporter, importer, product from read_parquet($file)
    group by all having count(*) > 1 order by all limit 1"""


@dataclass(frozen=True)
class _Member:
    """A file of the archive, and which partition it holds."""

    name: str
    revision: str
    version: str
    dataset: str
    year: int


def read(
    folder: Path, con: duckdb.DuckDBPyConnection, table: Table, path: Path
) -> None:
    """Leave the archive's partitions in `as_written`, their files under `folder`.

    `con` has the book of what is kept (see ingest.bulk). Raises IngestError naming the
    file: as `contents` does, a row that cannot be read, or rows that cannot be right.
    """
    columns = ", ".join(f'"{c.name}" {c.sql_type}' for c in table.columns)
    con.execute(f"create temporary table as_written (line bigint, {columns})")
    for line, member in enumerate(_members(path), start=1):
        with extracted(path, member.name) as file:
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
            if member.dataset == "economies":
                scan(con, file, COUNTRY_TYPES, _COUNTRIES)
            found = _known(con, member, digest) or _convert(
                con, folder, member, file, digest
            )
        values = [line, *found.values()]
        marks = ", ".join("?" * len(values))
        con.execute(f"insert into as_written values ({marks})", values)
    con.execute("drop table countries")


_COUNTRIES = """create or replace temporary table countries as
    select country_code from {rows}"""


def _members(path: Path) -> Iterator[_Member]:
    """The list of economies, then the years."""
    revision, version, years = contents(path)
    name = f"country_codes_{version}.csv"
    yield _Member(name, revision, version, "economies", 0)
    for year, file in years.items():
        yield _Member(file, revision, version, "flows", year)


def _known(
    con: duckdb.DuckDBPyConnection, member: _Member, digest: str
) -> dict[str, Any] | None:
    """What the book says of the very same file; None if it has never been read."""
    return _booked(con, member, "member_sha256 = $of", digest)


def _booked(
    con: duckdb.DuckDBPyConnection, member: _Member, where: str, of: Any
) -> dict[str, Any] | None:
    cursor = con.execute(
        f"""select revision, dataset, year, $version as version, row_count,
            value_thousand_usd, rows_without_code, bytes, file_sha256, path,
            member_sha256
        from raw.cepii_baci__partitions
        where revision = $revision and dataset = $dataset and year = $year and {where}
        order by recorded_from limit 1""",
        {
            "version": member.version,
            "revision": member.revision,
            "dataset": member.dataset,
            "year": member.year,
            "of": of,
        },
    )
    names = [column[0] for column in cursor.description or ()]
    row = cursor.fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def _convert(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    member: _Member,
    file: Path,
    digest: str,
) -> dict[str, Any]:
    """Write, check and book a file's Parquet, unless a kept one has the same rows."""
    target = folder / _place(member, digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        rows, total, without_code = _write(con, member, file, partial)
        found = {
            "revision": member.revision,
            "dataset": member.dataset,
            "year": member.year,
            "version": member.version,
            "row_count": rows,
            "value_thousand_usd": total,
            "rows_without_code": without_code,
        }
        same = _of_same_rows(con, folder, member, partial, found)
        if same:
            return same
        with partial.open("rb") as written:
            sha256 = hashlib.file_digest(written, "sha256").hexdigest()
            os.fsync(written.fileno())
        found |= {"bytes": partial.stat().st_size, "file_sha256": sha256}
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return found | {
        "path": str(target.relative_to(folder)),
        "member_sha256": digest,
    }


def _place(member: _Member, digest: str) -> Path:
    """Where a partition lies: folders that tell engines what is in the file."""
    place = Path("cepii_baci", member.dataset, f"revision={member.revision}")
    if member.dataset == "flows":
        place /= f"year={member.year}"
    return place / f"{digest[:16]}.parquet"


def _write(
    con: duckdb.DuckDBPyConnection, member: _Member, file: Path, target: Path
) -> tuple[Any, ...]:
    """Write the Parquet; its rows, their sum, and how many have no HS code."""
    is_flows = member.dataset == "flows"
    typed = (_FLOWS if is_flows else _ECONOMIES).format(revision=member.revision)
    types = FLOW_TYPES if is_flows else COUNTRY_TYPES
    # Quoted for SQL, and its braces for the template that the statement is.
    quoted = str(target).replace("'", "''").replace("{", "{{").replace("}", "}}")
    scan(con, file, types, f"copy ({typed}) to '{quoted}' {_FORM}")
    if is_flows:
        _check(con, member, target)
        ((counted),) = con.execute(_TOTALS, {"file": str(target)}).fetchall()
        return counted
    ((count,),) = con.execute("select count(*) from countries").fetchall()
    return count, None, 0


def _check(con: duckdb.DuckDBPyConnection, member: _Member, target: Path) -> None:
    given = {"file": str(target)}
    faults = con.execute(
        f"select {', '.join(_FAULTS.values())} from read_parquet($file)",
        given | {"year": member.year},
    ).fetchone()
    for what, is_there in zip(_FAULTS, faults or (), strict=True):
        if is_there:
            raise IngestError(f"{member.name}: has {what}{WAIT}")
    stranger = con.execute(_STRANGERS, given).fetchone()
    if stranger:
        raise IngestError(
            f"{member.name}: has economy {stranger[0]}, which the list of countries "
            f"lacks{WAIT}"
        )
    if con.execute(_UNSORTED, given).fetchone():
        repeated = con.execute(_REPEATED, given).fetchone()
        if repeated:
            flow = ", ".join(map(str, repeated))
            raise IngestError(f"{member.name}: has flow {flow} twice{WAIT}")


def _of_same_rows(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    member: _Member,
    written: Path,
    found: dict[str, Any],
) -> dict[str, Any] | None:
    """What the book says of a kept file that has the same rows, in whatever order."""
    total = "value_thousand_usd is not distinct from $of"
    kept = _booked(con, member, total, found["value_thousand_usd"])
    if not kept or kept["row_count"] != found["row_count"]:
        return None
    files = {"new": str(written), "old": str(folder / kept["path"])}
    differs = con.execute(
        """select 1 from (from read_parquet($new) except all from read_parquet($old))
        limit 1""",
        files,
    ).fetchone()
    return None if differs else kept
