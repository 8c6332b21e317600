"""Queueing briefs for their readers, and sending them, one sender at a time."""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection

from pydantic import SecretStr

from ingest import clock
from orchestration.errors import OperatorError
from orchestration.mail import cadence, notices, outbox, unsubscribed, waiting
from orchestration.mail.message import (
    Addressed,
    address,
    checked_content,
    marked,
)
from orchestration.mail.outbox import Due, Key
from orchestration.mail.server import MailServer, Reply, UnreachableError
from orchestration.mail_settings import Mail
from orchestration.resources import alone
from orchestration.settings import Settings
from reports.kinds import CORRECTS

Item = tuple[Key, Addressed]


class PostmanError(OperatorError):
    """Nothing can be sent. The message is one line."""


@dataclass(frozen=True)
class Wanted:
    """Which briefs; None means every one."""

    kind: str | None = None
    language: str | None = None


def require_mail(settings: Settings) -> Mail:
    """The `[mail]` table. Raises PostmanError without one."""
    if settings.mail is None:
        raise PostmanError("no [mail] in geese.toml; docs/operators.md shows one")
    return settings.mail


def due_items(settings: Settings, wanted: Wanted) -> list[Item]:
    """What readers should get of the newest version, whether or not they have it.

    After a failed refresh that is a short notice in place of the brief. Raises
    PostmanError if no brief has been made, MessageError for one that must not go out.
    """
    mail = require_mail(settings)
    made = notices.withheld(settings)
    if made is not None:
        return [
            (
                made.key(reader.languages[0]),
                address(made.content(language), mail, reader),
            )
            for reader in mail.recipients
            for language in reader.languages[:1]
        ]
    return list(_briefs(settings, mail, wanted))


def _briefs(settings: Settings, mail: Mail, wanted: Wanted) -> Iterator[Item]:
    newest, now = _newest(settings, mail), clock.now()
    if not newest:
        raise PostmanError(
            f"{settings.briefs}: no mail.eml of the latest version; run "
            "`geese brief make`"
        )
    for file in newest:
        kind, period, version, language = file.parts[-5:-1]
        if wanted.kind not in (None, kind) or wanted.language not in (None, language):
            continue
        key = Key(kind, period, version, language)
        if waiting.waits(settings, key, mail.deadline_days, now):
            continue
        content = checked_content(file.read_bytes(), str(file))
        is_incomplete = bool(waiting.missing(settings, kind, period))
        if is_incomplete:
            content = marked(content, language)
        for reader in mail.recipients:
            if kind in reader.kinds and language in reader.languages:
                yield key, address(content, mail, reader, is_incomplete)


def note_waiting(settings: Settings, con: Connection) -> list[str]:
    """Remember which briefs wait for figures; returns a line about each."""
    mail, told = require_mail(settings), {}
    for file in _newest(settings, mail):
        kind, period, version, language = file.parts[-5:-1]
        key = Key(kind, period, version, language)
        if waiting.waits(settings, key, mail.deadline_days, clock.now()):
            waiting.note(con, kind, period, clock.now())
            lacks = ", ".join(waiting.missing(settings, kind, period))
            told[kind, period] = f"{kind} {period} waits for {lacks}"
    return list(told.values())


def _newest(settings: Settings, mail: Mail) -> list[Path]:
    """Messages of the newest periods and those owed, by kind, version and language.

    Corrections that the newest version makes count as versions of their own; briefs as
    of another day are not mailed.
    """
    if not settings.latest.exists():
        return []
    version = settings.latest.resolve().stem
    found = [
        *settings.briefs.glob(f"*/*/{version}/*/mail.eml"),
        *settings.briefs.glob(f"*/*/{version}{CORRECTS}*/*/mail.eml"),
    ]
    found = sorted(f for f in found if f.parts[-4] != "none")
    last = {(f.parts[-5], f.parts[-3], f.parts[-2]): f for f in found}
    owed = waiting.owed(settings, mail.deadline_days, clock.now())
    waited = [f for f in found if (f.parts[-5], f.parts[-4]) in owed]
    return sorted({*waited, *last.values()})


