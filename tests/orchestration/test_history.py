"""Looking back, rebuilding from the bytes, and keeping it all."""

import gzip
import hashlib
import json
import re
import shutil
import tarfile

import duckdb
import pytest

from orchestration import digests
from tests.conftest import run_geese

pytestmark = pytest.mark.integration

MARTS = ("balance_ratios", "company_rankings", "rank_deltas", "country_shares")


@pytest.fixture(scope="module")
def looked_back(refreshed):
    """The file of `geese refresh --as-of 2022-01-31`."""
    done = run_geese("refresh", "--as-of", "2022-01-31", data=refreshed)
    assert done.returncode == 0, done.stderr
    with duckdb.connect(
        str(refreshed / "as_of/2022-01-31.duckdb"), read_only=True
    ) as con:
        yield con


def test_a_look_back_shows_what_was_published_then(looked_back):
    rows = looked_back.execute(
        """select period, round(balance_ratio, 4) from marts.balance_ratios
        where series_id = 'jpn.components.customs_principal.ratio.a'
        and period_year >= 2020 order by period"""
    ).fetchall()
    assert rows == [("2020", 1.6582), ("2021", 1.4339)]


def test_sources_without_vintages_are_absent_and_say_so(looked_back):
    rows = looked_back.execute(
        "select count(*) from marts.balance_ratios where economy_code = 'TWN'"
    ).fetchone()
    assert rows == (0,)
    states = looked_back.execute(
        "select resource, as_of_state from meta.sources order by resource"
    ).fetchall()
    assert dict(states)["taiwan_mof_ic_and_equipment.csv"] == "vintage_unknown"
    assert dict(states)["japan_customs_semiconductors_vintages.csv"] == "available"


@pytest.mark.parametrize("mart", MARTS)
def test_a_macro_gives_the_same_as_a_build(published, looked_back, mart):
    built = looked_back.execute(f"select * from marts.{mart} order by all").fetchall()
    asked = published.execute(
        f"select * from marts.{mart}_as_of('2022-01-31') order by all"
    ).fetchall()
    assert asked == built


@pytest.mark.parametrize("mart", MARTS)
def test_a_macro_of_today_gives_the_mart(published, mart):
    now = published.execute(f"select * from marts.{mart} order by all").fetchall()
    asked = published.execute(
        f"select * from marts.{mart}_as_of('2026-12-31') order by all"
    ).fetchall()
    assert asked == now


def test_a_day_means_its_end_and_a_moment_itself(published):
    query = """select round(balance_ratio, 4) from marts.balance_ratios_as_of(?)
        where series_id = 'jpn.components.customs_principal.ratio.a'
        and period = '2021'"""
    assert published.execute(query, ["2022-01-28"]).fetchall() == [(1.4339,)]
    assert published.execute(query, ["2022-01-27 23:59:59"]).fetchall() == []


def test_the_january_edition_that_ends_in_november_is_eleven_months(published):
    rows = published.execute(
        """select period, months_covered, is_partial
        from marts.balance_ratios_as_of('2026-01-06')
        where series_id like 'jpn.components.%' and period_year = 2025
        and period_kind <> 'monthly'"""
    ).fetchall()
    assert rows == [("2025-01..11", 11, True)]
    causes = published.execute(
        """select distinct revision_cause from marts.revisions
        where published_on = date '2026-01-06' and period_year = 2025"""
    ).fetchall()
    assert causes == [("new_period",)]


def test_revisions_of_2021(refreshed):
    done = run_geese(
        *("revisions", "--series", "jp.components", "--year", "2021", "--json"),
        data=refreshed,
    )
    found = [
        (r["published_on"], round(r["old"], 4), round(r["new"], 4), r["revision_cause"])
        for r in json.loads(done.stdout)
    ]
    assert found == [
        ("2022-03-31", 1.4339, 1.4608, "provider_revision"),
        ("2022-11-29", 1.4608, 1.4605, "provider_revision"),
    ]


def test_first_prints_start_where_they_are_known(published):
    rows = published.execute(
        """select series_id, first_year, largest_absolute_revision > 0
        from marts.first_print_accuracy order by series_id"""
    ).fetchall()
    assert ("jpn.components.customs_principal.ratio.a", 2021, True) in rows
    assert all(series.startswith("jpn") for series, _, _ in rows)


def test_a_rebuild_gives_the_same_marts(refreshed):
    done = run_geese("rebuild", data=refreshed)
    assert done.returncode == 0, done.stderr
    assert "identical" in done.stdout
    assert "DIFFERS" not in done.stdout
    assert not (refreshed / "rebuilt.duckdb").exists()


