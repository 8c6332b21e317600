"""The marts on technology trade go in; newest years and cells come out."""

import re

from reports.facts.desk import Desk, Row
from reports.facts.figures import Figure, Kind, figure
from reports.facts.phase_queries import LIKE, UNLIKE
from reports.facts.technology_facts import Cell, Technology, TechnologyLine

_CELL = re.compile(r"(low|middle|high)_technology_(low|middle|high)_goods")
_LINES = """
select balances.*, economies.name_{suffix} as economy,
    industries.name_{suffix} as industry_name,
    definitions.name_{suffix} as definition_name, scopes.name_{suffix} as partners,
    cells.threshold_set, cells.smoothing_years, cells.ratio_level, cells.sets_agreeing
from marts.technology_balances as balances
left join marts.economies using (economy_code)
left join marts.technology_industries as industries using (industry)
left join marts.definitions using (definition)
left join marts.affiliate_scopes as scopes using (affiliate_scope)
left join marts.typology_cells as cells
    on balances.series_id = cells.series_id and balances.period = cells.period
    and cells.threshold_set = 'article_fit' and cells.smoothing_years = 1
where economy_code in ('TWN', 'JPN') and balances.balance_ratio is not null
qualify row_number() over (
    partition by balances.series_id order by balances.period_end_date desc
) = 1
order by economy_code <> 'TWN', balances.period_end_date desc, balances.series_id
"""
_CELLS = """
select cells.*, economies.name_{suffix} as economy,
    definitions.name_{suffix} as definition_name,
    industries.name_{suffix} as industry_name, balances.source
from marts.typology_combined_cells as cells
left join marts.economies on cells.economy_code = economies.economy_code
left join marts.technology_balances as balances
    on cells.technology_series_id = balances.series_id
    and cells.technology_period = balances.period
left join marts.definitions on balances.definition = definitions.definition
left join marts.technology_industries as industries
    on balances.industry = industries.industry
where threshold_set = 'article_fit' and smoothing_years = 1
qualify row_number() over (
    partition by pair_id order by cells.period_year desc
) = 1
order by cells.economy_code <> 'TWN', pair_id
"""


def technology(desk: Desk) -> Technology:
    """Return each statistic's newest year, and both economies' newest cells."""
    (row,) = desk.rows(
        "select count(distinct threshold_set) as sets"
        " from marts.typology_combined_cells"
    )
    lines = tuple(_line(desk, line) for line in desk.rows(_LINES))
    return Technology(lines, _cells(desk), row["sets"])


def _line(desk: Desk, row: Row) -> TechnologyLine:
    def part(column: str, kind: Kind, currency: str | None = None) -> Figure:
        key = {"series_id": row["series_id"], "period": row["period"]}
        name = f"technology_balances.{column}"
        return figure(name, row[column], kind, currency, **key)

    is_all = row["affiliate_scope"] == "all"
    return TechnologyLine(
        economy=desk.prose(row["economy"]),
        industry=desk.prose(row["industry_name"] or row["industry"]),
        definition=desk.prose(row["definition_name"] or row["definition"]),
        partners="" if is_all else desk.prose(row["partners"]),
        period=desk.scrub(row["period"]),
        receipts=part("receipts_millions", "money", row["currency_code"]),
        payments=part("payments_millions", "money", row["currency_code"]),
        ratio=part("balance_ratio", "ratio"),
        change=part("ratio_log_change", "log_points"),
        level=row["ratio_level"] or "",
        sets_agreeing=figure(
            "typology_cells.sets_agreeing",
            row["sets_agreeing"],
            "count",
            series_id=row["series_id"],
            period=row["period"],
            threshold_set="article_fit",
            smoothing_years=1,
        ),
        source=row["source"],
    )


def _cells(desk: Desk) -> tuple[Cell, ...]:
    rows = desk.rows(_CELLS)
    known = {row["pair_id"] for row in rows}
    pairs = LIKE if set(LIKE) <= known else UNLIKE
    return tuple(_cell(desk, row) for row in rows if row["pair_id"] in pairs)


def _cell(desk: Desk, row: Row) -> Cell:
    def part(column: str, kind: Kind) -> Figure:
        keys = ("pair_id", "period_year", "threshold_set", "smoothing_years")
        where = {name: row[name] for name in keys}
        name = f"typology_combined_cells.{column}"
        return figure(name, row[column], kind, **where)

    found = _CELL.fullmatch(row["cell"])
    if not found:
        raise ValueError(f"marts.typology_combined_cells: no such cell: {row['cell']}")
    return Cell(
        economy=desk.prose(row["economy"]),
        year=row["period_year"],
        definition=desk.prose(row["definition_name"]),
        industry=desk.prose(row["industry_name"]),
        goods=part("goods_ratio", "ratio"),
        technology=part("technology_ratio", "ratio"),
        technology_level=found[1],
        goods_level=found[2],
        is_borderline=bool(row["is_borderline"]),
        sets_agreeing=part("sets_agreeing", "count"),
        source=row["source"] or "",
    )
