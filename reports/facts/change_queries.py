"""Two published files go in; what changed between them, and why, comes out."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from reports.facts import change_sql
from reports.facts.change_facts import (
    Attribution,
    ChangedPoint,
    Changes,
    Group,
    Previous,
)
from reports.facts.desk import Desk, Row
from reports.facts.facts import Facts
from reports.facts.figures import Figure, figure
from reports.kinds import ANNUAL, Edition, japans_month, quarter_months

LAST = "9999"


def changes(desk: Desk, facts: Facts, edition: Edition, previous: Previous) -> Changes:
    """Compare the version of `desk` with the one of the brief before.

    Both files are only read. Raises `duckdb.Error` where a table is absent.
    """
    with attached(desk.connection, previous.file):
        since = desk.rows(change_sql.SINCE)[0]["moment"]
        is_same = desk.rows(change_sql.IS_SAME_CODE)[0]["is_same"]
        late = desk.rows(change_sql.READ_LATE, moment=since)[0]["late"]
        is_separable = is_same or not late
        has_verdicts = _was_there(desk, "trajectory_verdicts")
        has_levels = _was_there(desk, "typology_cells")
        desk.connection.execute("set variable moment = $1", [str(since)])
        desk.connection.execute(change_sql.points(is_same or not is_separable))
        desk.connection.execute(change_sql.levels(has_levels))
        return Changes(
            version=previous.version,
            published_on=since.date(),
            is_separable=is_separable,
            new_data=_group(desk, "bridge", "new", is_new=True),
            revision=_group(desk, "bridge", "new"),
            method=_group(desk, "old", "bridge"),
            attributions=_attributions(desk, facts, edition, previous, is_separable),
            tables=tuple(
                desk.scrub(row["table_name"])
                for row in desk.rows(change_sql.TABLES, since=since)
            ),
            digests=_digests(desk, previous, has_verdicts),
            old_class=_one(desk, change_sql.CLASS, "previous.", "evidence_class")
            if has_verdicts
            else "",
            new_class=_one(desk, change_sql.CLASS, "", "evidence_class"),
        )


@contextmanager
def attached(connection: DuckDBPyConnection, file: Path) -> Generator[None]:
    """Attach a published file as `previous` for the time of the comparison."""
    quoted = str(file).replace("'", "''")
    connection.execute(f"attach '{quoted}' as previous (read_only)")
    try:
        yield
    finally:
        connection.execute("drop table if exists points")
        connection.execute("drop table if exists levels")
        connection.execute("detach previous")


def _group(desk: Desk, before: str, after: str, *, is_new: bool = False) -> Group:
    stages: dict[str, Any] = {"before": before, "after": after, "is_new": is_new}
    rows = desk.rows(change_sql.CHANGED, **stages)
    largest = tuple(_changed(desk, row) for row in rows)
    return Group(rows[0]["changed"] if rows else 0, largest)


def _changed(desk: Desk, row: Row) -> ChangedPoint:
    return ChangedPoint(
        economy=desk.prose(row["economy_name"]),
        subject=desk.prose(row["subject_name"]),
        definition=desk.prose(row["definition_name"]),
        period=desk.scrub(row["period"]),
        old=Figure("", row["old"], "ratio"),
        new=Figure("", row["new"], "ratio"),
        change=Figure(
            "", None if row["change"] is None else float(row["change"]), "log_points"
        ),
        old_published_on=row["old_published_on"],
        new_published_on=row["new_published_on"],
        old_level=row["old_level"],
        new_level=row["new_level"],
    )


def _attributions(
    desk: Desk, facts: Facts, edition: Edition, previous: Previous, is_separable: bool
) -> tuple[Attribution, ...]:
    japan = japans_month(facts, edition.month) if edition.month else None
    rows = desk.rows(
        change_sql.ATTRIBUTED,
        period_kind="annual" if edition.kind == ANNUAL else "monthly",
        old_period=leading(previous.period),
        new_period=leading(edition.period),
        japan_period=japan.period if japan else LAST,
    )
    return tuple(_attribution(desk, row, is_separable) for row in rows)


def leading(period: str) -> str:
    """Return the month that leads a quarter; other periods lead themselves."""
    return quarter_months(period)[-1] if "Q" in period else period


def _attribution(desk: Desk, row: Row, is_separable: bool) -> Attribution:
    key = {"series_id": row["series_id"], "period": row["new_period"]}
    return Attribution(
        economy=desk.prose(row["economy"]),
        product=desk.prose(row["product"]),
        old_period=desk.scrub(row["old_period"]),
        new_period=desk.scrub(row["new_period"]),
        old=Figure("", row["old_ratio"], "ratio"),
        new=figure("balance_ratios.balance_ratio", row["new_ratio"], "ratio", **key),
        method=row["method"] if is_separable else None,
        **{name: row[name] for name in ("total", "new_data", "revision")},
    )


def _digests(
    desk: Desk, previous: Previous, has_verdicts: bool
) -> tuple[tuple[str, str, str], ...]:
    pairs = dict(previous.digests)
    if has_verdicts:
        before, now = (
            _one(desk, change_sql.HYPOTHESES, catalog, "digest")
            for catalog in ("previous.", "")
        )
        pairs["hypotheses"] = (before, now)
    return tuple(
        (name, *pair) for name, pair in sorted(pairs.items()) if pair[0] != pair[1]
    )


def _one(desk: Desk, sql: str, catalog: str, column: str) -> str:
    rows = desk.rows(sql.replace("{catalog}", catalog))
    return desk.scrub(rows[0][column]) if rows else ""


def _was_there(desk: Desk, mart: str) -> bool:
    found = desk.rows(
        "select 1 as found from duckdb_tables() where database_name = 'previous'"
        " and schema_name = 'marts' and table_name = ?",
        mart,
    )
    return bool(found)
