"""A scripted year: what the publishers do, day after day."""

from dataclasses import dataclass
from datetime import date

from tests.upstreams.world import World


@dataclass(frozen=True)
class Step:
    """A day, what happens on it, and the faults that hold until the next step."""

    day: date
    note: str
    edition: bool = False
    faults: tuple[tuple[str, str], ...] = ()


_WORLD_BANK = "api.worldbank.org"

YEAR = (
    Step(date(2026, 11, 20), "an ordinary day"),
    Step(date(2026, 11, 27), "every publisher is slow", faults=(("*", "slow_body"),)),
    Step(date(2026, 12, 20), "new figures", edition=True),
    Step(date(2027, 1, 20), "new figures and revisions", edition=True),
    Step(date(2027, 2, 3), "a bad gateway", faults=(("*", "status_502_html"),)),
    Step(date(2027, 2, 4), "the outage is over"),
    Step(
        date(2027, 3, 20),
        "one year a thousand times too high",
        edition=True,
        faults=((_WORLD_BANK, "scale_1000_year"),),
    ),
    Step(date(2027, 3, 27), "the publisher has corrected it", edition=True),
    Step(date(2027, 5, 20), "too many requests", faults=(("*", "rate_limit_429"),)),
    Step(
        date(2027, 6, 20),
        "half the file is gone",
        edition=True,
        faults=((_WORLD_BANK, "half_the_rows"),),
    ),
    Step(date(2027, 7, 20), "the whole file again", edition=True),
    Step(
        date(2027, 9, 20),
        "an economy has vanished",
        edition=True,
        faults=((_WORLD_BANK, "vanished_economy"),),
    ),
    Step(date(2027, 11, 20), "an ordinary release", edition=True),
)


def play(world: World, step: Step) -> None:
    """Bring a world to a step: its day, its release, only its faults."""
    world.clear()
    if step.edition:
        world.advance(to=step.day)
    world.today = step.day
    for host, name in step.faults:
        world.fault(host, name)