def test_a_rebuild_names_a_damaged_payload(refreshed, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(refreshed / "landing", data / "landing")
    payload = next((data / "landing" / "taiwan_mof").glob("*.csv"))
    payload.chmod(0o644)
    payload.write_text(payload.read_text().replace("70038.559", "70038.558"))
    done = run_geese("rebuild", data=data)
    assert done.returncode == 1
    assert "taiwan_mof_ic_and_equipment.csv is damaged" in done.stderr
    assert "Traceback" not in done.stderr
    verify = run_geese("landing", "verify", data=data)
    assert verify.returncode == 1
    assert payload.name in verify.stderr
    payload.unlink()
    assert "is missing" in run_geese("landing", "verify", data=data).stderr


def test_a_backup_restored_elsewhere_rebuilds_to_the_same_marts(refreshed, tmp_path):
    archive, data = tmp_path / "all.tar.gz", tmp_path / "elsewhere"
    assert run_geese("backup", str(archive), data=refreshed).returncode == 0
    restored = run_geese("restore", str(archive), data=data)
    assert restored.returncode == 0, restored.stderr
    with duckdb.connect(str(data / "published/latest.duckdb"), read_only=True) as con:
        here = digests.of(con, digests.PUBLIC)
    latest = refreshed / "published/latest.duckdb"
    with duckdb.connect(str(latest), read_only=True) as con:
        assert digests.of(con, digests.PUBLIC) == here
    assert run_geese("rebuild", data=data).returncode == 0
    again = run_geese("restore", str(archive), data=data)
    assert again.returncode == 1
    assert "already; restore into an empty folder" in again.stderr


def test_a_partial_archive_is_refused(refreshed, tmp_path):
    archive, cut = tmp_path / "all.tar.gz", tmp_path / "cut.tar.gz"
    assert run_geese("backup", str(archive), data=refreshed).returncode == 0
    cut.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    empty = tmp_path / "empty.tar.gz"
    empty.write_bytes(gzip.compress(b""))
    for bad, said in (
        (cut, "damaged or cut off"),
        (empty, "damaged or cut off"),
        (tmp_path / "none.tar.gz", "no such archive"),
    ):
        data = tmp_path / f"data-{bad.stem}"
        done = run_geese("restore", str(bad), data=data)
        assert done.returncode == 1, bad
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert [path.name for path in data.iterdir()] == ["refresh.lock"]


def test_an_altered_archive_is_refused(refreshed, tmp_path):
    archive = tmp_path / "all.tar.gz"
    assert run_geese("backup", str(archive), data=refreshed).returncode == 0
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "open", filter="data")
    (tmp_path / "open" / "warehouse.duckdb").write_text("not listed")
    more = tmp_path / "more.tar.gz"
    with tarfile.open(more, "w:gz") as tar:
        tar.add(tmp_path / "open", arcname=".")
    done = run_geese("restore", str(more), data=tmp_path / "data")
    assert done.returncode == 1
    assert "partial or altered (warehouse.duckdb)" in done.stderr


def test_a_rebuild_that_differs_can_be_adopted(copied_checkout, refreshed, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(refreshed, data, symlinks=True)
    seed = copied_checkout / "dbt_project/seeds/definition_breaks.csv"
    seed.write_text(seed.read_text().replace("leaves foundries", "keeps foundries"))
    done = run_geese("rebuild", data=data, checkout=copied_checkout)
    assert done.returncode == 1
    assert "1 tables differ" in done.stderr
    assert (data / "rebuilt.duckdb").exists()
    done = run_geese("rebuild", "--adopt", data=data, checkout=copied_checkout)
    assert done.returncode == 0, done.stderr
    assert run_geese("refresh", data=data, checkout=copied_checkout).returncode == 0
    changes = run_geese(
        "sql", "select table_name from ops.version_changes", "--csv", data=data
    )
    assert changes.stdout == "table_name\nmarts.definition_breaks\n"


def test_a_payload_held_back_is_told_and_can_be_accepted(copied_checkout, tmp_path):
    data = tmp_path / "data"
    assert run_geese("refresh", data=data, checkout=copied_checkout).returncode == 0
    reference = copied_checkout / "ingest/reference"
    file = reference / "vendor_rankings_by_release.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-12]), encoding="utf-8")
    _bless(copied_checkout, file)
    done = run_geese("refresh", data=data, checkout=copied_checkout)
    assert done.returncode == 3, done.stderr
    assert "lacks 12 of 233 rows" in done.stderr
    assert (
        "held back" in run_geese("status", data=data, checkout=copied_checkout).stdout
    )
    sha256 = done.stderr.split("geese accept ")[1].split()[0]
    accepted = run_geese(
        *("accept", sha256, "--why", "the 1998 rows were guesses"),
        data=data,
        checkout=copied_checkout,
    )
    assert accepted.returncode == 0, accepted.stderr
    done = run_geese("refresh", data=data, checkout=copied_checkout)
    assert done.returncode == 0, done.stderr


def _bless(checkout, file):
    """Correct what provenance and contract say of a file, as its editor would."""
    provenance = checkout / "ingest/reference/provenance.toml"
    text = provenance.read_text(encoding="utf-8")
    head, tail = text.split(f'["{file.name}"]')
    rows = len(file.read_text(encoding="utf-8").splitlines()) - 1
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    tail = re.sub(r"rows = \d+", f"rows = {rows}", tail, count=1)
    tail = re.sub(r'sha256 = "\w+"', f'sha256 = "{digest}"', tail, count=1)
    provenance.write_text(f'{head}["{file.name}"]{tail}', encoding="utf-8")
    module = checkout / "ingest/sources/company_revenues.py"
    module.write_text(module.read_text().replace("rows=(233,", f"rows=({rows},"))


def test_a_correction_is_shown_beside_the_printed_share(refreshed, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(refreshed / "landing", data / "landing")
    shutil.copy(refreshed / "warehouse.duckdb", data)
    done = run_geese(
        *("override", "article__top_ten", "--key", "year=2000", "--key", "rank=8"),
        *("--column", "share_pct", "--value", "3.3"),
        *("--why", "the release prints 3.3", "--source", "https://example.org"),
        data=data,
    )
    assert done.returncode == 0, done.stderr
    assert run_geese("refresh", data=data).returncode == 0
    row = run_geese(
        "sql",
        """select share_pct_printed, share_pct_corrected, correction_reason
        from marts.company_rankings where share_pct_corrected is not null""",
        "--json",
        data=data,
    )
    assert json.loads(row.stdout) == [
        {
            "share_pct_printed": 3.2,
            "share_pct_corrected": 3.3,
            "correction_reason": "the release prints 3.3",
        }
    ]
    assert "identical" in run_geese("rebuild", data=data).stdout
