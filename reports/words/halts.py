"""A refresh that was stopped by checks, and what a brief says of it."""

import datetime as dt
from dataclasses import dataclass

from reports.words.phrases import Phrase, phrase, phrase_list

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
    names = [phrase("lists.one", item=name) for name in halt.checks[:SHOWN]]
    named = phrase_list(names, "lists.comma")
    key = "stopped" if len(halt.checks) <= SHOWN else "stopped_more"
    return phrase(
        f"kinds.{key}", day=halt.day, checks=named, count=str(len(halt.checks))
    )
