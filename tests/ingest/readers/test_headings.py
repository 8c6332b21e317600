"""A figure is told by the labels above it, before it and over its part of the table."""

import pytest

from ingest.readers import headings
from ingest.source import IngestError


def _read(*rows, start=0):
    width = max(map(len, rows))
    even = [(*row, *[None] * (width - len(row))) for row in rows]
    return [(f.labels, f.value, f.mark) for f in headings.figures(even, start)]


def test_a_heading_spans_the_columns_to_the_next_one():
    found = _read(
        ("年度", "日本", None, "米国"),
        (None, "輸出", "輸入", "輸出", "輸入"),
        (2020, 1, 2, 3, 4),
    )
    assert found == [
        (("2020", "日本", "輸出"), 1, ""),
        (("2020", "日本", "輸入"), 2, ""),
        (("2020", "米国", "輸出"), 3, ""),
        (("2020", "米国", "輸入"), 4, ""),
    ]


def test_a_lower_heading_ends_where_the_one_above_it_ends():
    found = _read(
        (None, "輸出", None, "収支比"),
        (None, "全体", "親子会社"),
        ("2020年度", 1, 2, 0.5),
    )
    assert [labels for labels, *_ in found] == [
        ("2020年度", "輸出", "全体"),
        ("2020年度", "輸出", "親子会社"),
        ("2020年度", "収支比"),
    ]


def test_a_line_of_its_own_names_the_part_below_it():
    found = _read(
        ("2020年度",),
        ("産業", "輸出"),
        ("製造業", 1),
        ("2021年度",),
        ("製造業", 2),
        ("産業", "輸入"),
        ("製造業", 3),
    )
    assert [labels for labels, *_ in found] == [
        ("2020年度", "製造業", "輸出"),
        ("2021年度", "製造業", "輸出"),
        ("2021年度", "製造業", "輸入"),
    ]


@pytest.mark.parametrize(
    ("cell", "mark"), [("…", "..."), ("－", "-"), ("―", "―"), (None, "")]
)
def test_a_mark_and_a_blank_are_no_number_and_stay_apart(cell, mark):
    _, found = _read((None, "輸出", "輸入"), (2020, 5, cell))
    assert found == (("2020", "輸入"), None, mark)


def test_units_and_notes_are_no_labels():
    found = _read(
        ("（単位：億円）",),
        (None, "輸出", "（単位：億円）"),
        (2020, 5),
        ("注：2021は輸出のみ",),
        ("資料：合成",),
    )
    assert found == [(("2020", "輸出"), 5, "")]


def test_reading_begins_below_the_title():
    rows = (("輸入の表",), (None, "輸出"), (2020, 5))
    assert _read(*rows, start=1) == [(("2020", "輸出"), 5, "")]


def test_a_text_among_figures_is_told_with_its_place():
    with pytest.raises(IngestError, match=r"row 2, C2: 1O5 is no figure"):
        _read((None, "輸出", "輸入"), (2020, 5, "1O5"))
