"""Second-hand points give way to what a person takes from the survey itself.

The dropped rows are synthetic.
"""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingest import embedded, inbox, loading
from ingest.landing import LandingZone
from ingest.source import all_sources
from ingest.sources.taiwan_factory_survey import CURATED

NOW = datetime(2026, 12, 1)  # noqa: DTZ001
SOURCE = all_sources()["taiwan_factory_survey"]
HEADER = ",".join(column.name for column in CURATED)
ROW = (
    "2024,electronic parts,41000.5,27000,twd_million,"
    "https://example.org/synthetic,p. 7,2026-11-30,synthetic"
)
NEW_YEAR = ROW.replace("2024,", "2023,")


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def zone(tmp_path, con) -> LandingZone:
    found = LandingZone(tmp_path / "landing")
    embedded.land(SOURCE, found, NOW)
    loading.load(con, SOURCE, found)
    return found


def _drop(tmp_path: Path, zone: LandingZone, *rows: str) -> str | None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    text = "\n".join([HEADER, *rows, ""])
    (folder / "tw_technology_trade.csv").write_text(text, encoding="utf-8")
    (taken,) = inbox.take(SOURCE, folder, zone, NOW)
    return taken.problem


def _standing(con) -> list[tuple]:
    return con.execute(
        """select year, industry, cast(technology_sales as double), unit,
            is_second_hand
        from raw.taiwan_factory_survey__points
        where recorded_to is null and published_to is null order by all"""
    ).fetchall()


PRESS = "NT$ 100 million as reported in the press (unit to be confirmed)"
FROM_PRESS = [
    (2015, "all manufacturing", 36.2, PRESS, True),
    (2024, "all manufacturing", None, None, True),
    (2024, "electronic parts", 399.0, PRESS, True),
]


def test_the_embedded_points_are_marked_second_hand(con, zone):
    assert _standing(con) == FROM_PRESS


def test_a_dropped_row_replaces_its_point_and_withdraws_no_other(con, zone, tmp_path):
    assert _drop(tmp_path, zone, ROW, NEW_YEAR) is None
    loading.load(con, SOURCE, zone)
    assert _standing(con) == [
        *FROM_PRESS[:1],
        (2023, "electronic parts", 41000.5, "twd_million", False),
        FROM_PRESS[1],
        (2024, "electronic parts", 41000.5, "twd_million", False),
    ]


def test_an_industry_of_another_name_is_kept_and_counted(con, zone, tmp_path):
    row = ROW.replace("electronic parts", "chemicals")
    assert _drop(tmp_path, zone, row) is None
    loading.load(con, SOURCE, zone)
    assert con.execute("select value from raw.unmapped").fetchall() == [("chemicals",)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://example.org/synthetic", "", "line 3, column source_url: is empty"),
        ("p. 7", "", "line 3, column page: is empty"),
        ("2026-11-30", "", "line 3, column accessed_on: is empty"),
        ("twd_million", "", "line 3, column unit: is empty"),
        ("twd_million", PRESS, "line 3, column unit: is not one of twd_thousand"),
        ("41000.5,27000", ",", "line 3, columns technology_sales"),
        ("41000.5", "41 000", "column technology_sales: 41 000 is not a number"),
        ("41000.5", "-1", "column technology_sales: -1"),
        ("2026-11-30", "2026-11-31", "line 3, column accessed_on"),
        ("2024", "2023", "repeats the key"),
    ],
)
def test_a_dropped_row_that_does_not_say_where_and_what_is_refused(
    old, new, said, zone, tmp_path
):
    problem = _drop(tmp_path, zone, NEW_YEAR, ROW.replace(old, new, 1))
    assert problem is not None
    assert "\n" not in problem
    assert said in problem
    assert len(zone.deliveries(SOURCE.name)) == 1


def test_a_file_of_another_name_is_not_taken(zone, tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "notes.csv").write_text(HEADER, encoding="utf-8")
    (taken,) = inbox.take(SOURCE, folder, zone, NOW)
    assert "takes *technology_trade*.csv; rename the file" in taken.problem
