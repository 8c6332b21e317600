"""The Federal Reserve's annual averages, as shipped, and what is caught in them."""

import shutil
from pathlib import Path

import duckdb
import pytest

from ingest import clock, embedded, loading
from ingest.landing import LandingZone
from ingest.source import IngestError
from ingest.sources.federal_reserve_rates import SOURCE


@pytest.fixture
def reference(tmp_path) -> Path:
    return Path(shutil.copytree(embedded.REFERENCE, tmp_path / "reference"))


@pytest.fixture
def zone(tmp_path) -> LandingZone:
    return LandingZone(tmp_path / "landing")


def test_the_shipped_averages_are_read(zone):
    embedded.land(SOURCE, zone, clock.now())
    con = duckdb.connect()
    loading.load(con, SOURCE, zone)
    rows = con.execute(
        """select year, eur_per_usd, jpy_per_usd, krw_per_usd, twd_per_usd
        from raw.federal_reserve_rates__annual_averages where year in (1971, 2024)
        order by year"""
    ).fetchall()
    shown = [tuple(None if v is None else float(v) for v in row) for row in rows]
    assert shown == [
        (1971, None, 347.7857, None, None),
        (2024, 0.9242, 151.4551, 1363.4381, 32.1064),
    ]


@pytest.mark.parametrize(
    ("printed", "slipped", "said"),
    [
        ("32.1064", "3210.64", "column twd_per_usd: 3210.6400 is above 50"),
        ("32.1064", "0.0321", "column twd_per_usd: 0.0321 is below 20"),
        ("151.4551", "15145.51", "column jpy_per_usd: 15145.5100 is above 400"),
        ("1363.4381", "13.6344", "column krw_per_usd: 13.6344 is below 400"),
    ],
)
def test_a_slip_by_a_hundred_or_a_thousand_is_caught(
    reference, zone, printed, slipped, said
):
    path = reference / "fx_annual.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(printed, slipped, 1), encoding="utf-8")
    with pytest.raises(IngestError, match=said):
        embedded.land(SOURCE, zone, clock.now(), reference)
