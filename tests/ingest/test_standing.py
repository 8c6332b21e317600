"""How a source stands is read from the journal alone."""

from datetime import datetime, timedelta

import pytest

from ingest.landing import LandingZone
from ingest.source import Feed, Source, Table, key, value
from ingest.standing import standings

NOW = datetime(2026, 11, 24, 9)  # noqa: DTZ001 the clock is naive on purpose
DAY = timedelta(days=1)


def _source(**more) -> Source:
    columns = (key("year", "INTEGER", "Year"), value("amount", "INTEGER", "Amount"))
    feed = Feed("values.json", "download")
    table = Table("values", (feed,), "Values", columns, (1, 9))
    visited = {"fetch": lambda _: None, "cadence_days": 30}
    return Source("model", "A model", (table,), **(visited | more))


@pytest.fixture
def zone(tmp_path):
    return LandingZone(tmp_path)


def _stands(source, zone, secrets=None, on=()):
    (found,) = standings([source], zone, secrets or {}, on, NOW)
    return found


def _visited(zone, when, outcome="complete", reason=None):
    zone.land("model", "values.json", b"[1]", when, when, {})
    zone.note_visit("model", outcome, reason, when)


def test_a_source_never_visited_says_so(zone):
    found = _stands(_source(), zone)
    assert (found.state, found.last_checked) == ("never", None)


def test_a_source_read_in_time_is_current_and_knows_when_it_is_due(zone):
    _visited(zone, NOW - 3 * DAY)
    found = _stands(_source(), zone)
    assert found.state == "current"
    assert found.next_due == NOW + 27 * DAY


def test_checked_and_unchanged_moves_only_the_check(zone):
    _visited(zone, NOW - 3 * DAY)
    zone.note_unchanged(zone.last_fetch("model", "values.json"), NOW)
    found = _stands(_source(), zone)
    assert (found.last_changed, found.last_checked) == (NOW - 3 * DAY, NOW)


def test_a_source_without_news_for_longer_than_its_cadence_is_overdue(zone):
    _visited(zone, NOW - 31 * DAY)
    assert _stands(_source(), zone).state == "overdue"


def test_a_failed_visit_is_told_with_its_reason_until_one_succeeds(zone):
    _visited(zone, NOW - 3 * DAY)
    zone.note_visit("model", "failed", "answers 503", NOW - DAY)
    found = _stands(_source(), zone)
    assert (found.state, found.reason) == ("failing", "answers 503")
    zone.note_visit("model", "complete", None, NOW)
    assert _stands(_source(), zone).state == "current"


def test_a_source_without_its_key_names_the_key(zone):
    source = _source(secret="MODEL_KEY", needs_secret=True)  # noqa: S106 a name
    found = _stands(source, zone)
    assert (found.state, found.reason) == ("no key", "set MODEL_KEY")
    assert _stands(source, zone, {"MODEL_KEY": "k"}).state == "never"


def test_a_source_that_is_off_is_on_where_the_settings_say_so(zone):
    assert _stands(_source(is_on=False), zone).state == "off"
    assert _stands(_source(is_on=False), zone, on=["model"]).state == "never"
