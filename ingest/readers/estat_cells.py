"""The cells of an e-Stat table: files enter, numbered cells and their labels leave."""

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.readers.estat_page import Page, check_whole, one_object, run
from ingest.source import IngestError

CELLS = "cells"
"""Temporary table that `read` leaves: `line` (the cell's place in the table), a column
for each axis with its code, `unit` and `figure`, all as written."""

MEMBERS = "members"
"""Temporary table that `read` leaves: what the codes mean. Columns `axis`, `code`,
`label`, `parent`, `unit`."""

_AXIS = re.compile(r"tab|area|time|cat\d\d")


def read(
    con: duckdb.DuckDBPyConnection, files: Sequence[Path], pages: Sequence[Page]
) -> None:
    """Leave the temporary tables CELLS and MEMBERS of a whole table.

    Raises IngestError if cells are missing or have codes that the table does not
    explain.
    """
    check_whole(pages)
    axes = list(pages[0].axes)
    unknown = [axis for axis in axes if not _AXIS.fullmatch(axis)]
    if unknown:
        raise IngestError(f"unknown axes {', '.join(unknown)[:100]}")
    columns = ", ".join(f"{name} varchar" for name in (*axes, "unit", "figure"))
    con.execute(f"create or replace temporary table {CELLS} (line bigint, {columns})")
    for file, page in zip(files, pages, strict=True):
        _read_cells(con, file, page, axes)
    _keep_members(con, pages)
    ((found,),) = con.execute(f"select count(*) from {CELLS}").fetchall()
    if found != pages[0].total:
        raise IngestError(f"says {pages[0].total} cells and holds {found}")
    for axis in axes:
        _check_codes(con, axis)


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables CELLS and MEMBERS."""
    con.execute(f"drop table {CELLS}")
    con.execute(f"drop table {MEMBERS}")


def _read_cells(
    con: duckdb.DuckDBPyConnection, file: Path, page: Page, axes: Sequence[str]
) -> None:
    fields = [*(f"@{axis}" for axis in axes), "@unit", "$"]
    cell = ", ".join(f'"{name}" VARCHAR' for name in fields)
    value, cells = f"STRUCT({cell})[]", "value"
    if page.first == page.last:
        value = "JSON"
        shape = ", ".join(f'"{name}": "VARCHAR"' for name in fields)
        cells = f"""from_json(if(json_type(value) = 'ARRAY', value,
            json_array(value)), '[{{{shape}}}]')"""
    names = ", ".join(f'"{name}"' for name in fields)
    place = '"GET_STATS_DATA"."STATISTICAL_DATA"."DATA_INF"."VALUE"'
    run(
        con,
        f"""insert into {CELLS}
        select {page.first - 1} + row_number() over (), {names}
        from (select unnest({cells}, recursive := true) from (
            select {place} as value
            from read_json(?, columns={{'GET_STATS_DATA': 'STRUCT(
                "STATISTICAL_DATA" STRUCT("DATA_INF" STRUCT("VALUE" {value})))'}},
                {one_object(file)})
        ))""",
        [str(file)],
    )


def _keep_members(con: duckdb.DuckDBPyConnection, pages: Sequence[Page]) -> None:
    rows = {
        (axis, member.code): (axis, member)
        for page in pages
        for axis, members in page.axes.items()
        for member in members
    }
    con.execute(
        f"""create or replace temporary table {MEMBERS} as
        select unnest($axis) as axis, unnest($code) as code, unnest($label) as label,
            unnest($parent) as parent, unnest($unit) as unit""",
        {
            "axis": [axis for axis, _ in rows.values()],
            "code": [member.code for _, member in rows.values()],
            "label": [member.label for _, member in rows.values()],
            "parent": [member.parent for _, member in rows.values()],
            "unit": [member.unit for _, member in rows.values()],
        },
    )


def _check_codes(con: duckdb.DuckDBPyConnection, axis: str) -> None:
    row = con.execute(
        f"""select line, {axis} from {CELLS} where {axis} is null or {axis} not in (
            select code from {MEMBERS} where axis = $axis
        ) order by line limit 1""",
        {"axis": axis},
    ).fetchone()
    if row:
        raise IngestError(
            f"row {row[0]}: {axis} is {row[1] or 'empty'}, which the table does not "
            "explain"
        )
