"""The figures that the chain must give, and the same figures computed another way."""

import math

import duckdb
import pandas as pd
import pytest

from ingest.embedded import REFERENCE

pytestmark = pytest.mark.integration

RATIOS = {
    "jpn.components.customs_principal.ratio.a": {
        "1988": 5.3898,
        "1995": 3.3278,
        "2001": 1.9101,
        "2002": 2.0252,
        "2008": 1.8656,
        "2009": 1.9448,
        "2014": 1.2855,
        "2021": 1.4605,
        "2022": 1.1576,
        "2023": 1.1726,
        "2025": 1.5748,
    },
    "jpn.ic.customs_principal.ratio.a": {
        "1988": 3.7469,
        "1996": 1.8870,
        "2002": 1.5200,
        "2006": 1.2643,
        "2014": 1.4122,
        "2020": 1.4596,
        "2021": 1.2189,
        "2022": 0.9641,
        "2023": 1.0006,
        "2024": 1.3209,
        "2025": 1.3541,
    },
    "twn.ic.mof_press.ratio.a": {
        "2015": 2.1496,
        "2020": 1.9647,
        "2022": 2.0909,
        "2024": 1.7495,
    },
    "twn.equipment.mof_press.ratio.a": {"2024": 0.2088},
    "twn.ic.mof_press.ratio.ytd": {"2025-01..08": 1.5636},
}


@pytest.mark.parametrize(
    ("series", "period", "expected"),
    [
        (series, period, expected)
        for series, periods in RATIOS.items()
        for period, expected in periods.items()
    ],
)
def test_a_known_ratio_comes_out_of_the_chain(published, series, period, expected):
    rows = published.execute(
        "select balance_ratio from marts.balance_ratios "
        "where series_id = ? and period = ?",
        [series, period],
    ).fetchall()
    assert [round(ratio, 4) for (ratio,) in rows] == [expected]


def test_2021_as_it_was_published_three_times(published):
    rows = published.execute(
        """select round(balance_ratio, 4), cast(published_from as varchar)[:10],
            is_first_print from marts.balance_ratio_vintages
        where series_id = 'jpn.components.customs_principal.ratio.a'
        and period = '2021' order by published_from"""
    ).fetchall()
    assert rows == [
        (1.4339, "2022-01-28", True),
        (1.4608, "2022-03-31", False),
        (1.4605, "2022-11-29", False),
    ]


def test_the_running_years_are_partial_and_in_no_annual_row(published):
    partial = published.execute(
        """select series_id, period, months_covered from marts.balance_ratios
        where is_partial order by all"""
    ).fetchall()
    assert partial == [
        ("jpn.components.customs_principal.ratio.ytd", "2026-01..03", 3),
        ("jpn.equipment.customs_principal.ratio.ytd", "2026-01..03", 3),
        ("jpn.ic.customs_principal.ratio.ytd", "2026-01..03", 3),
        ("twn.equipment.mof_press.ratio.ytd", "2025-01..08", 8),
        ("twn.ic.mof_press.ratio.ytd", "2025-01..08", 8),
    ]


def test_japans_equipment_has_no_ratio_and_says_why(published):
    rows = published.execute(
        """select distinct balance_ratio, imports_millions, ratio_state, state_reason
        from marts.balance_ratios
        where economy_code = 'JPN' and product_set = 'equipment'"""
    ).fetchall()
    assert rows == [(None, None, "missing", "imports_not_available")]
    years = published.execute(
        """select period_year from marts.balance_ratios
        where series_id = 'jpn.equipment.customs_principal.ratio.a' order by 1"""
    ).fetchall()
    assert [year for (year,) in years] == [2007, 2008, 2009, *range(2017, 2026)]


def test_the_articles_claims(published):
    found = published.execute(
        """select claim_kind, replication_status, count(*)
        from marts.article_replication group by all order by all"""
    ).fetchall()
    assert found == [
        ("ratio", "not_reproducible", 6),
        ("ratio", "reproduced", 3),
        ("statement", "corroborated", 1),
        ("statement", "differs", 1),
        ("statement", "disputed", 3),
        ("statement", "event_only", 3),
        ("statement", "not_reproducible", 8),
        ("statement", "out_of_scope", 2),
        ("statement", "partly_supported", 4),
        ("statement", "reproduced", 1),
        ("statement", "superseded", 1),
        ("table_row", "differs", 2),
        ("table_row", "not_reproducible", 16),
        ("table_row", "reproduced", 22),
    ]


