"""Where a printed number comes from, told from a published version and its payloads.

Needs neither network nor dbt nor Dagster: the version holds its models' text, the raw
rows, the checks, and which row was made from which.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from ingest.landing import LandingZone
from ingest.source import IngestError
from orchestration.briefs.files import Kept
from orchestration.errors import OperatorError
from orchestration.records import Row, records
from orchestration.settings import Settings
from orchestration.tracing import printed
from orchestration.tracing import rows as tracing
from orchestration.tracing.printed import FigureId, UnknownFigureError

_CHAIN = """
with recursive chain as (
    select $table as table_name
    union
    select unnest(models.inputs)
    from chain join ops.models as models using (table_name)
)
select table_name, kind, file, sha256, inputs, sql
from chain join ops.models using (table_name) order by table_name <> $table, table_name
"""

_COLUMNS = """
with recursive walked as (
    select *, 1 as depth from meta.column_lineage
    where table_name = $table and column_name = $column
    union
    select behind.*, walked.depth + 1
    from walked
    join meta.column_lineage as behind
        on behind.table_name = walked.from_table
        and behind.column_name = walked.from_column
)
select table_name, column_name, from_table, from_column
from walked group by table_name, column_name, from_table, from_column
order by min(depth), table_name, column_name, from_table, from_column
"""

_CHECKS = """
select table_name, check_name, checker, severity, outcome, is_passed, description,
    what_to_do, evaluated_at
from ops.check_results
where table_name = any($tables) and run_id = (select run_id from ops.build)
order by is_passed, severity, table_name, check_name
"""

_BEHIND = """
select payload_sha256 from meta.sources where source in (
    select source from meta.table_sources where table_name = $table
)
"""


class OldVersionError(OperatorError):
    """The version does not say what it was made from."""


@dataclass(frozen=True)
class Explanation:
    """Everything that stands behind one printed number.

    `value` is in the mart's own unit; a figure that counts rows has their number.
    `printed` is the text on each brief's page by language, `columns` which column was
    made from which, down to the raw tables. `is_traced_by_row` is false
    where only the payloads of the mart's sources are known.
    """

    figure: str
    version: str
    value: Any
    printed: dict[str, str]
    meaning: str | None
    rows: list[Row]
    models: list[Row]
    columns: list[Row]
    steps: list[Row]
    raw_rows: list[Row]
    is_traced_by_row: bool
    payloads: list[Row]
    checks: list[Row]

    def as_json(self) -> dict[str, Any]:
        """The explanation for programs."""
        return asdict(self)


def explain(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    version: str,
    asked: str,
    briefs: Sequence[Kept],
) -> Explanation:
    """Explain a figure id or link target of a version that is open for reading.

    Raises UnknownFigureError for a figure that does not exist, OldVersionError.
    """
    _require_trace(con, version)
    figure = printed.identify(asked, briefs)
    table = f"marts.{figure.mart}"
    key_columns = _key_columns(con, figure, briefs)
    rows = _rows(con, figure, briefs)
    counts = figure.column in key_columns
    keys = ["|".join(_as_key(row[name]) for name in key_columns) for row in rows]
    trace = tracing.follow(con, table, keys, figure.column)
    digests = tracing.payloads_of(con, trace.rows)
    if not trace.rows:
        behind = con.execute(_BEHIND, {"table": table}).fetchall()
        digests = [digest for (digest,) in behind]
    models = records(con, _CHAIN, {"table": table})
    payloads = tracing.payloads(con, digests)
    tables = {model["table_name"] for model in models}
    tables |= {name for model in models for name in model["inputs"]}
    tables |= {f"landing.{payload['source']}" for payload in payloads}
    # Of several kinds of brief not every one prints the figure.
    told = ((b.language, printed.text_of(figure, b)) for b in briefs)
    return Explanation(
        figure=figure.text,
        version=version,
        value=len(rows) if counts else rows[0][figure.column],
        printed={language: text for language, text in told if text},
        meaning=_meaning(con, figure),
        rows=rows,
        models=models,
        columns=columns_behind(con, table, figure.column),
        steps=trace.steps,
        raw_rows=trace.rows,
        is_traced_by_row=bool(trace.rows),
        payloads=[p | _landed(settings, p) for p in payloads],
        checks=records(con, _CHECKS, {"tables": sorted(tables)}),
    )


def _require_trace(con: duckdb.DuckDBPyConnection, version: str) -> None:
    found = con.execute(
        """select count(*) from duckdb_tables()
        where schema_name || '.' || table_name in ('meta.row_inputs', 'ops.models')"""
    ).fetchone()
    if found != (2,):
        raise OldVersionError(
            f"{version}: published before versions said what made them; name a newer "
            "one with --version"
        )


def _key_columns(
    con: duckdb.DuckDBPyConnection, figure: FigureId, briefs: Sequence[Kept]
) -> list[str]:
    """The mart's key; raises UnknownFigureError unless all that the id names exists."""
    columns = con.execute(
        """select column_name, is_key from meta.columns
        where table_name = 'marts.' || ? order by position""",
        [figure.mart],
    ).fetchall()
    names = [name for name, _ in columns]
    if not {figure.column, *figure.key} <= set(names):
        raise _unknown(figure, briefs)
    return [name for name, is_key in columns if is_key]


def _rows(
    con: duckdb.DuckDBPyConnection, figure: FigureId, briefs: Sequence[Kept]
) -> list[Row]:
    # Mart and columns have been found in meta.columns. In a tally "all" is every value.
    names = [n for n, value in figure.key.items() if value != "all"]
    where = " and ".join(f'cast("{n}" as varchar) = ${n}' for n in names) or "true"
    sql = f'select * from marts."{figure.mart}" where {where} order by all'
    rows = records(con, sql, {n: figure.key[n] for n in names})
    if not rows:
        raise _unknown(figure, briefs)
    return rows


def columns_behind(
    con: duckdb.DuckDBPyConnection, table: str, column: str
) -> list[Row]:
    """Which column was made from which; older versions do not say."""
    found = con.execute(
        """select count(*) from duckdb_tables()
        where schema_name || '.' || table_name = 'meta.column_lineage'"""
    ).fetchone()
    if found == (0,):
        return []
    return records(con, _COLUMNS, {"table": table, "column": column})


def _unknown(figure: FigureId, briefs: Sequence[Kept]) -> UnknownFigureError:
    known = {text for brief in briefs for text in brief.figures}
    return UnknownFigureError(
        f"{figure.text}: no such figure; {printed.near(figure.text, known)}"
    )


def _as_key(value: Any) -> str:
    """A value as DuckDB writes it into a key."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _meaning(con: duckdb.DuckDBPyConnection, figure: FigureId) -> str | None:
    row = con.execute(
        """select meaning from meta.columns
        where table_name = 'marts.' || ? and column_name = ?""",
        [figure.mart, figure.column],
    ).fetchone()
    return row[0] if row else None


def _landed(settings: Settings, payload: Row) -> dict[str, Any]:
    """Where the bytes lie, from which address they came, whether they are unchanged."""
    zone = LandingZone(settings.landing)
    sha256 = payload["payload_sha256"]
    try:
        found = zone.find(payload["source"], sha256)
        if found is None:
            return _not_landed(f"not in {zone.root}")
        found.verify()
    except IngestError as error:
        return _not_landed(str(error))
    return {
        "file": str(found.path),
        "bytes": found.path.stat().st_size,
        "bytes_state": "as landed",
        "requested": found.origin.get("request"),
    }


def _not_landed(why: str) -> dict[str, Any]:
    return {"file": None, "bytes": None, "bytes_state": why, "requested": None}
