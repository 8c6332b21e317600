"""A refresh that was stopped by checks, and what a brief says of it."""

import datetime as dt
from dataclasses import dataclass

from reports.phrases import Phrase, phrase

SHOWN = 3


@dataclass(frozen=True)
class Halt:
    """The newest refresh published nothing: its day, and the checks that failed."""

    day: dt.date
    checks: tuple[str, ...]


def said(halt: Halt | None) -> Phrase | None:
    """Say when and by which checks; None where the newest refresh was not stopped."""
    if halt is None:
        return None
    named = phrase("lists.one", item=halt.checks[0])
    for name in halt.checks[1:SHOWN]:
        second = phrase("lists.one", item=name)
        named = phrase("lists.comma", first=named, second=second)
    key = "stopped" if len(halt.checks) <= SHOWN else "stopped_more"
    return phrase(
        f"kinds.{key}", day=halt.day, checks=named, count=str(len(halt.checks))
    )
