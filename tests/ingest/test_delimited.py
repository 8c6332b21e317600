"""A file of digits is read at once, and says the same as when it is read as text."""

import random

import duckdb
import pytest

from ingest import delimited, incoming
from ingest.source import Feed, IngestError, Table, key, value

MONTHS = Table(
    name="months",
    feeds=(Feed("months.csv"),),
    meaning="Synthetic: value by item",
    rows=(1, 1_000),
    columns=(key("item", "INTEGER", "Item"), value("yen", "BIGINT", "Value")),
)


def _read(path):
    """What a reading ends in: the rows, or what is said against the file."""
    (feed,) = MONTHS.feeds
    with duckdb.connect() as con:
        try:
            incoming.read(con, MONTHS, feed, path, path.name)
        except IngestError as error:
            return str(error)
        return con.execute("from incoming order by line").fetchall()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "months.csv"

    def write(lines: bytes):
        path.write_bytes(b"item,yen\n" + lines)
        return path

    return write


def test_digits_are_read_as_whole_numbers(file):
    path = file(b"1,164\n2,-3\n")
    assert delimited._is_digits(MONTHS, path)
    assert _read(path) == [(2, 1, 164), (3, 2, -3)]


@pytest.mark.parametrize(
    "written", [b"1.5", b"1e3", b"+5", b" 5", b"1_000", b"nan", b"0x1F", b'"5"x']
)
def test_a_number_in_any_other_form_is_read_as_text_and_refused(file, written):
    path = file(b"1,164\n2," + written + b"\n")
    assert not delimited._is_digits(MONTHS, path)
    assert "months.csv, line 3" in _read(path)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (b"1,164\n2,1-2\n", "line 3, column yen: 1-2 is not a number of type BIGINT"),
        (b"1,164\n2,-\n", "line 3, column yen: - is not a number of type BIGINT"),
        (b"1,164\n,2\n", "line 3, column item: is empty"),
        (b"1,164\n1,2\n", "line 3: repeats the key of line 2"),
        (b"1,164\n2\n", "line 3"),
        (b"1,164\n2,3,4\n", "line 3"),
        (b"", "0 rows"),
    ],
)
def test_a_defect_in_a_file_of_digits_is_named(file, lines, said):
    path = file(lines)
    assert delimited._is_digits(MONTHS, path)
    assert said in _read(path)


def test_digits_read_at_once_and_as_text_end_in_the_same(file, monkeypatch, heavy):
    dice = random.Random(20261125)  # noqa: S311 not for secrets
    ends = set()
    for _ in range(heavy(30, 1_000)):
        cells = [
            bytes(
                dice.choice(
                    b"0123456789-,\r" if dice.random() < 0.01 else b"0123456789"
                )
                for _ in range(dice.choice((0, 1, 2, 3, 4, 8, 9)))
            )
            for _ in range(6)
        ]
        path = file(b"%b,%b\n%b,%b\n%b,%b" % tuple(cells))
        at_once = _read(path)
        with monkeypatch.context() as patch:
            patch.setattr(delimited, "_is_digits", lambda *_: False)
            assert _read(path) == at_once, cells
        ends.add(type(at_once))
    assert ends == {str, list}
