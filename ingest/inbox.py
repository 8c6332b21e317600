"""The drop folder: files that people put there are checked, landed and filed away.

inbox/<source>/<file>            waits
inbox/<source>/accepted/<file>   has been landed
inbox/<source>/rejected/<file>   is not what the source declares; why stands beside
                                 it in <file>.reason.txt
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

import duckdb

from ingest import incoming
from ingest.clock import start_of
from ingest.landing import LandingZone
from ingest.source import Feed, IngestError, Source, Table


@dataclass(frozen=True)
class Taken:
    """A file that was found; `problem` says why it was rejected, None if it was not."""

    source: str
    file: Path
    problem: str | None


def take(source: Source, folder: Path, zone: LandingZone, now: datetime) -> list[Taken]:
    """Land every waiting file of `folder`, the inbox of this source.

    Nothing is taken if it, or a folder that files are filed into, is a link.
    """
    for place in (folder, folder / "accepted", folder / "rejected"):
        if place.is_symlink():
            problem = f"{place}: is a link, nothing is taken; make it a folder"
            return [Taken(source.name, place, problem)]
    return [_take(source, path, zone, now) for path in waiting(folder)]


def waiting(folder: Path) -> Iterator[Path]:
    """The dropped files that wait in a source's inbox, by name.

    Links are none: who may drop a file must not have this service read another one.
    """
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            # Names that begin so are files still being written, or an editor's.
            is_ready = not path.name.startswith((".", "~"))
            if is_ready and not path.is_symlink() and path.is_file():
                yield path


def _take(source: Source, path: Path, zone: LandingZone, now: datetime) -> Taken:
    try:
        table, feed = _meant_for(source, path)
        published_at = start_of(feed.dated(path)) if feed.dated else None
        _check(table, feed, path)
    except IngestError as error:
        filed = _file(path, "rejected", now)
        _note(filed, str(error))
        return Taken(source.name, filed, str(error))
    told = vars(feed.provenance) if feed.provenance else {}
    zone.land(
        source=source.name,
        resource=feed.resource,
        payload=path,
        retrieved_at=now,
        checked_at=now,
        origin=told
        | {"accessed_on": now.date(), "compiled_from": f"inbox: {path.name}"},
        published_at=min(published_at, now) if published_at else None,
        part=path.name,
    )
    return Taken(source.name, _file(path, "accepted", now), None)


def _meant_for(source: Source, path: Path) -> tuple[Table, Feed]:
    feeds = source.feeds("inbox")
    for table, feed in feeds:
        if feed.accepts(path.name):
            return table, feed
    may = ", ".join(feed.files for _, feed in feeds) or "no files at all"
    raise IngestError(f"{path.name}: {source.name} takes {may}; rename the file")


def _check(table: Table, feed: Feed, path: Path) -> None:
    with duckdb.connect() as con:
        incoming.read(con, table, feed, path, path.name)


def _note(filed: Path, reason: str) -> None:
    """Write why beside a rejected file; what has the note's name already stays."""
    for number in count(1):
        again = f".{number}" if number > 1 else ""
        note = filed.with_name(f"{filed.name}{again}.reason.txt")
        try:
            # "x" follows no link: the note must not be written into another file.
            with note.open("x", encoding="utf-8") as file:
                file.write(f"{reason}\n")
        except FileExistsError:
            continue
        return


def _file(path: Path, where: str, now: datetime) -> Path:
    """Move a file into a folder beside it; one of the same name there stays."""
    target = path.parent / where / path.name
    if target.exists():
        target = target.with_name(f"{path.stem}.{now:%Y%m%dT%H%M%S}{path.suffix}")
    target.parent.mkdir(parents=True, exist_ok=True)
    return path.rename(target)
