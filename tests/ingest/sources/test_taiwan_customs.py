"""Taiwan's exports of HS 8542 by heading, beside the Ministry of Finance's total."""

import csv
from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingest import embedded, incoming, loading
from ingest.landing import LandingZone
from ingest.source import IngestError, all_sources

NOW = datetime(2026, 12, 1)  # noqa: DTZ001
SOURCE = all_sources()["taiwan_customs"]
(EXPORTS,) = SOURCE.tables
(FEED,) = EXPORTS.feeds
SHIPPED = embedded.REFERENCE / FEED.resource


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


def _edited(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / FEED.resource
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_only_2025_is_a_running_year(con):
    incoming.read(con, EXPORTS, FEED, SHIPPED, SHIPPED.name)
    rows = con.execute(
        "select year, count(*) from incoming where partial group by all"
    ).fetchall()
    assert rows == [(2025, 5)]


def test_a_new_heading_is_kept_and_counted(con, tmp_path):
    zone = LandingZone(tmp_path / "landing")
    path = _edited(tmp_path, "2024,False,854290", "2024,False,854250")
    zone.land("taiwan_customs", FEED.resource, path, NOW, NOW, {})
    loading.load(con, SOURCE, zone)
    assert con.execute("select value, row_count from raw.unmapped").fetchall() == [
        ("854250", 1)
    ]


def test_another_chapter_stops_the_load(con, tmp_path):
    path = _edited(tmp_path, "2024,False,854290", "2024,False,854190")
    with pytest.raises(IngestError, match="column hs6: 854190 does not look like"):
        incoming.read(con, EXPORTS, FEED, path, path.name)


def test_a_thousand_times_too_much_stops_the_load(con, tmp_path):
    path = _edited(tmp_path, "127293.394", "127293394.000")
    with pytest.raises(IngestError, match="column export_usd_million: 127293394"):
        incoming.read(con, EXPORTS, FEED, path, path.name)


def test_the_headings_add_up_to_the_ministrys_exports():
    by_year: dict[str, Decimal] = defaultdict(Decimal)
    with SHIPPED.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_year[row["year"]] += Decimal(row["export_usd_million"])
    press = embedded.REFERENCE / "taiwan_mof_ic_and_equipment.csv"
    with press.open(encoding="utf-8") as file:
        annual = {
            row["period"]: Decimal(row["exp_ic"])
            for row in csv.DictReader(file)
            if row["kind"] == "annual"
        }
    assert len(annual) == 10
    for year, exports in annual.items():
        # The press table has another, later figure for 2015.
        tolerance = Decimal("0.01") if year == "2015" else Decimal("0.0001")
        assert abs(by_year[year] / exports - 1) < tolerance, year
