"""When each sign fires, and how the card compares two economies."""

import re
import tomllib

import numpy as np
import pytest

from analysis.measures import REGISTERED, Listed, measures, undertakings
from analysis.scorecard import ITEMS, NEEDS, Signals, Yearly, scorecard


def _yearly(first, *values):
    return Yearly(np.arange(first, first + len(values)), np.array(values, dtype=float))


def _state(item, signals, year=2020):
    rows = scorecard(signals, Signals(), year, 10, seed=1)
    return next(row.target_fired for row in rows if row.item == item)


def _listed(years, last=2020):
    return Listed((2010, last), np.array(years))


RISING = _yearly(2016, 0.1, 0.2, 0.3, 0.4, 0.5)
LOW_FOR_SIX_YEARS = _yearly(2012, 1, 1, 1, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7)
LOW_FOR_TWO_YEARS = _yearly(2012, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5)
FALLING = _yearly(2016, 0.5, 0.4, 0.3, 0.2, 0.1)


@pytest.mark.parametrize(
    ("item", "signals", "fired"),
    [
        ("S1", {"goods_log_ratio": LOW_FOR_SIX_YEARS}, True),
        ("S1", {"goods_log_ratio": LOW_FOR_TWO_YEARS}, False),
        ("S1", {"goods_log_ratio": _yearly(2018, 1, 1, 1)}, None),
        ("S2", {"technology_log_ratio": RISING}, True),
        ("S2", {"technology_log_ratio": FALLING}, False),
        ("S2", {"technology_log_ratio": _yearly(2016, -5, -4, -3, -2, -1)}, False),
        ("S4", {"equipment_log_ratio": RISING}, True),
        ("S4", {"equipment_log_ratio": FALLING}, False),
        ("S5", {"export_share_pct": _yearly(2018, 9, 8, 7)}, True),
        ("S5", {"export_share_pct": _yearly(2018, 7, 8, 9)}, False),
        ("S5", {"export_share_pct": _yearly(2018, 9, np.nan, 7)}, None),
        ("S6", {"measures": _listed([2018.0, 2020.9])}, True),
        ("S6", {"measures": _listed([2017.9, 2020.9])}, False),
        ("S6", {"measures": _listed([2018.0, 2019.9], last=2019)}, None),
        ("S7", {"undertakings": _listed([[2015.0, 2020.0]])}, True),
        ("S7", {"undertakings": _listed([[2015.0, 2019.0]])}, False),
        ("S7", {"undertakings": _listed(np.empty((0, 2)))}, False),
        ("S7", {"undertakings": _listed([[2015.0, 2019.0]], last=2019)}, None),
        ("S8", {"affiliate_log_ratio": RISING}, True),
        ("S8", {"affiliate_log_ratio": FALLING}, False),
    ],
)
def test_a_sign_fires(item, signals, fired):
    assert _state(item, Signals(**signals)) is fired


@pytest.mark.parametrize(
    ("now", "pro_forma", "fired"), [(3, 4, True), (4, 5, False), (3, 5, False)]
)
def test_the_number_of_firms_must_fall_on_both_bases(now, pro_forma, fired):
    years = np.array([2010, 2020])
    signals = Signals(
        top_ten_firms=Yearly(years, np.array([6.0, now])),
        top_ten_firms_pro_forma=Yearly(years, np.array([6.0, pro_forma])),
    )
    assert _state("S3", signals) is fired
    assert _state("S3", Signals(top_ten_firms=signals.top_ten_firms)) is None


def test_the_revenue_share_must_fall_with_and_without_foundries():
    years = np.array([2010, 2020])
    falls, holds = (Yearly(years, np.array([50.0, now])) for now in (45.0, 46.0))
    both = Signals(top_ten_share_pct=falls, top_ten_share_with_foundries_pct=falls)
    one = Signals(top_ten_share_pct=falls, top_ten_share_with_foundries_pct=holds)
    assert _state("S9", both) is True
    assert _state("S9", one) is False


def test_agreement_is_with_the_state_in_the_matched_year():
    ours = Signals(export_share_pct=_yearly(2018, 9, 8, 7))
    theirs = Signals(export_share_pct=_yearly(2006, 1, 2, 3, 2, 1, 2, 3))
    rows = {lag: scorecard(ours, theirs, 2020, lag, 1)[4] for lag in (10, 12, 20)}
    assert rows[10].template_year == 2010
    assert (rows[10].template_fired, rows[10].agrees) == (True, True)
    assert (rows[12].template_fired, rows[12].agrees) == (False, False)
    assert (rows[20].template_fired, rows[20].agrees) == (None, None)
    assert rows[20].reason == "template_without_three_years_of_export_share"


def test_without_a_best_lag_nothing_can_agree():
    rows = scorecard(Signals(), Signals(), 2020, None, 1)
    assert [row.item for row in rows] == [f"S{place}" for place in range(1, 10)]
    assert {row.reason.split(", ")[0] for row in rows} == {"no_best_lag"}
    assert rows[5].reason.endswith("target_without_list_of_trade_measures")
    assert {row.agrees for row in rows} == {None}
    assert list(NEEDS) == list(ITEMS)


def test_the_dumping_cases_against_japan_are_listed_when_they_were_opened():
    listed = tomllib.loads(REGISTERED.read_text("utf-8"))["JPN"]["measures"]["list"]
    opened = {
        row["on"].isoformat()
        for row in listed
        if re.match(r"Petition against|Complaint|Investigation", row["what"])
    }
    assert opened == {
        *("1985-06-24", "1985-09-30", "1985-12-06"),
        *("1986-12-01", "1987-02-01"),
    }
    assert all(row["source"] for row in listed)
    assert listed == sorted(listed, key=lambda row: row["on"])


def test_the_registered_measures_are_those_against_japan():
    japan = Signals(measures=measures("JPN"), undertakings=undertakings("JPN"))
    states = {
        item: [_state(item, japan, year) for year in range(1985, 1998)]
        for item in ("S6", "S7")
    }
    # Two events within 36 months from the first cases of 1985 on; then no list.
    assert states["S6"] == [*[True] * 7, *[None] * 6]
    assert states["S7"] == [False, *[True] * 11, None]
    assert measures("TWN") is undertakings("TWN") is None
