"""What a page of an e-Stat table says of itself, and whether pages make a whole.

Wherever e-Stat would list a single thing, it gives the thing itself instead of a list.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingest.masking import masked
from ingest.source import IngestError


@dataclass(frozen=True)
class Member:
    """What a code of an axis means. `parent` is the code it is a part of."""

    code: str
    label: str
    parent: str
    unit: str


@dataclass(frozen=True)
class Page:
    """What a page says of itself: the table, and which of its cells it holds."""

    table_id: str
    title: str
    updated: date
    total: int
    first: int
    last: int
    next_key: int | None
    axes: dict[str, tuple[Member, ...]]


def read_page(path: Path, secret: str = "") -> Page:
    """Read all but the cells of a page. Raises IngestError, also for a refusal.

    A refusal is quoted without `secret`.
    """
    columns = """{'GET_STATS_DATA': 'STRUCT("RESULT" JSON, "STATISTICAL_DATA" STRUCT(
        "RESULT_INF" JSON, "TABLE_INF" JSON, "CLASS_INF" JSON))'}"""
    with duckdb.connect() as con:
        row = run(
            con,
            f"""select "GET_STATS_DATA"."RESULT", "GET_STATS_DATA"."STATISTICAL_DATA"
            from read_json(?, columns={columns}, {one_object(path)})""",
            [str(path)],
        ).fetchone()
    if not row or row[0] is None:
        raise IngestError("not an answer of getStatsData")
    check_status(json.loads(row[0]), secret)
    said = {name: json.loads(text or "{}") for name, text in (row[1] or {}).items()}
    try:
        return _page(said["RESULT_INF"], said["TABLE_INF"], said["CLASS_INF"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise IngestError(
            f"a page of e-Stat without what it says of itself: {error!r}"
        ) from error


def check_status(result: dict[str, Any], secret: str = "") -> None:
    """Raise IngestError unless an answer's RESULT says that all went well.

    What it says is quoted without `secret`.
    """
    status = str(result.get("STATUS"))
    if status != "0":
        advice = "; check ESTAT_APP_ID" if status == "100" else ""
        said = masked(str(result.get("ERROR_MSG")), secret)[:200]
        raise IngestError(f"e-Stat answers STATUS {status}, {said}{advice}")


def listed(things: Any) -> list[Any]:
    """A list, also of what e-Stat gives without one."""
    if things is None:
        return []
    return things if isinstance(things, list) else [things]


def title(table: dict[str, Any]) -> str:
    """A table's name: that of its statistic and its own."""
    names = (table.get("STATISTICS_NAME"), table.get("TITLE"))
    return " ".join(name for name in map(_text, names) if name)


def check_whole(pages: Sequence[Page]) -> None:
    """Raise IngestError unless the pages are one version of one table, complete."""
    table, reached = pages[0], 0
    for page in pages:
        if (page.table_id, page.updated, page.total) != (
            table.table_id,
            table.updated,
            table.total,
        ):
            raise IngestError(
                f"table {table.table_id} changed while it was read; to be asked again"
            )
        if page.first != reached + 1:
            raise IngestError(
                f"table {table.table_id}: after cell {reached} comes {page.first}"
            )
        reached = page.last
    if reached != table.total:
        raise IngestError(
            f"table {table.table_id}: {table.total} cells, the pages end at {reached}"
        )


def _text(thing: Any) -> str:
    """A text that e-Stat gives bare, or with a code or a number beside it."""
    return str(thing.get("$", "") if isinstance(thing, dict) else thing or "")


def _page(
    result: dict[str, Any], table: dict[str, Any], classes: dict[str, Any]
) -> Page:
    next_key = result.get("NEXT_KEY")
    return Page(
        table_id=table["@id"],
        title=title(table),
        updated=date.fromisoformat(table["UPDATED_DATE"]),
        total=int(result["TOTAL_NUMBER"]),
        first=int(result["FROM_NUMBER"]),
        last=int(result["TO_NUMBER"]),
        next_key=int(next_key) if next_key else None,
        axes={
            axis["@id"]: tuple(
                Member(
                    str(member["@code"]),
                    str(member["@name"]),
                    str(member.get("@parentCode", "")),
                    str(member.get("@unit", "")),
                )
                for member in listed(axis["CLASS"])
            )
            for axis in listed(classes["CLASS_OBJ"])
        },
    )


def one_object(path: Path) -> str:
    """Options of DuckDB's read_json for an answer, one object however long."""
    longest = path.stat().st_size + 1
    return f"""format='unstructured', records=true,
        maximum_object_size={max(longest, 1 << 24)}"""


def run(
    con: duckdb.DuckDBPyConnection, sql: str, parameters: object
) -> duckdb.DuckDBPyConnection:
    """Execute SQL over answers. Raises IngestError if they are not what it expects."""
    try:
        return con.execute(sql, parameters)
    except duckdb.Error as error:
        raise IngestError(
            f"not readable as an answer of e-Stat: {str(error).splitlines()[0]}"
        ) from error
