"""A source's visit: what is new is landed, what is not is noted."""

from datetime import datetime, timedelta

import pytest

from ingest.download import Download
from ingest.http import Client
from ingest.landing import LandingZone
from ingest.session import Session
from ingest.source import Feed, Source

NOW = datetime(2026, 11, 24, 9)  # noqa: DTZ001 the clock is naive on purpose
FEED = Feed("values.json", "download")
SOURCE = Source("model", "A model", ())


@pytest.fixture
def visit(tmp_path):
    """Open a session some days after the first one."""
    zone = LandingZone(tmp_path / "landing")
    client = Client(tmp_path / "downloads", "http://127.0.0.1:9")

    def visit(days=0, held_back=()):
        now = NOW + timedelta(days=days)
        return Session(SOURCE, zone, client, now, held_back=held_back), zone

    with client:
        yield visit


def _download(tmp_path, body=b"[1]", **headers):
    path = tmp_path / "body.part"
    path.write_bytes(body)
    return Download("https://publisher.test/values", path, 200, headers)


def test_a_known_mark_is_current_and_noted(visit, tmp_path):
    session, zone = visit()
    session.land(FEED, _download(tmp_path), mark="v1")
    later, _ = visit(days=3)
    assert later.is_current(FEED, "v1")
    assert not later.is_current(FEED, "v2")
    assert [event["outcome"] for event in zone.events()] == ["news", "unchanged"]


def test_a_mark_is_not_believed_for_ever_unless_it_is_final(visit, tmp_path):
    session, _ = visit()
    session.land(FEED, _download(tmp_path), mark="v1")
    much_later, _ = visit(days=29)
    assert not much_later.is_current(FEED, "v1")
    assert much_later.is_current(FEED, "v1", is_final=True)


def test_checking_often_does_not_prolong_belief(visit, tmp_path):
    session, _ = visit()
    session.land(FEED, _download(tmp_path), mark="v1")
    for days in (10, 20):
        assert visit(days=days)[0].is_current(FEED, "v1")
    assert not visit(days=30)[0].is_current(FEED, "v1")


def test_what_was_held_back_is_asked_for_again(visit, tmp_path):
    session, zone = visit()
    session.land(FEED, _download(tmp_path), mark="v1")
    digest = zone.last_fetch("model", "values.json")["sha256"]
    assert not visit(days=1, held_back=[digest])[0].is_current(FEED, "v1")


def test_pages_make_the_same_archive_every_time(visit, tmp_path):
    for days in (0, 1):
        session, zone = visit(days)
        session.land_pages(FEED, [_download(tmp_path)])
    assert [event["outcome"] for event in zone.events()] == ["news", "unchanged"]


def test_a_session_leaves_no_file_behind(visit, tmp_path):
    session, _ = visit()
    with session:
        session.land_pages(FEED, [_download(tmp_path)])
    assert list((tmp_path / "downloads").glob("*")) == []


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("Thu, 06 Aug 2026 01:00:00 GMT", datetime(2026, 8, 6, 9)),  # noqa: DTZ001
        ("Thu, 06 Aug 2037 01:00:00 GMT", NOW),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_file_is_as_old_as_its_publisher_says(visit, tmp_path, said, moment):
    headers = {"last-modified": said} if said else {}
    found = Download("https://publisher.test/", tmp_path, 200, headers)
    assert visit()[0].last_modified(found) == moment
