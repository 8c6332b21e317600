"""Whole archives become partitions with two clocks. All numbers are synthetic."""

import csv
import io
import re
import zipfile
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest

from ingest import bulk
from ingest.readers import baci_archive
from ingest.source import IngestError
from ingest.sources import cepii_baci
from tests.ingest.sources.visits import ACCEPTED, REFUSED, visiting
from tests.upstreams.publishers import cepii
from tests.upstreams.publishers.cepii import COUNTRIES, HOST, PRODUCTS
from tests.upstreams.publishers.cepii import value as amount

LIMITS = {"memory_limit": "200MB"}
FIRST = datetime(2026, 1, 22, 17, 30)  # noqa: DTZ001 the clock is naive on purpose
SECOND = datetime(2027, 1, 22, 17, 30)  # noqa: DTZ001


@pytest.fixture
def visits(tmp_path, monkeypatch):
    """One revision that begins late, so that the archives are small."""
    for module in (baci_archive, cepii):
        monkeypatch.setattr(module, "FIRST_YEARS", {"HS07": 2019})
    with visiting(cepii_baci.SOURCE, tmp_path) as made:
        yield made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "it's {bulk}"


def load(visits, folder) -> list[str | None]:
    """Why each archive that was new was held back; None if it was not."""
    loaded = bulk.load(folder, visits.zone, LIMITS)
    return [found.held_back for found in loaded]


def years(folder, moment=None) -> dict[int, str]:
    """The file of each year that stands, by name."""
    return {
        p.year: p.path.name
        for p in bulk.standing(folder, moment)
        if p.dataset == "flows"
    }


def rows_of(folder, year) -> list[tuple]:
    (found,) = [p for p in bulk.standing(folder) if p.year == year]
    return duckdb.sql(
        f"from '{str(found.path).replace(chr(39), chr(39) * 2)}'"
    ).fetchall()


def archive(world, version="V202701", edit=None) -> bytes:
    """The publisher's archive; `edit` changes the rows of a year's file."""
    whole = cepii._archive(world, "HS07", version)
    if edit is None:
        return whole
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as source,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            header, *lines = source.read(name).decode().splitlines()
            if "_Y" in name:
                lines = edit(int(name.split("_Y")[1][:4]), lines)
            target.writestr(name, "\n".join([header, *lines, ""]))
    return held.getvalue()


def land(visits, payload, moment=SECOND):
    """A payload as if the publisher's checks had not been made on the way."""
    visits.zone.land(
        "cepii_baci", "baci.zip", payload, moment, moment, {}, moment, part="HS07"
    )


def test_every_year_of_a_release_is_a_file_over_a_real_socket(visits, folder):
    assert visits.visit(is_full=True) == (ACCEPTED, "")
    assert load(visits, folder) == [None]
    assert [*years(folder)] == [*range(2019, 2025)]
    found = rows_of(folder, 2022)
    flows = [
        (i, j, k, Decimal(f"{amount(visits.world, 'V202601', i, j, k, 2022):.3f}"))
        for i in COUNTRIES
        for j in COUNTRIES
        for k in PRODUCTS["HS07"]
        if i != j
    ]
    assert {row[0] for row in found} == {2022}
    assert sorted(row[1:5] for row in found) == sorted(flows)
    unknown = {row[1:3] for row in found if row[5] is None}
    assert unknown == {(392, 410), (392, 842), (490, 392)}


def test_the_book_says_what_each_file_holds(visits, folder):
    visits.visit(is_full=True)
    load(visits, folder)
    for partition in bulk.standing(folder):
        partition.verify()
        assert partition.path.parent.parts[-1] == (
            f"year={partition.year}" if partition.year else "revision=HS07"
        )
        assert partition.row_count == len(
            duckdb.read_parquet(str(partition.path)).fetchall()
        )


def test_an_ordinary_refresh_makes_no_partition(visits, folder):
    visits.visit()
    assert load(visits, folder) == []
    assert not folder.exists()
    assert bulk.standing(folder) == []


