"""The methodology's made-up rankings through every model from rows to marts."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

pytestmark = pytest.mark.integration

# From rows to marts, each after what it reads.
CHAIN = (
    "int_ranking_pairs",
    "int_ranking_shares",
    "int_ranking_sides",
    "int_company_ancestries",
    "int_company_heirs",
    "int_ranking_pro_forma",
    "int_ranking_entries",
    "int_ranking_matches",
    "int_ranking_lineages",
    "rank_deltas",
    "int_ranking_members",
    "country_shares",
    "ranking_concentration",
)
READ_AS_THEY_ARE = ("marts.ranking_labels", "marts.economies")
MADE_UP = (
    "intermediate.int_company_rankings",
    "seeds.companies",
    "seeds.company_lineage",
    "marts.foundry_revenues",
)
# Year, company, name, country, revenue in US$ million; markets of 500 and of 1,000.
ROWS = [
    (2001, "p", "P", "JPN", 100),
    (2001, "q", "Q", "USA", 80),
    (2001, "r", "R", "JPN", 60),
    (2001, "s", "S", "KOR", 40),
    (2001, "t", "T", "USA", 20),
    (2002, "q", "Q", "USA", 180),
    (2002, "s", "S2", "KOR", 120),
    (2002, "u", "U", "JPN", 90),
    (2002, "v", "V", "TWN", 60),
    (2002, "t", "T", "USA", 50),
]


def _rankings() -> pd.DataFrame:
    columns = ["data_year", "company_id", "company_printed", "country_code", "revenue"]
    rows = pd.DataFrame(ROWS, columns=columns)
    year = rows["data_year"]
    return rows.assign(
        ranking_id="y" + year.astype(str),
        ranking_series="made_up",
        release_status="final",
        release_date=pd.to_datetime((year + 1).astype(str) + "-03-31"),
        row_kind="company",
        company_name_en=rows["company_printed"],
        company_name_zh=rows["company_printed"],
        revenue_usd_millions=rows.pop("revenue"),
        revenue_rounding_usd_millions=0,
        revenue_rank=[1, 2, 3, 4, 5, 1, 2, 3, 4, 5],
        market_usd_millions=year.map({2001: 500, 2002: 1000}),
        is_complete_top_ten=True,
        is_with_foundries=False,
    )


@pytest.fixture(scope="module")
def built(refreshed: Path):
    """A database with the made-up rankings and every model on them."""
    manifest = refreshed / "cache" / "dbt_compiled" / "manifest.json"
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    models = {n["name"]: n for n in nodes if n["resource_type"] == "model"}
    with duckdb.connect() as con:
        con.execute(f"attach '{refreshed / 'warehouse.duckdb'}' as built (read_only)")
        for schema in ("seeds", "marts", "intermediate"):
            con.execute(f"create schema {schema}")
        for table in READ_AS_THEY_ARE:
            con.execute(f"create table {table} as from built.{table}")
        for table in MADE_UP:
            con.execute(f"create table {table} as from built.{table} limit 0")
        con.execute("detach built")
        con.register("rankings", _rankings())
        con.execute(
            "insert into intermediate.int_company_rankings by name from rankings"
        )
        con.execute(
            """insert into seeds.companies by name
            select company_id, any_value(country_code) as country_code,
                any_value(company_printed) as name_en,
                any_value(company_printed) as name_zh, min(data_year) as from_year
            from rankings group by company_id"""
        )
        con.execute(
            """insert into seeds.company_lineage by name
            select unnest(['p', 'r']) as predecessor_id, 'u' as successor_id,
                'merge' as lineage_kind, 2002 as effective_year,
                true as is_whole_business"""
        )
        for node in (models[name] for name in CHAIN):
            database = node["relation_name"].split(".")[0]
            sql = node["compiled_code"].replace(f"{database}.", "")
            relation = f"{node['schema']}.{node['name']}"
            con.execute(f"create table {relation} as {sql}")
        yield con


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        (
            "lineage",
            {
                ("p", None, "MERGED_INTO"),
                ("q", 1, "STAYED"),
                ("r", None, "MERGED_INTO"),
                ("s", 2, "RENAMED"),
                ("t", 0, "STAYED"),
                ("u", -2, "MERGED_FROM"),
                ("v", None, "NEW"),
            },
        ),
        (
            "reported",
            {
                ("P", None, "EXIT"),
                ("Q", 1, "STAYED"),
                ("R", None, "EXIT"),
                ("S", None, "EXIT"),
                ("S2", None, "NEW"),
                ("T", 0, "STAYED"),
                ("U", None, "NEW"),
                ("V", None, "NEW"),
            },
        ),
        (
            "pro_forma",
            {
                ("q", 1, "STAYED"),
                ("s", 1, "RENAMED"),
                ("t", -1, "STAYED"),
                ("u", -2, "MERGED_FROM"),
                # Four of the first five are left: V may have been the fifth.
                ("v", None, "UNKNOWN"),
            },
        ),
    ],
)
def test_ranks_move_as_in_the_worked_example(built, basis, expected):
    found = built.execute(
        """select entity, rank_change, rank_status from marts.rank_deltas
        where basis = ?""",
        [basis],
    ).fetchall()
    assert set(found) == expected
    assert len(found) == len(expected)


def test_two_merged_firms_had_a_third_of_the_market_between_them(built):
    (row,) = built.execute(
        """select previous_rank, round(previous_share_pct, 4),
            round(current_share_pct, 4), round(share_log_change, 4)
        from marts.rank_deltas where basis = 'pro_forma' and entity = 'u'"""
    ).fetchall()
    assert row == (1, 32.0, 9.0, -1.2685)


def test_shares_of_countries_are_those_of_the_worked_example(built):
    found = built.execute(
        """select data_year, country_code, firms_in_top_ten,
            round(share_of_top_ten_pct, 4), round(share_of_market_pct, 4)
        from marts.country_shares
        where country_basis = 'headquarters' order by 1, 4 desc"""
    ).fetchall()
    assert found == [
        (2001, "JPN", 2, 53.3333, 32.0),
        (2001, "USA", 2, 33.3333, 20.0),
        (2001, "KOR", 1, 13.3333, 8.0),
        (2002, "USA", 2, 46.0, 23.0),
        (2002, "KOR", 1, 24.0, 12.0),
        (2002, "JPN", 1, 18.0, 9.0),
        (2002, "TWN", 1, 12.0, 6.0),
    ]


def test_concentration_is_that_of_the_worked_example(built):
    found = built.execute(
        """select firms, revenue_usd_millions, share_of_market_pct, round(gini, 4),
            round(gini_corrected, 4), round(hhi_within, 4), round(hhi_floor, 4),
            round(hhi_upper_bound, 4)
        from marts.ranking_concentration order by data_year"""
    ).fetchall()
    assert found == [
        (5, 300, 60.0, 0.2667, 0.3333, 2444.4444, 880.0, 1040.0),
        (5, 500, 50.0, 0.256, 0.32, 2440.0, 610.0, 860.0),
    ]
