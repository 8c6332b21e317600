"""What happens to an installation besides its publishers' releases, made by a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal[
    "kill", "full disk", "clock", "mail down", "mail up", "file dropped", "leaves"
]
# Runs of each kind are hit in this order, then again: the rarer ones first.
STRUCK = ("refresh", "clean_up", "ask_publishers", "deliver")


@dataclass(frozen=True)
class Mishap:
    """Something that happens at a moment of true time.

    `job` is the kind of run that is struck, the next one; `days` by how much the clock
    is wrong from now on; `share` how far a run gets, or how much room is left.
    """

    at: datetime
    kind: Kind
    job: str = ""
    days: float = 0.0
    share: float = 0.0


def mishaps(start: datetime, years: float, seed: int, kills: int) -> list[Mishap]:
    """Everything that goes wrong, in order of time."""
    dice = random.Random(seed)  # noqa: S311 not for secrets
    length = timedelta(days=365 * years)
    found = [
        *_struck(start, length, dice, "kill", kills),
        *_struck(start, length, dice, "full disk", max(4, kills // 3)),
        *_wrong_clocks(start, length, dice),
        *_dropped(start, length),
        Mishap(start + length * 0.5, "leaves"),
    ]
    for number in range(max(1, round(2 * years))):
        down = start + length * (number + dice.random()) / max(1, round(2 * years))
        found += [
            Mishap(down, "mail down"),
            Mishap(down + timedelta(days=3), "mail up"),
        ]
    return sorted(found, key=lambda mishap: mishap.at)


def _struck(
    start: datetime, length: timedelta, dice: random.Random, kind: Kind, count: int
) -> Iterator[Mishap]:
    """Runs of every kind in turn, spread over nine tenths of the time."""
    for number in range(count):
        at = start + length * 0.9 * (number + dice.random()) / count
        yield Mishap(at, kind, STRUCK[number % len(STRUCK)], share=dice.random())


def _wrong_clocks(
    start: datetime, length: timedelta, dice: random.Random
) -> Iterator[Mishap]:
    """Once back by days, once far ahead for hours; each is then set right."""
    ahead = min(60.0, length.days / 5)
    for place, days, hours in ((0.3, -9.0, 40), (0.6, ahead, 30)):
        at = start + length * (place + 0.1 * dice.random())
        yield Mishap(at, "clock", days=days)
        yield Mishap(at + timedelta(hours=hours), "clock", days=0.0)


def _dropped(start: datetime, length: timedelta) -> Iterator[Mishap]:
    """Someone puts the ministry's two tables into the drop folder on each ninth."""
    day = start.replace(day=9, hour=14, minute=0)
    while day < start + length:
        if day >= start:
            yield Mishap(day, "file dropped")
        day = (day + timedelta(days=31)).replace(day=9)
