"""Copied rankings: two embedded files, and dropped ones that must agree in themselves.

The dropped tables are synthetic.
"""

import csv
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingest import embedded, inbox, incoming, loading
from ingest.landing import LandingZone
from ingest.readers.ranking_rows import CURATED, NUMBERS
from ingest.source import IngestError, all_sources

NOW = datetime(2026, 12, 1, 9)  # noqa: DTZ001
SOURCE = all_sources()["company_revenues"]
(RELEASES,) = SOURCE.tables
FEEDS = {feed.resource: feed for feed in RELEASES.feeds}
BY_RELEASE = "vendor_rankings_by_release.csv"
ADDITIONAL = "vendor_rankings_additional.csv"
DROPPED = "vendor_rankings_curated.csv"

REVENUES = (80311, 60207, 50119, 40083, 30058, 20026, 15013, 12008, 10006, 9004)
BEFORE = (70500, 64100, 41900, 39800, 31200, 17300, 15900, 9100, 10900, 6400)
OTHERS = 173288
TOTAL = sum(REVENUES) + OTHERS


def _ranking(**more: str) -> list[dict[str, str]]:
    """A synthetic release that agrees with itself; line 2 is its first row."""
    return [
        {
            "publisher": "Gartner",
            "release_date": "2027-01-12",
            "status": "preliminary",
            "year": "2026",
            "rank": str(rank),
            "company_as_printed": f"Synthetic {rank}",
            "revenue": str(now),
            "unit": "usd_million",
            "share_pct": f"{100 * now / TOTAL:.1f}",
            "prior_year_revenue": str(before),
            "growth_pct": f"{100 * (now / before - 1):.1f}",
            "market_total": str(TOTAL),
            "others": str(OTHERS),
            "foundries_included": "no",
            "source_url": "https://example.org/synthetic",
            "accessed_on": "2027-02-01",
            "note": "",
        }
        | more
        for rank, (now, before) in enumerate(zip(REVENUES, BEFORE, strict=True), 1)
    ]


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, CURATED, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return path


def _read(con, resource: str, path: Path) -> int:
    return incoming.read(con, RELEASES, FEEDS[resource], path, path.name)


def _refusal(tmp_path: Path, rows: list[dict[str, str]]) -> str:
    path = _write(tmp_path / "rankings.csv", rows)
    with duckdb.connect() as con, pytest.raises(IngestError) as caught:
        _read(con, DROPPED, path)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.fixture
def con():
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def zone(tmp_path) -> LandingZone:
    return LandingZone(tmp_path / "landing")


def test_the_two_embedded_files_hold_no_release_twice(con, zone):
    embedded.land(SOURCE, zone, NOW)
    loading.load(con, SOURCE, zone)
    rows = con.execute(
        """select replace(publisher, 'Dataquest (Gartner)', 'Gartner'), status,
            data_year, count(distinct release_date)
        from raw.company_revenues__releases where recorded_to is null group by all"""
    ).fetchall()
    assert len(rows) > 20
    assert {dates for *_, dates in rows} == {1}
    ((loaded,),) = con.execute(
        "select count(*) from raw.company_revenues__releases"
    ).fetchall()
    assert loaded == 233 + 40


def test_what_the_second_file_leaves_out_stands_in_the_first(con):
    second = embedded.REFERENCE / ADDITIONAL
    read = _read(con, ADDITIONAL, second)
    kept = set(
        con.execute(
            "select release_date, data_year, vendor_as_printed from incoming"
        ).fetchall()
    )
    with second.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    left_out = [
        row
        for row in rows
        if (row["release_date"], int(row["data_year"]), row["vendor"]) not in kept
    ]
    assert (read, len(left_out)) == (40, 8)
    with (embedded.REFERENCE / BY_RELEASE).open(encoding="utf-8") as file:
        first = {
            (row["status"], row["data_year"], row["vendor_as_printed"], row["revenue"])
            for row in csv.DictReader(file)
        }
    for row in left_out:
        said = (row["status"], row["data_year"], row["vendor"], row["revenue_musd"])
        assert said in first


def test_the_second_file_keeps_its_word_on_completeness(con):
    _read(con, ADDITIONAL, embedded.REFERENCE / ADDITIONAL)
    rows = con.execute(
        """select publisher, status, data_year, is_complete_top_ten, note, count(*)
        from incoming group by all order by 3, 2"""
    ).fetchall()
    restated = "prior-year column of the 2006 table"
    assert rows == [
        ("iSuppli", "restated", 2005, True, restated, 10),
        ("iSuppli", "preliminary", 2006, True, None, 18),
        ("iSuppli", "preliminary", 2007, False, "cut after rank 7", 7),
        ("Gartner", "final", 2015, False, "cut after rank 5", 5),
    ]


