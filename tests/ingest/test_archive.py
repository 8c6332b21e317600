"""Archives from outside are opened with care."""

import io
import zipfile

import pytest

from ingest import archive
from ingest.source import IngestError


def _zip(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return path


def test_a_member_is_read_whole_and_gone_afterwards(tmp_path):
    path = _zip(tmp_path / "a.zip", **{"folder/data.csv": "a,b\n"})
    with archive.extracted(path, "folder/data.csv") as member:
        assert member.read_text() == "a,b\n"
    assert not member.exists()


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv"])
def test_a_name_that_leaves_the_folder_is_refused(tmp_path, name):
    with pytest.raises(IngestError, match="unsafe name"):
        archive.members(_zip(tmp_path / "a.zip", **{name: "x"}))


def test_a_member_that_is_not_there_is_told_with_those_that_are(tmp_path):
    path = _zip(tmp_path / "a.zip", **{"b.csv": "x"})
    with (
        pytest.raises(IngestError, match=r"has no a\.csv \(it has b\.csv\)"),
        archive.extracted(path, "a.csv"),
    ):
        pass


def test_a_bomb_is_refused_before_it_is_opened(tmp_path):
    path = _zip(tmp_path / "a.zip", **{"b.csv": b"0" * 150_000_000})
    with pytest.raises(IngestError, match="expands to 150,000,000 bytes; refused"):
        archive.members(path)


def test_a_cut_archive_is_not_readable(tmp_path):
    whole = _zip(tmp_path / "a.zip", **{"b.csv": "x" * 1000}).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(IngestError, match="not a readable archive"):
        archive.members(cut)


def test_a_damaged_member_is_told(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as written:
        written.writestr("b.csv", "x" * 1000)
    path = tmp_path / "a.zip"
    path.write_bytes(held.getvalue().replace(b"xxxxx", b"xyxxx", 1))
    with (
        pytest.raises(IngestError, match=r"b\.csv in the archive is damaged"),
        archive.extracted(path, "b.csv"),
    ):
        pass
