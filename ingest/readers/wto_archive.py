"""An archive of WTO Stats enters; the rows that a table wants leave, as written.

The archive holds one CSV in cp1252, two gigabytes for services, whose rows come in any
order. It is unpacked to disk and filtered while it is read, so memory does not depend
on its size.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.archive import extracted, members
from ingest.source import IngestError, Table

_HEADER = (
    *("IndicatorCategory", "IndicatorCode", "Indicator"),
    *("ReporterCode", "ReporterISO3A", "Reporter"),
    *("PartnerCode", "PartnerISO3A", "Partner"),
    *("ProductClassificationCode", "ProductClassification", "ProductCode", "Product"),
    *("PeriodCode", "Period", "FrequencyCode", "Frequency", "UnitCode", "Unit"),
    *("Year", "ValueFlagCode", "ValueFlag", "Value"),
)


@dataclass(frozen=True)
class Anchor:
    """A series every file has, from `since` on without a gap, within bounds.

    US$ million. Bounds that leave no room for a factor of a thousand notice another
    unit.
    """

    indicator: str
    reporter: str
    product: str
    since: int
    least: float
    greatest: float


@dataclass(frozen=True)
class Dataset:
    """A file, which of its rows are kept, and what proves them right.

    `is_kept` is SQL over the file's columns; an indicator has `products` products.
    """

    file: str
    is_kept: str
    products: int
    anchors: tuple[Anchor, ...]


def read(
    dataset: Dataset, con: duckdb.DuckDBPyConnection, table: Table, path: Path
) -> None:
    """Leave the annual rows with partner World in `as_written` (see ingest.incoming).

    Raises IngestError: other files or columns than expected, bytes that are not
    cp1252, a row that cannot be read, an anchor that does not hold.
    """
    found = members(path)
    if found != [dataset.file]:
        raise IngestError(
            f"the archive holds {', '.join(found)[:200]}, expected {dataset.file} alone"
        )
    with extracted(path, dataset.file) as member:
        text = _in_utf8(member)
        _check_header(text)
        _keep(con, dataset, text)
    if _is_readable(con):
        for anchor in dataset.anchors:
            _check(con, anchor)
        _check_magnitudes(con)
        _check_products(con, dataset)


def _in_utf8(member: Path) -> Path:
    """DuckDB has cp1252 only in an extension, which would have to be downloaded."""
    text = member.with_suffix(".utf8")
    with member.open("rb") as written, text.open("wb") as file:
        while chunk := written.read(1 << 20):
            try:
                file.write(chunk.decode("cp1252").encode())
            except UnicodeDecodeError as error:
                raise IngestError(f"{member.name} is not in cp1252: {error}") from error
    member.unlink()
    return text


def _check_header(text: Path) -> None:
    with text.open(encoding="utf-8", newline="") as lines:
        header = next(csv.reader([lines.readline(2_000)]), [])
    if header != list(_HEADER):
        other = sorted({*header} ^ {*_HEADER}) or ["other order"]
        raise IngestError(
            "line 1: columns differ from the contract "
            f"({', '.join(other)[:200]}); revise the contract"
        )


def _keep(con: duckdb.DuckDBPyConnection, dataset: Dataset, text: Path) -> None:
    types = dict.fromkeys(_HEADER, "VARCHAR")
    # Rows in another unit are kept, wherever they are, so that the contract refuses
    # them: their columns may have moved.
    sql = f"""create temporary table as_written as
        select line, IndicatorCode as indicator_code, ReporterCode as reporter_code,
            nullif(ReporterISO3A, '') as reporter_iso3a, Reporter as reporter,
            ProductCode as product_code, Product as product, Year as year,
            UnitCode as unit_code, nullif(ValueFlagCode, '') as value_flag_code,
            nullif(Value, '') as value
        from (
            select row_number() over () + 1 as line, *
            from read_csv($file, columns={types}, header=true, auto_detect=false,
                delim=',', quote='"', escape='"', strict_mode=true, null_padding=false)
        )
        where UnitCode is distinct from 'USM'
            or PartnerCode = '000' and FrequencyCode = 'A' and ({dataset.is_kept})"""
    try:
        con.execute(sql, {"file": str(text)})
    except duckdb.Error as error:
        said = "; ".join(str(error).splitlines()[:3])[:300]
        raise IngestError(f"{dataset.file}: {said}") from error


def _is_readable(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether there are numbers to judge; what else there is the contract names."""
    row = con.execute(
        """select 1 from as_written where unit_code is distinct from 'USM'
            or not regexp_full_match(year, '\\d{4}')
            or (value is not null and try_cast(value as double) is null)"""
    ).fetchone()
    return row is None


def _check(con: duckdb.DuckDBPyConnection, anchor: Anchor) -> None:
    series = f"{anchor.indicator} of reporter {anchor.reporter}, {anchor.product}"
    row = con.execute(
        """select count(distinct year), max(cast(year as integer)) - $4 + 1,
            min(cast(value as double)), max(cast(value as double))
        from as_written where (indicator_code, reporter_code, product_code)
            = ($1, $2, $3) and cast(year as integer) >= $4 and value is not null""",
        [anchor.indicator, anchor.reporter, anchor.product, anchor.since],
    ).fetchone()
    if not row or not row[0]:
        raise IngestError(f"has no {series}; use another source until it has")
    if row[0] != row[1]:
        raise IngestError(
            f"{series}: {row[0]} of {row[1]} years since {anchor.since}; wait for a "
            "corrected version"
        )
    if not anchor.least <= row[2] <= row[3] <= anchor.greatest:
        raise IngestError(
            f"{series}: {row[2]} to {row[3]} US$ million, expected {anchor.least:.0f} "
            f"to {anchor.greatest:.0f}; see whether the unit has changed"
        )


def _check_magnitudes(con: duckdb.DuckDBPyConnection) -> None:
    """No year has half of its values fifty times those of the year before, or less."""
    row = con.execute(
        """select indicator_code, product_code, year, median(ratio) from (
            select indicator_code, product_code, year, cast(value as double)
                / nullif(lag(cast(value as double)) over (
                    partition by indicator_code, reporter_code, product_code
                    order by year), 0) as ratio
            from as_written)
        group by all having not coalesce(median(ratio) between 0.02 and 50, true)
        order by all limit 1"""
    ).fetchone()
    if row:
        raise IngestError(
            f"{row[0]}, {row[1]}: values of {row[2]} are {row[3]:.4g} times those of "
            "the year before; wait for a corrected version"
        )


def _check_products(con: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    row = con.execute(
        """select indicator_code,
            string_agg(distinct product_code, ', ' order by product_code)
        from as_written group by all having count(distinct product_code) > ?""",
        [dataset.products],
    ).fetchone()
    if row:
        raise IngestError(
            f"{row[0]} has the products {row[1]}, expected {dataset.products}; say in "
            "the source which to keep"
        )
