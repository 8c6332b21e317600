"""What went out, to whom, and what became of it: rows of `data/state.sqlite`.

A row is `queued`, `sending` from just before the server is handed the message until
its answer, then `sent`, `failed`, `uncertain` (no answer came: the message may have
arrived), or `queued` again; one that a newer version replaced before it
went is `superseded`. Every change is a line of `mail_events` too.
"""

import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration import state as state_file
from orchestration.errors import OperatorError
from orchestration.mail.message import Addressed, digest
from orchestration.mail.outbox_content import keep, path_of
from reports.kinds import CORRECTS

STATES = ("queued", "sending", "sent", "failed", "uncertain", "superseded")

_TABLES = """
create table if not exists mails (
    id integer primary key, kind text not null, period text not null,
    version text not null, language text not null, recipient text not null,
    state text not null, attempts integer not null default 0, not_before text,
    head blob not null, content_sha256 text not null, message_sha256 text not null,
    said text, changed_at text not null, is_incomplete integer not null default 0,
    unique (kind, period, version, language, recipient)
);
create table if not exists mail_events (
    mail_id integer not null, state text not null, said text, happened_at text not null
);
create table if not exists awaited (
    kind text not null, period text not null, since text not null,
    primary key (kind, period)
);
create table if not exists unsubscribed (
    address text primary key, happened_at text not null
);
"""
_SHOWN = (
    "id, kind, period, version, language, recipient, state, attempts, not_before, "
    "said, changed_at, message_sha256, is_incomplete"
)


class OutboxError(OperatorError):
    """A row that is not there or cannot change so, or bytes that are not the row's."""


@dataclass(frozen=True)
class Key:
    """Which brief; with a recipient it names one row."""

    kind: str
    period: str
    version: str
    language: str

    @property
    def is_correction(self) -> bool:
        """Whether it corrects a brief that was wrong."""
        return CORRECTS in self.version


@dataclass(frozen=True)
class Due:
    """A queued row."""

    id: int
    recipient: str
    attempts: int
    not_before: datetime | None
    head: bytes
    content_sha256: str
    message_sha256: str


@contextmanager
def opened(file: Path) -> Generator[sqlite3.Connection]:
    """The state file with the outbox's tables; only its owner can read it.

    Raises NewerFormatError.
    """
    with state_file.opened(file) as con:
        con.executescript(_TABLES)
        _add_what_older_files_lack(con)
        file.chmod(0o600)
        yield con


def queue(
    con: sqlite3.Connection,
    folder: Path,
    items: Sequence[tuple[Key, Addressed]],
    now: datetime,
) -> int:
    """Keep the bytes, then add a row each, all or none; returns how many were new.

    A row that is there stays as it is, whatever its state.
    """
    for content in {addressed.content for _, addressed in items}:
        keep(folder, content)
    added = 0
    with con:
        for key, mail in items:
            found = con.execute(
                """insert or ignore into mails (kind, period, version, language,
                recipient, state, head, content_sha256, message_sha256, changed_at,
                is_incomplete)
                values (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?) returning id""",
                (
                    *(key.kind, key.period, key.version, key.language),
                    *(mail.recipient.lower(), mail.head, digest(mail.content)),
                    *(digest(mail.message), now.isoformat(" "), mail.is_incomplete),
                ),
            ).fetchall()
            for row in found:
                _note(con, row["id"], "queued", None, now)
            added += len(found)
    return added


def state_of(con: sqlite3.Connection, key: Key, recipient: str) -> str | None:
    """The state of one row, None if there is none."""
    row = con.execute(
        """select state from mails where (kind, period, version, language, recipient)
        = (?, ?, ?, ?, ?)""",
        (key.kind, key.period, key.version, key.language, recipient.lower()),
    ).fetchone()
    return row and row["state"]


def next_due(con: sqlite3.Connection) -> Due | None:
    """The queued row that may go first, perhaps only later."""
    row = con.execute(
        """select id, recipient, attempts, not_before, head, content_sha256,
        message_sha256 from mails where state = 'queued'
        order by coalesce(not_before, ''), id limit 1"""
    ).fetchone()
    if row is None:
        return None
    later = row["not_before"]
    return Due(
        row["id"],
        row["recipient"],
        row["attempts"],
        datetime.fromisoformat(later) if later else None,
        row["head"],
        row["content_sha256"],
        row["message_sha256"],
    )


def message(folder: Path, row: Due) -> bytes:
    """The bytes of a row, as archived. Raises OutboxError if they are not those."""
    try:
        found = row.head + path_of(folder, row.content_sha256).read_bytes()
    except OSError:
        found = b""
    if digest(found) != row.message_sha256:
        raise OutboxError(
            f"{path_of(folder, row.content_sha256)}: lost or altered; restore it "
            "from a backup"
        )
    return found


def move(
    con: sqlite3.Connection,
    mail_id: int,
    state: str,
    said: str | None,
    now: datetime,
    not_before: datetime | None = None,
    attempts: int = 0,
) -> None:
    """Change a row's state, durably, before this returns."""
    with con:
        con.execute(
            """update mails set state = ?, said = ?, changed_at = ?, not_before = ?,
            attempts = max(attempts, ?) where id = ?""",
            (
                *(state, said, now.isoformat(" ")),
                *(not_before and not_before.isoformat(" "), attempts, mail_id),
            ),
        )
        _note(con, mail_id, state, said, now)


def recover(con: sqlite3.Connection, now: datetime) -> int:
    """Rows that a dead sender left in the act become uncertain; returns how many."""
    left = con.execute("select id from mails where state = 'sending'").fetchall()
    for row in left:
        move(con, row["id"], "uncertain", "the sender was stopped in the act", now)
    return len(left)


def resolve(
    con: sqlite3.Connection, mail_id: int, resend: bool, why: str, now: datetime
) -> str:
    """Carry out what the operator decided about a row; returns its new state.

    What was sent is sent again only by this, the same bytes. Raises OutboxError.
    """
    row = con.execute("select state from mails where id = ?", (mail_id,)).fetchone()
    if row is None:
        raise OutboxError(f"no mail {mail_id}; `geese outbox list` shows them")
    if not why.strip():
        raise OutboxError("--why: say for the record how you know")
    if row["state"] == "queued" or (not resend and row["state"] != "uncertain"):
        raise OutboxError(f"mail {mail_id} is {row['state']}: there is nothing to do")
    state = "queued" if resend else "sent"
    move(con, mail_id, state, f"operator: {why.strip()}", now)
    with con:
        con.execute("update mails set attempts = 0 where id = ?", (mail_id,))
    return state


def rows(con: sqlite3.Connection, states: Iterable[str] = STATES) -> list[dict]:
    """Rows in these states, oldest first, as plain values without the bytes."""
    wanted = tuple(states)
    marks = ", ".join("?" * len(wanted))
    found = con.execute(
        f"select {_SHOWN} from mails where state in ({marks}) order by id", wanted
    )
    return [dict(row) for row in found]


def _add_what_older_files_lack(con: sqlite3.Connection) -> None:
    columns = {row[1] for row in con.execute("pragma table_info(mails)")}
    if "is_incomplete" not in columns:
        con.execute(
            "alter table mails add column is_incomplete integer not null default 0"
        )


def _note(con: sqlite3.Connection, mail_id: int, *rest: Any) -> None:
    state, said, now = rest
    con.execute(
        "insert into mail_events values (?, ?, ?, ?)",
        (mail_id, state, said, now.isoformat(" ")),
    )
