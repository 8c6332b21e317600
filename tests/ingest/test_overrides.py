"""A correction stands beside the printed value, with its reason, or is refused."""

from datetime import datetime

import duckdb
import pytest

from ingest import embedded, loading, overrides
from ingest.landing import LandingZone
from ingest.source import IngestError, all_sources

NOW = datetime(2026, 12, 1)  # noqa: DTZ001
ARTICLE = all_sources()["article"]
HITACHI = {
    "raw_name": "article__top_ten",
    "key": {"year": "2000", "rank": "8"},
    "column": "share_pct",
    "value": "3.3",
    "reason": "the release prints 3.3",
    "source_url": "https://example.org/2001-01-02",
    "author": "editor",
    "decided_at": NOW,
}


@pytest.fixture
def zone(tmp_path) -> LandingZone:
    found = LandingZone(tmp_path / "landing")
    embedded.land(ARTICLE, found, NOW)
    return found


@pytest.fixture
def con(zone):
    with duckdb.connect() as connection:
        loading.load(connection, ARTICLE, zone)
        yield connection


def test_the_printed_value_stays_and_the_correction_stands_beside_it(con, zone):
    overrides.decide(con, zone, **HITACHI)
    assert overrides.load(con, ARTICLE, zone) == 1
    printed = con.execute(
        "select share_pct from raw.article__top_ten where year = 2000 and rank = 8"
    ).fetchall()
    assert [float(share) for (share,) in printed] == [3.2]
    beside = con.execute(
        "select row_key, corrected_value, reason, author from raw.overrides"
    ).fetchall()
    assert beside == [("2000|8", "3.3", "the release prints 3.3", "editor")]


def test_the_last_decision_counts(con, zone):
    overrides.decide(con, zone, **HITACHI)
    overrides.decide(con, zone, **HITACHI | {"value": "3.28", "reason": "computed"})
    overrides.load(con, ARTICLE, zone)
    rows = con.execute("select corrected_value, reason from raw.overrides").fetchall()
    assert rows == [("3.28", "computed")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"raw_name": "article__top"}, "no such raw table"),
        ({"column": "company_zh"}, "may not be corrected; may be: revenue_oku_usd"),
        ({"key": {"year": "2000"}}, "the key is year, rank; given: year"),
        ({"key": {"year": "2000", "rank": "11"}}, "no row 2000|11"),
        ({"value": "many"}, "is not such a value"),
        ({"value": "-1"}, "is not such a value"),
        ({"value": "101"}, "is above 100"),
        ({"reason": " "}, "needs a reason"),
    ],
)
def test_a_mistake_is_refused_and_nothing_is_noted(con, zone, wrong, said):
    before = len(list(zone.events()))
    with pytest.raises(IngestError) as caught:
        overrides.decide(con, zone, **HITACHI | wrong)
    assert said in str(caught.value)
    assert len(list(zone.events())) == before
