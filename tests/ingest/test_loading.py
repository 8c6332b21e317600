"""A payload that has lost what stood waits for a person."""

from datetime import datetime, timedelta

import duckdb
import pytest

from ingest import loading
from ingest.landing import LandingZone
from ingest.source import IngestError, Source, Table, key, value

DAY = datetime(2024, 1, 1)  # noqa: DTZ001


def _source(**more) -> Source:
    table = Table(
        name="values",
        resource="values.csv",
        meaning="Values by year and item",
        rows=(1, 1000),
        columns=(
            key("year", "INTEGER", "Year"),
            key("item", "INTEGER", "Item"),
            value("amount", "INTEGER", "Amount"),
        ),
        **{"may_lose": 0.1} | more,
    )
    return Source(name="model", title="A model", tables=(table,))


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def zone(tmp_path) -> LandingZone:
    return LandingZone(tmp_path / "landing")


def _csv(rows) -> bytes:
    lines = ["year,item,amount", *(f"{y},{i},{a}" for y, i, a in rows)]
    return ("\n".join(lines) + "\n").encode()


def _arrive(con, source, zone, rows, day, **more):
    moment = DAY + timedelta(days=day)
    zone.land("model", "values.csv", _csv(rows), moment, moment, {}, **more)
    return loading.load(con, source, zone)


def _standing(con) -> int:
    return con.execute(
        """select count(*) from raw.model__values
        where recorded_to is null and published_to is null"""
    ).fetchone()[0]


FULL = [(year, item, year + item) for year in (2020, 2021) for item in range(10)]


def test_a_small_loss_is_a_withdrawal(con, zone):
    source = _source()
    _arrive(con, source, zone, FULL, 0)
    (loaded,) = _arrive(con, source, zone, FULL[:-2], 1)
    assert loaded.held_back is None
    assert _standing(con) == 18


def test_a_large_loss_is_held_back_until_accepted(con, zone):
    source = _source()
    _arrive(con, source, zone, FULL, 0)
    (loaded,) = _arrive(con, source, zone, FULL[:-3], 1)
    assert loaded.held_back == "lacks 3 of 20 rows that stood before"
    assert _standing(con) == 20
    assert loading.load(con, source, zone) == []
    zone.accept(loaded.payload.sha256[:8], "the publisher withdrew them", "me", DAY)
    (loaded,) = loading.load(con, source, zone)
    assert loaded.held_back is None
    assert _standing(con) == 17
    assert con.execute("select count(*) from raw.quarantine").fetchone() == (0,)
    why = con.execute("select accepted_why from raw.payloads order by 1").fetchall()
    assert ("the publisher withdrew them",) in why


def test_a_lost_year_is_held_back_however_small(con, zone):
    source = _source(steady=("year",), may_lose=0.9)
    _arrive(con, source, zone, [*FULL, (2019, 1, 1)], 0)
    (loaded,) = _arrive(con, source, zone, FULL, 1)
    assert loaded.held_back == "no longer has year 2019"


def test_a_payload_that_covers_one_year_loses_no_other(con, zone):
    source = _source(coverage=("year",))
    _arrive(con, source, zone, FULL, 0)
    (loaded,) = _arrive(con, source, zone, [r for r in FULL if r[0] == 2021], 1)
    assert loaded.held_back is None
    assert _standing(con) == 20


def test_a_late_old_payload_is_no_loss(con, zone):
    source = _source()
    _arrive(con, source, zone, FULL, 5)
    (loaded,) = _arrive(con, source, zone, FULL[:4], 6, published_at=DAY)
    assert loaded.held_back is None
    assert _standing(con) == 20


def test_a_rebuild_from_the_journal_repeats_the_decisions(con, zone):
    source = _source()
    _arrive(con, source, zone, FULL, 0)
    (held,) = _arrive(con, source, zone, FULL[:5], 1)
    _arrive(con, source, zone, FULL[:19], 2)
    zone.accept(held.payload.sha256, "checked", "me", DAY)
    loading.load(con, source, zone)
    query = "select * from raw.model__values order by all"
    grown = con.execute(query).fetchall()
    with duckdb.connect() as anew:
        loading.load(anew, source, zone)
        assert anew.execute(query).fetchall() == grown


@pytest.mark.parametrize("digits", ["1234567", "ffffffffffff"])
def test_an_acceptance_must_name_one_payload(zone, digits):
    zone.land("model", "values.csv", _csv(FULL), DAY, DAY, {})
    with pytest.raises(IngestError, match="names 0 landed payloads"):
        zone.accept(digits, "why", "me", DAY)
