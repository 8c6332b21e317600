"""A dead man's file: each successful refresh touches it, others watch its age."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from ingest import clock
from orchestration.settings import Settings
from orchestration.whole_files import replace

_SLACK = timedelta(days=1)
"""A clock that is set right by less has missed nothing."""


def beat(settings: Settings, now: datetime) -> None:
    """Say that a refresh has just succeeded."""
    settings.data.mkdir(parents=True, exist_ok=True)
    replace(_path(settings), f"{now.isoformat(' ')}\n".encode())
    os.utime(_path(settings), times=(clock.seconds(now), clock.seconds(now)))


def last(settings: Settings) -> datetime | None:
    """When a refresh last succeeded, None if none has."""
    path = _path(settings)
    if not path.exists():
        return None
    moment = datetime.fromtimestamp(path.stat().st_mtime, clock.TAIPEI)
    return moment.replace(tzinfo=None, microsecond=0)


def is_silent(settings: Settings, now: datetime) -> bool:
    """Whether the last success is longer ago than the schedule explains.

    One of a day to come says nothing: the clock was wrong, then or now.
    """
    moment = last(settings)
    if moment is None:
        return False
    return not -_SLACK <= now - moment <= patience(settings.refresh_cron)


def patience(refresh_cron: str) -> timedelta:
    """How long it may be silent: a day more than the longest pause of the schedule."""
    _, _, day_of_month, month, day_of_week = refresh_cron.split()
    if month != "*":
        return timedelta(days=367)
    if day_of_month != "*":
        return timedelta(days=32)
    return timedelta(days=2 if day_of_week == "*" else 8)


def _path(settings: Settings) -> Path:
    return settings.data / "heartbeat"
