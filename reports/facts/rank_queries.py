"""The marts on rankings go in; firms, their moves and their homes come out."""

from reports.facts.desk import Desk, Row
from reports.facts.facts import CountryCount, Firm, Move
from reports.facts.figures import Figure, Kind, figure


def firms(desk: Desk, ranking: str) -> tuple[Firm, ...]:
    """Return the top tens of one ranking series."""
    rows = desk.rows(
        "select rankings.*, company_name_{suffix} as company,"
        " name_{suffix} as country from marts.company_rankings as rankings"
        " left join marts.economies on economy_code = country_code"
        " where ranking_series = ? and revenue_rank <= 10"
        " order by data_year, revenue_rank, company_printed",
        ranking,
    )
    return tuple(_firm(desk, row) for row in rows)


def _firm(desk: Desk, row: Row) -> Firm:
    key = {
        "ranking_id": row["ranking_id"],
        "company_printed": desk.scrub(row["company_printed"]),
    }
    mart = "company_rankings."
    return Firm(
        year=row["data_year"],
        rank=figure(mart + "revenue_rank", row["revenue_rank"], "rank", **key),
        company=desk.prose(row["company"] or row["company_printed"]),
        country_code=desk.scrub(row["country_code"]),
        country=desk.prose(row["country"]),
        revenue=figure(
            mart + "revenue_usd_millions",
            row["revenue_usd_millions"],
            "money",
            "USD",
            **key,
        ),
        share=figure(
            mart + "share_pct_printed", row["share_pct_printed"], "percent", **key
        ),
    )


def moves(desk: Desk, ranking: str) -> tuple[Move, ...]:
    """Return the changes of rank along each firm's lineage."""
    rows = desk.rows(
        "select deltas.*, deltas.company_name_{suffix} as company,"
        " related.name as related_company from marts.rank_deltas as deltas"
        " left join (select company_id, min(company_name_{suffix}) as name"
        "  from marts.company_rankings group by company_id) as related"
        "  on related.company_id = deltas.related_company_id"
        " where ranking_series = ? and basis = 'lineage'"
        " order by from_year, to_year, entity",
        ranking,
    )
    return tuple(_move(desk, row) for row in rows)


def _move(desk: Desk, row: Row) -> Move:
    key = {
        name: desk.scrub(str(row[name]))
        for name in (
            *("ranking_series", "pair_status", "basis"),
            *("from_year", "to_year", "entity"),
        )
    }

    def rank(column: str, kind: Kind) -> Figure:
        return figure(f"rank_deltas.{column}", row[column], kind, **key)

    return Move(
        from_year=row["from_year"],
        to_year=row["to_year"],
        entity=key["entity"],
        company=desk.prose(row["company"] or row["entity"]),
        country_code=desk.scrub(row["country_code"]),
        previous=rank("previous_rank", "rank"),
        current=rank("current_rank", "rank"),
        change=rank("rank_change", "rank_change"),
        status=desk.scrub(row["rank_status"]),
        related_rank=row["related_rank"],
        related_company=desk.prose(row["related_company"]) or None,
    )


def countries(desk: Desk, ranking: str, foundry_scope: str) -> tuple[CountryCount, ...]:
    """Return the number of firms by seat, and their share of the ten's revenue."""
    rows = desk.rows(
        "select *, country_name_{suffix} as country from marts.country_shares"
        " where ranking_series = ? and foundry_scope = ?"
        " and country_basis = 'headquarters' order by data_year, country_code",
        ranking,
        foundry_scope,
    )
    return tuple(_country(desk, row) for row in rows)


def _country(desk: Desk, row: Row) -> CountryCount:
    key = {
        "ranking_id": row["ranking_id"],
        "foundry_scope": row["foundry_scope"],
        "country_basis": row["country_basis"],
        "country_code": desk.scrub(row["country_code"]),
    }
    firms, share = row["firms_in_top_ten"], row["share_of_top_ten_pct"]
    mart = "country_shares."
    return CountryCount(
        year=row["data_year"],
        country_code=key["country_code"],
        country=desk.prose(row["country"]),
        firms=figure(mart + "firms_in_top_ten", firms, "count", **key),
        share_of_top_ten=figure(mart + "share_of_top_ten_pct", share, "percent", **key),
    )