@contextmanager
def only_sender(settings: Settings) -> Generator[Connection]:
    """The outbox, while nobody else sends; what a dead sender left is uncertain.

    Raises PostmanError at once if another sends.
    """
    settings.outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.outbox / ".lock"
    said = f"{path}: another command is sending; try again when it has ended"
    with alone(path, PostmanError(said)), outbox.opened(settings.state) as con:
        outbox.recover(con, clock.now())
        yield con


def queue(
    settings: Settings, con: Connection, items: list[Item], again: bool = False
) -> int:
    """Queue what readers should get now (see `cadence`); returns how many were new."""
    new = [(k, m) for k, m in items if cadence.may_go(con, k, m.recipient, again)]
    added = outbox.queue(con, settings.outbox, new, clock.now())
    cadence.supersede(con, new, clock.now())
    return added


def deliver(
    settings: Settings,
    con: Connection,
    password: SecretStr | None,
    tell: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Counter[str]:
    """Send everything that is queued; returns how many rows ended in which state.

    Raises ServerRefusedError or UnreachableError; what is not sent then stays queued.
    """
    mail = require_mail(settings)
    server, ended = MailServer(mail, password), Counter[str]()
    try:
        while row := outbox.next_due(con):
            sleep(_wait(mail, row))
            if unsubscribed.has(con, row.recipient):
                outbox.move(con, row.id, "failed", "unsubscribed", clock.now())
                ended["failed"] += 1
                continue
            _connect(mail, server, sleep)
            reply = _send(settings, con, server, row)
            state = _settle(con, mail, row, reply)
            if state != "queued":
                ended[state] += 1
            # Into logs that outlive the mail: never the address.
            tell(f"mail {row.id}: {state}")
            sleep(60 / mail.per_minute)
    finally:
        server.quit()
    return ended


def _send(settings: Settings, con: Connection, server: MailServer, row: Due) -> Reply:
    try:
        message = outbox.message(settings.outbox, row)
    except outbox.OutboxError as error:
        return Reply("failed", str(error))
    return server.hand_over(
        row.recipient,
        message,
        lambda: outbox.move(con, row.id, "sending", None, clock.now()),
    )


def _settle(con: Connection, mail: Mail, row: Due, reply: Reply) -> str:
    """Write down what became of a row; one that may go again waits twice as long."""
    tried = row.attempts + 1
    if reply.outcome != "again":
        outbox.move(con, row.id, reply.outcome, reply.said, clock.now())
        return reply.outcome
    if tried >= mail.attempts:
        said = f"given up after {tried} attempts: {reply.said}"
        outbox.move(con, row.id, "failed", said, clock.now())
        return "failed"
    later = clock.now() + timedelta(seconds=mail.retry_after_seconds * 2**row.attempts)
    outbox.move(con, row.id, "queued", reply.said, clock.now(), later, tried)
    return "queued"


def _wait(mail: Mail, row: Due) -> float:
    """Seconds until a row may go; never longer than a back-off, if clocks jump."""
    if row.not_before is None:
        return 0
    longest = mail.retry_after_seconds * 2**mail.attempts
    left = (row.not_before - clock.now()).total_seconds()
    return min(max(left, 0), longest)


def _connect(mail: Mail, server: MailServer, sleep: Callable[[float], None]) -> None:
    for attempt in range(mail.attempts):
        try:
            server.connect()
        except UnreachableError as error:
            if attempt + 1 == mail.attempts:
                raise UnreachableError(
                    f"{error}; tried {mail.attempts} times, the rest stays queued: run "
                    "`geese brief send --deliver` again later"
                ) from None
            sleep(mail.retry_after_seconds * 2**attempt)
        else:
            return
