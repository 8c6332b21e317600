"""The vintage loader against a plain Python model of publications."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import books, embedded, loading
from ingest.landing import LandingZone
from ingest.source import Feed, IngestError, Source, Table, all_sources, key, value

TABLE = Table(
    name="values",
    feeds=(Feed("values.csv"),),
    meaning="Values by area and item",
    rows=(0, 1000),
    coverage=("area",),
    may_lose=1,
    columns=(
        key("area", "VARCHAR", "Area"),
        key("item", "INTEGER", "Item"),
        value("amount", "INTEGER", "Amount", required=False),
    ),
)
SOURCE = Source(name="model", title="A model", tables=(TABLE,))
DAY = datetime(2020, 1, 1)  # noqa: DTZ001

amounts = st.dictionaries(
    st.integers(1, 3), st.one_of(st.none(), st.integers(0, 2)), min_size=1
)
publications = st.lists(
    st.dictionaries(st.sampled_from(["north", "south"]), amounts, min_size=1),
    min_size=1,
    max_size=6,
)


def _csv(publication: dict) -> bytes:
    lines = ["area,item,amount"]
    for area, rows in publication.items():
        lines += [f"{area},{i},{'' if v is None else v}" for i, v in rows.items()]
    return ("\n".join(lines) + "\n").encode()


def _expected(history: list[dict], moment: int) -> set:
    """What stood after the publications 0..moment: the newest word for each area."""
    areas: dict = {}
    for publication in history[: moment + 1]:
        areas |= publication
    return {(a, i, v) for a, rows in areas.items() for i, v in rows.items()}


def _load(said: list[tuple[int, dict]], folder: Path) -> list[tuple]:
    """The believed rows after publications of the given days arrived in this order."""
    zone = LandingZone(folder)
    with duckdb.connect() as con:
        books.create(con, SOURCE)
        for arrival, (day, publication) in enumerate(said):
            seen, moment = DAY + timedelta(days=50 + arrival), DAY + timedelta(days=day)
            zone.land("model", "values.csv", _csv(publication), seen, seen, {}, moment)
            loading.load(con, SOURCE, zone)
        return con.execute(
            """select area, item, amount, published_from, published_to
            from raw.model__values where recorded_to is null order by all"""
        ).fetchall()


@given(
    history=publications,
    shuffle=st.randoms(use_true_random=False),
    days=st.lists(st.floats(0, 8), min_size=1, max_size=5),
)
def test_published_history_does_not_depend_on_the_order_of_arrival(
    history, shuffle, days, tmp_path_factory
):
    said = list(enumerate(history))
    in_turn = _load(said, tmp_path_factory.mktemp("landing"))
    # Out of turn, and some of them delivered twice.
    said += shuffle.choices(said, k=2)
    shuffle.shuffle(said)
    assert _load(said, tmp_path_factory.mktemp("landing")) == in_turn
    for day in [*range(len(history)), *days]:
        moment = DAY + timedelta(days=day)
        standing = [
            row[:3]
            for row in in_turn
            if row[3] <= moment and (row[4] is None or row[4] > moment)
        ]
        assert len(standing) == len(set(standing))
        assert set(standing) == _expected(history, int(day))


@given(
    history=publications,
    drafts=st.lists(
        st.fixed_dictionaries({"north": amounts, "south": amounts}),
        min_size=6,
        max_size=6,
    ),
    shuffle=st.randoms(use_true_random=False),
)
def test_a_corrected_publication_leaves_nothing_of_its_draft(
    history, drafts, shuffle, tmp_path_factory
):
    said = list(enumerate(history))
    in_turn = _load(said, tmp_path_factory.mktemp("landing"))
    wrong = [(n, {area: drafts[n][area] for area in right}) for n, right in said]
    shuffle.shuffle(wrong)
    shuffle.shuffle(said)
    assert _load(wrong + said, tmp_path_factory.mktemp("landing")) == in_turn


@given(
    history=publications,
    shuffle=st.randoms(use_true_random=False),
    days_between=st.lists(st.integers(0, 2), min_size=8, max_size=8),
)
def test_what_was_believed_on_any_day_is_answered_for_ever(
    history, shuffle, days_between, tmp_path_factory
):
    zone, seen = LandingZone(tmp_path_factory.mktemp("landing")), DAY
    order = shuffle.sample(range(len(history)), len(history))
    order += shuffle.choices(order, k=2)
    believed = {DAY: []}
    with duckdb.connect() as con:
        books.create(con, SOURCE)
        for n, days in zip(order, days_between, strict=False):
            seen, moment = seen + timedelta(days=days), DAY + timedelta(days=n)
            zone.land("model", "values.csv", _csv(history[n]), seen, seen, {}, moment)
            loading.load(con, SOURCE, zone)
            believed[seen] = con.execute(
                """select area, item, amount, published_from, published_to,
                    payload_sha256
                from raw.model__values where recorded_to is null order by all"""
            ).fetchall()
        for moment, rows in believed.items():
            answered = con.execute(
                """select area, item, amount, published_from, published_to,
                    payload_sha256
                from raw.model__values where recorded_from <= $moment
                and (recorded_to is null or recorded_to > $moment) order by all""",
                {"moment": moment},
            ).fetchall()
            assert answered == rows


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        books.create(connection, SOURCE)
        yield connection


def _arrive(con, zone: LandingZone, text: str, day: int) -> list[loading.Loaded]:
    moment = DAY + timedelta(days=day)
    payload = f"area,item,amount\n{text}".encode()
    zone.land("model", "values.csv", payload, moment, moment, {})
    return loading.load(con, SOURCE, zone)


def _history(con) -> list[tuple]:
    return con.execute(
        """select item, amount, published_from - timestamp '2020-01-01',
            published_to - timestamp '2020-01-01'
        from raw.model__values where recorded_to is null order by all"""
    ).fetchall()


def test_a_value_that_comes_back_has_three_intervals(con, tmp_path):
    zone = LandingZone(tmp_path)
    for day, text in enumerate(("north,1,5\n", "north,1,6\n", "north,1,5\n")):
        _arrive(con, zone, text, day)
    days = [timedelta(days=n) for n in range(3)]
    assert _history(con) == [
        (1, 5, days[0], days[1]),
        (1, 5, days[2], None),
        (1, 6, days[1], days[2]),
    ]


def test_a_vanished_row_ends_and_a_returning_one_opens_again(con, tmp_path):
    zone = LandingZone(tmp_path)
    both, one = "north,1,5\nnorth,2,7\n", "north,1,5\n"
    for day, text in enumerate((both, one, both)):
        _arrive(con, zone, text, day)
    days = [timedelta(days=n) for n in range(3)]
    assert _history(con) == [
        (1, 5, days[0], None),
        (2, 7, days[0], days[1]),
        (2, 7, days[2], None),
    ]


def test_rows_outside_the_payloads_coverage_stay(con, tmp_path):
    zone = LandingZone(tmp_path)
    _arrive(con, zone, "north,1,5\nsouth,1,9\n", 0)
    _arrive(con, zone, "north,2,6\n", 1)
    standing = con.execute(
        "select area, item from raw.model__values "
        "where recorded_to is null and published_to is null order by all"
    ).fetchall()
    assert standing == [("north", 2), ("south", 1)]


def test_a_known_payload_changes_nothing_and_is_not_read(con, tmp_path):
    zone = LandingZone(tmp_path)
    _arrive(con, zone, "north,1,5\n", 0)
    (delivery,) = zone.deliveries("model")
    delivery.payload.path.unlink()
    assert loading.load(con, SOURCE, zone) == []
    assert len(_history(con)) == 1


def test_what_was_recorded_stays_for_audit(con, tmp_path):
    zone = LandingZone(tmp_path)
    _arrive(con, zone, "north,1,5\n", 0)
    (loaded,) = _arrive(con, zone, "north,1,6\n", 1)
    assert (loaded.rows_opened, loaded.rows_closed) == (2, 1)
    believed_on_day_0 = con.execute(
        """select amount, published_to from raw.model__values
        where recorded_from <= ? and (recorded_to is null or recorded_to > ?)""",
        [DAY, DAY],
    ).fetchall()
    assert believed_on_day_0 == [(5, None)]


def test_a_publication_of_another_table_ends_nothing(tmp_path):
    tables = tuple(
        dataclasses.replace(TABLE, name=name, feeds=(Feed(f"{name}.csv"),))
        for name in ("exports", "imports")
    )
    source, zone = Source("model", "A model", tables), LandingZone(tmp_path)
    with duckdb.connect() as con:
        for name, published in (("imports", 1), ("exports", 0)):
            seen, moment = DAY + timedelta(days=5), DAY + timedelta(days=published)
            text = b"area,item,amount\nnorth,1,5\n"
            zone.land("model", f"{name}.csv", text, seen, seen, {}, moment)
            loading.load(con, source, zone)
        ends = con.execute("select published_to from raw.model__exports").fetchall()
    assert ends == [(None,)]


def _digests(con, zone: LandingZone, *said: tuple[str, int]) -> list[str]:
    """Load texts with their days of publication; the payloads' digests."""
    digests = []
    for text, published in said:
        moment = DAY + timedelta(days=published)
        payload = f"area,item,amount\n{text}".encode()
        zone.land("model", "values.csv", payload, DAY, DAY, {}, moment)
        (loaded,) = loading.load(con, SOURCE, zone)
        digests.append(loaded.payload.sha256)
    return digests


