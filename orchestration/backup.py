"""Everything that cannot be made again, in one archive, and back.

An archive holds the landing zone with its journal, the published versions, the briefs,
what people put into the inbox, the outbox and the settings. Its first member lists
every file with its digest, so a partial archive is recognised and refused.
"""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

from orchestration.settings import CHECKOUT, Settings

MANIFEST = "MANIFEST.json"
_PARTS = ("landing", "inbox", "published", "briefs", "outbox", "state.sqlite")
_FORMAT = 1


class BackupError(Exception):
    """An archive cannot be made or used. The message is one line."""


def backup(settings: Settings, archive: Path) -> int:
    """Write the archive and return its number of files; an existing one is kept.

    Raises BackupError if there is nothing to keep or the archive exists.
    """
    files = dict(_files(settings))
    if not any(name.startswith("landing/") for name in files):
        raise BackupError(f"{settings.landing}: nothing has been landed yet")
    if archive.exists():
        raise BackupError(f"{archive}: exists already; choose another name")
    listed = {name: _digest(path) for name, path in files.items() if path.is_file()}
    links = {n: str(p.readlink()) for n, p in files.items() if p.is_symlink()}
    manifest = {"format": _FORMAT, "files": listed, "links": links}
    partial = archive.with_name(f".{archive.name}.part")
    try:
        with tarfile.open(partial, "w:gz") as tar:
            text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
            member = tarfile.TarInfo(MANIFEST)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
            for name, path in files.items():
                tar.add(path, arcname=name, recursive=False)
        partial.rename(archive)
    finally:
        partial.unlink(missing_ok=True)
    return len(files)


def restore(settings: Settings, archive: Path) -> int:
    """Unpack an archive into the data folder, which must not hold a landing zone.

    Everything is checked before anything is put in its place. Raises BackupError.
    """
    if settings.landing.exists():
        raise BackupError(
            f"{settings.data}: holds a landing zone already; restore into an empty "
            "folder (set GEESE_DATA)"
        )
    settings.data.mkdir(parents=True, exist_ok=True)
    partial = settings.data / ".restore"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _unpack(archive, partial)
        listed = _check(archive, partial)
        (partial / MANIFEST).unlink()
        for part in partial.iterdir():
            part.rename(settings.data / part.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return listed


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    for part in _PARTS:
        root = settings.data / part
        found = sorted(root.rglob("*")) if root.is_dir() else [root]
        for path in found:
            is_partial = path.name.startswith(".")
            if (path.is_file() or path.is_symlink()) and not is_partial:
                yield str(path.relative_to(settings.data)), path
    config = CHECKOUT / "geese.toml"
    if config.exists():
        yield "config/geese.toml", config


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            tar.extractall(folder, filter="data")
    except FileNotFoundError as error:
        raise BackupError(f"{archive}: no such archive") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(
            f"{archive}: damaged or cut off ({error}); use another archive"
        ) from error


def _check(archive: Path, folder: Path) -> int:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise BackupError(f"{archive}: not an archive of this project") from error
    if manifest["format"] != _FORMAT:
        raise BackupError(
            f"{archive}: written by a newer release (format {manifest['format']}); "
            "restore with that release"
        )
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise BackupError(
                f"{archive}: partial or damaged ({name}); use another archive"
            )
    for name in manifest["links"]:
        if not (folder / name).is_symlink():
            raise BackupError(f"{archive}: partial ({name}); use another archive")
    return len(manifest["files"]) + len(manifest["links"])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
