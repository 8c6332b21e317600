"""Which period a brief is about, what it shows, and what a flash says."""

import datetime as dt
import re

import pytest

from reports import archive, brief
from reports.facts import queries
from reports.facts.desk import Desk
from reports.kinds import (
    Edition,
    UnknownPeriodError,
    japans_month,
    periods,
    quarter_months,
    restricted,
    settled,
)
from reports.words.corrections import corrections

VALUE = re.compile(r'<span class="n" id="(f-\w+)">([^<]+)<')


@pytest.fixture(scope="module")
def facts(fresh_marts):
    return queries.read(Desk(fresh_marts, "en", str), "article")


@pytest.fixture(scope="module")
def flash(fresh_marts, font_cache):
    return brief.make(fresh_marts, Edition("monthly", "v"), "zh-TW", font_cache)


def test_the_newest_period_is_taken_where_none_is_asked_for(facts):
    assert settled(Edition("annual", "v"), facts).period == "2024"
    assert settled(Edition("monthly", "v"), facts).period == "2025-08"
    assert settled(Edition("quarterly", "v"), facts).period == "2025-Q2"


def test_a_quarter_needs_its_three_months(facts):
    assert periods(facts, "quarterly") == ("2024-Q4", "2025-Q1", "2025-Q2")
    assert quarter_months("2026-Q3") == ("2026-07", "2026-08", "2026-09")


@pytest.mark.parametrize(
    ("kind", "period", "said"),
    [
        ("monthly", "2025", "period like 2026-09"),
        ("quarterly", "2025-08", "period like 2026-Q3"),
        ("annual", "1987", "there are: 2015 to 2024"),
    ],
)
def test_a_period_without_figures_is_refused_in_a_line(facts, kind, period, said):
    with pytest.raises(UnknownPeriodError, match=said):
        settled(Edition(kind, "v", period), facts)


def test_beside_an_earlier_month_stands_none_of_japans_later_ones(facts):
    found = [japans_month(facts, month) for month in ("2025-08", "2025-06")]
    assert [p and p.period for p in found] == ["2026-03", "2025-06"]


def test_an_earlier_year_knows_nothing_of_later_ones(facts):
    cut = restricted(facts, Edition("annual", "v", "2020"))
    assert max(p.year for s in cut.series for p in s.years) == 2020
    assert cut.placement is None


def test_look_backs_and_corrections_overwrite_no_regular_brief():
    day = dt.date(2022, 1, 31)
    keys = {
        Edition("annual", "2026-01-01.2").key,
        Edition("annual", "2026-01-01.2", as_of=day).key,
        Edition("annual", "2026-01-01.2", corrects="2026-01-01.1").key,
    }
    assert len(keys) == 3


def test_every_number_of_the_flash_is_the_marts(flash, fresh_marts):
    ids = {anchor: name for name, anchor in flash.figures.items()}
    printed = VALUE.findall(flash.html.decode())
    months = [p for p in printed if ".ratio.m,period=" in ids[p[0]]]
    assert len(months) > 60
    for anchor, text in months:
        column, _, key = ids[anchor].partition("/")
        series, period = (part.split("=")[1] for part in key.split(","))
        ((value,),) = fresh_marts.execute(
            f"select {column.split('.')[1]} from marts.balance_ratios"
            " where series_id = ? and period = ?",
            [series, period],
        ).fetchall()
        if text == "–":
            assert value is None
            continue
        unit = 100 if "_millions" in column else 1
        shown = float(text.replace("−", "-").replace(",", ""))
        places = len(text.partition(".")[2])
        assert abs(shown - float(value) / unit) <= 0.5 * 10**-places + 1e-9


def test_a_flash_is_small_and_repeats_the_verdict(flash):
    # Live data add rows; 200 kB is what a phone may be asked to load.
    assert len(flash.html) < 165_000
    page = flash.html.decode()
    for said in ("年增", "出超", "億美元", "尚無法作答", 'id="fresh"'):
        assert said in page
    for left_out in ('id="ranks"', 'id="lag"'):
        assert left_out not in page


def test_a_correction_names_old_and_new_and_no_other_figure():
    wrong = {"a": ("1.00", 1.0), "b": ("2.00", 2.0), "c": ("3", 3.0)}
    right = {"a": ("1.10", 1.1), "b": ("2.00", 2.0), "d": ("4", 4.0)}
    found = corrections(wrong, right)
    assert [(c.id, c.old, c.new) for c in found] == [
        ("a", "1.00", "1.10"),
        ("c", "3", None),
    ]


def test_an_erratum_prints_the_figure_and_its_cause(fresh_marts, font_cache, flash):
    name = next(n for n in flash.printed if "balance_ratio/" in n)
    wrong = {**flash.printed, name: ("9.99", 9.99)}
    edition = Edition("monthly", "v2", "2025-08", None, "v1", "wrong <column>")
    made = brief.make(fresh_marts, edition, "en", font_cache, None, wrong)
    page = made.html.decode()
    assert "9.99" in page
    assert name in page
    assert "wrong &lt;column&gt;" in page


def test_the_list_is_in_order_and_inert():
    rows = [
        archive.Entry("annual", "2024", "2026-01-01.9", "en", "<script>", "a"),
        archive.Entry("monthly", "2025-08", "2026-01-01.10", "zh-TW", "標題", "b"),
    ]
    page = archive.render(rows).decode()
    assert page == archive.render(rows[::-1]).decode()
    assert page.index('href="b"') < page.index('href="a"')
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "對數點" in page
