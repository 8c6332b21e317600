"""Asks the marts in one language and hands back rows of plain Python values."""

from typing import Any

from duckdb import DuckDBPyConnection

from reports.facts.text import Scrubber, spaced

# The marts carry every name twice; the suffix of the column says in which language.
SUFFIX = {"en": "en", "zh-TW": "zh"}
Row = dict[str, Any]


class Desk:
    """A connection, a language and the scrubber every string goes through.

    Raises `KeyError` for a language the marts have no names in.
    """

    def __init__(
        self, connection: DuckDBPyConnection, language: str, scrub: Scrubber
    ) -> None:
        self.connection = connection
        self.language = language
        self.suffix = SUFFIX[language]
        self.scrub = scrub

    def prose(self, text: str | None) -> str:
        """Return text of the warehouse as it is printed; keys are only scrubbed."""
        return spaced(self.scrub(text))

    def has(self, schema: str, table: str) -> bool:
        """Whether the version holds a table."""
        found = self.rows(
            "select 1 as found from duckdb_tables()"
            " where database_name = current_database()"
            " and schema_name = ? and table_name = ?",
            schema,
            table,
        )
        return bool(found)

    def rows(self, sql: str, *parameters: str, **named: Any) -> list[Row]:
        """Return all rows of `sql`, in which `{suffix}` stands for the language.

        It is given `parameters` by place or by name, not both.
        """
        result = self.connection.execute(
            sql.replace("{suffix}", self.suffix), named or list(parameters)
        )
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
