"""The drop folder: what is right is landed, what is not lies beside its reason."""

from datetime import date, datetime

import duckdb
import pytest

from ingest import inbox, loading
from ingest.landing import LandingZone
from ingest.source import Feed, Source, Table, key, value

NOW = datetime(2026, 11, 24, 9)  # noqa: DTZ001 the clock is naive on purpose


def _source(**more) -> Source:
    feed = Feed("values.csv", "inbox", files="values*.csv", **more)
    columns = (key("year", "INTEGER", "Year"), value("amount", "INTEGER", "Amount"))
    return Source(
        "model", "A model", (Table("values", (feed,), "Model", columns, (1, 9)),)
    )


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "inbox" / "model"
    found.mkdir(parents=True)
    return found


@pytest.fixture
def zone(tmp_path):
    return LandingZone(tmp_path / "landing")


def _drop(folder, name="values 2025.csv", text="year,amount\n2025,1\n"):
    (folder / name).write_text(text, encoding="utf-8")


def test_a_good_file_is_landed_and_filed_away(folder, zone, tmp_path):
    _drop(folder)
    (taken,) = inbox.take(_source(), folder, zone, NOW)
    assert taken.problem is None
    assert taken.file == folder / "accepted" / "values 2025.csv"
    (delivery,) = zone.deliveries("model")
    assert delivery.payload.part == "values 2025.csv"
    assert delivery.payload.published_at == NOW
    assert inbox.take(_source(), folder, zone, NOW) == []


def test_a_landed_file_is_loaded(folder, zone, tmp_path):
    _drop(folder)
    inbox.take(_source(), folder, zone, NOW)
    with duckdb.connect() as con:
        loading.load(con, _source(), zone)
        rows = con.execute("select year, amount from raw.model__values").fetchall()
    assert rows == [(2025, 1)]


def test_a_bad_file_is_rejected_with_its_reason_beside_it(folder, zone):
    _drop(folder, text="year,amount\n2025,one\n")
    (taken,) = inbox.take(_source(), folder, zone, NOW)
    assert "line 2, column amount: one is not a number" in taken.problem
    note = folder / "rejected" / "values 2025.csv.reason.txt"
    assert note.read_text(encoding="utf-8") == f"{taken.problem}\n"
    assert zone.deliveries("model") == []


def test_a_file_of_a_name_that_no_table_takes_is_rejected(folder, zone):
    _drop(folder, name="other.csv")
    (taken,) = inbox.take(_source(), folder, zone, NOW)
    assert taken.problem == "other.csv: model takes values*.csv; rename the file"


def test_files_still_being_written_wait(folder, zone):
    _drop(folder, name=".values.csv.part")
    _drop(folder, name="~$values.csv")
    assert inbox.take(_source(), folder, zone, NOW) == []


def test_a_file_of_the_same_name_replaces_none_that_was_accepted(folder, zone):
    for amount in (1, 2):
        _drop(folder, text=f"year,amount\n2025,{amount}\n")
        inbox.take(_source(), folder, zone, NOW)
    kept = sorted(path.name for path in (folder / "accepted").iterdir())
    assert kept == ["values 2025.20261124T090000.csv", "values 2025.csv"]


def test_a_file_that_tells_its_day_is_published_then_but_never_in_the_future(
    folder, zone
):
    for day in (date(2026, 10, 9), date(2027, 1, 9)):
        _drop(folder, text=f"year,amount\n{day.year},1\n")
        inbox.take(_source(dated=lambda _, day=day: day), folder, zone, NOW)
    moments = [d.payload.published_at for d in zone.deliveries("model")]
    assert moments == [datetime(2026, 10, 9), NOW]  # noqa: DTZ001


@pytest.fixture
def private(tmp_path):
    """A file of this service that who drops files may not read or write."""
    found = tmp_path / "private.csv"
    found.write_text("hunter2\n")
    return found


def test_a_dropped_link_is_not_read(folder, zone, private):
    (folder / "values.csv").symlink_to(private)
    assert list(inbox.waiting(folder)) == []
    assert inbox.take(_source(), folder, zone, NOW) == []
    assert zone.deliveries("model") == []


@pytest.mark.parametrize("linked", ["", "accepted", "rejected"])
def test_linked_folders_are_refused_in_one_line(folder, zone, tmp_path, linked):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _drop(folder if linked else elsewhere)
    if not linked:
        folder.rmdir()
    (folder / linked).symlink_to(elsewhere)
    before = sorted(elsewhere.iterdir())
    (taken,) = inbox.take(_source(), folder, zone, NOW)
    place = folder / linked
    assert taken.problem == f"{place}: is a link, nothing is taken; make it a folder"
    assert sorted(elsewhere.iterdir()) == before
    assert zone.deliveries("model") == []


@pytest.mark.parametrize("is_there", [True, False])
def test_a_prepared_link_in_place_of_the_note_is_not_written_through(
    folder, zone, private, is_there
):
    if not is_there:
        private.unlink()
    rejected = folder / "rejected"
    rejected.mkdir()
    (rejected / "other.csv.reason.txt").symlink_to(private)
    _drop(folder, name="other.csv")
    (taken,) = inbox.take(_source(), folder, zone, NOW)
    assert private.exists() == is_there
    assert not is_there or private.read_text() == "hunter2\n"
    note = rejected / "other.csv.2.reason.txt"
    assert note.read_text(encoding="utf-8") == f"{taken.problem}\n"
