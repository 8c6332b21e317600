"""Each content fault does to the rows what its name says, and no more."""

import copy

import pytest

from tests.upstreams.rows import CONTENT, Shape
from tests.upstreams.texts import TEXT, encode

SHAPE = Shape(
    keys=("economy", "period"),
    values=("exports", "imports"),
    period="period",
    economy="economy",
)
ROWS = [
    {"economy": e, "period": p, "exports": 100.5 + i, "imports": None if i == 3 else i}
    for e in ("JPN", "KOR")
    for i, p in enumerate((202101, 202102, 202201, 202301, 202302))
]


def _spoilt(name, rows=ROWS, shape=SHAPE):
    before = copy.deepcopy(rows)
    result = CONTENT[name](rows, shape, 7)
    assert rows == before, "the rows given were changed in place"
    assert result != before, "nothing happened"
    return result


def _changed(name):
    """The rows that a fault altered, beside what they were."""
    return [(a, b) for a, b in zip(ROWS, _spoilt(name), strict=True) if a != b]


@pytest.mark.parametrize("name", sorted(CONTENT))
def test_a_fault_answers_the_same_question_the_same_way(name):
    assert _spoilt(name) == _spoilt(name)


@pytest.mark.parametrize("name", sorted(set(CONTENT) - {"decimal_comma"}))
def test_a_fault_works_on_rows_of_texts_with_marks_for_missing(name):
    texts = [
        {k: "***" if v is None else str(v) for k, v in row.items()} for row in ROWS
    ]
    for row in _spoilt(name, texts):
        assert all(isinstance(field, str) for field in row.values())


def test_shuffled_rows_are_the_same_rows():
    result = _spoilt("shuffled_rows")
    assert sorted(map(str, result)) == sorted(map(str, ROWS))
    assert result != CONTENT["shuffled_rows"](ROWS, SHAPE, 8)


def test_duplicated_rows_add_nothing_new():
    result = _spoilt("duplicated_rows")
    assert len(result) == len(ROWS) + 2
    assert all(row in ROWS for row in result)


def test_a_duplicated_year_contradicts_itself():
    result = _spoilt("duplicated_year")
    assert result[: len(ROWS)] == ROWS
    again = result[len(ROWS) :]
    assert {row["period"] for row in again} == {202201}
    assert all(row not in ROWS for row in again)


@pytest.mark.parametrize(
    ("name", "factor"), [("scale_1000", 1000), ("scale_1000_down", 0.001)]
)
def test_a_whole_file_is_scaled(name, factor):
    for before, after in zip(ROWS, _spoilt(name), strict=True):
        assert after["exports"] == pytest.approx(before["exports"] * factor)
        assert (after["imports"] is None) == (before["imports"] is None)


@pytest.mark.parametrize(
    ("name", "factor"),
    [("scale_1000_year", 1000), ("scale_1000_year_down", 0.001), ("sign_error", -1)],
)
def test_one_year_is_scaled(name, factor):
    changed = _changed(name)
    assert {before["period"] // 100 for before, _ in changed} == {2022}
    for before, after in changed:
        assert after["exports"] == pytest.approx(before["exports"] * factor)


def test_the_newest_month_is_zero():
    changed = _changed("month_zero")
    assert {after["period"] for _, after in changed} == {202302}
    assert {after["exports"] for _, after in changed} == {0}


def test_a_year_inside_the_series_is_missing():
    years = {row["period"] // 100 for row in _spoilt("missing_year")}
    assert years == {2021, 2023}


def test_half_the_rows_are_the_first_half():
    assert _spoilt("half_the_rows") == ROWS[:5]


def test_an_unknown_economy_reports_beside_the_others():
    result = _spoilt("new_country")
    assert result[:10] == ROWS
    assert {row["economy"] for row in result[10:]} == {"QQQ"}


def test_an_unknown_economy_has_a_code_of_the_publishers_kind():
    rows = [row | {"economy": 392} for row in ROWS]
    assert CONTENT["new_country"](rows, SHAPE, 7)[-1]["economy"] == 999


def test_one_number_has_a_letter_in_it():
    ((_, after),) = _changed("letter_in_number")
    assert "O" in after["exports"]
    with pytest.raises(ValueError, match="could not convert"):
        float(after["exports"])


def test_two_columns_have_changed_places():
    for before, after in zip(ROWS, _spoilt("swapped_columns"), strict=True):
        assert (after["exports"], after["imports"]) == (
            before["imports"],
            before["exports"],
        )


def test_a_lonely_value_changes_places_with_a_key():
    shape = Shape(keys=("economy", "period"), values=("exports",), period="period")
    result = _spoilt("swapped_columns", shape=shape)
    assert (result[0]["period"], result[0]["exports"]) == (100.5, 202101)


def test_fields_stand_one_column_to_the_right():
    result = _spoilt("shifted_column")
    assert result[:5] == ROWS[:5]
    assert list(result[5].values()) == ["", "KOR", 202101, 100.5]


def test_the_newest_period_comes_from_the_future():
    result = _spoilt("future_period")
    assert result[:10] == ROWS
    assert [row["period"] for row in result[10:]] == [203302, 203302]


def test_decimal_commas_stand_in_every_value():
    result = _spoilt("decimal_comma")
    assert result[1]["exports"] == "101,5"
    assert result[1]["imports"] == "1,0"
    assert result[3]["imports"] is None


TABLE = "年,Türkiye\n2020,1\n2021,2\n"


def test_a_text_without_faults_is_in_its_publishers_encoding():
    assert encode("Türkiye", "cp1252", ()) == b"T\xfcrkiye"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bom", b"\xef\xbb\xbf" + TABLE.encode()),
        ("latin1", b"?,T\xfcrkiye\n2020,1\n2021,2\n"),
        ("cp1252", b"?,T\xfcrkiye\n2020,1\n2021,2\n"),
        ("cp932", b"\x94N,T?rkiye\n2020,1\n2021,2\n"),
        ("big5", b"\xa6~,T?rkiye\n2020,1\n2021,2\n"),
        ("trailing_comma", "年,Türkiye\n2020,1,\n2021,2,\n".encode()),
        ("crlf", TABLE.replace("\n", "\r\n").encode()),
    ],
)
def test_a_text_fault_changes_the_bytes(name, expected):
    assert name in TEXT
    assert encode(TABLE, "utf-8", (name,)) == expected
