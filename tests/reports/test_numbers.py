"""Figures print with their decimals, a true minus and a dash for nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from reports.facts.figures import Figure
from reports.words.numbers import day, month, same_print, show

ENGLISH, CHINESE = Locale("en", "GB"), Locale.parse("zh_Hant_TW")


def figure(value, kind, currency=None):
    return Figure("mart.column/key=1", value, kind, currency)


@pytest.mark.parametrize(
    ("value", "kind", "printed"),
    [
        (1.7494881, "ratio", "1.75"),
        (1.285, "ratio", "1.29"),
        (17.63, "ratio", "17.63"),
        (15.6, "percent", "15.6%"),
        (71.0526, "percentile", "71%"),
        (6, "count", "6"),
        (3, "rank_change", "+3"),
        (-2, "rank_change", "\u22122"),
        (0, "rank_change", "0"),
        (-0.2637, "log_points", "\u22120.264"),
        (0.0001, "log_points", "0.000"),
        (1998, "year", "1998"),
        (None, "ratio", "–"),
    ],
)
def test_each_kind_prints_its_way(value, kind, printed):
    assert show(figure(value, kind), ENGLISH) == printed


def test_money_changes_its_unit_with_the_language():
    revenue = figure(72759, "money", "USD")
    assert show(revenue, ENGLISH) == "72.8"
    assert show(revenue, CHINESE) == "727.6"
    exports = figure(4591829.493, "money", "JPY")
    assert show(exports, ENGLISH) == "4,592"
    assert show(exports, CHINESE) == "45,918"


def test_the_articles_money_keeps_its_decimals():
    revenue = figure(28256, "money_as_printed", "USD")
    assert show(revenue, ENGLISH) == "28.256"
    assert show(revenue, CHINESE) == "282.56"


@given(st.floats(0.001, 1000))
def test_a_printed_ratio_is_within_half_a_hundredth(value):
    printed = Decimal(show(figure(value, "ratio"), ENGLISH).replace(",", ""))
    assert abs(printed - Decimal(repr(value))) <= Decimal("0.005")


@given(st.floats(-5, 5))
def test_no_hyphen_is_ever_printed(value):
    assert "-" not in show(figure(value, "log_points"), ENGLISH)


def test_same_print_compares_what_a_reader_sees():
    assert same_print(figure(1.751, "ratio"), figure(1.749, "ratio"))
    assert not same_print(figure(1.751, "ratio"), figure(1.76, "ratio"))


def test_days_are_written_out():
    assert day(dt.date(2026, 11, 22), ENGLISH) == "22 November 2026"
    assert day(dt.date(2026, 11, 22), CHINESE) == "2026 年 11 月 22 日"


def test_months_are_named():
    assert month(dt.date(2025, 8, 31), ENGLISH) == "August 2025"
    assert month(dt.date(2025, 8, 31), CHINESE) == "2025 年 8 月"
