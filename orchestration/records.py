"""Rows of a query by column name."""

from collections.abc import Mapping
from typing import Any

import duckdb

Row = dict[str, Any]


def records(
    con: duckdb.DuckDBPyConnection,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
) -> list[Row]:
    """The rows of a query by column name. The names must differ."""
    cursor = con.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
