"""Figures of the rankings, and every one of them computed another way."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from ingest.embedded import REFERENCE
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.integration

SEEDS = CHECKOUT / "dbt_project" / "seeds"
HELD_TWICE = ["Gartner 2015-04-07", "Gartner 2019-04-11", "Gartner 2016-01"]
HOUSES = {"Gartner": "gartner", "Dataquest (Gartner)": "gartner", "iSuppli": "isuppli"}
PAIR_STATUS = {
    "as_printed": "as_printed",
    "preliminary": "preliminary",
    "final": "final",
    "restated": "final",
}


def _seed(name: str) -> pd.DataFrame:
    return pd.read_csv(SEEDS / f"{name}.csv", keep_default_na=True)


def _releases() -> pd.DataFrame:
    first = pd.read_csv(REFERENCE / "vendor_rankings_by_release.csv")
    first = first.rename(columns={"vendor_as_printed": "printed", "prev_rank": "prior"})
    second = pd.read_csv(REFERENCE / "vendor_rankings_additional.csv").rename(
        columns={
            "vendor": "printed",
            "revenue_musd": "revenue",
            "share_pct_printed": "share_pct",
            "rank_prior_year": "prior",
        }
    )
    second["status"] = second["status"].replace("restated one year later", "restated")
    second["revenue_rounding"] = 1
    release = second["publisher"] + " " + second["release_date"]
    both = pd.concat([first, second[~release.isin(HELD_TWICE)]])
    both["series"] = both["publisher"].map(HOUSES)
    both["ranking_id"] = (
        both["series"] + "." + both["data_year"].astype(str) + "." + both["status"]
    ) + ("." + both["release_date"])
    return both


def _article() -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "article_top10.csv").rename(
        columns={"year": "data_year", "company_zh": "printed"}
    )
    table["revenue"] = table["revenue_oku_usd"] * 100
    table["revenue_rounding"] = 1
    table["series"], table["status"], table["release_date"] = (
        "article",
        "as_printed",
        "",
    )
    table["ranking_id"] = "article." + table["data_year"].astype(str)
    return table


def _implied_market(rows: pd.DataFrame) -> float:
    """The middle of the totals that all rows allow but one that the others outvote."""
    rows = rows[rows["share_pct"].notna() & rows["revenue"].notna()]
    half = rows["revenue_rounding"] / 2
    low = (rows["revenue"] - half) / (rows["share_pct"] + 0.05) * 100
    high = (rows["revenue"] + half) / (rows["share_pct"] - 0.05) * 100
    keep = []
    for place in range(len(rows)):
        others = np.arange(len(rows)) != place
        bottom, top = low[others].max(), high[others].min()
        meets = low.iloc[place] <= top and high.iloc[place] >= bottom
        keep.append(meets or bottom > top)
    bottom, top = low[keep].max(), high[keep].min()
    return (bottom + top) / 2 if len(rows) > 1 and bottom <= top else math.nan


@pytest.fixture(scope="module")
def rankings() -> pd.DataFrame:
    """Every company row of every ranking, named, with the market of its table."""
    rows = pd.concat([_article(), _releases()], ignore_index=True)
    rows = rows[rows["printed"] != "Others"]
    is_total = rows["printed"].isin(["Total", "Total Market"])
    totals = rows[is_total].set_index("ranking_id")["revenue"]
    rows = rows[~is_total].copy()
    names = _seed("company_aliases").fillna({"from_year": 0, "to_year": 9999})
    seats = _seed("companies").fillna({"to_year": 9999})
    rows = rows.merge(names, left_on="printed", right_on="printed_name")
    rows = rows[rows["data_year"].between(rows["from_year"], rows["to_year"])]
    rows = rows.drop(columns=["from_year", "to_year"]).merge(seats, on="company_id")
    rows = rows[rows["data_year"].between(rows["from_year"], rows["to_year"])]
    rows["total"] = rows["ranking_id"].map(totals)
    implied = {key: _implied_market(own) for key, own in rows.groupby("ranking_id")}
    rows["market"] = rows["total"].fillna(rows["ranking_id"].map(implied))
    priced = rows["revenue"].gt(0) & rows["rank"].le(10)
    complete = priced.groupby(rows["ranking_id"]).sum() == 10
    rows["is_complete"] = rows["ranking_id"].map(complete)
    rows["pair_status"] = rows["status"].map(PAIR_STATUS)
    return rows


def _heir(company: str, after: float, until: float) -> str:
    """Who had the whole business of a company after the steps of these years."""
    steps = _seed("company_lineage")
    steps = steps[steps["is_whole_business"].astype(str).str.lower() == "true"]
    own = steps[
        (steps["predecessor_id"] == company) & (steps["effective_year"] > after)
    ]
    own = own[own["effective_year"] <= until]
    if own.empty:
        return company
    step = own.iloc[0]
    return _heir(step["successor_id"], step["effective_year"] - 1, until)


def _pairs(rankings: pd.DataFrame):
    whole = rankings[rankings["is_complete"]]
    for (series, status), own in whole.groupby(["series", "pair_status"]):
        newest = {
            year: own[own["release_date"] == table["release_date"].max()]
            for year, table in own.groupby("data_year")
            for own in [table]
        }
        years = sorted(newest)
        for before, after in pairwise(years):
            yield series, status, before, after, newest[before], newest[after]


def _sides(basis: str, old: pd.DataFrame, new: pd.DataFrame, before: int, after: int):
    if basis == "pro_forma":
        old, new = old.copy(), new.copy()
        old["entity"] = [_heir(c, before, after) for c in old["company_id"]]
        new["entity"] = new["company_id"]
        tables = []
        for table in (old, new):
            summed = table.groupby("entity").agg(
                revenue=("revenue", "sum"), market=("market", "first")
            )
            summed["rank"] = summed["revenue"].rank(ascending=False, method="min")
            tables.append(summed[summed["rank"] <= 10])
        return tables
    entity = "company_id" if basis == "lineage" else "printed"
    return [
        table[table["rank"] <= 10].set_index(entity)[["revenue", "market", "rank"]]
        for table in (old, new)
    ]


@pytest.fixture(scope="module")
def expected_deltas(rankings) -> pd.DataFrame:
    frames = []
    for series, status, before, after, old, new in _pairs(rankings):
        for basis in ("reported", "lineage", "pro_forma"):
            then, now = _sides(basis, old, new, before, after)
            then, now = then.add_suffix("_then"), now.add_suffix("_now")
            frame = then.join(now, how="outer")
            frame.index.name = "entity"
            key = {"ranking_series": series, "pair_status": status, "basis": basis}
            frame = frame.assign(**key, from_year=before, to_year=after)
            frames.append(frame.reset_index())
    return pd.concat(frames, ignore_index=True)


KEY = ["ranking_series", "pair_status", "basis", "from_year", "to_year", "entity"]


def test_every_rank_and_share_of_every_comparison_agrees(published, expected_deltas):
    ours = published.execute("select * from marts.rank_deltas").df()
    ours = ours.set_index(KEY).sort_index()
    theirs = expected_deltas.set_index(KEY).sort_index()
    assert list(ours.index) == list(theirs.index)
    assert _same(ours["previous_rank"], theirs["rank_then"]) == 0
    assert _same(ours["current_rank"], theirs["rank_now"]) == 0
    share_then = 100 * theirs["revenue_then"] / theirs["market_then"]
    share_now = 100 * theirs["revenue_now"] / theirs["market_now"]
    assert _same(ours["previous_share_pct"], share_then) < 1e-12
    assert _same(ours["current_share_pct"], share_now) < 1e-12
    whole = ours["predecessors_missing"].isna()
    change = (np.log(share_now) - np.log(share_then)).where(whole)
    assert _same(ours["share_log_change"], change) < 1e-12
    assert ours["share_log_change"].notna().sum() > 200


def test_every_change_of_rank_agrees(published, expected_deltas):
    ours = published.execute("select * from marts.rank_deltas").df().set_index(KEY)
    ours = ours.sort_index()
    theirs = expected_deltas.set_index(KEY).sort_index()
    plain = theirs["rank_then"] - theirs["rank_now"]
    merged = (ours["rank_status"] == "MERGED_FROM") & theirs["rank_then"].isna()
    assert merged.sum() > 2
    assert set(ours[merged].index.get_level_values("basis")) == {"lineage"}
    assert _same(ours["rank_change"].where(~merged), plain) == 0
    for key, row in ours[merged].iterrows():
        *pair, heir = key
        table = theirs.loc[tuple(pair)]
        before, after = pair[3], pair[4]
        own = [c for c in table.index if c != heir and _heir(c, before, after) == heir]
        best = table.loc[own, "rank_then"].min()
        assert row["rank_change"] == best - row["current_rank"]


def test_no_pair_mixes_preliminary_and_final_figures(published):
    rows = published.execute(
        """select pair_status, count(distinct release_status) from (
            select d.pair_status, r.release_status from marts.rank_deltas as d
            join marts.company_rankings as r
                on r.ranking_series = d.ranking_series and r.is_complete_top_ten
                and r.data_year in (d.from_year, d.to_year)
                and r.revenue_usd_millions in (
                    d.previous_revenue_usd_millions, d.current_revenue_usd_millions
                )
                and r.company_printed = d.entity
            where d.basis = 'reported' and d.ranking_series = 'gartner'
                and r.data_year in (2000, 2008, 2012, 2019, 2021, 2022, 2024, 2025)
        ) group by all order by 1"""
    ).fetchall()
    assert rows == [("final", 1), ("preliminary", 1)]


@pytest.fixture(scope="module")
def expected_tens(rankings) -> pd.DataFrame:
    """The ten of every complete ranking, without and with the foundries known."""
    ten = rankings[rankings["is_complete"] & (rankings["rank"] <= 10)].copy()
    ten["scope"] = "without_foundries"
    ten["share"] = (100 * ten["revenue"] / ten["total"]).fillna(ten["share_pct"])
    frames = [ten]
    foundries = _seed("foundry_revenues")
    for _, table in ten.groupby("ranking_id"):
        own = foundries[foundries["data_year"] == table["data_year"].iloc[0]]
        if own.empty:
            continue
        row = own.assign(
            ranking_id=table["ranking_id"].iloc[0],
            revenue=own["revenue_usd_millions"],
            printed=own["company_id"],
            country_code="TWN",
        )
        joined = pd.concat([table, row]).nlargest(10, "revenue")
        frames.append(joined.assign(scope="with_foundries", share=math.nan))
    tens = pd.concat(frames, ignore_index=True)
    newest = _seed("companies").sort_values("from_year").groupby("company_id").tail(1)
    seats = newest.set_index("company_id")["country_code"]
    tens["heir"] = [_heir(company, 0, 9999) for company in tens["company_id"]]
    tens["heir_country"] = tens["heir"].map(seats)
    return tens


@pytest.mark.parametrize(
    ("basis", "country", "firm"),
    [("headquarters", "country_code", "printed"), ("lineage", "heir_country", "heir")],
)
def test_every_share_of_a_country_agrees(
    published, expected_tens, basis, country, firm
):
    ours = published.execute(
        """select ranking_id, foundry_scope, country_code, firms_in_top_ten,
            share_of_top_ten_pct, share_of_market_pct
        from marts.country_shares where country_basis = ? order by all""",
        [basis],
    ).df()
    grouped = expected_tens.groupby(["ranking_id", "scope", country])
    theirs = grouped.agg(
        firms=(firm, "nunique"),
        revenue=("revenue", "sum"),
        share=("share", lambda own: own.sum(skipna=False)),
    ).reset_index()
    whole = theirs.groupby(["ranking_id", "scope"])["revenue"].transform("sum")
    key = ["ranking_id", "foundry_scope", "country_code"]
    assert [tuple(row) for row in ours[key].to_numpy()] == [
        tuple(row) for row in theirs[["ranking_id", "scope", country]].to_numpy()
    ]
    assert (ours["firms_in_top_ten"] == theirs["firms"]).all()
    assert _same(ours["share_of_top_ten_pct"], 100 * theirs["revenue"] / whole) < 1e-12
    assert _same(ours["share_of_market_pct"], theirs["share"]) < 1e-12
    assert set(ours["foundry_scope"]) == {"with_foundries", "without_foundries"}


def _mean_difference_gini(revenue: pd.Series) -> float:
    values = revenue.to_numpy(dtype=float)
    return np.abs(values[:, None] - values).mean() / (2 * values.mean())


def test_every_measure_of_concentration_agrees(published, expected_tens):
    ours = published.execute("select * from marts.ranking_concentration").df()
    ours = ours.set_index(["ranking_id", "foundry_scope"]).sort_index()
    tens = {key: own for key, own in expected_tens.groupby(["ranking_id", "scope"])}
    assert list(ours.index) == sorted(tens)
    for key, row in ours.iterrows():
        own = tens[key]
        gini = _mean_difference_gini(own["revenue"])
        assert row["gini"] == pytest.approx(gini, rel=1e-12)
        assert row["gini_corrected"] == pytest.approx(gini * 10 / 9, rel=1e-12)
        within = 10_000 * ((own["revenue"] / own["revenue"].sum()) ** 2).sum()
        assert row["hhi_within"] == pytest.approx(within, rel=1e-12)
        floor = (own["share"] ** 2).sum(skipna=False)
        rest = 100 - own["share"].sum(skipna=False)
        upper = floor + rest * own["share"].min()
        assert row["hhi_floor"] == pytest.approx(floor, rel=1e-12, nan_ok=True)
        assert row["hhi_upper_bound"] == pytest.approx(upper, rel=1e-12, nan_ok=True)


def test_every_implied_share_agrees(published, rankings):
    ours = published.execute(
        """select ranking_id, company_printed, share_pct_implied
        from marts.company_rankings order by all"""
    ).df()
    theirs = rankings.sort_values(["ranking_id", "printed"])
    assert list(ours["company_printed"]) == list(theirs["printed"])
    implied = 100 * theirs["revenue"] / theirs["market"]
    assert _same(ours["share_pct_implied"], implied) < 1e-12


def _same(ours: pd.Series, theirs: pd.Series) -> float:
    """The largest relative difference; where one is missing both are."""
    left = ours.astype(float).to_numpy(na_value=math.nan)
    right = theirs.astype(float).to_numpy()
    assert (np.isnan(left) == np.isnan(right)).all()
    off = np.abs(left - right) / np.maximum(1, np.abs(right))
    return float(np.nanmax(off))


@pytest.mark.parametrize(
    ("year", "gini", "floor"),
    [
        (1990, 0.1635, 331.3),
        (2000, 0.2448, 325.2),
        (2010, 0.3267, 367.4),
        (2020, 0.3856, 499.8),
    ],
)
def test_the_concentration_of_the_articles_tables(published, year, gini, floor):
    row = published.execute(
        """select round(gini, 4), round(hhi_floor, 1)
        from marts.ranking_concentration
        where ranking_id = ? and foundry_scope = 'without_foundries'""",
        [f"article.{year}"],
    ).fetchone()
    assert row == (gini, floor)


@pytest.mark.parametrize(
    ("basis", "series", "status", "to_year", "entity", "expected"),
    [
        ("lineage", "article", "as_printed", 2010, "renesas", (None, 5, -2)),
        ("pro_forma", "article", "as_printed", 2010, "renesas", (2, 5, -3)),
        ("pro_forma", "article", "as_printed", 2020, "kioxia", (None, 10, None)),
        ("reported", "article", "as_printed", 2010, "三星電子", (4, None, None)),
        ("lineage", "article", "as_printed", 2010, "samsung", (4, 2, 2)),
        ("pro_forma", "gartner", "preliminary", 2016, "broadcom", (9, 5, 4)),
    ],
)
def test_a_known_change_of_rank(
    published, basis, series, status, to_year, entity, expected
):
    row = published.execute(
        """select previous_rank, current_rank, rank_change from marts.rank_deltas
        where basis = ? and ranking_series = ? and pair_status = ? and to_year = ?
        and entity = ?""",
        [basis, series, status, to_year, entity],
    ).fetchone()
    assert row == expected


def test_pro_forma_sums_say_whom_the_earlier_table_does_not_name(published):
    rows = published.execute(
        """select entity, rank_status, predecessors_missing, share_log_change
        from marts.rank_deltas where basis = 'pro_forma'
        and ranking_series = 'article' and current_rank is not null
        and (predecessors_missing is not null or rank_status = 'UNKNOWN')
        order by to_year, entity"""
    ).fetchall()
    assert rows == [
        ("infineon", "NEW", "Siemens", None),
        ("micron", "UNKNOWN", None, None),
        ("qualcomm", "UNKNOWN", None, None),
        ("renesas", "MERGED_FROM", "Mitsubishi Electric", None),
        ("broadcom", "UNKNOWN", "Avago, Broadcom", None),
    ]


def test_who_fell_out_of_the_ten_of_2023_is_back_in_2024(published):
    rows = published.execute(
        """select entity, rank_status, status_note from marts.rank_deltas
        where ranking_series = 'gartner' and basis = 'lineage' and to_year = 2024
        and rank_status = 'REENTRY' order by 1"""
    ).fetchall()
    assert rows == [
        ("apple", "REENTRY", None),
        ("mediatek", "REENTRY", "ranked 13 in 2023"),
        ("micron", "REENTRY", "ranked 12 in 2023"),
    ]


def test_with_foundries_taiwan_is_more_than_one_firm(published):
    rows = published.execute(
        """select foundry_scope, firms_in_top_ten, round(share_of_top_ten_pct, 1)
        from marts.country_shares where ranking_id = 'article.2020'
        and country_basis = 'headquarters' and country_code = 'TWN' order by 1"""
    ).fetchall()
    assert rows == [("with_foundries", 2, 19.3), ("without_foundries", 1, 4.3)]


def test_three_of_the_six_japanese_firms_of_1990_have_one_heir(published):
    rows = published.execute(
        """select country_basis, firms_in_top_ten from marts.country_shares
        where ranking_id = 'article.1990' and country_code = 'JPN' order by 1"""
    ).fetchall()
    assert rows == [("headquarters", 6), ("lineage", 4)]
