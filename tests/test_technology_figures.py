"""Figures of technology trade and levels of ratios, and both computed another way."""

import math
from itertools import groupby

import pandas as pd
import pytest

from ingest.embedded import REFERENCE

pytestmark = pytest.mark.integration

RATIOS = {
    "jpn.all.bop_ip.ratio.a": {
        "1996": 0.6797,
        "2000": 0.9292,
        "2010": 1.4215,
        "2020": 1.5172,
        "2024": 1.6905,
    },
    "jpn.all.rd_survey.ratio.fy": {
        "FY1971": 0.2,
        "FY1984": 0.9861,
        "FY1993": 1.1,
        "FY2006": 3.3714,
        "FY2017": 6.5,
    },
    "jpn.all.rd_survey.ratio_non_affiliates.fy": {"FY2006": 1.0083},
    "jpn.electrical_machinery.rd_survey.ratio.fy": {
        "FY1976": 0.2180,
        "FY1977": 0.2707,
        "FY1980": 0.3728,
    },
    "jpn.all.boj_bop.ratio.fy": {"FY1977": 0.2270, "FY1985": 0.2958},
    "twn.all_manufacturing.factory_survey.ratio.a": {"2015": 0.2261, "2024": 1.06},
    "twn.electronic_parts.factory_survey.ratio.a": {"2024": 1.5057},
}

# Value, then its level in the sets of the methodology's table; * is near a cut.
SETS = ("article_fit", "parity_x2", "log_sym", "parity_e", "wide", "mid_gap")
GOODS = {
    1.01: "L M* M M* L L",
    2.79: "H* H H H* M M",
    5.45: "H H H H H H",
    2.03: "L* H* H* M M* L",
    1.29: "L M M M L L",
    1.46: "L M M M L L",
    4.44: "H H H H H H",
    6.54: "H H H H H H",
    2.00: "L* H* H* M M* L",
    2.30: "M* H H M M L*",
}
TECHNOLOGY = {
    0.22: "L L L L L L",
    0.37: "L L L L L L",
    1.35: "M M M M M M",
    5.36: "M H H H H M",
    0.23: "L L L L L L",
    1.51: "M M M M M M",
}
LEVELS = ("low", "middle", "high")


@pytest.mark.parametrize(
    ("series", "period", "expected"),
    [
        (series, period, expected)
        for series, periods in RATIOS.items()
        for period, expected in periods.items()
    ],
)
def test_a_known_technology_ratio_comes_out(published, series, period, expected):
    rows = published.execute(
        "select balance_ratio from marts.technology_balances "
        "where series_id = ? and period = ?",
        [series, period],
    ).fetchall()
    assert [round(ratio, 4) for (ratio,) in rows] == [expected]


def test_every_ratio_of_the_world_bank_agrees_with_pandas(published):
    charges = pd.read_csv(REFERENCE / "world_bank_ip_charges_all_economies.csv")
    areas = pd.read_csv(
        REFERENCE.parents[1] / "dbt_project/seeds/world_bank_areas.csv",
        keep_default_na=False,
    )
    economies = areas.loc[areas["area_kind"] == "economy", "area_code"]
    kept = charges[charges["iso3"].isin(economies)].set_index(["iso3", "year"])
    kept = kept[["receipts_usd", "payments_usd"]].dropna(how="all")
    both = kept[(kept["receipts_usd"] > 0) & (kept["payments_usd"] > 0)].sort_index()
    ours = published.execute(
        """select economy_code, period_year, balance_ratio, normalised_balance,
            receipts_millions, ratio_state
        from marts.technology_balances where definition = 'bop_ip'"""
    ).df()
    assert len(ours) == len(kept)
    ours = ours[ours["ratio_state"] == "ok"].set_index(["economy_code", "period_year"])
    ours = ours.sort_index()
    assert list(ours.index) == list(both.index)
    # Amounts are kept to a ten-thousandth of a dollar.
    ratio = both["receipts_usd"] / both["payments_usd"]
    assert (ours["balance_ratio"] / ratio - 1).abs().max() < 1e-4
    total = both["receipts_usd"] + both["payments_usd"]
    balance = (both["receipts_usd"] - both["payments_usd"]) / total
    assert (ours["normalised_balance"] - balance).abs().max() < 1e-6


def test_negative_charges_have_a_state_and_no_ratio(published):
    rows = published.execute(
        """select count(*), count(balance_ratio), count(normalised_balance)
        from marts.technology_balances where ratio_state = 'negative'"""
    ).fetchone()
    assert rows[0] > 0
    assert rows[1:] == (0, 0)


def test_statistics_and_kinds_of_year_are_never_one_series(published):
    mixed = published.execute(
        """select series_id from marts.technology_balances group by series_id
        having count(distinct (definition, industry, affiliate_scope, year_kind,
            currency_code)) > 1"""
    ).fetchall()
    assert mixed == []
    gap = published.execute(
        """select round(ln(survey.balance_ratio / bank.balance_ratio), 2)
        from marts.technology_balances as survey, marts.technology_balances as bank
        where survey.series_id = 'jpn.all.rd_survey.ratio.fy'
        and survey.period = 'FY1984'
        and bank.series_id = 'jpn.all.boj_bop.ratio.fy' and bank.period = 'FY1985'"""
    ).fetchone()
    assert gap == (1.2,)


