"""A payload that has lost what stood waits for a person."""

from dataclasses import replace
from datetime import datetime, timedelta

import duckdb
import pytest

from ingest import loading
from ingest.landing import LandingZone
from ingest.source import Column, Feed, IngestError, Source, Table, key, value

DAY = datetime(2024, 1, 1)  # noqa: DTZ001


def _source(**more) -> Source:
    table = Table(
        name="values",
        feeds=(Feed("values.csv"),),
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


def test_a_corrected_file_of_the_same_day_counts_whatever_its_digest(con, zone):
    source = _source()
    for amount in range(4):
        (loaded,) = _arrive(con, source, zone, [(2020, 1, amount)], 0)
        rows = con.execute(
            """select amount from raw.model__values
            where recorded_to is null and published_to is null"""
        ).fetchall()
        assert rows == [(amount,)]
    history = "select count(*) from raw.model__values"
    assert con.execute(history).fetchone() == (4,)
    heard = con.execute("select payload_sha256 from raw.publications").fetchall()
    assert heard == [(loaded.payload.sha256,)]


def test_a_file_that_is_put_back_counts_again(con, zone):
    source = _source()
    for amount in (1, 2, 1):
        _arrive(con, source, zone, [(2020, 1, amount)], 0)
    rows = con.execute(
        "select amount from raw.model__values where recorded_to is null"
    ).fetchall()
    assert rows == [(1,)]


def test_the_recorded_clock_never_goes_back(con, zone):
    source = _source(coverage=("year",))
    _arrive(con, source, zone, [(2020, 1, 1)], 10)
    zone.land(
        "model", "values.csv", _csv([(2020, 1, 9)]), DAY, DAY, {}, published_at=DAY
    )
    loading.load(con, source, zone)
    rows = con.execute(
        """select count(*) filter (recorded_to < recorded_from), min(recorded_from)
        from raw.model__values"""
    ).fetchone()
    assert rows == (0, DAY + timedelta(days=10))


def test_a_rebuild_of_all_sources_dates_what_was_learned_as_it_was_dated(con, zone):
    # Learned in turns; a rebuild loads all of one source and then all of the next.
    sources = [replace(_source(), name=name) for name in ("first", "second")]
    for day in range(4):
        source, moment = sources[day % 2], DAY + timedelta(days=day)
        rows = [(2020, 1, day)]
        zone.land(source.name, "values.csv", _csv(rows), moment, moment, {})
        loading.load(con, source, zone)
    learned = [_whole(con, source) for source in sources]
    with duckdb.connect() as clean:
        for source in sources:
            loading.load(clean, source, zone)
        assert [_whole(clean, source) for source in sources] == learned
    assert [rows[0][-3] for rows in learned] == [DAY, DAY + timedelta(days=1)]


def _whole(con, source) -> list[tuple]:
    name = source.raw_name(source.tables[0])
    return con.execute(f"from raw.{name} order by recorded_from, amount").fetchall()


def _load_dated(con, zone, *lines: str) -> list[loading.Loaded]:
    table = Table(
        name="values",
        feeds=(Feed("values.csv"),),
        meaning="Dated values",
        rows=(1, 10),
        published_on="day",
        columns=(
            key("first", "VARCHAR", "First"),
            key("second", "VARCHAR", "Second"),
            Column("day", "DATE", "Published on", "publication", required=True),
            value("amount", "INTEGER", "Amount"),
        ),
    )
    text = "\n".join(["first,second,day,amount", *lines, ""]).encode()
    zone.land("model", "values.csv", text, DAY, DAY, {})
    return loading.load(con, Source("model", "A model", (table,)), zone)


def test_keys_with_the_separator_in_them_are_two_keys(con, zone):
    _load_dated(con, zone, "a|b,c,2024-01-01,1", "a,b|c,2024-02-01,2")
    assert _standing(con) == 2


def test_what_a_payload_says_and_takes_back_itself_was_never_believed(con, zone):
    (loaded,) = _load_dated(con, zone, "a,b,2024-01-01,1", "a,b,2024-02-01,2")
    assert (loaded.rows_opened, loaded.rows_closed) == (2, 0)
    rows = con.execute("select amount, recorded_to from raw.model__values order by 1")
    assert rows.fetchall() == [(1, None), (2, None)]


def test_publications_after_one_that_says_nothing_new_are_heard(con, zone):
    known = "a,b,2024-01-01,1", "a,c,2024-01-01,1"
    _load_dated(con, zone, *known)
    new = "a,b,2024-02-01,2", "a,c,2024-03-01,2"
    (loaded,) = _load_dated(con, zone, *known, *new)
    assert (loaded.rows_opened, loaded.rows_closed) == (4, 2)
    standing = con.execute(
        """select second, amount from raw.model__values
        where recorded_to is null and published_to is null order by all"""
    ).fetchall()
    assert standing == [("b", 2), ("c", 2)]


def test_a_build_file_of_another_shape_is_refused_by_name(con, zone):
    loading.load(con, _source(), zone)
    con.execute("alter table raw.model__values drop column amount")
    with pytest.raises(IngestError, match=r"raw.model__values: the build file is of"):
        loading.load(con, _source(), zone)


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
