"""Every source keeps the contract that the loader and the docs rely on."""

import tomllib

import pytest

from ingest.embedded import REFERENCE
from ingest.source import all_sources

SOURCES = all_sources()
TABLES = [
    pytest.param(source, table, id=source.raw_name(table))
    for source in SOURCES.values()
    for table in source.tables
]
EMBEDDED = [
    pytest.param(source, feed, id=feed.resource)
    for source in SOURCES.values()
    for _, feed in source.feeds("embedded")
]
PROVENANCE = tomllib.loads((REFERENCE / "provenance.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("source", "table"), TABLES)
def test_a_table_has_a_key_and_values_and_says_what_they_mean(source, table):
    assert table.keys
    assert table.values
    assert all(column.meaning for column in table.columns)
    assert set(table.coverage) <= set(table.keys)
    assert 0 < table.rows[0] <= table.rows[1]


@pytest.mark.parametrize(("source", "feed"), EMBEDDED)
def test_an_embedded_file_has_its_provenance(source, feed):
    facts = PROVENANCE[feed.resource]
    assert facts["source"] == source.name
    for name in (
        "title_en",
        "title_zh",
        "publisher_en",
        "licence_en",
        "licence_zh",
        "attribution_en",
        "attribution_zh",
    ):
        assert facts[name]


def test_every_embedded_file_is_read_by_a_table():
    read = {
        feed.resource
        for source in SOURCES.values()
        for _, feed in source.feeds("embedded")
    }
    shipped = {path.name for path in REFERENCE.glob("*.csv")}
    assert read == shipped == set(PROVENANCE)


@pytest.mark.parametrize(
    "source", [s for s in SOURCES.values() if s.fetch], ids=lambda source: source.name
)
def test_a_source_that_is_asked_says_how_often_when_and_where(source):
    assert source.cadence_days
    assert source.calendar
    assert source.visits
    assert source.feeds("download")


@pytest.mark.parametrize(
    "source",
    [s for s in SOURCES.values() if s.feeds("download") or s.feeds("inbox")],
    ids=lambda source: source.name,
)
def test_a_file_that_is_fetched_or_dropped_has_its_terms(source):
    for _, feed in source.feeds("download") + source.feeds("inbox"):
        assert feed.provenance, feed.resource
        # What people type in themselves names an address on each of its rows.
        free = {"licence_url"} | ({"url"} if feed.origin == "inbox" else set())
        for name, text in vars(feed.provenance).items():
            assert text or name in free, (feed.resource, name)
