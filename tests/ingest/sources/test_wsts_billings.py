"""Billings by region: the newest workbook on the page, checked as a whole."""

import re
from datetime import datetime, time

import duckdb
import openpyxl
import pytest

from ingest import inbox, loading
from ingest.http import Client, Limits
from ingest.landing import LandingZone
from ingest.session import Session
from ingest.source import IngestError
from ingest.sources.wsts_billings import SOURCE
from tests.upstreams.publishers.wsts import (
    FAULTS,
    FIRST_YEAR,
    HOST,
    PAGE,
    billed,
    workbook_of,
)
from tests.upstreams.server import running
from tests.upstreams.world import World


class Reader:
    """A warehouse that visits the publisher."""

    def __init__(self, base, folder):
        self.folder = folder
        self.client = Client(
            folder / "downloads",
            base,
            Limits(attempts=1, first_pause=0.01, bytes=20_000_000),
            pace=0,
        )
        self.zone = LandingZone(folder / "landing")
        self.con = duckdb.connect()

    def visit(self, world):
        """Why the visit failed, and what was loaded after it."""
        now = datetime.combine(world.today, time(9))
        problem = None
        try:
            SOURCE.fetch(Session(SOURCE, self.zone, self.client, now))
        except IngestError as error:
            problem = str(error)
            assert "\n" not in problem
        return problem, loading.load(self.con, SOURCE, self.zone)

    def ask(self, what, where="true"):
        return self.con.execute(
            f"""select {what} from raw.wsts_billings__monthly_billings
            where published_to is null and recorded_to is null and {where}
            order by all"""
        ).fetchall()


@pytest.fixture
def world():
    return World()


@pytest.fixture
def reader(world, tmp_path):
    with running(world) as base:
        reader = Reader(base, tmp_path)
        yield reader
        reader.client.close()
        reader.con.close()


def test_it_is_off_until_someone_has_read_the_terms():
    assert SOURCE.is_on is False


def test_the_newest_workbook_on_the_page_is_read(world, reader):
    problem, loaded = reader.visit(world)
    assert problem is None
    assert [one.held_back for one in loaded] == [None]
    months = (2026 - FIRST_YEAR) * 12 + 9
    assert reader.ask("count(*), min(month), max(month)") == [
        (5 * months, "1986-01", "2026-09")
    ]
    assert loaded[0].payload.published_at == datetime(2026, 11, 7, 22)  # noqa: DTZ001


@pytest.mark.parametrize("region", ["Americas", "Japan", "Asia Pacific", "Worldwide"])
@pytest.mark.parametrize(("year", "month"), [(1986, 1), (2020, 12), (2026, 9)])
def test_a_figure_is_that_of_its_region_and_month(world, reader, region, year, month):
    reader.visit(world)
    assert reader.ask(
        "billings_thousand_usd",
        f"region = '{region}' and month = '{year}-{month:02}'",
    ) == [(billed(world, region, year, month),)]


def test_an_unmoved_link_is_not_followed_again(world, reader):
    reader.visit(world)
    assert reader.visit(world) == (None, [])
    assert len(world.asked(HOST, PAGE)) == 2
    assert len(world.asked(HOST, "esraCMS")) == 1


def test_a_new_month_comes_at_a_new_address_with_a_revision(world, reader):
    reader.visit(world)
    world.advance()
    problem, loaded = reader.visit(world)
    assert problem is None
    assert loaded[0].held_back is None
    assert reader.ask("max(month)") == [("2026-10",)]
    history = reader.con.execute(
        """select billings_thousand_usd from raw.wsts_billings__monthly_billings
        where month = '2026-09' and region = 'Japan' and recorded_to is null"""
    ).fetchall()
    assert len(history) == 2


def test_a_further_region_is_kept_and_counted(world, reader):
    world.fault(HOST, "new_region")
    reader.visit(world)
    assert reader.con.execute(
        "select column_name, value from raw.unmapped"
    ).fetchall() == [("region", "of which China")]


