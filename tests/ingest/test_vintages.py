"""The vintage loader against a plain Python model of publications."""

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import vintages
from ingest.landing import LandingZone
from ingest.source import Source, Table, key, value

TABLE = Table(
    name="values",
    resource="values.csv",
    meaning="Values by area and item",
    rows=(0, 1000),
    coverage=("area",),
    columns=(
        key("area", "VARCHAR", "Area"),
        key("item", "INTEGER", "Item"),
        value("amount", "INTEGER", "Amount", required=False),
    ),
)
SOURCE = Source(name="model", title="A model", tables=(TABLE,))
DAY = datetime(2020, 1, 1)  # noqa: DTZ001

publications = st.lists(
    st.dictionaries(
        st.sampled_from(["north", "south"]),
        st.dictionaries(
            st.integers(1, 3), st.one_of(st.none(), st.integers(0, 2)), min_size=1
        ),
        min_size=1,
    ),
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


def _load(history: list[dict], order: list[int], folder: Path) -> list[tuple]:
    """The believed rows after the publications arrived in the given order."""
    zone = LandingZone(folder)
    with duckdb.connect() as con:
        vintages.create(con, SOURCE)
        for arrival, n in enumerate(order):
            seen, moment = DAY + timedelta(days=50 + arrival), DAY + timedelta(days=n)
            payload = zone.land(
                "model", "values.csv", _csv(history[n]), seen, seen, {}, moment
            )
            vintages.load(con, SOURCE, payload)
        return con.execute(
            """select area, item, amount, published_from, published_to
            from raw.model__values where recorded_to is null order by all"""
        ).fetchall()


@settings(max_examples=25, deadline=None)
@given(history=publications, shuffle=st.randoms(use_true_random=False))
def test_published_history_does_not_depend_on_the_order_of_arrival(
    history, shuffle, tmp_path_factory
):
    order = list(range(len(history)))
    in_turn = _load(history, order, tmp_path_factory.mktemp("landing"))
    shuffle.shuffle(order)
    assert _load(history, order, tmp_path_factory.mktemp("landing")) == in_turn
    for n in range(len(history)):
        moment = DAY + timedelta(days=n)
        standing = [
            row[:3]
            for row in in_turn
            if row[3] <= moment and (row[4] is None or row[4] > moment)
        ]
        assert len(standing) == len(set(standing))
        assert set(standing) == _expected(history, n)
