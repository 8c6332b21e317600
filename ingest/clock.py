"""The warehouse's one clock: wall time in Asia/Taipei, which has no summer time.

Moments are naive and mean Taipei time, in files, tables and commands alike. A day as
a point of view means its end; a day as a publication date means its beginning, so
what was published on a day is known at the end of it.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TAIPEI = ZoneInfo("Asia/Taipei")


def now() -> datetime:
    """The present moment in Taipei, to the second."""
    return datetime.now(TAIPEI).replace(tzinfo=None, microsecond=0)


def seconds(moment: datetime) -> float:
    """A moment as files and databases count it: seconds since 1970."""
    return moment.replace(tzinfo=TAIPEI).timestamp()


def start_of(day: date) -> datetime:
    """Midnight at which the day begins."""
    return datetime.combine(day, time())


def end_of(day: date) -> datetime:
    """The last moment that still belongs to the day."""
    return start_of(day) + timedelta(days=1, microseconds=-1)