def test_an_unknown_word_on_completeness_stops_the_load(con, tmp_path):
    text = (embedded.REFERENCE / ADDITIONAL).read_text(encoding="utf-8")
    path = tmp_path / ADDITIONAL
    path.write_text(text.replace(",yes,", ",perhaps,", 1), encoding="utf-8")
    with pytest.raises(IngestError, match=r"line 2, column complete_top10: perhaps"):
        _read(con, ADDITIONAL, path)


def test_a_dropped_ranking_gets_rows_for_market_and_others(con, tmp_path):
    path = _write(tmp_path / "rankings.csv", _ranking())
    assert _read(con, DROPPED, path) == 12
    rows = con.execute(
        """select vendor_as_printed, rank, cast(revenue as double), share_pct is null,
            cast(revenue_rounding as double), foundries_included,
            cast(accessed_on as varchar)
        from incoming where vendor_as_printed not like 'Synthetic _%'
        or rank = 1 order by 1"""
    ).fetchall()
    assert rows == [
        ("Others", None, OTHERS, True, 1, False, "2027-02-01"),
        ("Synthetic 1", 1, REVENUES[0], False, 1, False, "2027-02-01"),
        ("Total Market", None, TOTAL, True, 1, False, "2027-02-01"),
    ]


def test_numbers_are_as_precise_as_they_are_written(con, tmp_path):
    rows = _ranking(
        market_total="500.1", others="", prior_year_revenue="", growth_pct=""
    )[:2]
    for row in rows:
        row |= {
            "revenue": f"{float(row['revenue']) / 1000:.1f}",
            "unit": "usd_billion",
        }
    rounded = _ranking(year="2025", market_total="500100", others="")[:1]
    _read(con, DROPPED, _write(tmp_path / "rankings.csv", rows + rounded))
    found = con.execute(
        """select distinct data_year, vendor_as_printed like 'Total%', unit,
            cast(revenue_rounding as double) from incoming order by all"""
    ).fetchall()
    assert found == [
        (2025, False, "usd_million", 1),
        (2025, True, "usd_million", 100),
        (2026, False, "usd_billion", 0.1),
        (2026, True, "usd_billion", 0.1),
    ]


def test_preliminary_final_and_restated_figures_stay_apart(con, zone, tmp_path):
    folder = tmp_path / "inbox"
    for status in ("preliminary", "final", "restated"):
        _write(folder / f"rankings-{status}.csv", _ranking(status=status))
    taken = inbox.take(SOURCE, folder, zone, NOW)
    assert [file.problem for file in taken] == [None, None, None]
    loading.load(con, SOURCE, zone)
    rows = con.execute(
        """select status, cast(published_from as varchar), count(*)
        from raw.company_revenues__releases
        where recorded_to is null and published_to is null group by all"""
    ).fetchall()
    counted = Counter({status: count for status, _, count in rows})
    assert counted == {"preliminary": 12, "final": 12, "restated": 12}
    assert {moment for _, moment, _ in rows} == {"2027-01-12 00:00:00"}


def test_a_dropped_row_replaces_the_embedded_one_of_its_name(con, zone, tmp_path):
    embedded.land(SOURCE, zone, NOW)
    loading.load(con, SOURCE, zone)
    (row,) = _ranking(
        publisher="Gartner",
        release_date="2019-04-11",
        status="final",
        year="2018",
        market_total="",
        others="",
    )[:1]
    row |= {
        "company_as_printed": "Intel",
        "revenue": "66290",
        "prior_year_revenue": "58725",
        "growth_pct": "12.9",
        "share_pct": "14.0",
        "rank": "2",
        "note": "read again",
    }
    _write(tmp_path / "inbox" / "rankings.csv", [row])
    inbox.take(SOURCE, tmp_path / "inbox", zone, NOW)
    loading.load(con, SOURCE, zone)
    rows = con.execute(
        """select vendor_as_printed, note from raw.company_revenues__releases
        where release_date = '2019-04-11' and recorded_to is null
        and published_to is null order by rank"""
    ).fetchall()
    assert rows == [
        ("Samsung Electronics", "excerpt cut after rank 3"),
        ("Intel", "read again"),
        ("SK hynix", "excerpt cut after rank 3"),
    ]


