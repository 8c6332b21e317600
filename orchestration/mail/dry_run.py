"""What would be sent now, written to files instead."""

from pathlib import Path

from orchestration.mail import cadence, outbox
from orchestration.mail.message import digest
from orchestration.mail.outbox_content import write_private
from orchestration.mail.postman import Item
from orchestration.settings import Settings


def write(settings: Settings, items: list[Item], again: bool = False) -> list[Path]:
    """Write the messages that would be sent now, in place of the last dry run's."""
    folder = settings.outbox / "dry_run"
    for made in (settings.outbox, folder):
        made.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in folder.glob("*.eml"):
        old.unlink()
    written = []
    with outbox.opened(settings.state) as con:
        for key, mail in items:
            if not cadence.may_go(con, key, mail.recipient, again):
                continue
            name = "-".join([*vars(key).values(), digest(mail.recipient.encode())[:8]])
            written.append(folder / f"{name}.eml")
            write_private(written[-1], mail.message)
    return written
