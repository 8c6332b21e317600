"""A payload enters, a typed and checked temporary table leaves, or one line of why not.

A feed's reader leaves the payload's rows in `as_written`; here they are typed and held
against what the table declares, so that every source is checked in the same way.
"""

import re
from pathlib import Path

import duckdb

from ingest import delimited
from ingest.source import Column, Feed, IngestError, Table

AS_WRITTEN = "as_written"
"""Temporary table that a reader leaves: `line` (the row's place in the file, BIGINT)
and the table's columns, as VARCHAR or already of the declared type."""

INCOMING = "incoming"
"""Temporary table that `read` leaves: `line` and the table's columns, typed."""

_UNIT = "\x1f"
"""Separates values in a row's text; no publisher writes it."""

_CHECKS = {
    "required": ("{0} is null", "is empty"),
    "minimum": ("{0} < {1}", "is below {1}"),
    "maximum": ("{0} > {1}", "is above {1}"),
    "pattern": ("not regexp_full_match({0}, '{1}')", "does not look like {1}"),
    "allowed": ("{0} not in {1}", "is not one of {1}"),
}


def read(
    con: duckdb.DuckDBPyConnection, table: Table, feed: Feed, path: Path, label: str
) -> int:
    """Read a payload into the temporary table `incoming` and return its rows.

    `label` names the file in messages. Raises IngestError naming the file, and where
    it can the row and the column: a file that its reader cannot read, a value of
    another type, a value outside its limits, a repeated key, fewer or more rows than
    believable.
    """
    for name in (AS_WRITTEN, INCOMING):
        con.execute(f"drop table if exists {name}")
    where = "line" if feed.read is None else "row"
    try:
        (feed.read or delimited.read)(con, table, path)
    except IngestError as error:
        # What the reader says begins with the place in the file, if it knows it.
        joint = ", " if str(error).startswith((f"{where} ", "line ")) else ": "
        raise IngestError(f"{label}{joint}{error}") from error
    except Exception as error:
        # Of what a spoiled file does to a reader nobody can make a list.
        said = f"{type(error).__name__} {error}".splitlines()[0][:200]
        raise IngestError(
            f"{label}: cannot be read ({said}); fetch it again, or revise the reader"
        ) from error
    _type(con, table, f"{label}, {where}")
    _check_limits(con, table, f"{label}, {where}")
    _check_keys(con, table, f"{label}, {where}")
    return _check_rows(con, feed.rows or table.rows, label)


def _type(con: duckdb.DuckDBPyConnection, table: Table, label: str) -> None:
    """Make `incoming` from `as_written`; nothing is rounded on the way."""
    found = dict(
        con.execute(
            f"select column_name, column_type from (describe {AS_WRITTEN})"
        ).fetchall()
    )
    declared = {"line": "BIGINT"} | {c.name: c.sql_type for c in table.columns}
    if list(found.items()) == list(declared.items()):
        con.execute(f"alter table {AS_WRITTEN} rename to {INCOMING}")
        return
    written = [c for c in table.columns if found[c.name] == "VARCHAR"]
    _check_numerals(con, [c for c in written if numeral(c)], label)
    typed = ", ".join(
        f'cast("{c.name}" as {c.sql_type}) as "{c.name}"'
        if c in written
        else f'"{c.name}"'
        for c in table.columns
    )
    try:
        con.execute(
            f"""create temporary table {INCOMING} as
            select line, {typed} from {AS_WRITTEN}"""
        )
    except duckdb.Error as error:
        raise IngestError(f"{label}s: {str(error).splitlines()[0]}") from error
    con.execute(f"drop table {AS_WRITTEN}")


def numeral(column: Column) -> str | None:
    """How a number of the column's type is written; None for other types.

    A cast alone would round what has too many decimals.
    """
    if column.sql_type in ("INTEGER", "BIGINT"):
        return r"-?\d{1,18}"
    if column.sql_type == "DOUBLE":
        return r"-?\d+(\.\d+)?([eE][-+]?\d+)?"
    found = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", column.sql_type)
    if not found:
        return None
    width, scale = int(found[1]), int(found[2])
    return rf"-?\d{{1,{width - scale}}}(\.\d{{1,{scale}}})?"


