"""How often a brief goes out: once a reader, kind and period; a correction always.

A later version of the same kind and period is the archive's newest, but nobody gets it
by itself. One that is queued and has not been tried gives way to a newer version.
"""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from orchestration.mail import outbox, unsubscribed
from orchestration.mail.message import Addressed
from orchestration.mail.outbox import Key
from reports.kinds import CORRECTS, KINDS

# It has arrived, may have, or waits for a person: not what is only tried again later.
_OUT = """exists (
    select 1 from mail_events
    where mail_id = mails.id and state in ('sent', 'failed', 'uncertain')
)"""
_SAME = f"""(kind, period, language, recipient) = (?, ?, ?, ?)
and instr(version, '{CORRECTS}') = 0"""


def may_go(con: Connection, key: Key, recipient: str, again: bool = False) -> bool:
    """Whether a reader should get this now; `again` allows a newer version of a brief.

    What has a row of its own never gets a second one.
    """
    if unsubscribed.has(con, recipient):
        return False
    own = outbox.state_of(con, key, recipient)
    if own is not None:
        return own == "queued"
    return again or not _goes_once(key) or not _has_gone(con, key, recipient)


def supersede(
    con: Connection, items: Sequence[tuple[Key, Addressed]], now: datetime
) -> int:
    """Take older versions of these briefs that nobody has had out of the queue.

    Returns how many.
    """
    count = 0
    for key, mail in items:
        if not _goes_once(key):
            continue
        old = con.execute(
            f"""select id from mails where {_SAME} and version <> ?
            and state = 'queued' and not {_OUT}""",
            (*_told(key, mail.recipient), key.version),
        ).fetchall()
        for row in old:
            said = f"version {key.version} goes instead"
            outbox.move(con, row["id"], "superseded", said, now)
        count += len(old)
    return count


def _goes_once(key: Key) -> bool:
    return key.kind in KINDS and not key.is_correction


def _has_gone(con: Connection, key: Key, recipient: str) -> bool:
    found = con.execute(
        f"select 1 from mails where {_SAME} and {_OUT} limit 1",
        _told(key, recipient),
    ).fetchone()
    return found is not None


def _told(key: Key, recipient: str) -> tuple[str, str, str, str]:
    return (key.kind, key.period, key.language, recipient.lower())
