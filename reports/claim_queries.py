"""The check of the article goes in; its claims and their tally come out."""

from reports.desk import Desk, Row
from reports.facts import Claim
from reports.figures import Figure, Kind, figure

# Claims that count firms; all other values of the article are ratios or revenues.
COUNT_CLAIMS = frozenset({"C15"})


def claims(desk: Desk) -> tuple[Claim, ...]:
    """Return the claims a brief prints: all but the table rows that agree."""
    rows = desk.rows(
        "select *, subject_{suffix} as subject, reason_{suffix} as reason"
        " from marts.article_replication"
        " where claim_kind <> 'table_row' or replication_status = 'differs'"
        " order by claim_id"
    )
    return tuple(_claim(desk, row) for row in rows)


def _claim(desk: Desk, row: Row) -> Claim:
    claim_id = desk.scrub(row["claim_id"])
    value_kind: Kind = "ratio"
    if row["claim_kind"] == "table_row":
        value_kind = "money_as_printed"
    elif claim_id in COUNT_CLAIMS:
        value_kind = "count"

    def value(column: str, kind: Kind) -> Figure:
        currency = "USD" if kind.startswith("money") else None
        name = f"article_replication.{column}"
        return figure(name, row[column], kind, currency, claim_id=claim_id)

    return Claim(
        id=claim_id,
        kind=desk.scrub(row["claim_kind"]),
        year=row["data_year"],
        subject=desk.prose(row["subject"]),
        claimed=value("claimed_value", value_kind),
        claimed_share=value("claimed_share_pct", "percent"),
        ours=value("our_value", value_kind),
        our_share=value("our_share_pct", "percent"),
        our_year=row["our_year"],
        status=desk.scrub(row["replication_status"]),
        reason=desk.prose(row["reason"]),
        first_print=value("first_print_value", value_kind),
        first_print_on=row["first_print_on"],
    )


def row_tally(desk: Desk) -> tuple[tuple[str, Figure], ...]:
    """Count the rows of the article's table by status, and "all" of them."""
    rows = desk.rows(
        "select coalesce(replication_status, 'all') as status, count(*) as claims"
        " from marts.article_replication where claim_kind = 'table_row'"
        " group by rollup (replication_status) having count(*) > 0 order by status"
    )
    name = "article_replication.claim_id"
    return tuple(
        (
            row["status"],
            figure(
                name,
                row["claims"],
                "count",
                claim_kind="table_row",
                replication_status=desk.scrub(row["status"]),
            ),
        )
        for row in rows
    )
