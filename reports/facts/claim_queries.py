"""The check of the article goes in; its claims and their tallies come out."""

from reports.facts.desk import Desk, Row
from reports.facts.facts import Claim
from reports.facts.figures import Figure, Kind, figure

KINDS: dict[str, Kind] = {
    "ratio": "ratio",
    "firms": "count",
    "usd_millions": "money_as_printed",
}

# All ratios, the table rows that differ, and the statements that a figure of ours
# answers. What rests on second sources, on a part or on nothing is only tallied.
_CLAIMS = """
select *, subject_{suffix} as subject, reason_{suffix} as reason
from marts.article_replication
where claim_kind = 'ratio'
    or (claim_kind = 'table_row' and replication_status = 'differs')
    or (claim_kind = 'statement' and claimed_value is not null
        and replication_status in ('reproduced', 'differs', 'superseded'))
order by claim_id
"""

_TALLY = """
select coalesce(replication_status, 'all') as status, count(*) as claims
from marts.article_replication where claim_kind = ?
group by rollup (replication_status) having count(*) > 0 order by status
"""


def claims(desk: Desk) -> tuple[Claim, ...]:
    """Return the claims that a brief prints one by one."""
    return tuple(_claim(desk, row) for row in desk.rows(_CLAIMS))


def _claim(desk: Desk, row: Row) -> Claim:
    claim_id = desk.scrub(row["claim_id"])
    value_kind = KINDS[row["value_unit"]]

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


def tally(desk: Desk, claim_kind: str) -> tuple[tuple[str, Figure], ...]:
    """Count the claims of a kind by status, and "all" of them."""
    name = "article_replication.claim_id"
    return tuple(
        (
            row["status"],
            figure(
                name,
                row["claims"],
                "count",
                claim_kind=claim_kind,
                replication_status=desk.scrub(row["status"]),
            ),
        )
        for row in desk.rows(_TALLY, claim_kind)
    )
