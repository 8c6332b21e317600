"""What tables and their columns mean, as comments in a DuckDB file."""

from collections.abc import Mapping

import duckdb


def write(
    con: duckdb.DuckDBPyConnection, table: str, meaning: str, columns: Mapping[str, str]
) -> None:
    """Say what the table `schema.name` and its columns mean.

    All of it is declared in this project: a comment takes no parameters.
    """
    place = ".".join(f'"{part}"' for part in table.split("."))
    said = {f"table {place}": meaning}
    said |= {f'column {place}."{name}"': text for name, text in columns.items()}
    con.execute(
        "; ".join(
            f"comment on {what} is {_quoted(text)}" for what, text in said.items()
        )
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