def test_a_name_is_withdrawn_with_a_reason_and_its_history_is_kept(con, zone, tmp_path):
    folder = tmp_path / "inbox"
    _write(folder / "rankings.csv", _ranking())
    inbox.take(SOURCE, folder, zone, NOW)
    loading.load(con, SOURCE, zone)
    again = _ranking()
    reason = "withdrawn: the corrected table calls it Renamed 4"
    gone = again[3] | dict.fromkeys(NUMBERS, "") | {"note": reason}
    again[3]["company_as_printed"] = "Renamed 4"
    _write(folder / "rankings.csv", [*again, gone])
    (taken,) = inbox.take(SOURCE, folder, zone, NOW + timedelta(days=1))
    assert taken.problem is None
    loading.load(con, SOURCE, zone)
    rows = con.execute(
        """select revenue, note, recorded_to is null
        from raw.company_revenues__releases
        where vendor_as_printed = 'Synthetic 4' order by 3"""
    ).fetchall()
    assert [(revenue, now) for revenue, _, now in rows] == [
        (40083, False),
        (None, True),
    ]
    assert rows[1][1] == reason


def test_a_withdrawn_row_is_no_part_of_its_releases_sums(con, tmp_path):
    rows = _ranking()
    blank = dict.fromkeys(NUMBERS, "")
    gone = rows[0] | blank | {"company_as_printed": "Ghost", "note": "Withdrawn: slip"}
    assert _read(con, DROPPED, _write(tmp_path / "rankings.csv", [*rows, gone])) == 13


def _cell(line: int, **cells: str):
    def plant(rows: list[dict[str, str]]) -> None:
        rows[line - 2] |= cells

    return plant


