"""Tables of an indicators report are found by title and read by their labels."""

import re
from datetime import date, datetime, time

import duckdb
import pytest

from ingest import inbox, loading
from ingest.http import Client, Limits
from ingest.landing import LandingZone
from ingest.session import Session
from ingest.source import IngestError
from ingest.sources.nistep_indicators import SOURCE
from tests.upstreams.publishers import nistep
from tests.upstreams.publishers.nistep import (
    COMMODITIES,
    FAULTS,
    FIRST_YEAR,
    HOST,
    NEWEST_AT_FIRST,
    balance,
)
from tests.upstreams.server import running
from tests.upstreams.world import World

TABLES = (
    "technology_trade",
    "technology_trade_by_industry",
    "goods_balance_ratios",
)


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

    def visit(self, world) -> tuple[str | None, list[loading.Loaded]]:
        """Why the visit failed, and what was loaded after it."""
        now = datetime.combine(world.today, time(9))
        problem = None
        try:
            SOURCE.fetch(Session(SOURCE, self.zone, self.client, now))
        except IngestError as error:
            problem = str(error)
            assert "\n" not in problem
        return problem, loading.load(self.con, SOURCE, self.zone)

    def ask(self, table, what, where="true"):
        return self.con.execute(
            f"""select {what} from raw.nistep_indicators__{table}
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


def test_three_tables_are_found_by_title_and_read(world, reader):
    problem, loaded = reader.visit(world)
    assert problem is None
    assert [(one.payload.resource, one.held_back) for one in loaded] == [
        (f"{table}.xlsx", None) for table in TABLES
    ]
    years = NEWEST_AT_FIRST - FIRST_YEAR + 1
    assert [one.rows_read for one in loaded] == [
        3 * years,
        5 * 3 * years,
        len(COMMODITIES) * years,
    ]
    published = {one.payload.published_at for one in loaded}
    assert published == {datetime(2026, 8, 6, 9)}  # noqa: DTZ001


@pytest.mark.parametrize("party", ["all", "affiliates", "others"])
def test_a_row_has_exports_imports_and_their_printed_ratio(world, reader, party):
    reader.visit(world)
    exports, imports = balance(world, 2015, "", party)
    assert reader.ask(
        "technology_trade",
        "exports_100m_yen, imports_100m_yen, balance_ratio, exports_missing",
        f"fiscal_year = 2015 and relation = '{party}'",
    ) == [(exports, imports, pytest.approx(exports / imports), None)]


def test_an_industry_keeps_its_printed_name_without_furigana(world, reader):
    reader.visit(world)
    name = "電子部品・デバイス・電子回路製造業"
    exports, imports = balance(world, 2020, name, "affiliates")
    assert reader.ask(
        "technology_trade_by_industry",
        "exports_100m_yen, imports_100m_yen",
        f"fiscal_year = 2020 and relation = 'affiliates' and industry = '{name}'",
    ) == [(exports, imports)]
    assert reader.ask("technology_trade_by_industry", "count(distinct industry)") == [
        (5,)
    ]


def test_marks_are_no_numbers_and_say_why(world, reader):
    reader.visit(world)
    for table in TABLES[:2]:
        assert reader.ask(
            table,
            """distinct relation, exports_100m_yen, exports_missing,
            imports_100m_yen, imports_missing, balance_ratio, balance_ratio_missing""",
            f"fiscal_year = {FIRST_YEAR} and relation <> 'all'",
        ) == [
            (party, *(None, why) * 3)
            for party, why in (("affiliates", "not_available"), ("others", "no_figure"))
        ]


def test_balance_ratios_of_commodities_are_by_calendar_year(world, reader):
    reader.visit(world)
    assert reader.ask(
        "goods_balance_ratios",
        "commodity, balance_ratio, balance_ratio_missing",
        "calendar_year = 2021 and commodity like '%半導体等電子部品%'",
    ) == [
        (
            "半導体等電子部品",
            world.amount("半導体等電子部品", 2021, low=0.5, high=8.0),
            None,
        )
    ]
    unmapped = "select * from raw.unmapped"
    assert reader.con.execute(unmapped).fetchall() == []


def test_a_second_visit_downloads_and_parses_nothing(world, reader):
    reader.visit(world)
    assert reader.visit(world) == (None, [])
    fetches = [e for e in reader.zone.events() if e["event"] == "fetch"]
    assert [e["outcome"] for e in fetches] == ["news"] * 3 + ["unchanged"] * 3
    statuses = [a.status for a in world.asked(HOST, "hyoudata")]
    assert statuses == [200] * 3 + [304] * 3


def test_without_a_sign_of_the_version_equal_bytes_are_no_news(world, reader):
    world.fault(HOST, "no_etag")
    reader.visit(world)
    assert reader.visit(world) == (None, [])


def test_an_edition_at_new_addresses_adds_and_revises(world, reader):
    reader.visit(world)
    world.advance()
    problem, loaded = reader.visit(world)
    assert problem is None
    assert [one.held_back for one in loaded] == [None] * 3
    assert reader.ask("technology_trade", "max(fiscal_year)") == [(2025,)]
    history = reader.con.execute(
        """select exports_100m_yen from raw.nistep_indicators__technology_trade
        where fiscal_year = 2024 and relation = 'others' and recorded_to is null"""
    ).fetchall()
    assert len(set(history)) == 2


# What the operator reads where each table's workbook goes wrong on the second visit;
# None: it is loaded. Of two commodities that changed places nothing tells.
_MISPRINT = r"H\d+: a ratio of .*, but exports over imports are"
_LOST = r"^lacks \d+ of \d+ rows that stood before"
_NO_FIGURE = r"row \d+, B\d+: .* is no figure"
_EVERYWHERE = {
    "path_traversal_zip": "the archive has an unsafe name",
    "zip_bomb": r"expands to [\d,]+ bytes; refused",
    "slow_body": None,
    "resaved": None,
    "shuffled_rows": None,
    "no_etag": None,
    "renamed_sheet": None,
    "renamed_title": "no sheet has the title .* it is another table or was renamed",
    "missing_year": _LOST,
    "half_the_rows": _LOST,
    "letter_in_number": _NO_FIGURE,
    "future_period": "2035 is there without 2034; a year is mistyped",
}
_TRADE = {
    "duplicated_rows": r"B\d+: says the same as B\d+",
    "duplicated_year": r"B\d+: says the same as B\d+",
    "scale_1000": _MISPRINT,
    "scale_1000_down": _MISPRINT,
    "scale_1000_year": _MISPRINT,
    "scale_1000_year_down": _MISPRINT,
    "sign_error": _MISPRINT,
    "swapped_columns": _MISPRINT,
    "wrong_ratio": _MISPRINT,
    "month_zero": r"B\d+: no trade at all, but zeros",
    "another_unit": "the table does not say that it is in 億円",
    "new_heading": "技術輸出額 / 合成区分: does not say what the figure is",
    "shifted_column": f"{_LOST}|{_NO_FIGURE}",
    "decimal_comma": f"0 rows, expected|{_NO_FIGURE}",
    "new_industry": None,
}
_GOODS = {
    "duplicated_rows": "repeats the key of row",
    "duplicated_year": "repeats the key of row",
    "scale_1000": "column balance_ratio: .* is above 100",
    "scale_1000_down": "column balance_ratio: .* is below 0.01",
    "scale_1000_year": "column balance_ratio: .* is above 100",
    "scale_1000_year_down": "column balance_ratio: .* is below 0.01",
    "sign_error": "column balance_ratio: .* is below 0.01",
    "month_zero": "column balance_ratio: 0.0 is below 0.01",
    "swapped_columns": None,
    "shifted_column": "does not say what the figure is",
    "decimal_comma": "0 rows, expected",
    "wrong_ratio": None,
    "another_unit": None,
    "new_heading": None,
    "new_industry": None,
}
# How a visit ends that cannot read the list or a workbook.
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
    "missing_workbook": "answers 404",
    "foreign_link": "0 workbooks are listed as 日本と米国の技術貿易額の推移, not one",
    "unlisted": "0 workbooks are listed as 日本と米国の技術貿易額の推移, not one",
    "listed_twice": "2 workbooks are listed as 日本の産業分類別の技術貿易, not one",
}
_OF_THE_LIST = ("foreign_link", "unlisted", "listed_twice")


def test_every_fault_of_the_publisher_has_its_line():
    for of_table in (_TRADE, _GOODS):
        assert {*_EVERYWHERE, *of_table, *_REFUSED} == set(FAULTS)


@pytest.mark.parametrize("fault", sorted({*_EVERYWHERE, *_TRADE}))
@pytest.mark.sampled(3)
def test_a_workbook_gone_wrong_is_held_back_with_its_reason(world, reader, fault):
    reader.visit(world)
    before = [reader.ask(table, "*") for table in TABLES]
    world.advance()
    world.drip_bytes, world.drip_seconds = 5_000, 0.001
    world.fault(HOST, fault, path="hyoudata")
    problem, loaded = reader.visit(world)
    assert problem is None
    for table, rows, one in zip(TABLES, before, loaded, strict=True):
        of_table = _GOODS if table == "goods_balance_ratios" else _TRADE
        reason = (_EVERYWHERE | of_table)[fault]
        assert bool(one.held_back) == bool(reason), one.held_back
        if reason:
            assert re.search(reason, one.held_back)
            assert reader.ask(table, "*") == rows


@pytest.mark.parametrize("fault", _REFUSED)
@pytest.mark.sampled(2)
def test_what_cannot_be_read_is_told_and_nothing_changes(world, reader, fault):
    reader.visit(world)
    before = [reader.ask(table, "*") for table in TABLES]
    world.advance()
    world.fault(HOST, fault, path="" if fault in _OF_THE_LIST else "hyoudata")
    problem, loaded = reader.visit(world)
    assert re.search(_REFUSED[fault], problem)
    assert loaded == []
    assert [reader.ask(table, "*") for table in TABLES] == before


def test_an_unknown_industry_is_kept_and_counted(world, reader):
    world.fault(HOST, "new_industry")
    reader.visit(world)
    assert reader.con.execute(
        "select column_name, value, row_count from raw.unmapped"
    ).fetchall() == [("industry", "合成産業", 45)]


def test_an_edition_without_the_balance_ratios_is_no_failure(
    world, reader, monkeypatch
):
    monkeypatch.delitem(nistep.TITLES, nistep.GOODS)
    problem, loaded = reader.visit(world)
    assert problem is None
    assert [one.payload.resource for one in loaded] == [
        "technology_trade.xlsx",
        "technology_trade_by_industry.xlsx",
    ]


def test_a_year_later_the_operator_is_asked_for_the_next_list(world, reader):
    world.advance(to=date(2027, 9, 1))
    problem, loaded = reader.visit(world)
    assert "the edition of 2027 must be out; enter the address" in problem
    assert len(loaded) == 3


@pytest.fixture
def dropped(world, reader):
    """Drop a workbook of the simulated publisher into the inbox."""

    def drop(name, table):
        folder = reader.folder / "inbox"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(nistep.workbook_of(world, table))
        now = datetime.combine(world.today, time(9))
        (taken,) = inbox.take(SOURCE, folder, reader.zone, now)
        return taken

    return drop


def test_a_dropped_workbook_counts_from_its_edition(reader, dropped):
    assert dropped("STI2025_5-1-02.xlsx", nistep.INDUSTRY).problem is None
    (loaded,) = loading.load(reader.con, SOURCE, reader.zone)
    assert loaded.held_back is None
    assert loaded.payload.published_at == datetime(2025, 8, 31)  # noqa: DTZ001


def test_a_dropped_workbook_of_another_table_is_rejected(dropped):
    taken = dropped("STI2025_5-1-01.xlsx", nistep.INDUSTRY)
    assert "no sheet has the title 日本と米国の技術貿易額の推移" in taken.problem
    taken = dropped("technology.xlsx", nistep.TRADE)
    assert taken.problem == (
        "technology.xlsx: nistep_indicators takes sti????_5-1-01*.xlsx, "
        "sti????_5-1-02*.xlsx, sti????_5-2-08*.xlsx; rename the file"
    )