def test_a_release_read_already_is_not_read_again(visits, folder):
    visits.visit(is_full=True)
    load(visits, folder)
    before = written(folder)
    assert load(visits, folder) == []
    assert written(folder) == before


def written(folder) -> dict[str, int]:
    return {str(p): p.stat().st_mtime_ns for p in folder.rglob("*.parquet")}


def test_a_year_that_a_release_repeats_keeps_its_file_and_its_interval(visits, folder):
    visits.visit(is_full=True)
    load(visits, folder)
    before, files = years(folder), written(folder)
    visits.world.advance(datetime(2027, 1, 25).date())  # noqa: DTZ001
    assert visits.visit(is_full=True) == (ACCEPTED, "")
    assert load(visits, folder) == [None]
    after = years(folder)
    same = [year for year in before if after[year] == before[year]]
    assert same == [2019, 2020, 2021]
    assert [*after] == [*range(2019, 2026)]
    # What was written stays as it was, also where it no longer stands.
    assert files.items() <= written(folder).items()
    assert years(folder, FIRST) == before
    assert years(folder, SECOND) == after
    with duckdb.connect(str(folder / "book.duckdb"), read_only=True) as con:
        kept = con.execute(
            """select year, version, published_from, published_to
            from raw.cepii_baci__partitions
            where recorded_to is null and year in (2021, 2022) order by all"""
        ).fetchall()
    assert kept == [
        (2021, "V202601", FIRST, None),
        (2022, "V202601", FIRST, SECOND),
        (2022, "V202701", SECOND, None),
    ]


def test_rows_in_another_order_are_no_news(visits, folder):
    visits.visit(is_full=True)
    load(visits, folder)
    before = years(folder)
    turned = archive(visits.world, "V202601", lambda _, lines: lines[::-1])
    land(visits, turned)
    assert load(visits, folder) == [None]
    assert years(folder) == before
    assert len(written(folder)) == len(before) + 1


def test_a_year_that_comes_back_as_it_was_has_its_old_file(visits, folder):
    whole = archive(visits.world, "V202601")
    raised = archive(visits.world, "V202601", _one_more)
    third = datetime(2028, 1, 1)  # noqa: DTZ001
    for payload, moment in ((whole, FIRST), (raised, SECOND), (whole, third)):
        land(visits, payload, moment)
        assert load(visits, folder) == [None]
    first, second = years(folder, FIRST), years(folder, SECOND)
    assert first[2020] != second[2020]
    assert years(folder) == first


def _one_more(year, lines):
    """2020 has another value in its first row."""
    if year != 2020:
        return lines
    t, i, j, k, _, q = next(csv.reader(lines[:1]))
    return [f"{t},{i},{j},{k},50000000.000,{q.strip()}", *lines[1:]]


def test_releases_that_arrive_late_are_put_in_their_place(visits, folder, tmp_path):
    old, new = (archive(visits.world, f"V{year}01") for year in (2026, 2027))
    for place, releases in (
        (folder, ((old, FIRST), (new, SECOND))),
        (tmp_path / "other", ((new, SECOND), (old, FIRST))),
    ):
        with visiting(cepii_baci.SOURCE, place) as one:
            for payload, moment in releases:
                land(one, payload, moment)
                assert load(one, place) == [None]
    for moment in (FIRST, SECOND, None):
        assert years(folder, moment) == years(tmp_path / "other", moment)


def test_the_landing_zone_alone_brings_back_the_same_book(visits, folder, tmp_path):
    for payload, moment in (
        (archive(visits.world, "V202601"), FIRST),
        (archive(visits.world), SECOND),
    ):
        land(visits, payload, moment)
        load(visits, folder)
    load(visits, tmp_path / "again")
    assert books(tmp_path / "again") == books(folder)


def books(folder) -> list[tuple]:
    with duckdb.connect(str(folder / "book.duckdb"), read_only=True) as con:
        return con.execute("from raw.cepii_baci__partitions order by all").fetchall()