def _said_by(con) -> list[tuple]:
    return con.execute(
        """select amount, payload_sha256 from raw.model__values
        where recorded_to is null and item = 1 order by published_from"""
    ).fetchall()


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        # Corrected: to something else, and to what was said before.
        ([(5, 0), (6, 1), (7, 1)], [(5, 0, 1), (7, 1, None)]),
        ([(5, 0), (6, 1), (5, 1)], [(5, 0, None)]),
        # Late: the same as the next word, and as the one after it.
        ([(5, 0), (6, 2), (6, 1)], [(5, 0, 1), (6, 1, None)]),
        (
            [(4, 0), (6, 2), (5, 3), (5, 1)],
            [(4, 0, 1), (5, 1, 2), (6, 2, 3), (5, 3, None)],
        ),
    ],
)
def test_a_late_word_holds_from_its_day_to_the_next(con, tmp_path, said, believed):
    texts = [(f"north,1,{amount}\n", day) for amount, day in said]
    _digests(con, LandingZone(tmp_path), *texts)
    found = con.execute(
        """select amount, date_diff('day', $day, published_from),
            date_diff('day', $day, published_to)
        from raw.model__values where recorded_to is null order by published_from""",
        {"day": DAY},
    ).fetchall()
    assert found == believed


def test_rows_that_are_joined_keep_the_digest_of_the_first(con, tmp_path):
    # The second day's word is corrected to that of the first.
    said = ("north,1,5\n", 0), ("north,1,6\n", 1), ("north,1,5\nnorth,2,7\n", 1)
    digests = _digests(con, LandingZone(tmp_path), *said)
    assert _said_by(con) == [(5, digests[0])]


