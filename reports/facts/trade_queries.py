"""The marts on trade go in; ratio series and the placement come out."""

from itertools import groupby

from reports.facts.desk import Desk, Row
from reports.facts.facts import Placement, RatioPoint, RatioSeries, Reach
from reports.facts.figures import Figure, Kind, figure

# World statistics are cross-checks with other definitions: they share no table with
# the customs offices' own figures.
_NATIONAL = """(
    select balance_ratios.* from marts.balance_ratios
    join marts.definitions using (definition)
    where comparison_group = 'national_customs'
)"""


def ratio_series(desk: Desk) -> tuple[RatioSeries, ...]:
    """Return the customs offices' own series by year and by month."""
    rows = desk.rows(
        "select ratios.*, economies.name_{suffix} as economy,"
        " sets.name_{suffix} as product"
        f" from {_NATIONAL} as ratios"
        " left join marts.economies using (economy_code)"
        " left join marts.product_sets as sets using (product_set)"
        " where period_kind in ('annual', 'ytd', 'monthly')"
        " order by economy_code, product_set, period_start_date, period"
    )
    by_series = groupby(rows, lambda r: (r["economy_code"], r["product_set"]))
    return tuple(_one_series(desk, list(group)) for _, group in by_series)


def _one_series(desk: Desk, rows: list[Row]) -> RatioSeries:
    points = [(row["period_kind"], _ratio_point(row)) for row in rows]
    running = [p for _, p in points if p.is_partial]
    return RatioSeries(
        economy_code=desk.scrub(rows[0]["economy_code"]),
        economy=desk.prose(rows[0]["economy"]),
        product_set=desk.scrub(rows[0]["product_set"]),
        product=desk.prose(rows[0]["product"]),
        years=tuple(p for kind, p in points if kind == "annual"),
        running=running[-1] if running else None,
        months=tuple(p for kind, p in points if kind == "monthly"),
    )


def _ratio_point(row: Row) -> RatioPoint:
    def part(column: str, kind: Kind, currency: str | None = None) -> Figure:
        key = {"series_id": row["series_id"], "period": row["period"]}
        return figure(f"balance_ratios.{column}", row[column], kind, currency, **key)

    return RatioPoint(
        period=row["period"],
        year=row["period_year"],
        start=row["period_start_date"],
        end=row["period_end_date"],
        is_partial=row["is_partial"],
        exports=part("exports_millions", "money", row["currency_code"]),
        imports=part("imports_millions", "money", row["currency_code"]),
        ratio=part("balance_ratio", "ratio"),
        change=part("ratio_log_change", "log_points"),
        export_contribution=part("export_contribution", "log_points"),
        import_contribution=part("import_contribution", "log_points"),
        rolling=part("rolling_balance_ratio", "ratio"),
        reason=row["state_reason"],
        published_on=row["published_on"],
    )


def reaches(desk: Desk) -> tuple[Reach, ...]:
    """Return how far each economy's figures reach, Taiwan's first."""
    rows = desk.rows(
        "select name_{suffix} as economy, max(period_end_date) as until"
        f" from {_NATIONAL} left join marts.economies using (economy_code)"
        " group by economy_code, economy"
        " order by economy_code <> 'TWN', economy_code"
    )
    return tuple(Reach(desk.prose(row["economy"]), row["until"]) for row in rows)


def placement(desk: Desk) -> Placement | None:
    """Return the newest placement of Taiwan's chips, None where there is none.

    Chips stand beside chips: that of equipment is another story.
    """
    rows = desk.rows(
        "select * from marts.ratio_placements"
        f" where series_id in (select series_id from {_NATIONAL}"
        "  where product_set = 'ic')"
        " order by period_year desc, series_id"
    )
    return _placed(rows[0]) if rows else None


def _placed(row: Row) -> Placement:
    def part(column: str, kind: Kind) -> Figure:
        name = f"ratio_placements.{column}"
        return figure(name, row[column], kind, series_id=row["series_id"])

    return Placement(
        year=row["period_year"],
        ratio=part("balance_ratio", "ratio"),
        reference_first_year=part("reference_first_year", "year"),
        reference_last_year=part("reference_last_year", "year"),
        reference_years=part("reference_years", "count"),
        percentile=part("percentile_in_reference", "percentile"),
        last_year_at_or_above=part("last_reference_year_at_or_above", "year"),
        ratio_in_that_year=part("reference_ratio_in_that_year", "ratio"),
        first_year_below=part("first_reference_year_below", "year"),
        ratio_in_first_year_below=part("reference_ratio_in_first_year_below", "ratio"),
        reference_same_year=part("reference_ratio_same_year", "ratio"),
    )
