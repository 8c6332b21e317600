"""Points of two statistics of technology trade stay two statistics.

Rows that are not the embedded ones are synthetic.
"""

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from ingest import embedded, incoming
from ingest.source import IngestError, all_sources

SOURCE = all_sources()["japan_technology_trade"]
(POINTS,) = SOURCE.tables
(FEED,) = POINTS.feeds
SHIPPED = embedded.REFERENCE / FEED.resource
ALL_1984 = "1984,all,2775,2814,0.99,MIC survey of R&D,"


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


def _read(con, path: Path) -> int:
    return incoming.read(con, POINTS, FEED, path, path.name)


def _edited(tmp_path: Path, old: str, new: str) -> Path:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / FEED.resource
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_one_year_may_have_a_point_of_each_statistic(con, tmp_path):
    other = "1984,all,1000,5000,0.2,BoJ balance of payments,https://example.org,0.2\n"
    last = "1986,all,1527,"
    path = _edited(tmp_path, last, other + last)
    with pytest.raises(IngestError, match="26 rows, expected 25 to 25"):
        _read(con, path)
    rows = con.execute(
        "select statistic from incoming where fiscal_year = 1984 order by 1"
    ).fetchall()
    assert rows == [("BoJ balance of payments",), ("MIC survey of R&D",)]


def test_a_point_given_twice_stops_the_load(con, tmp_path):
    path = _edited(tmp_path, "1980,all,1596", "1984,all,1596")
    with pytest.raises(IngestError, match="repeats the key of line 8"):
        _read(con, path)


def test_an_unknown_statistic_stops_the_load(con, tmp_path):
    path = _edited(tmp_path, ALL_1984, ALL_1984.replace("MIC", "METI"))
    with pytest.raises(IngestError, match="line 11, column statistic: METI survey"):
        _read(con, path)


def test_an_unknown_sector_stops_the_load(con, tmp_path):
    path = _edited(tmp_path, ALL_1984, ALL_1984.replace("all", "chemicals"))
    with pytest.raises(IngestError, match="line 11, column sector: chemicals"):
        _read(con, path)


def test_the_shipped_ratios_follow_from_the_amounts():
    with SHIPPED.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["imports_100m_yen"]]
    assert len(rows) == 21
    for row in rows:
        ratio = Decimal(row["exports_100m_yen"]) / Decimal(row["imports_100m_yen"])
        for column in ("ratio_computed", "ratio_printed"):
            if row[column]:
                said = Decimal(row[column])
                assert ratio.quantize(said, ROUND_HALF_UP) == said, row