# What the operator reads where the workbook goes wrong; None: it is loaded. Of two
# months that changed places in every row nothing tells.
_UNIT = r"row \d+ \(\d{4}\), Jan: [\d,.-]+ in Worldwide is not in thousand US\$"
_HELD_BACK = {
    "path_traversal_zip": "the archive has an unsafe name",
    "zip_bomb": r"expands to [\d,]+ bytes; refused",
    "slow_body": None,
    "resaved": None,
    "zeros_to_come": None,
    "new_region": None,
    "swapped_columns": None,
    "renamed_sheet": r"no sheet Monthly Data \(the workbook has Data, 3MMA\)",
    "missing_region": "1986 has no row Japan",
    "shifted_heading": r"row 6: January to December are not B to M",
    "world_off": r"row \d+ \(2026\), Jan: Worldwide has [\d,]+, its regions [\d,]+",
    "in_millions": _UNIT,
    "scale_1000": _UNIT,
    "scale_1000_down": _UNIT,
    "scale_1000_year": _UNIT,
    "scale_1000_year_down": _UNIT,
    "sign_error": _UNIT,
    "month_zero": r"row \d+ \(2026\): only 0 months in Worldwide",
    "missing_year": r"row \d+: 2015 after 2013",
    "half_the_rows": "2006 has no row Asia Pacific, Japan, Worldwide",
    "shuffled_rows": r"row 7: \d{4} after \d{4}",
    "duplicated_rows": "row 7: figures of Americas again",
    "duplicated_year": r"row \d+: 2010 after 2026",
    "shifted_column": r"row \d+: 2006 after 2006",
    "future_period": r"row \d+: 2036 after 2026",
    "letter_in_number": r"Asia Pacific, Jan: \d+O\d+, where Worldwide has a figure",
    "decimal_comma": "1986 has no row Americas, Asia Pacific, Europe, Japan, Worldwide",
}
_REFUSED = {
    "truncated_zip": "answers with an archive that is cut off",
    "truncated_gzip": "packed body is cut off",
    "gzip_bomb": "more than 20,000,000 bytes; refused",
    "wrong_content_type": "answers with text/html instead of xlsx",
    "html_outage": "answers with a web page instead of xlsx",
    "empty_200": "answers with an empty body",
    "status_500": "answers 500",
    "status_502_html": "answers 502",
    "status_503_retry_after": "answers 503 .*asks to wait 2 s",
    "rate_limit_429": "answers 429 .*asks to wait 1 s",
    "quota_403": "answers 403 .*asks to wait 3600 s",
    "redirect_to_html": "sends us to www.wto.org",
    "reset": "reset|peer|ReadError",
    "truncated_body": "peer closed connection",
    "oversized": "peer closed connection",
    "foreign_link": f"{PAGE}: no link to a workbook; the page has changed",
    "no_link": f"{PAGE}: no link to a workbook; the page has changed",
}


def test_every_fault_of_the_publisher_has_its_line():
    assert {*_HELD_BACK, *_REFUSED} == set(FAULTS)


@pytest.mark.parametrize("fault", _HELD_BACK)
@pytest.mark.sampled(3)
def test_a_workbook_gone_wrong_is_held_back_with_its_reason(world, reader, fault):
    reader.visit(world)
    before = reader.ask("*")
    world.advance()
    world.drip_bytes, world.drip_seconds = 5_000, 0.001
    world.fault(HOST, fault, path="esraCMS")
    problem, (loaded,) = reader.visit(world)
    assert problem is None
    reason = _HELD_BACK[fault]
    assert bool(loaded.held_back) == bool(reason), loaded.held_back
    if reason:
        assert re.search(reason, loaded.held_back)
        assert reader.ask("*") == before


@pytest.mark.parametrize("fault", _REFUSED)
@pytest.mark.sampled(2)
def test_what_cannot_be_read_is_told_and_nothing_changes(world, reader, fault):
    reader.visit(world)
    before = reader.ask("*")
    world.advance()
    world.fault(HOST, fault, path="" if "link" in fault else "esraCMS")
    problem, loaded = reader.visit(world)
    assert re.search(_REFUSED[fault], problem)
    assert loaded == []
    assert reader.ask("*") == before


@pytest.mark.parametrize(("mark", "line"), [(0, "nothing"), ("n/a", "n/a")])
def test_a_hole_among_the_months_is_no_month_to_come(
    world, reader, tmp_path, mark, line
):
    path = tmp_path / "holed.xlsx"
    path.write_bytes(workbook_of(world))
    book = openpyxl.load_workbook(path)
    book["Monthly Data"]["D8"] = mark
    book.save(path)
    taken = _drop(world, reader, path.rename(tmp_path / "Historical-Billings.xlsx"))
    assert taken.problem.endswith(
        f"row 8 (1986), Japan, Mar: {line}, where Worldwide has a figure"
    )


def test_a_dropped_workbook_counts_from_the_second_month_after_its_newest(
    world, reader, tmp_path
):
    path = tmp_path / "WSTS-Historical-Billings-Report-Sep_2026.xlsx"
    path.write_bytes(workbook_of(world))
    world.today = world.today.replace(month=12)
    assert _drop(world, reader, path).problem is None
    (loaded,) = loading.load(reader.con, SOURCE, reader.zone)
    assert loaded.held_back is None
    assert loaded.payload.published_at == datetime(2026, 11, 30)  # noqa: DTZ001


def _drop(world, reader, path):
    folder = reader.folder / "inbox"
    folder.mkdir()
    path.rename(folder / path.name)
    now = datetime.combine(world.today, time(9))
    (taken,) = inbox.take(SOURCE, folder, reader.zone, now)
    return taken
