"""A whole archive from the simulated publisher to the bulk tables, by the command.

All figures are synthetic.
"""

import json
from datetime import datetime, time

import pytest

from tests.conftest import run_geese
from tests.upstreams.publishers import cepii
from tests.upstreams.server import running
from tests.upstreams.world import FIRST_DAY, World

pytestmark = pytest.mark.integration

NOW = datetime.combine(FIRST_DAY, time(18))


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A refresh that asks one publisher for whole archives."""
    folder, world = tmp_path_factory.mktemp("full"), World()
    with running(world) as base:
        asked = ("--source", "baci", "--full", "--upstreams", base)
        done = run_geese("refresh", *asked, data=folder, at=NOW)
    return done, folder / "trial", world


@pytest.mark.sampled(0)
def test_only_the_named_publisher_is_asked_and_all_its_years_are_there(full):
    done, data, world = full
    assert done.returncode == 0, done.stderr
    assert "published bulk " in done.stdout
    assert {asked.host for asked in world.asked()} == {cepii.HOST}
    query = """select hs_revision, min(period_year) as first, max(period_year) as last
        from marts.bulk_balance_ratios group by all order by all"""
    told = run_geese("sql", "--bulk", "--json", query, data=data)
    assert json.loads(told.stdout) == [
        {"hs_revision": "HS07", "first": 2007, "last": 2024},
        {"hs_revision": "HS92", "first": 1995, "last": 2024},
    ]


@pytest.mark.sampled(0)
def test_the_bulk_tables_cannot_be_changed(full):
    _, data, _ = full
    done = run_geese("sql", "--bulk", "delete from marts.bulk_trade", data=data)
    assert done.returncode == 1
    assert "read-only" in done.stderr
    assert "Traceback" not in done.stderr
