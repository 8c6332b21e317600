"""Whether a refresh could find anything new, told without Dagster, dbt or checks.

A refresh from the embedded files is decided by what it starts from: code, reference
files, libraries, settings, people's decisions, how the sources stand. If that is as it
was when the last refresh began, and what that refresh left lies there untouched, then
another one would make the same again.
"""

import hashlib
import json
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest import inbox
from ingest.landing import LandingZone
from ingest.payload import sha256_of
from orchestration import source_states, state
from orchestration.briefs import files as brief_files
from orchestration.settings import CHECKOUT, Settings
from orchestration.warehouse import dbt_command

_PACKAGES = ("analysis", "ingest", "orchestration", "reports")
_FETCHED = ("fetch", "visit")
"""Events of the journal that refreshes write themselves; the others people decided."""


def started_from(settings: Settings) -> str:
    """A digest of all that decides a refresh, to be taken before it begins.

    Raises IngestError if the journal of the landing zone is damaged.
    """
    zone = LandingZone(settings.landing)
    standings = source_states.collect(settings)
    return _digest(
        dbt_command.fingerprint(),
        [(str(f.relative_to(CHECKOUT)), sha256_of(f)) for f in _files_of_code()],
        _libraries(),
        settings.model_dump_json(exclude={"data"}),
        [event for event in zone.events() if event["event"] not in _FETCHED],
        [(source.source, source.state) for source in standings],
        state.pins(settings.state),
    )


def left(settings: Settings) -> str:
    """A digest of what a refresh leaves: payloads, build file, published versions.

    Of their names, sizes and times of writing, for reading them takes long.
    """
    folders = (settings.landing, settings.published)
    files = [f for folder in folders for f in folder.glob("*/*") if f.is_file()]
    files += [*settings.published.glob("*.duckdb"), settings.warehouse]
    files.append(LandingZone(settings.landing).journal)
    return _digest(
        settings.latest.resolve().name,
        [
            (str(f.relative_to(settings.data)), f.stat().st_size, f.stat().st_mtime_ns)
            for f in sorted(files)
            if f.exists()
        ],
    )


def is_unchanged(settings: Settings) -> bool:
    """Whether a refresh now would only repeat the last one.

    Never if publishers would be asked, a file waits in the drop folder, a brief is
    missing, or the last refresh did not come through whole.
    """
    if settings.mode == "live" or any(_waiting(settings)):
        return False
    kept = len(brief_files.ALWAYS_MADE) * len(settings.languages)
    if len(brief_files.all_newest(settings)) < kept:
        return False
    noted = _note(settings)
    if not noted.exists():
        return False
    return noted.read_text() == _told(started_from(settings), left(settings))


def note(settings: Settings, began_with: str) -> None:
    """Remember what a refresh that came through whole started from, and what it left.

    To be called while the installation's lock is still held.
    """
    _note(settings).write_text(_told(began_with, left(settings)))


def forget(settings: Settings) -> None:
    """Let the next refresh be a whole one."""
    _note(settings).unlink(missing_ok=True)


def _note(settings: Settings) -> Path:
    return settings.data / "last_refresh.sha256"


def _told(began_with: str, what_is_left: str) -> str:
    return f"{began_with}  started_from\n{what_is_left}  left\n"


def _waiting(settings: Settings) -> Iterator[Path]:
    for folder in settings.inbox.glob("*"):
        yield from inbox.waiting(folder)


def _files_of_code() -> list[Path]:
    files = [file for name in _PACKAGES for file in (CHECKOUT / name).rglob("*")]
    files += [CHECKOUT / "dagster.yaml", CHECKOUT / "requirements.lock"]
    return sorted(f for f in files if f.is_file() and "__pycache__" not in f.parts)


def _libraries() -> list[str]:
    """Python's version and the names of what is installed, which tell the versions."""
    installed = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    return [sys.version, *sorted(path.name for path in installed)]


def _digest(*facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
