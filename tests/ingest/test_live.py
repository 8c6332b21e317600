"""The real publishers, one visit each: only with `pytest --live`."""

import os
from datetime import datetime

import duckdb
import pytest

from ingest import fetching, loading
from ingest.http import Client
from ingest.landing import LandingZone
from ingest.source import all_sources

SECRETS = {
    source.secret: os.environ.get(source.secret, "")
    for source in all_sources().values()
    if source.secret
}
VISITED = [
    source
    for source in all_sources().values()
    if source.fetch and source.is_on and not source.is_without_key(SECRETS)
]


@pytest.mark.network
@pytest.mark.parametrize("source", VISITED, ids=lambda source: source.name)
def test_a_publisher_keeps_its_contract(source, tmp_path):
    zone = LandingZone(tmp_path / "landing")
    with Client(tmp_path / "downloads") as client:
        plan = fetching.Plan(zone, client, datetime.now(), SECRETS)  # noqa: DTZ005
        (visit,) = fetching.visit_all([source], plan, lambda _: None)
    assert visit.problem is None
    with duckdb.connect() as con:
        loaded = loading.load(con, source, zone)
    assert [found.held_back for found in loaded if found.held_back] == []
    assert sum(found.rows_opened for found in loaded) > 0
