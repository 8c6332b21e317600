"""The lake: the folder of Parquet files that DuckDB and Spark both read.

inputs/<schema>/<table>/   raw tables and seeds, as DuckDB wrote them
models/<schema>/<table>/   what Spark made of them
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb


def write_inputs(
    con: duckdb.DuckDBPyConnection, lake: Path, tables: Iterable[tuple[str, str]]
) -> None:
    """Write the tables, by (schema, name), in the place of what the lake held."""
    inputs = lake / "inputs"
    shutil.rmtree(inputs, ignore_errors=True)
    for schema, name in tables:
        folder = inputs / schema / name
        folder.mkdir(parents=True)
        con.execute(
            f'copy "{schema}"."{name}" to ? (format parquet, compression zstd)',
            [str(folder / "part-0.parquet")],
        )


def results(lake: Path) -> dict[str, list[str]]:
    """The files of each table that Spark has made, in their order, by schema.table."""
    return {
        f"{folder.parent.name}.{folder.name}": sorted(map(str, files))
        for folder in (lake / "models").glob("*/*")
        if (files := list(folder.glob("*.parquet")))
    }