DEFECTS = {
    "duplicated_year": r"has flow 276, 392, \d{6} twice",
    "scale_1000_year": "a world total of another magnitude",
    "sign_error": "has values that are not above zero",
    "missing_year": "should have every year from 2019 to 2025",
    "new_country": "has economy 999, which the list of countries lacks",
    "lost_zeros": "has products of other than six characters",
    "letter_in_number": 'converting column "v"',
    "renamed_column": "begins with t,i,j,k,value,q",
    "mixed_versions": "should hold one version's years",
}


@pytest.mark.parametrize("fault", DEFECTS)
def test_a_defect_holds_the_whole_release_back(visits, folder, fault):
    land(visits, archive(visits.world, "V202601"), FIRST)
    load(visits, folder)
    before, files = years(folder), written(folder)
    visits.world.advance(datetime(2027, 1, 25).date())  # noqa: DTZ001
    visits.world.fault(HOST, fault)
    land(visits, archive(visits.world))
    (reason,) = load(visits, folder)
    assert reason is not None
    assert "\n" not in reason
    assert re.search(DEFECTS[fault], reason), reason
    assert years(folder) == before
    assert files.items() <= written(folder).items()
    assert [*folder.rglob("*.part")] == []
    assert [told[2] for told in bulk.held_back(folder)] == [reason]


def test_a_truncated_archive_is_held_back(visits, folder):
    whole = archive(visits.world, "V202601")
    land(visits, whole[: len(whole) // 2])
    (reason,) = load(visits, folder)
    assert "not a readable archive" in reason


def test_a_truncated_download_never_lands(visits, folder):
    visits.world.fault(HOST, "truncated_zip")
    assert visits.visit(is_full=True)[0] == REFUSED
    assert load(visits, folder) == []


def test_a_year_that_shrank_is_held_back(visits, folder):
    land(visits, archive(visits.world, "V202601"), FIRST)
    load(visits, folder)

    def shorter(year, lines):
        return lines[: len(lines) * 3 // 4] if year == 2020 else lines

    land(visits, archive(visits.world, "V202601", shorter))
    (reason,) = load(visits, folder)
    assert "row_count of 1 rows, first HS07 flows 2020" in reason
    assert reason.endswith("far fewer")


def test_a_lost_year_is_held_back_and_ends_once_accepted(visits, folder, monkeypatch):
    land(visits, archive(visits.world, "V202601"), FIRST)
    load(visits, folder)
    for module in (baci_archive, cepii):
        monkeypatch.setattr(module, "FIRST_YEARS", {"HS07": 2020})
    land(visits, archive(visits.world))
    (reason,) = load(visits, folder)
    assert reason == "lacks 1 of 7 rows that stood before"
    assert 2019 in years(folder)
    ((digest, _, _),) = bulk.held_back(folder)
    visits.zone.accept(digest, "the series begins later now", "tester", SECOND)
    assert load(visits, folder) == [None]
    assert 2019 not in years(folder)
    assert 2019 in years(folder, FIRST)
    assert bulk.held_back(folder) == []


def test_a_partition_whose_bytes_changed_or_that_is_gone_is_told(visits, folder):
    land(visits, archive(visits.world, "V202601"), FIRST)
    load(visits, folder)
    *_, one, other = bulk.standing(folder)
    one.path.write_bytes(one.path.read_bytes()[:-1] + b"x")
    with pytest.raises(IngestError, match="a partition is damaged; remove the folder"):
        one.verify()
    other.path.unlink()
    with pytest.raises(IngestError, match="a partition is missing"):
        other.verify()


def test_the_memory_limit_is_the_one_that_was_set(visits, folder):
    land(visits, archive(visits.world, "V202601"), FIRST)
    with pytest.raises(duckdb.Error, match=r"(?i)memory"):
        bulk.load(folder, visits.zone, {"memory_limit": "1MB"})