def _everywhere(**cells: str):
    def plant(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row |= cells

    return plant


def _swap(one: str, other: str, lines: range = range(2, 12)):
    def plant(rows: list[dict[str, str]]) -> None:
        for line in lines:
            row = rows[line - 2]
            row[one], row[other] = row[other], row[one]

    return plant


def _shift(column: str, way: int):
    def plant(rows: list[dict[str, str]]) -> None:
        cells = [row[column] for row in rows]
        for row, cell in zip(rows, cells[-way:] + cells[:-way], strict=True):
            row[column] = cell

    return plant


def _sideways(rows: list[dict[str, str]]) -> None:
    """One cell of line 4 was skipped; all that follow moved to the left."""
    cells = list(rows[2].values())
    place = list(rows[2]).index("company_as_printed")
    moved = [*cells[:place], *cells[place + 1 :], ""]
    rows[2].update(dict(zip(CURATED, moved, strict=True)))


DEFECTS = {
    "share of another row": (
        _cell(4, share_pct="10.7"),
        ["line 4, column share_pct: printed 10.7, recomputed 10.02", "as printed:"],
    ),
    "growth mistyped": (
        _cell(2, growth_pct="19.3"),
        ["line 2, column growth_pct: printed 19.3, recomputed 13.92"],
    ),
    "rank repeated": (
        _cell(7, rank="5"),
        ["line 7, column rank: printed 5, recomputed 6"],
    ),
    "ranks exchanged": (
        lambda rows: (_cell(5, rank="5")(rows), _cell(6, rank="4")(rows)),
        ["line 5, column rank: printed 5, recomputed 4", "1 more"],
    ),
    "a row left out": (
        lambda rows: rows.pop(8),
        ["line 2, column market_total: printed 500,123, recomputed 490,117", "9 rows"],
    ),
    "others mistyped": (
        _everywhere(others="183288"),
        ["line 2, column market_total: printed 500,123, recomputed 510,123"],
    ),
    "two revenue columns swapped": (
        _swap("revenue", "prior_year_revenue"),
        [
            "line 2, column revenue: holds values that look like prior_year_revenue",
            "70500 and 80311",
            "10 such rows",
        ],
    ),
    "rank and revenue swapped in a row": (
        _swap("rank", "revenue", range(3, 4)),
        ["line 3, column rank: holds values", "rank and revenue are swapped"],
    ),
    "share and growth swapped": (
        _swap("share_pct", "growth_pct"),
        ["share_pct and growth_pct are swapped"],
    ),
    "market and others swapped": (
        _swap("market_total", "others"),
        ["market_total and others are swapped"],
    ),
    "growth shifted down": (
        _shift("growth_pct", 1),
        ["line 2, column growth_pct: is shifted down by a line"],
    ),
    "revenue shifted up": (
        _shift("revenue", -1),
        ["line 2, column revenue: is shifted up by a line"],
    ),
    "a row shifted sideways": (
        _sideways,
        ["line 4, column company_as_printed: 50119 is a number", "shifted"],
    ),
    "thousands separators": (
        _cell(2, revenue="80,311"),
        ["line 2, column revenue: 80,311 is no plain number"],
    ),
    "another unit than said": (
        _everywhere(unit="usd_thousand"),
        ["line 2, column revenue: 80311 is not between", "unit really usd_thousand?"],
    ),
    "an unknown unit": (
        _cell(2, unit="jpy_billion"),
        ["line 2, column unit: jpy_billion is not one of", "usd_million"],
    ),
    "a company twice": (
        _cell(4, company_as_printed="SYNTHETIC 1"),
        ["line 4, column company_as_printed: repeats line 2"],
    ),
    "the market as a company": (
        _cell(4, company_as_printed="Total Market"),
        ["line 4, column company_as_printed: Total Market is no company"],
    ),
    "two markets in a release": (
        _cell(5, market_total="500124"),
        ["line 5, column market_total: differs from line 2"],
    ),
    "an impossible date": (
        _cell(2, release_date="2027-02-30"),
        ["line 2, column release_date: 2027-02-30 is no day"],
    ),
    "read before it came out": (
        _cell(3, accessed_on="2027-01-11"),
        ["line 3, column release_date: 2027-01-12 is no day before accessed_on"],
    ),
    "a year to come": (
        _cell(2, year="2028"),
        ["line 2, column year: 2028 is after the release"],
    ),
    "no word on foundries": (
        _cell(2, foundries_included=""),
        ["line 2, column foundries_included: is empty"],
    ),
    "foundries perhaps": (
        _cell(2, foundries_included="perhaps"),
        ["line 2, column foundries_included: write yes or no"],
    ),
    "a withdrawal without a reason": (
        _cell(4, **dict.fromkeys(NUMBERS, ""), note="withdrawn:"),
        ["line 4, column note: is withdrawn without a reason"],
    ),
    "a withdrawal with numbers": (
        _cell(4, note="withdrawn: misread"),
        ["line 4, column rank: leave it blank"],
    ),
    "no address": (_cell(6, source_url=""), ["line 6, column source_url: is empty"]),
    "another status": (
        _everywhere(status="estimate"),
        ["column status: estimate is not one of preliminary, final, restated"],
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_ranking_that_contradicts_itself_is_refused(defect, tmp_path):
    plant, said = DEFECTS[defect]
    rows = _ranking()
    plant(rows)
    message = _refusal(tmp_path, rows)
    for part in said:
        assert part in message


@pytest.mark.parametrize(
    "defect", ["share of another row", "growth mistyped", "rank repeated"]
)
def test_what_the_publisher_printed_so_is_kept(defect, con, tmp_path):
    rows = _ranking()
    DEFECTS[defect][0](rows)
    clean = _ranking()
    for row, printed in zip(rows, clean, strict=True):
        if row != printed:
            row["note"] = "As printed: the release says so"
    assert _read(con, DROPPED, _write(tmp_path / "rankings.csv", rows)) == 12


def test_no_note_excuses_an_amount_beyond_belief(tmp_path):
    rows = _ranking(note="as printed: checked")
    rows[3]["revenue"] = "40083000"
    assert "line 5, column revenue: 40083000 is not" in _refusal(tmp_path, rows)


def test_a_refused_file_is_filed_with_its_reason_and_lands_nothing(zone, tmp_path):
    rows = _ranking()
    rows[5]["rank"] = "5"
    _write(tmp_path / "inbox" / "rankings.csv", rows)
    (taken,) = inbox.take(SOURCE, tmp_path / "inbox", zone, NOW)
    assert taken.file.parent.name == "rejected"
    reason = taken.file.with_name("rankings.csv.reason.txt").read_text("utf-8")
    assert reason.startswith("rankings.csv, line 7, column rank: printed 5")
    assert not zone.root.exists()


@pytest.mark.integration
def test_the_known_misprints_are_listed_and_no_others_of_their_releases(refreshed):
    with duckdb.connect(str(refreshed / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(
            """select ranking_id, company_printed, anomaly_kind, printed_value,
                round(recomputed_value, 2)
            from marts.ranking_anomalies
            where ranking_series = 'article' or data_year = 2025 order by all"""
        ).fetchall()
    gartner = "gartner.2025.preliminary.2026-01-12"
    assert rows == [
        ("article.2000", "日立", "implied_market", 3.2, 3.27),
        (gartner, "Qualcomm", "repeated_prior_year_rank", 6, 5),
        (gartner, "Qualcomm", "repeated_rank", 5, 6),
    ]
