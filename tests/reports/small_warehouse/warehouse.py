"""A small warehouse, in the shape `reports` reads: `marts.*` and `meta.*`."""

from pathlib import Path

import duckdb

from tests.reports.small_warehouse import claims, names, rankings, trade, verdicts

_TABLES = Path(__file__).with_name("tables.sql")


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Make and fill the tables in an empty database."""
    connection.execute(_TABLES.read_text(encoding="utf-8"))
    verdicts.write(connection, "embedded")
    _insert(connection, "marts.definitions", names.DEFINITIONS)
    _insert(connection, "marts.typology_combined_cells", trade.phase_rows())
    _insert(connection, "marts.technology_balances", trade.technology_rows())
    _insert(connection, "marts.typology_cells", trade.LEVELS)
    _insert(connection, "marts.affiliate_scopes", [("all", "All partners", "全部對象")])
    everyone = ("all", "All industries", "全體")
    _insert(connection, "marts.technology_industries", [everyone])
    _insert(
        connection, "marts.balance_ratios", [*trade.ratio_rows(), *trade.month_rows()]
    )
    _insert(connection, "ops.data_freshness", trade.FRESHNESS)
    _insert(connection, "marts.ratio_placements", [trade.placement_row()])
    _insert(connection, "marts.company_rankings", rankings.ranking_rows())
    _insert(connection, "marts.rank_deltas", rankings.delta_rows())
    _insert(connection, "marts.country_shares", rankings.country_rows())
    _insert(connection, "marts.article_replication", claims.replication_rows())
    _insert(connection, "marts.events", [(*e, "kind", None) for e in names.EVENTS])
    _insert(connection, "marts.economies", names.ECONOMIES)
    _insert(connection, "marts.product_sets", names.PRODUCT_SETS)
    _insert(connection, "meta.sources", names.source_rows())


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list) -> None:
    marks = ", ".join("?" for _ in rows[0])
    connection.executemany(f"insert into {table} values ({marks})", rows)
