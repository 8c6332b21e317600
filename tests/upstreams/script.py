"""Scripted years: what the publishers do, day after day."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from tests.upstreams.world import World

# What a careful reader makes of a step: takes what is new, finds nothing, is refused,
# or is given something that must not stand.
Outcome = Literal["news", "nothing", "refused", "spoilt"]


@dataclass(frozen=True)
class Step:
    """A day, what happens on it, and the faults that hold until the next step.

    `edition` lets every publisher release; `faults` maps a host to the fault it shows,
    '*' standing for every host.
    """

    day: date
    note: str
    outcome: Outcome
    edition: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)


# A unit, a scale or a column is wrong, at every publisher in its own way.
_MISPRINTS = {
    "www.stat-search.boj.or.jp": "scale_1000_year",
    "cpx.cbc.gov.tw": "renamed_column",
    "www.cepii.fr": "lost_zeros",
    "comtradeapi.un.org": "ignored_partner",
    "api.e-stat.go.jp": "wrong_unit",
    "api.frankfurter.dev": "swapped_currencies",
    "www.nistep.go.jp": "another_unit",
    "sdmx.oecd.org": "another_multiplier",
    "api.worldbank.org": "scale_1000_year",
    "www.wsts.org": "in_millions",
    "stats.wto.org": "another_unit",
}
# Something that was there is gone, except at CEPII, which is out once a year.
_LOSSES = {
    "www.stat-search.boj.or.jp": "missing_year",
    "cpx.cbc.gov.tw": "missing_year",
    "comtradeapi.un.org": "short_count",
    "api.e-stat.go.jp": "lost_cells",
    "api.frankfurter.dev": "no_twd",
    "www.nistep.go.jp": "missing_workbook",
    "sdmx.oecd.org": "no_taiwan",
    "api.worldbank.org": "vanished_economy",
    "www.wsts.org": "missing_region",
    "stats.wto.org": "no_taiwan",
}

YEAR = (
    Step(date(2026, 11, 20), "an ordinary day", "news"),
    Step(date(2026, 11, 27), "all are slow", "nothing", faults={"*": "slow_body"}),
    Step(date(2026, 12, 20), "new figures and revisions", "news", edition=True),
    Step(date(2027, 2, 3), "a bad gateway", "refused", faults={"*": "status_502_html"}),
    Step(date(2027, 2, 4), "the outage is over", "news"),
    Step(
        *(date(2027, 3, 20), "every publisher misprints", "spoilt"),
        edition=True,
        faults=_MISPRINTS,
    ),
    Step(date(2027, 3, 27), "they have corrected it", "news", edition=True),
    Step(
        date(2027, 5, 20),
        "too many requests",
        "refused",
        faults={"*": "rate_limit_429"},
    ),
    Step(
        *(date(2027, 9, 20), "something has vanished everywhere", "spoilt"),
        edition=True,
        faults=_LOSSES,
    ),
    Step(date(2027, 11, 20), "an ordinary release", "news", edition=True),
)


def years(count: int) -> tuple[Step, ...]:
    """The scripted year, again and again; the last day of each begins the next."""
    again = [
        replace(step, day=step.day.replace(year=step.day.year + number))
        for number in range(1, count)
        for step in YEAR[1:]
    ]
    return (*YEAR, *again)


def play(world: World, step: Step) -> None:
    """Bring a world to a step: its day, its release, only its faults."""
    world.clear()
    if step.edition:
        world.advance(to=step.day)
    world.today = step.day
    for host, name in step.faults.items():
        world.fault(host, name)
