"""How old every series is, in the published file."""

import datetime as dt

import duckdb
import pytest

from orchestration import freshness

RATIOS = [
    # series, source, period, its last day, published on, exports
    ("a.m", "s", "2026-08", dt.date(2026, 8, 31), dt.date(2026, 9, 28), 1.0),
    ("a.m", "s", "2026-09", dt.date(2026, 9, 30), None, 1.0),
    ("a.m", "s", "2026-10", dt.date(2026, 10, 31), dt.date(2026, 11, 20), None),
]


@pytest.fixture
def marts():
    with duckdb.connect() as con:
        con.execute("create schema marts; create schema meta")
        for table, flows in (
            ("balance_ratios", ("exports", "imports")),
            ("technology_balances", ("receipts", "payments")),
        ):
            con.execute(
                f"""create table marts.{table} (series_id varchar, source varchar,
                period varchar, period_end_date date, published_on date,
                {flows[0]}_millions double, {flows[1]}_millions double)"""
            )
        con.execute(
            """create table meta.sources as
            select 's' as source, 'Customs' as publisher_en, '海關' as publisher_zh"""
        )
        con.executemany(
            "insert into marts.balance_ratios values (?, ?, ?, ?, ?, ?, null)", RATIOS
        )
        yield con


def test_the_newest_period_with_a_figure_tells_the_age(marts):
    freshness.record(marts, dt.date(2026, 10, 10))
    rows = marts.execute("from ops.data_freshness").fetchall()
    # October has no figure; September's day of publication is not known.
    newest = ("2026-09", dt.date(2026, 9, 30), None, 10)
    assert rows == [("a.m", "s", "Customs", "海關", *newest)]


@pytest.mark.integration
def test_every_published_series_has_an_age(published):
    missing = published.execute(
        """select series_id from marts.balance_ratios union
        select series_id from marts.technology_balances
        except select series_id from ops.data_freshness"""
    ).fetchall()
    assert missing == []
    assert published.execute(
        "select count(*) from ops.data_freshness where publisher_en is null"
    ).fetchone() == (0,)
