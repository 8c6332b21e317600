"""Strings of the warehouse become harmless before anything prints them."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from reports.facts.text import CAP, GETA, Scrubber, clean, opening, spaced

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def test_controls_and_overrides_are_dropped():
    assert clean("a\x0bb\x00c\u202ed\x9fe") == "a bcde"


def test_accents_are_composed():
    assert clean("e\u0301") == "é"


@given(st.text(max_size=600))
def test_nothing_unprintable_survives(text):
    cleaned = clean(text)
    assert len(cleaned) <= CAP
    assert not set(cleaned) & set(BIDI)
    assert all(unicodedata.category(c) not in {"Cc", "Cs"} for c in cleaned)
    assert clean(cleaned) == cleaned


def test_characters_the_font_lacks_are_replaced_and_reported():
    scrub = Scrubber(frozenset(map(ord, "abc")))
    assert scrub("a한b") == f"a{GETA}b"
    assert scrub.missing == {"한"}


def test_chinese_stands_apart_from_digits_and_latin():
    assert spaced("始於1988年，與CC BY 4.0相容") == "始於 1988 年，與 CC BY 4.0 相容"


@given(st.text(max_size=200))
def test_spacing_twice_is_spacing_once(text):
    assert spaced(spaced(text)) == spaced(text)


def test_a_line_opens_with_a_capital_but_a_name_keeps_its_own():
    opened = [opening(text) for text in ("the article", "iSuppli, Gartner", "原文", "")]
    assert opened == ["The article", "iSuppli, Gartner", "原文", ""]


def test_null_is_an_empty_string():
    assert Scrubber(frozenset())(None) == ""
