"""The published warehouse goes in; the figures that README.md prints come out.

README.md calls these functions in its blocks (`cog`); `make docs` renews them.
"""

import duckdb

_SERIES = "twn.ic.mof_press.ratio.a"
_QUERY = f"""select period, round(balance_ratio, 2) as ratio
from marts.balance_ratios
where series_id = '{_SERIES}'
order by period desc limit 3"""
_PLACEMENT = """
select period_year, round(balance_ratio, 2), last_reference_year_at_or_above,
    first_reference_year_below
from marts.ratio_placements where series_id = ?
"""
_VERDICTS = """
select count(*), count(*) filter (where evidence_class = 'INSUFFICIENT')
from marts.trajectory_verdicts
where target_code = 'TWN' and evidence_class <> 'DESCRIPTIVE'
"""
_RATIO_CLAIMS = """
select count(*), count(*) filter (where replication_status = 'reproduced'),
    count(*) filter (where replication_status = 'not_reproducible')
from marts.article_replication where claim_kind = 'ratio'
"""
_JAPAN = """
select min(period_year), round(arg_min(balance_ratio, period_year), 2),
    arg_min(period_year, balance_ratio), round(min(balance_ratio), 2)
from marts.balance_ratios
where series_id = 'jpn.components.customs_principal.ratio.a'
    and period_kind = 'annual'
"""


def first_question(database: str) -> str:
    """Return a query of the published file `database` with what it answers."""
    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.execute(_QUERY).fetchall()
    answer = [f"--  {period}  {ratio:.2f}" for period, ratio in rows]
    return "\n".join(["```sql", f"{_QUERY};", *answer, "```"])


def what_it_shows(database: str) -> str:
    """Return what the published file `database` says today, as a list in Markdown."""
    with duckdb.connect(database, read_only=True) as connection:
        placement = connection.execute(_PLACEMENT, [_SERIES]).fetchall()
        ((verdicts, unanswered),) = connection.execute(_VERDICTS).fetchall()
        ((claims, reproduced, without),) = connection.execute(_RATIO_CLAIMS).fetchall()
        ((first, begin, low_year, low),) = connection.execute(_JAPAN).fetchall()
    ((year, ratio, at_or_above, below),) = placement
    return "\n".join(
        [
            f"* Taiwan exported {ratio:.2f} times the chips it imported in {year}, by "
            "value. Japan’s",
            f"  ratio was last as high in {at_or_above} and has been lower since "
            f"{below}.",
            f"* Japan’s ratio for components fell from {begin:.2f} in {first} to "
            f"{low:.2f} in {low_year}.",
            f"* Of the article’s {claims} ratios {reproduced} are reproduced; "
            f"{without} cannot be checked with what is embedded.",
            f"* Does Taiwan follow Japan? Of {verdicts} registered hypotheses "
            f"{unanswered} have too few data for an answer.",
        ]
    )
