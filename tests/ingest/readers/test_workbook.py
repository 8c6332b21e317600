"""Workbooks from outside are read as cells, or refused in one line."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from ingest.readers import workbook
from ingest.source import IngestError
from tests.upstreams.workbooks import packed


@pytest.fixture
def made(tmp_path):
    """Write a workbook of rows, then change the text of its members."""

    def made(rows, change=lambda name, body: body, sheet="資料"):
        book = Workbook()
        book.active.title = sheet
        for row in rows:
            book.active.append(row)
        plain = io.BytesIO()
        book.save(plain)
        path = tmp_path / "made.xlsx"
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                new.writestr(name, change(name, old.read(name)))
        return path

    return made


def _in_sheet(old: bytes, new: bytes):
    def change(name, body):
        return body.replace(old, new) if name.endswith("sheet1.xml") else body

    return change


def test_rows_have_one_width_and_end_with_the_last_filled_cell(made):
    path = made([["a", None, 1], [], ["b"], [None, None, None]])
    (sheet,) = workbook.sheets(path)
    assert sheet == workbook.Sheet(
        "資料", (("a", None, 1), (None, None, None), ("b", None, None))
    )


def test_a_sheet_that_claims_to_be_huge_is_read_as_far_as_it_goes(made):
    path = made([[1, 2]], _in_sheet(b'ref="A1:B1"', b'ref="A1:XFD1048576"'))
    assert workbook.sheets(path)[0].rows == ((1, 2),)


def test_furigana_is_no_part_of_a_text(tmp_path):
    book = Workbook()
    book.active.append(["日本", 1])
    path = tmp_path / "spoken.xlsx"
    path.write_bytes(packed(book, {"日本": "ニホン"}))
    with zipfile.ZipFile(path) as archive:
        assert "ニホン" in archive.read("xl/sharedStrings.xml").decode()
    assert workbook.sheets(path)[0].rows == (("日本", 1),)


def test_text_is_compared_in_one_width_without_white_space():
    assert workbook.text(" 積體電路\n（ＩＣ）　") == "積體電路(IC)"
    assert workbook.text(None) == workbook.text(3) == ""


@pytest.mark.parametrize(
    ("cell", "is_one"), [(1, True), (1.5, True), (True, False), ("1", False)]
)
def test_a_truth_value_and_a_text_are_no_numbers(cell, is_one):
    assert workbook.is_number(cell) is is_one
    assert not workbook.is_number(float("nan"))


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.1 + 0.2, "0.300"),
        (12, "12.000"),
        (1234.5678, "1234.5678"),
        (-0.0005, "-0.0005"),
    ],
)
def test_a_binary_fraction_is_the_decimal_it_stands_for(number, written):
    assert workbook.numeral(number, 3) == written


@pytest.mark.parametrize(
    ("column", "name"), [(1, "A5"), (26, "Z5"), (27, "AA5"), (703, "AAA5")]
)
def test_cells_are_called_as_spreadsheets_call_them(column, name):
    assert workbook.place(5, column) == name


def test_a_missing_sheet_is_told_with_those_that_are_there(made):
    with pytest.raises(IngestError, match=r"no sheet 表4 \(the workbook has 資料\)"):
        workbook.sheet(made([[1]]), "表4")


def _refused(path, line):
    with pytest.raises(IngestError) as caught:
        workbook.sheets(path)
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_workbook_is_refused(tmp_path, made):
    page = tmp_path / "page.xlsx"
    page.write_text("<html>404</html>")
    _refused(page, "not a workbook of the kind xlsx")
    old = tmp_path / "old.xlsx"
    old.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000))
    _refused(old, "not a workbook of the kind xlsx")
    archive = tmp_path / "archive.xlsx"
    with zipfile.ZipFile(archive, "w") as other:
        other.writestr("data.csv", "1,2")
    _refused(archive, "not a readable workbook")
    _refused(made([[1]], _in_sheet(b"</row>", b"</rwo>")), "not a readable workbook")


def test_a_workbook_cut_off_or_damaged_is_refused(made):
    path = made([[n] for n in range(500)])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    _refused(path, "not a workbook of the kind xlsx")
    middle = whole.index(b"<sheetData>")
    path.write_bytes(whole[:middle] + b"<sheetDAtA>" + whole[middle + 11 :])
    _refused(path, "the workbook is damaged")


def test_a_workbook_with_xml_entities_is_refused(made):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet'
    _refused(made([[1]], _in_sheet(b"<worksheet", bomb)), "defines XML entities")


def test_a_workbook_that_unpacks_to_too_much_is_refused(made, tmp_path):
    path = made([[1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/big.bin", bytes(40_000_000))
    _refused(path, "unpacks to 40,0")
    _refused(made([[1] * 501]), "more than 5000 of 500; refused")
    _refused(made([[1]] * 5001), "more than 5000 of 500; refused")
