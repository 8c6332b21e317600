"""Archives from outside, opened with care."""

import shutil
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ingest.source import IngestError

_LARGEST = 20_000_000_000
"""Bytes that one member may expand to; BACI's largest year has 0.4 billion."""

_DENSEST = 200
"""A member that expands more than this is a bomb; tables expand 5 to 30 times."""


def members(path: Path) -> list[str]:
    """Names of the archive's files. Raises IngestError for an unsafe or broken one."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except zipfile.BadZipFile as error:
        raise IngestError(f"not a readable archive: {error}") from error
    for info in infos:
        _check(info)
    return [info.filename for info in infos]


@contextmanager
def extracted(path: Path, name: str) -> Generator[Path]:
    """The member `name` as a file of its own, for as long as the block runs.

    Raises IngestError if it is not there, is unsafe, or fails its checksum.
    """
    if name not in members(path):
        raise IngestError(
            f"the archive has no {name} (it has {', '.join(members(path))[:200]})"
        )
    with TemporaryDirectory(prefix="geese-") as folder:
        target = Path(folder) / PurePosixPath(name).name
        try:
            with (
                zipfile.ZipFile(path) as archive,
                archive.open(name) as member,
                target.open("wb") as file,
            ):
                shutil.copyfileobj(member, file, 1 << 20)
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise IngestError(f"{name} in the archive is damaged: {error}") from error
        yield target


def _check(info: zipfile.ZipInfo) -> None:
    place = PurePosixPath(info.filename.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts:
        raise IngestError(f"the archive has an unsafe name: {info.filename!r}")
    dense = info.file_size > _DENSEST * max(info.compress_size, 1)
    if info.file_size > _LARGEST or (dense and info.file_size > 100_000_000):
        raise IngestError(
            f"{info.filename} in the archive expands to {info.file_size:,} bytes; "
            "refused"
        )