def test_every_claim_has_its_row(published):
    rows = published.execute("select claim_id from marts.article_replication")
    years = (1990, 2000, 2010, 2020)
    assert {claim for (claim,) in rows.fetchall()} == {
        *(f"C{n:02}" for n in range(1, 25)),
        *(f"R{n}" for n in range(1, 10)),
        *(f"T{year}-{n:02}" for year in years for n in range(1, 11)),
    }


def _statement(published, claim_id):
    return published.execute(
        """select claimed_value, our_value, our_year, replication_status, reason_en
        from marts.article_replication where claim_id = ?""",
        [claim_id],
    ).fetchone()


def test_the_premise_on_japan_rests_on_three_years_of_the_survey(published):
    _, ours, year, status, reason = _statement(published, "C01")
    assert (round(ours, 3), year, status) == (0.373, 1980, "partly_supported")
    assert "1976 (0.218), 1977 (0.271), 1980 (0.373)" in reason
    assert "1988 (5.39), 1989 (4.93)" in reason


def test_taiwans_likeness_has_our_numbers_and_no_verdict(published):
    claimed, ours, year, status, reason = _statement(published, "C02")
    assert (claimed, round(ours, 4), year) == (None, 1.7495, 2024)
    assert status == "not_reproducible"
    assert "above Japan’s in 71% of the years 1988–2025" in reason
    assert "last stood as high in 1998" in reason


def test_second_sources_dispute_a_share_a_quarter_and_a_year(published):
    found = {claim: _statement(published, claim) for claim in ("C05", "C10", "C12")}
    assert {status for *_, status, _ in found.values()} == {"disputed"}
    assert found["C05"][:3] == (50.3, 52, 1988)
    assert "1992Q4" in found["C10"][4]
    assert found["C12"][2] == 1992


def test_the_years_between_the_tables_are_counted(published):
    _, ours, year, status, reason = _statement(published, "C15")
    assert (ours, year, status) == (1, 2020, "reproduced")
    assert "Agrees with its own tables" in reason
    assert "counted by themselves: 2000 (3), 2020 (1)" in reason
    assert "1990 (6), 2000 (3), 2010 (2), 2020 (1)" in reason
    assert "2017 (1), 2019 (0), 2021 (0)" in reason
    assert "2013, 2014, 2015, 2018 only excerpts" in reason
    assert "3 of the first table’s Japanese firms ended in one" in reason


def test_japans_goods_were_low_from_2001_not_from_the_agreement(published):
    _, ours, year, status, reason = _statement(published, "C22")
    assert (round(ours, 4), year, status) == (1.9101, 2001, "partly_supported")
    contradicted = ", ".join(str(year) for year in range(1992, 2001))
    assert f"contradicts in {contradicted}: it was above 2.03" in reason


@pytest.mark.parametrize("claim_id", ["C17", "C19", "C20"])
def test_a_trend_is_unknown_while_its_ratios_are(published, claim_id):
    claimed, ours, year, status, _ = _statement(published, claim_id)
    assert claimed is not None
    assert (ours, year, status) == (None, None, "not_reproducible")


def test_the_third_ratio_needs_the_restatement_of_march_2022(published):
    row = published.execute(
        """select round(our_value, 4), cast(published_on as varchar),
            round(first_print_value, 4), cast(first_print_on as varchar)
        from marts.article_replication where claim_id = 'R3'"""
    ).fetchone()
    assert row == (1.4605, "2022-03-31", 1.4339, "2022-01-28")


def test_the_low_of_2014_is_superseded_and_the_fall_began_earlier(published):
    rows = published.execute(
        """select claim_id, our_year, round(our_value, 4), replication_status
        from marts.article_replication where claim_id in ('C16', 'C18') order by 1"""
    ).fetchall()
    assert rows == [
        ("C16", 1988, 5.3898, "differs"),
        ("C18", 2022, 1.1576, "superseded"),
    ]


