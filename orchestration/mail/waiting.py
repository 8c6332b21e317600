"""Briefs on a month wait for Taiwan's and Japan's figures, up to a deadline.

What waits is remembered in the outbox: it may be whole only when a newer month has
become the newest, and it is owed all the same.
"""

from datetime import date, datetime, timedelta
from sqlite3 import Connection

import duckdb

from orchestration.mail import outbox
from orchestration.mail.outbox import Key
from orchestration.settings import Settings
from reports.words import gaps

_OWED_FOR = timedelta(days=31)
"""After the deadline; what has not gone by then never goes by itself."""

_KNOWN = """
select distinct economy_code, period from marts.balance_ratios
where economy_code in ('TWN', 'JPN') and product_set = 'ic'
    and period_kind = 'monthly' and balance_ratio is not null
    and list_contains($months, period)
"""


def missing(settings: Settings, kind: str, period: str) -> list[str]:
    """Months that the latest version lacks, like `JPN 2026-09`; [] for annual briefs.

    Both economies need every month that the brief is about.
    """
    months = gaps.months_needed(kind, period)
    if not months:
        return []
    with duckdb.connect(str(settings.latest.resolve()), read_only=True) as con:
        known = set(con.execute(_KNOWN, {"months": list(months)}).fetchall())
    needed = [(economy, month) for month in months for economy in gaps.ECONOMIES]
    return [" ".join(pair) for pair in needed if pair not in known]


def waits(settings: Settings, key: Key, days: int, now: datetime) -> bool:
    """Whether a brief waits at `now`: something is missing, the deadline not over.

    `days` are those from the period's end to the deadline. A correction never waits.
    """
    if key.is_correction or is_over(key.kind, key.period, days, now):
        return False
    return bool(missing(settings, key.kind, key.period))


def is_over(kind: str, period: str, days: int, now: datetime) -> bool:
    """Whether the deadline of a brief on a month or quarter is over."""
    months = gaps.months_needed(kind, period)
    return bool(months) and now.date() > _end(months[-1]) + timedelta(days=days)


def note(con: Connection, kind: str, period: str, now: datetime) -> None:
    """Remember that a brief waits."""
    with con:
        con.execute(
            "insert or ignore into awaited values (?, ?, ?)",
            (kind, period, now.isoformat(" ")),
        )


def owed(settings: Settings, days: int, now: datetime) -> list[tuple[str, str]]:
    """Kind and period of briefs that waited once and may still be wanted."""
    if not settings.state.exists():
        return []
    with outbox.opened(settings.state) as con:
        found = con.execute("select kind, period from awaited order by 1, 2")
        rows = [(row["kind"], row["period"]) for row in found]
    last = now - _OWED_FOR
    return [
        (kind, period) for kind, period in rows if not is_over(kind, period, days, last)
    ]


def _end(month: str) -> date:
    later = date.fromisoformat(f"{month}-01") + timedelta(days=31)
    return later.replace(day=1) - timedelta(days=1)