def _check_numerals(
    con: duckdb.DuckDBPyConnection, columns: list[Column], label: str
) -> None:
    # One look at each row finds whether there is anything to look for.
    row = f"concat_ws('{_UNIT}', {', '.join(_text(c) for c in columns)})"
    shape = _UNIT.join(f"({numeral(c)})?" for c in columns)
    all_well = f"not regexp_full_match({row}, '{shape}')" if columns else "false"
    if not _failing(con, AS_WRITTEN, [all_well]):
        return
    fails = [f"not regexp_full_match(\"{c.name}\", '{numeral(c)}')" for c in columns]
    for place in _failing(con, AS_WRITTEN, fails):
        column = columns[place]
        line, value = _first(con, AS_WRITTEN, column, fails[place])
        raise IngestError(
            f"{label} {line}, column {column.name}: {value} is not a number of type "
            f"{column.sql_type}"
        )


def _text(column: Column) -> str:
    return f"coalesce(\"{column.name}\", '')"


def _check_limits(con: duckdb.DuckDBPyConnection, table: Table, label: str) -> None:
    limits = [
        (column, limit, getattr(column, limit))
        for column in table.columns
        for limit in _CHECKS
        if _is_set(getattr(column, limit))
    ]
    # The bounds are the project's own declarations, not outside values.
    fails = [
        _CHECKS[limit][0].format(f'"{column.name}"', _literal(bound))
        for column, limit, bound in limits
    ]
    for place in _failing(con, INCOMING, fails):
        column, limit, bound = limits[place]
        line, value = _first(con, INCOMING, column, fails[place])
        shown = "" if limit == "required" else f" {value!s}"
        shows = ", ".join(bound) if isinstance(bound, tuple) else bound
        raise IngestError(
            f"{label} {line}, column {column.name}:{shown} "
            + _CHECKS[limit][1].format("", shows)
        )


def _failing(
    con: duckdb.DuckDBPyConnection, relation: str, fails: list[str]
) -> list[int]:
    """Places of the conditions that hold for some row, found in one pass or two."""
    if not fails:
        return []
    # Of a sound file one look is enough, and takes half the time.
    any_of_them = " or ".join(f"({sql})" for sql in fails)
    if not con.execute(
        f"select 1 from {relation} where {any_of_them} limit 1"
    ).fetchone():
        return []
    counted = ", ".join(f"count(*) filter ({sql})" for sql in fails)
    (counts,) = con.execute(f"select {counted} from {relation}").fetchall()
    return [place for place, count in enumerate(counts) if count]


def _first(
    con: duckdb.DuckDBPyConnection, relation: str, column: Column, sql: str
) -> tuple[int, object]:
    return con.execute(
        f'select line, "{column.name}" from {relation} where {sql} order by line'
    ).fetchall()[0]


def _is_set(bound: object) -> bool:
    # Not `in`: a minimum of 0 equals False.
    return not (bound is None or bound is False or bound == ())


def _literal(bound: object) -> object:
    if isinstance(bound, tuple):
        return "(" + ", ".join(f"'{value}'" for value in bound) + ")"
    return bound


def _check_keys(con: duckdb.DuckDBPyConnection, table: Table, label: str) -> None:
    dated = [table.published_on] if table.published_on else []
    key = ", ".join([*(f'"{name}"' for name in table.keys), *dated])
    repeated = f"from {INCOMING} group by {key} having count(*) > 1"
    # Whether there is one at all is found in half the time that it takes to name it.
    if con.execute(f"select 1 {repeated} limit 1").fetchone():
        row = con.execute(
            f"select max(line), min(line) {repeated} order by 1"
        ).fetchall()[0]
        raise IngestError(
            f"{label} {row[0]}: repeats the key of {label.rpartition(' ')[2]} "
            f"{row[1]} ({', '.join(table.keys)}); remove one of them"
        )


def _check_rows(
    con: duckdb.DuckDBPyConnection, believable: tuple[int, int], label: str
) -> int:
    ((rows,),) = con.execute(f"select count(*) from {INCOMING}").fetchall()
    low, high = believable
    if not low <= rows <= high:
        raise IngestError(
            f"{label}: {rows} rows, expected {low} to {high}; the file may be "
            "truncated or doubled: fetch or restore it"
        )
    return rows
