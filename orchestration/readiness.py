"""What must hold before a refresh begins: room on the disk, a build file that opens."""

import shutil
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.errors import OperatorError
from orchestration.settings import Settings

_FIRST_BUILD_BYTES = 150_000_000
"""What an empty data folder grows to on the way to its first published version."""


class NoRoomError(OperatorError):
    """The disk would be full before the refresh has ended."""


def bytes_needed(settings: Settings) -> int:
    """What a refresh writes at most.

    That is another build file, its copy that is published, the Parquet beside it and
    what DuckDB spills.
    """
    built = settings.warehouse.stat().st_size if settings.warehouse.exists() else 0
    return max(_FIRST_BUILD_BYTES, 4 * built)


def check_room(settings: Settings) -> None:
    """See that the disk has room for what a refresh writes.

    Raises NoRoomError; nothing has been written then.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    needed = bytes_needed(settings)
    free = shutil.disk_usage(settings.data).free
    if free < needed:
        raise NoRoomError(
            f"{settings.data}: {free // 1_000_000} MB free, a refresh needs "
            f"{needed // 1_000_000} MB; make room (cache/ can be made again, "
            "keep_versions in geese.toml says how many versions stay)"
        )


def set_aside_damaged(settings: Settings, now: datetime) -> Path | None:
    """Move a build file away that is none; the landing zone brings back all of it.

    Returns where it is now, None if the build file is sound or absent. Raises
    `duckdb.IOException` where another process holds it.
    """
    file = settings.warehouse
    if not file.exists():
        return None
    try:
        duckdb.connect(str(file), read_only=True).close()
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            raise
        aside = file.with_name(f"{file.name}.damaged-{now:%Y%m%d-%H%M%S}")
        file.rename(aside)
        file.with_name(f"{file.name}.wal").unlink(missing_ok=True)
        return aside
    return None
