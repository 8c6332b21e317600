"""What the landing zone, the archives and a rebuild from them keep."""

import gzip
import os
import shutil
import stat
import tarfile

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.warehouse import backup, digests
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


def test_a_backup_restored_elsewhere_rebuilds_to_the_same_marts(
    refreshed, tmp_path, heavy
):
    archive, data = tmp_path / "all.tar.gz", tmp_path / "elsewhere"
    assert run_geese("backup", str(archive), data=refreshed).returncode == 0
    restored = run_geese("restore", str(archive), data=data)
    assert restored.returncode == 0, restored.stderr
    with duckdb.connect(str(data / "published/latest.duckdb"), read_only=True) as con:
        here = digests.of(con, digests.PUBLIC)
    latest = refreshed / "published/latest.duckdb"
    with duckdb.connect(str(latest), read_only=True) as con:
        assert digests.of(con, digests.PUBLIC) == here
    verified = run_geese("landing", "verify", data=data)
    assert verified.returncode == 0, verified.stderr
    if heavy(few=False, all_of_them=True):
        _assert_a_rebuild_is_the_same(data)
    again = run_geese("restore", str(archive), data=data)
    assert again.returncode == 1
    assert "already; restore into an empty folder" in again.stderr


def _assert_a_rebuild_is_the_same(data):
    done = run_geese("rebuild", data=data)
    assert done.returncode == 0, done.stderr
    assert "identical" in done.stdout
    assert "DIFFERS" not in done.stdout
    assert not (data / "rebuilt.duckdb").exists()


def _mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def _sent_mail(data):
    """A small installation that has sent mail and published a version."""
    for name in ("landing/a/x.csv", "outbox/content/m.eml", "published/1/p.parquet"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_text("x")
    (data / "published/1.duckdb").write_text("x")
    (data / "published/latest.duckdb").symlink_to("1.duckdb")
    for file in (data / "published").rglob("*"):
        if file.is_file() and not file.is_symlink():
            file.chmod(0o444)
    return Settings(data=data)


@pytest.fixture
def usual_mask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_others_cannot_read_an_archive_nor_what_is_unpacked(
    tmp_path, usual_mask, monkeypatch
):
    found, archive = _sent_mail(tmp_path / "data"), tmp_path / "all.tar.gz"
    # What a killed command left, or what somebody put there.
    left, others = tmp_path / ".all.tar.gz.part", tmp_path / "others"
    left.symlink_to(others)
    backup.backup(found, archive)
    assert _mode(archive) == 0o600
    assert not others.exists()
    seen, check = [], backup._check
    monkeypatch.setattr(
        backup, "_check", lambda *said: seen.append(_mode(said[1])) or check(*said)
    )
    backup.restore(Settings(data=tmp_path / "new"), archive)
    assert seen == [0o700]
    assert _mode(tmp_path / "new/outbox") == 0o700


def test_restored_versions_are_read_only(tmp_path, usual_mask):
    found, archive = _sent_mail(tmp_path / "data"), tmp_path / "all.tar.gz"
    backup.backup(found, archive)
    backup.restore(Settings(data=tmp_path / "new"), archive)
    for name in ("published/1.duckdb", "published/1/p.parquet"):
        assert _mode(tmp_path / "new" / name) == 0o444, name
    for name in ("published", "published/1"):
        assert _mode(tmp_path / "new" / name) == 0o755, name
    assert _mode(tmp_path / "new/landing/a/x.csv") == 0o644


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("../outside", ""),
        ("/outside", ""),
        ("published/x", "/etc"),
        ("published/x", ".."),
        ("published/x", "../../outside"),
    ],
)
@pytest.mark.parametrize("has_filters", [True, False])
def test_an_archive_that_leads_outside_is_refused(
    tmp_path, monkeypatch, name, link, has_filters
):
    if not has_filters:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    member = tarfile.TarInfo(name)
    if link:
        member.type, member.linkname = tarfile.SYMTYPE, link
    archive = tmp_path / "a.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(member)
    with pytest.raises(backup.BackupError, match="leads outside"):
        backup.restore(Settings(data=tmp_path / "data"), archive)
    assert list((tmp_path / "data").iterdir()) == []


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
    backup._unpack(archive, tmp_path / "open")
    (tmp_path / "open" / "warehouse.duckdb").write_text("not listed")
    more = tmp_path / "more.tar.gz"
    with tarfile.open(more, "w:gz") as tar:
        tar.add(tmp_path / "open", arcname=".")
    done = run_geese("restore", str(more), data=tmp_path / "data")
    assert done.returncode == 1
    assert "partial or altered (warehouse.duckdb)" in done.stderr