def test_japanese_firms_in_the_articles_top_ten(published):
    rows = published.execute(
        """select data_year, firms_in_top_ten from marts.country_shares
        where ranking_series = 'article' and country_code = 'JPN'
        and country_basis = 'headquarters' and foundry_scope = 'without_foundries'
        order by 1"""
    ).fetchall()
    assert rows == [(1990, 6), (2000, 3), (2010, 2), (2020, 1)]


def test_hitachis_share_of_2000_is_out_of_line(published):
    rows = published.execute(
        """select company_name_en, share_pct_printed, round(share_pct_implied, 2)
        from marts.company_rankings
        where ranking_series = 'article' and share_state <> 'consistent'"""
    ).fetchall()
    assert rows == [("Hitachi", 3.2, 3.27)]


@pytest.mark.parametrize(
    ("company", "to_year", "expected"),
    [
        ("sk_hynix", 2010, (9, 6, 3, "RENAMED")),
        ("sk_hynix", 2020, (6, 3, 3, "RENAMED")),
        ("samsung", 2010, (4, 2, 2, "STAYED")),
        ("renesas", 2010, (None, 5, -2, "MERGED_FROM")),
        ("nec", 2010, (3, None, None, "MERGED_INTO")),
        ("hitachi", 2010, (8, None, None, "MERGED_INTO")),
        ("toshiba", 2020, (3, None, None, "EXIT")),
        ("kioxia", 2020, (None, 10, None, "SPLIT_FROM")),
        ("mediatek", 2020, (None, 8, None, "NEW")),
    ],
)
def test_rank_changes_follow_the_lineage(published, company, to_year, expected):
    row = published.execute(
        """select previous_rank, current_rank, rank_change, rank_status
        from marts.rank_deltas where ranking_series = 'article'
        and basis = 'lineage' and entity = ? and to_year = ?""",
        [company, to_year],
    ).fetchone()
    assert row == expected


def _taiwan() -> pd.DataFrame:
    press = pd.read_csv(REFERENCE / "taiwan_mof_ic_and_equipment.csv", dtype=str)
    columns = {
        "ic": ("exp_ic", "imp_ic"),
        "equipment": ("exp_semicon_making_machinery", "imp_semicon_equipment"),
    }
    freq = {"annual": "a", "monthly": "m", "ytd": "ytd"}
    frames = [
        pd.DataFrame(
            {
                "series_id": [
                    f"twn.{product}.mof_press.ratio.{freq[k]}" for k in press["kind"]
                ],
                "period": press["period"],
                "exports": press[exports].astype(float),
                "imports": press[imports].astype(float),
            }
        )
        for product, (exports, imports) in columns.items()
    ]
    return pd.concat(frames)


def _japan_before_2009() -> pd.DataFrame:
    months = pd.read_csv(
        REFERENCE / "japan_customs_semiconductors_monthly_1988_2010.csv"
    )
    months = months[months["month"] <= "2008-12"]
    columns = {
        "components": ("export_70323_thousand_yen", "import_70311_thousand_yen"),
        "ic": ("export_7032305_ic_thousand_yen", "import_7031103_ic_thousand_yen"),
    }
    frames = []
    for product, (exports, imports) in columns.items():
        monthly = pd.DataFrame(
            {
                "period": months["month"],
                "exports": months[exports] / 1000,
                "imports": months[imports] / 1000,
            }
        )
        annual = monthly.groupby(monthly["period"].str[:4])[["exports", "imports"]]
        yearly = annual.sum().rename_axis("period").reset_index()
        for freq, frame in (("m", monthly), ("a", yearly)):
            series = f"jpn.{product}.customs_principal.ratio.{freq}"
            frames.append(frame.assign(series_id=series))
    return pd.concat(frames)


