"""A figure goes in; the characters that print it in one locale come out."""

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from reports.facts.figures import Figure, Kind

MISSING = "–"
MINUS = "\u2212"
PATTERNS: dict[Kind, str] = {
    "ratio": "#,##0.00",
    "percent": "#,##0.0%",
    "percentile": "#,##0%",
    "count": "#,##0",
    "rank": "0",
    "rank_change": "+0;-0",
    "log_points": "+0.000;-0.000",
    "year": "0",
}
# Chinese counts money in units of a hundred million, English in thousands of millions.
MILLIONS_PER_UNIT = {"en": 1000, "zh": 100}
# As many decimals as the article prints.
AS_PRINTED = {"en": "#,##0.000", "zh": "#,##0.00"}
MONEY_PATTERNS = {
    ("USD", "en"): "#,##0.0",
    ("USD", "zh"): "#,##0.0",
    ("JPY", "en"): "#,##0",
    ("JPY", "zh"): "#,##0",
}
EVERY_PATTERN = "#,##0.0"
# Babel writes Chinese dates without the spaces our sentences put around digits.
DAY_PATTERNS = {"en": "d MMMM y", "zh": "y 年 M 月 d 日"}
MONTH_PATTERNS = {"en": "MMMM y", "zh": "y 年 M 月"}


def show(figure: Figure, locale: Locale) -> str:
    """Return the figure as printed: half away from zero, U+2212, an en dash if None.

    Money in millions becomes billions in English and units of 億 in Chinese.
    """
    if figure.value is None:
        return MISSING
    value = Decimal(repr(figure.value))
    pattern = _pattern_of(figure, locale)
    if figure.kind.startswith("money"):
        value /= MILLIONS_PER_UNIT[locale.language]
    if figure.kind in ("percent", "percentile"):
        value /= 100
    return _printed(value, pattern, locale)


def percent(change: Figure, locale: Locale) -> str:
    """Return the size of a change in log points in percent, without its sign."""
    if change.value is None:
        return MISSING
    size = Decimal(repr(abs(100 * math.expm1(change.value))))
    return _printed(size / 100, PATTERNS["percent"], locale)


def _pattern_of(figure: Figure, locale: Locale) -> str:
    if figure.kind == "money_as_printed":
        return AS_PRINTED[locale.language]
    if figure.kind == "money":
        key = (figure.currency or "", locale.language)
        return MONEY_PATTERNS.get(key, EVERY_PATTERN)
    return PATTERNS[figure.kind]


def _printed(value: Decimal, pattern: str, locale: Locale) -> str:
    decimals = len(pattern.split(";")[0].partition(".")[2].rstrip("%"))
    places = decimals + 2 * pattern.endswith("%")
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if rounded == 0:
        # A change that rounds to nothing has no sign.
        rounded, pattern = Decimal(0), pattern.split(";")[0].lstrip("+")
    return format_decimal(rounded, pattern, locale).replace("-", MINUS)


def day(date: dt.date, locale: Locale) -> str:
    """Return a date in full: 22 November 2026, 2026 年 11 月 22 日."""
    return format_date(date, DAY_PATTERNS[locale.language], locale)


def month(date: dt.date, locale: Locale) -> str:
    """Return the month a date lies in: August 2025, 2025 年 8 月."""
    return format_date(date, MONTH_PATTERNS[locale.language], locale)


def same_print(one: Figure, other: Figure) -> bool:
    """Say whether two figures print alike, so that no sentence calls them different."""
    plain = Locale("en")
    return show(one, plain) == show(other, plain)
