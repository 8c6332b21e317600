"""The combined cells go in; each economy's way through the phase plane comes out."""

from reports.facts.desk import Desk, Row
from reports.facts.figures import Figure, figure
from reports.facts.verdict_facts import PhasePath, PhasePoint

# Like for like where both have the statistic; else what each of the two has.
LIKE = ("jpn_ic_wto", "twn_ic_wto")
UNLIKE = ("jpn_ic_bop", "twn_ic_factory_all")


def phase_paths(desk: Desk) -> tuple[PhasePath, ...]:
    """Return Japan's and Taiwan's points by year, single years and no means."""
    rows = desk.rows(
        "select cells.*, economies.name_{suffix} as economy"
        " from marts.typology_combined_cells as cells"
        " left join marts.economies using (economy_code)"
        " where threshold_set = 'article_fit' and smoothing_years = 1"
        " and goods_ratio > 0 and technology_ratio > 0"
        " order by pair_id, period_year"
    )
    known = {row["pair_id"] for row in rows}
    pairs = LIKE if set(LIKE) <= known else UNLIKE
    return tuple(_path(desk, pair, rows) for pair in pairs if pair in known)


def _path(desk: Desk, pair: str, rows: list[Row]) -> PhasePath:
    mine = [row for row in rows if row["pair_id"] == pair]
    return PhasePath(
        economy_code=mine[0]["economy_code"],
        economy=desk.prose(mine[0]["economy"]),
        is_like=pair in LIKE,
        is_points_only=mine[0]["is_points_only"],
        points=tuple(_point(row) for row in mine),
    )


def _point(row: Row) -> PhasePoint:
    def part(column: str) -> Figure:
        keys = ("pair_id", "period_year", "threshold_set", "smoothing_years")
        where = {name: row[name] for name in keys}
        name = f"typology_combined_cells.{column}"
        return figure(name, row[column], "ratio", **where)

    return PhasePoint(row["period_year"], part("goods_ratio"), part("technology_ratio"))
