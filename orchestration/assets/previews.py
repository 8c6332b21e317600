"""What the UI shows of a table: its row count and its first rows."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import duckdb

_ROWS, _CHARACTERS = 5, 40


def table_metadata(
    con: duckdb.DuckDBPyConnection, path: Sequence[str]
) -> dict[str, Any]:
    """Row count, columns and a preview of the table `path` = (schema, name)."""
    schema, name = path
    columns = con.execute(
        """select column_name, data_type, comment from duckdb_columns()
        where schema_name = ? and table_name = ? order by column_index""",
        [schema, name],
    ).fetchall()
    # Schema and name come from the asset graph, not from outside.
    rows = con.execute(f'select * from "{schema}"."{name}" limit {_ROWS}').fetchall()
    count = con.execute(f'select count(*) from "{schema}"."{name}"').fetchone()
    header = [column for column, _, _ in columns]
    return {
        "dagster/row_count": count[0] if count else 0,
        "dagster/column_schema": dg.TableSchema(
            columns=[
                dg.TableColumn(column, data_type, description=comment)
                for column, data_type, comment in columns
            ]
        ),
        "preview": dg.MetadataValue.md(_markdown(header, rows)),
    }


def _markdown(header: list[str], rows: list[tuple[Any, ...]]) -> str:
    lines = [header, ["---"] * len(header), *([_cell(v) for v in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    text = "–" if value is None else str(value)
    text = text.replace("|", "¦").replace("\n", " ")
    return text if len(text) <= _CHARACTERS else text[: _CHARACTERS - 1] + "…"