def _japan_from_2009() -> pd.DataFrame:
    said = pd.read_csv(REFERENCE / "japan_customs_semiconductors_vintages.csv")
    said = said[said["area"] == "Grand Total"].sort_values("first_seen_on")
    newest = said.groupby(["commodity", "flow", "year"]).tail(1)
    wide = newest.pivot_table(
        index=["commodity", "year", "months_covered"],
        columns="flow",
        values="value_bn_jpy",
    ).reset_index()
    wide = wide[wide["commodity"] != "semiconductor_machinery_etc"]
    product = wide["commodity"].replace({"semiconductors_etc": "components"})
    full = wide["months_covered"] == 12
    year = wide["year"].astype(str)
    partial = year + "-01.." + wide["months_covered"].astype(str).str.zfill(2)
    return pd.DataFrame(
        {
            "series_id": "jpn."
            + product
            + ".customs_principal.ratio."
            + full.map({True: "a", False: "ytd"}),
            "period": year.where(full, partial),
            "exports": wide["export"] * 1000,
            "imports": wide["import"] * 1000,
        }
    )


def _japan_months_from_editions() -> pd.DataFrame:
    """What each edition adds to the one before it, where one month lies between."""
    said = pd.read_csv(REFERENCE / "japan_customs_semiconductors_vintages.csv")
    said = said[said["area"] == "Grand Total"].sort_values("first_seen_on")
    said = said[said["commodity"] != "semiconductor_machinery_etc"]
    earlier = said.groupby(["commodity", "flow", "year"])[
        ["months_covered", "value_bn_jpy"]
    ].shift(fill_value=0)
    said["value"] = (said["value_bn_jpy"] - earlier["value_bn_jpy"]) * 1000
    said = said[said["months_covered"] == earlier["months_covered"] + 1]
    wide = said.pivot_table(
        index=["commodity", "year", "months_covered"], columns="flow", values="value"
    ).reset_index()
    product = wide["commodity"].replace({"semiconductors_etc": "components"})
    month = wide["months_covered"].astype(str).str.zfill(2)
    return pd.DataFrame(
        {
            "series_id": "jpn." + product + ".customs_principal.ratio.m",
            "period": wide["year"].astype(str) + "-" + month,
            "exports": wide["export"],
            "imports": wide["import"],
        }
    )


def test_every_ratio_agrees_with_a_computation_in_pandas(published):
    frames = [
        *(_taiwan(), _japan_before_2009(), _japan_from_2009()),
        _japan_months_from_editions(),
    ]
    expected = pd.concat(frames).set_index(["series_id", "period"]).sort_index()
    ours = (
        published.execute(
            """select series_id, period, balance_ratio, normalised_balance, log_ratio
            from marts.balance_ratios where balance_ratio is not null"""
        )
        .df()
        .set_index(["series_id", "period"])
        .sort_index()
    )
    assert list(ours.index) == list(expected.index)
    ratio = expected["exports"] / expected["imports"]
    total = expected["exports"] + expected["imports"]
    assert (ours["balance_ratio"] / ratio - 1).abs().max() < 1e-12
    assert (ours["log_ratio"] - ratio.map(math.log)).abs().max() < 1e-12
    balance = (expected["exports"] - expected["imports"]) / total
    assert (ours["normalised_balance"] - balance).abs().max() < 1e-12


def test_every_yearly_change_agrees_with_a_computation_in_pandas(published):
    ours = published.execute(
        """select series_id, period_year, balance_ratio, ratio_log_change
        from marts.balance_ratios
        where period_kind = 'annual' and balance_ratio is not null"""
    ).df()
    ours = ours.sort_values(["series_id", "period_year"])
    grouped = ours.groupby("series_id")
    change = ours["balance_ratio"].map(math.log).groupby(ours["series_id"]).diff()
    change = change.where(grouped["period_year"].diff() == 1)
    assert (change.isna() == ours["ratio_log_change"].isna()).all()
    assert (change - ours["ratio_log_change"]).abs().max() < 1e-12


def test_as_of_shows_what_was_published_then(published):
    assert isinstance(published, duckdb.DuckDBPyConnection)
    rows = published.execute(
        """select period, round(balance_ratio, 4)
        from marts.balance_ratio_vintages
        where series_id = 'jpn.components.customs_principal.ratio.a'
        and period_year >= 2020
        and published_from <= timestamp '2022-01-31'
        and (published_to is null or published_to > timestamp '2022-01-31')
        order by period"""
    ).fetchall()
    assert rows[1] == ("2021", 1.4339)
    assert [period for period, _ in rows] == ["2020", "2021"]
