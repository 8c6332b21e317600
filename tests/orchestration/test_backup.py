"""What the landing zone, the archives and a rebuild from them keep."""

import gzip
import shutil
import tarfile

import duckdb
import pytest

from orchestration.warehouse import digests
from tests.conftest import run_geese

pytestmark = pytest.mark.integration


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
