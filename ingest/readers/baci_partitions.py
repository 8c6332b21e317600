"""A BACI archive enters; a typed and checked Parquet file for each year leaves.

One year at a time is unpacked, so memory and room depend on the largest year alone. A
year that says the same as one that is kept leaves no file: the kept one stands for it.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from ingest.archive import extracted
from ingest.payload import sha256_of
from ingest.readers.baci_archive import (
    COUNTRY_TYPES,
    FLOW_TYPES,
    WAIT,
    WORLD_TOTAL,
    contents,
    scan,
)
from ingest.source import IngestError, Table

_FORM = "(format parquet, compression zstd, parquet_version v2, return_stats)"
# The revision is told by the folder alone: a column of it takes a tenth of the time.
_FLOWS = """select cast(t as integer) as year, cast(i as integer) as exporter,
        cast(j as integer) as importer, k as product, v as value_thousand_usd,
        cast(nullif(nullif(trim(q), ''), 'NA') as decimal(18, 3)) as quantity_tonnes
    from {rows}"""
_ECONOMIES = """select country_code as economy, country_name as name,
        nullif(country_iso3, 'N/A') as iso3
    from {rows} order by country_code"""

# By product first: what is asked of a code is asked once, not of every row.
_PRODUCTS = f"""
    select coalesce(sum(n), 0), sum(total),
        coalesce(sum(n) filter (translate(product, '0123456789', '') <> ''), 0),
        coalesce(bool_or(strlen(product) <> 6), false),
        coalesce(sum(total) not {WORLD_TOTAL}, false)
    from (
        select product, count(*) as n, sum(value_thousand_usd) as total
        from read_parquet($file) group by product
    )"""
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
            digest = sha256_of(file)
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
    rows, types = (_FLOWS, FLOW_TYPES) if is_flows else (_ECONOMIES, COUNTRY_TYPES)
    # Quoted for SQL, and its braces for the template that the statement is.
    quoted = str(target).replace("'", "''").replace("{", "{{").replace("}", "}}")
    scan(con, file, types, f"copy ({rows}) to '{quoted}' {_FORM}")
    ((_, count, _, _, columns, *_),) = con.fetchall()
    if not is_flows:
        return count, None, 0
    fault = _fault(member, count, {n.strip('"'): said for n, said in columns.items()})
    if fault:
        raise IngestError(f"{member.name}: has {fault}{WAIT}")
    return _check(con, member, target)


def _fault(member: _Member, rows: int, columns: dict[str, Any]) -> str | None:
    """What the columns' ends and gaps, noted while writing, say against a year."""
    if not rows:
        return "no rows"
    year, value, weight = (
        columns[n] for n in ("year", "value_thousand_usd", "quantity_tonnes")
    )
    needed = (n for n in columns if n != "quantity_tonnes")
    if any(columns[name]["null_count"] != "0" for name in needed):
        return "rows without year, economy, product or value"
    if not year["min"] == year["max"] == str(member.year):
        return "rows of another year"
    if Decimal(value["min"]) <= 0:
        return "values that are not above zero"
    if Decimal(weight.get("min", 0)) < 0:
        return "weights below zero"
    return None


def _check(
    con: duckdb.DuckDBPyConnection, member: _Member, target: Path
) -> tuple[Any, ...]:
    """The totals of a year's file, if its rows can be right. Raises IngestError."""
    given = {"file": str(target)}
    ((*totals, has_odd_codes, is_odd_total),) = con.execute(_PRODUCTS, given).fetchall()
    if has_odd_codes:
        what = "products of other than six characters"
        raise IngestError(f"{member.name}: has {what}{WAIT}")
    if is_odd_total:
        what = "a world total of another magnitude"
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
    return tuple(totals)


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