def test_technology_as_it_was_published_on_a_day(published):
    def sources(day):
        found = published.execute(
            "select distinct source from marts.technology_balances_as_of(?) order by 1",
            [day],
        ).fetchall()
        return [source for (source,) in found]

    assert sources("2026-06-30") == []
    assert sources("2026-07-01") == ["world_bank"]
    assert "japan_technology_trade" in sources("2026-11-22")


def _level(ratio, low_cut, high_cut):
    ratio = round(ratio, 9)
    return LEVELS[(ratio >= low_cut) + (ratio >= high_cut)]


def _with_hysteresis(years, low_cut, high_cut):
    """Levels of one run of (year, ratio), told year after year."""
    level, before = None, None
    for year, ratio, is_after_break in years:
        if level is None or year != before + 1 or is_after_break:
            level = LEVELS.index(_level(ratio, low_cut, high_cut))
        else:
            # From where it stands, down past the cut below or up past the cut above.
            cuts = (low_cut, high_cut)
            while level > 0 and ratio < cuts[level - 1] * math.exp(-0.05) - 1e-9:
                level -= 1
            while level < 2 and ratio >= cuts[level] * math.exp(0.05) - 1e-9:
                level += 1
        before = year
        yield LEVELS[level]


def test_every_level_agrees_with_one_told_year_after_year(published):
    breaks = set(
        published.execute(
            """select series_id, period_year from marts.technology_balances
            where break_id in ('SV96', 'SV01', 'SV02')"""
        ).fetchall()
    )
    rows = published.execute(
        """select series_id, smoothing_years, threshold_set, period_year,
            balance_ratio, low_cut, high_cut, ratio_level, level_with_hysteresis
        from marts.typology_cells order by 1, 2, 3, 4"""
    ).fetchall()
    assert len(rows) > 40_000
    differing = 0
    for _, group in groupby(rows, lambda row: row[:3]):
        run = list(group)
        low_cut, high_cut = run[0][5:7]
        years = [(row[3], row[4], (row[0], row[3]) in breaks) for row in run]
        assert [row[7] for row in run] == [
            _level(ratio, low_cut, high_cut) for _, ratio, _ in years
        ]
        assert [row[8] for row in run] == list(
            _with_hysteresis(years, low_cut, high_cut)
        ), run[0][:3]
        differing += sum(row[7] != row[8] for row in run)
    assert differing > 100


def test_means_of_three_years_are_geometric_and_agree_with_pandas(published):
    single = published.execute(
        """select series_id, period_year, balance_ratio from marts.typology_cells
        where smoothing_years = 1 and threshold_set = 'wide' and balance_ratio > 0"""
    ).df()
    logs = single.set_index(["series_id", "period_year"])["balance_ratio"].map(math.log)
    expected = {}
    for (series, year), value in logs.items():
        window = [value, *(logs.get((series, year - back)) for back in (1, 2))]
        if None not in window:
            expected[series, year] = math.exp(sum(window) / 3)
    ours = published.execute(
        """select series_id, period_year, balance_ratio from marts.typology_cells
        where smoothing_years = 3 and threshold_set = 'wide'"""
    ).fetchall()
    assert {(series, year) for series, year, _ in ours} == set(expected)
    for series, year, ratio in ours:
        assert math.isclose(ratio, expected[series, year], rel_tol=1e-9)


@pytest.mark.parametrize(
    ("domain", "value", "marks"),
    [
        *(("goods", value, marks) for value, marks in GOODS.items()),
        *(("technology", value, marks) for value, marks in TECHNOLOGY.items()),
    ],
)
def test_the_sets_in_use_are_those_of_the_table(published, domain, value, marks):
    cuts = published.execute(
        f"""select threshold_set, {domain}_low_cut, {domain}_high_cut
        from marts.typology_thresholds"""
    ).fetchall()
    found = {}
    for name, low_cut, high_cut in cuts:
        is_near = min(abs(math.log(value / cut)) for cut in (low_cut, high_cut)) < 0.1
        level = _level(value, low_cut, high_cut)[0].upper()
        found[name] = level + ("*" if is_near else "")
    assert [found[name] for name in SETS] == marks.split()


def test_running_years_and_months_have_no_level(published):
    rows = published.execute(
        r"""select distinct period from marts.typology_cells
        where not regexp_full_match(period, '(FY)?\d{4}')"""
    ).fetchall()
    assert rows == []
    newest = published.execute(
        """select max(period_year) from marts.typology_cells
        where series_id = 'twn.ic.mof_press.ratio.a'"""
    ).fetchone()
    assert newest == (2024,)


def test_taiwans_cell_is_not_the_articles(published):
    rows = published.execute(
        """select cell, article_cell, sets_agreeing, goods_period, technology_period
        from marts.typology_combined_cells where pair_id = 'twn_ic_factory_parts'
        and threshold_set = 'article_fit' and smoothing_years = 1"""
    ).fetchall()
    assert rows == [
        (
            "middle_technology_low_goods",
            "low_technology_high_goods",
            3,
            "2024",
            "2024",
        )
    ]


def test_fiscal_years_stand_beside_calendar_years_only_where_a_pair_says_so(published):
    rows = published.execute(
        """select distinct pairs.year_alignment, cells.technology_period like 'FY%'
        from marts.typology_combined_cells as cells
        join marts.typology_pairs as pairs using (pair_id) order by 1"""
    ).fetchall()
    assert rows == [("calendar", False), ("fiscal_beside_calendar", True)]