def test_what_a_late_publication_leaves_of_a_row_keeps_its_digest(con, tmp_path):
    said = ("north,1,5\n", 0), ("north,1,5\nnorth,2,7\n", 2), ("north,1,6\n", 1)
    digests = _digests(con, LandingZone(tmp_path), *said)
    assert _said_by(con) == [(5, digests[0]), (6, digests[2]), (5, digests[0])]


def test_rows_closed_together_lie_together(con, tmp_path):
    zone = LandingZone(tmp_path)
    for day, text in enumerate(
        (
            "north,1,5\nnorth,2,7\nnorth,3,9\n",
            "north,1,5\nnorth,2,8\nnorth,3,9\n",
            "north,1,6\nnorth,2,8\nnorth,3,9\n",
            "north,1,6\nnorth,2,9\nnorth,3,8\n",
        )
    ):
        _arrive(con, zone, text, day)
    closed = con.execute(
        """select recorded_to - timestamp '2020-01-01' from raw.model__values
        where recorded_to is not null order by rowid"""
    ).fetchall()
    assert closed == [(timedelta(days=n),) for n in (1, 2, 3, 3)]


def test_every_row_of_a_large_table_stays_in_sight(tmp_path):
    # DuckDB 2.0.0, after a transaction that filled several row groups on two threads
    # and then inserted no rows, does not scan what is appended until a checkpoint.
    columns = (key("item", "INTEGER", "Item"), value("amount", "INTEGER", "Amount"))
    table = Table("values", (Feed("values.csv"),), "Values", columns, (1, 500_000))
    source = Source(name="model", title="A model", tables=(table,))
    zone = LandingZone(tmp_path)
    with duckdb.connect(
        str(tmp_path / "warehouse.duckdb"), config={"threads": 2}
    ) as con:
        for day in range(2):
            # Scattered amounts: a column that compresses well is not written early.
            rows = (
                f"{n},{n * 2654435761 % 1_000_000 + day * (n < 2000)}"
                for n in range(500_000)
            )
            payload = "\n".join(["item,amount", *rows, ""]).encode()
            seen = DAY + timedelta(days=day)
            zone.land("model", "values.csv", payload, seen, seen, {})
            loading.load(con, source, zone)
        standing = con.execute(
            """select published_from = ?, count(*) from raw.model__values
            where recorded_to is null and published_to is null
            group by all order by all""",
            [DAY],
        ).fetchall()
    assert standing == [(False, 2000), (True, 498_000)]


def test_a_payload_that_cannot_be_read_leaves_everything_as_it_was(con, tmp_path):
    zone = LandingZone(tmp_path)
    _arrive(con, zone, "north,1,5\n", 0)
    with pytest.raises(IngestError, match=r"values.csv, line 2, column amount"):
        _arrive(con, zone, "north,1,x\n", 1)
    assert len(_history(con)) == 1
    assert con.execute("select count(*) from raw.payloads").fetchone() == (1,)


def test_the_japanese_extract_can_be_asked_for_every_date(tmp_path):
    source = all_sources()["japan_customs"]
    zone = LandingZone(tmp_path)
    embedded.land(source, zone, DAY)
    file = embedded.REFERENCE / source.tables[1].feeds[0].resource
    with duckdb.connect() as con:
        loading.load(con, source, zone)
        con.execute("create table said as from read_csv(?)", [str(file)])
        wrong = con.execute(
            """with asked as (
                select commodity, flow, area, year, first_seen_on as day, value_bn_jpy
                from said
            )
            select count(*), count(*) filter (
                answered.value_bn_jpy is distinct from asked.value_bn_jpy)
            from asked left join raw.japan_customs__edition_values as answered
            on asked.commodity = answered.commodity and asked.flow = answered.flow
            and asked.area = answered.area and asked.year = answered.year
            and answered.recorded_to is null and answered.published_from <= asked.day
            and (answered.published_to is null or answered.published_to > asked.day)"""
        ).fetchone()
    assert wrong == (1182, 0)
