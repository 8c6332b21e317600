"""The published warehouse goes in; the pages of docs/ that are made from it come out.

Run as `python -m reports.pages DATABASE FOLDER`. The same figures give the same bytes:
nothing of the run is printed.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from reports.facts.claim_queries import KINDS
from reports.facts.figures import Kind, figure
from reports.rendering.templating import TEMPLATES
from reports.words.numbers import MISSING, show

Row = dict[str, Any]

# Values are printed as the article has them: revenue in units of US$ 100 million.
LOCALE = Locale.parse("zh_Hant_TW")
DECIMALS: dict[str, Kind] = KINDS | {"share_pct": "percent"}
AS_TOLD = {"pct": "{:g}%", "jpy_trillions": "{:g} 兆日圓 (JPY trillion)"}

_CLAIMS = "from marts.article_replication where claim_kind = ? order by claim_id"
_OUTCOMES = """
select replication_status,
    count(*) filter (where claim_kind = 'statement') as statements,
    count(*) filter (where claim_kind = 'ratio') as ratios,
    count(*) filter (where claim_kind = 'table_row') as table_rows
from marts.article_replication group by replication_status
"""
_TABLES = """
select described.table_name as name, tables.comment as meaning,
    (select list(distinct behind.source order by behind.source)
    from meta.table_sources as behind
    where behind.table_name = described.table_name) as sources
from meta.columns as described
join duckdb_tables() as tables
    on tables.schema_name || '.' || tables.table_name = described.table_name
group by all order by name
"""
_COLUMNS = """
select table_name, column_name, data_type, is_key, meaning
from meta.columns order by table_name, position
"""
_SOURCES = "from meta.sources order by source, resource"


def article(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the page on the article's claims as Markdown, in Chinese and English.

    Raises `duckdb.Error` where a column of the contract is absent, and
    `jinja2.UndefinedError` for an outcome that the page does not explain.
    """
    found = {row["replication_status"]: row for row in _rows(connection, _OUTCOMES)}
    kinds = {
        kind: _rows(connection, _CLAIMS, kind)
        for kind in ("statement", "ratio", "table_row")
    }
    return _page("article.md.j2", found=found, **kinds)


def data_dictionary(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the page on the public tables, their columns and sources as Markdown.

    Raises `duckdb.Error` where the file has no catalogue.
    """
    columns: dict[str, list[Row]] = {}
    for row in _rows(connection, _COLUMNS):
        columns.setdefault(row["table_name"], []).append(row)
    return _page(
        "data-dictionary.md.j2",
        tables=_rows(connection, _TABLES),
        columns=columns,
        sources=_rows(connection, _SOURCES),
    )


PAGES: dict[str, Callable[[duckdb.DuckDBPyConnection], str]] = {
    "article.md": article,
    "data-dictionary.md": data_dictionary,
}


def write(database: Path, folder: Path) -> None:
    """Write all pages into `folder`, from the published file `database`.

    Raises `duckdb.Error` or `OSError` when either cannot be used.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        texts = {name: make(connection) for name, make in PAGES.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, *given: str) -> list[Row]:
    result = connection.execute(sql, list(given))
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _page(template: str, **content: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        # For HTML only; in Markdown the filter `cell` does it.
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = cell
    environment.filters["first_sentence"] = first_sentence
    return environment.get_template(template).render(printed=printed, **content)


def cell(text: object) -> str:
    """Return what stands in a cell of a Markdown table: one line, a dash for None."""
    if text is None:
        return MISSING
    plain = " ".join(str(text).split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")


def first_sentence(text: str | None) -> str | None:
    """Return what a description says first, without its full stop."""
    return text and " ".join(text.split()).split(". ")[0].rstrip(".")


def printed(value: float | None, unit: str | None) -> str:
    """Return a value in digits as its unit asks; a dash for None."""
    if value is None or unit is None:
        return MISSING
    if unit in AS_TOLD:
        return AS_TOLD[unit].format(value)
    return show(figure("", value, DECIMALS[unit]), LOCALE)


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:3]))
