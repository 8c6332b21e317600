"""Everything that cannot be made again, in one archive, and back.

An archive holds the landing zone with its journal, the published versions, the briefs,
what people put into the inbox, the outbox, `state.sqlite` and the settings. Its first
member lists every file with its digest, so a partial archive is recognised and refused.
"""

import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ingest.payload import sha256_of
from orchestration.errors import OperatorError
from orchestration.resources import settings_file
from orchestration.settings import Settings
from orchestration.whole_files import open_folder

MANIFEST = "MANIFEST.json"
CONFIG = "config/geese.toml"
_PARTS = ("landing", "inbox", "published", "briefs", "outbox", "state.sqlite")
_FORMAT = 1


class BackupError(OperatorError):
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
    listed = {name: sha256_of(path) for name, path in files.items() if path.is_file()}
    links = {n: str(p.readlink()) for n, p in files.items() if p.is_symlink()}
    manifest = {"format": _FORMAT, "files": listed, "links": links}
    partial = archive.with_name(f".{archive.name}.part")
    partial.unlink(missing_ok=True)
    try:
        # It holds readers' addresses and mail.
        made = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "wb") as file, tarfile.open(None, "w:gz", file) as tar:
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
    """Unpack an archive into a data folder that holds none of its parts yet.

    Everything is checked before anything is put in its place. Raises BackupError.
    """
    taken = [part for part in (*_PARTS, "config") if (settings.data / part).exists()]
    if taken:
        raise BackupError(
            f"{settings.data}: holds {', '.join(taken)} already; restore into an empty "
            "folder (set GEESE_DATA)"
        )
    settings.data.mkdir(parents=True, exist_ok=True)
    partial = settings.data / ".restore"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    try:
        _unpack(archive, partial)
        listed = _check(archive, partial)
        (partial / MANIFEST).unlink()
        _protect(partial)
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
    config = settings_file()
    if config.is_file():
        yield CONFIG, config


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r:gz") as tar:
            # Python before 3.11.4, such as Debian 12's, has no filters.
            tar.extraction_filter = getattr(
                tarfile, "data_filter", lambda told, _: told
            )
            for member in _harmless(tar):
                tar.extract(member, folder)
    except FileNotFoundError as error:
        raise BackupError(f"{archive}: no such archive") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(
            f"{archive}: damaged or cut off ({error}); use another archive"
        ) from error


def _harmless(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The members, from now on ours. Raises TarError for one that leads outside."""
    for member in tar:
        is_link = member.issym() and "/" not in member.linkname
        parts = (*PurePosixPath(member.name).parts, member.linkname)
        if not (member.isfile() or member.isdir() or is_link) or {"/", ".."} & {*parts}:
            raise tarfile.TarError(f"{member.name} leads outside")
        member.mode &= 0o755
        member.uid, member.gid = os.getuid(), os.getgid()
        member.uname = member.gname = ""
        yield member


def _protect(folder: Path) -> None:
    """What an archive does not bring back: who may read mail, who may use versions."""
    if (folder / "outbox").exists():
        (folder / "outbox").chmod(0o700)
    published = folder / "published"
    for path in (published, *published.rglob("*")):
        if path.is_dir():
            open_folder(path)
        elif path.is_file() and not path.is_symlink():
            path.chmod(0o444)


def _check(archive: Path, folder: Path) -> int:
    """Hold what was unpacked against the manifest, in both directions."""
    files, links = _manifest(archive, folder)
    found = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    for name in sorted(found ^ {MANIFEST, *files, *links}):
        raise BackupError(
            f"{archive}: partial or altered ({name}); use another archive"
        )
    for name in found - {MANIFEST, CONFIG}:
        if Path(name).parts[0] not in _PARTS:
            raise BackupError(f"{archive}: {name} is not part of an installation")
    for name, digest in files.items():
        if sha256_of(folder / name) != digest:
            raise BackupError(f"{archive}: damaged ({name}); use another archive")
    return len(files) + len(links)


def _manifest(archive: Path, folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        written, files, links = (manifest[k] for k in ("format", "files", "links"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{archive}: not an archive of this project") from error
    if written != _FORMAT:
        raise BackupError(
            f"{archive}: written by another release (format {written}); restore with it"
        )
    return files, links
