"""A machine's clock, and what is due by it: every schedule, tick by tick."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import dagster as dg
from dagster._utils.schedules import schedule_execution_time_iterator

from ingest import clock
from orchestration.runs.schedules import schedules
from orchestration.runs.sensors import sensors
from orchestration.settings import Settings

_CAUGHT_UP = 5
"""Of the ticks that were missed Dagster evaluates so many, the last ones."""


@dataclass
class Machine:
    """Evaluates the real schedules and the sensor of an installation as Dagster does.

    `true` is the time of the world, `skew` by how much the clock is wrong. A schedule
    whose last tick is of a day to come waits for it: so Dagster has it.
    """

    settings: Settings
    true: datetime
    skew: timedelta = timedelta()
    evaluated: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clock.now = lambda: self.now
        self._schedules = schedules(self.settings)
        self._sensor = sensors(self.settings)[0]
        self._instance = dg.DagsterInstance.ephemeral()
        self._ticks = {s.name: _ticks(s, self.now) for s in self._schedules}
        self._next = {name: next(ticks) for name, ticks in self._ticks.items()}
        self._keys: set[str | None] = set()
        self._looked_at: object = None

    @property
    def now(self) -> datetime:
        """What the machine's clock says."""
        return self.true + self.skew

    def due(self) -> Iterator[tuple[str, dg.RunRequest]]:
        """Jobs that the schedules ask for by now, with the request."""
        for schedule in self._schedules:
            for tick in self._reached(schedule.name)[-_CAUGHT_UP:]:
                context = dg.build_schedule_context(scheduled_execution_time=tick)
                found = schedule.evaluate_tick(context)
                self._count(schedule.name, bool(found.run_requests))
                yield from ((schedule.job.name, r) for r in found.run_requests or ())

    def arrived(self) -> bool:
        """Whether the sensor asks for a refresh that it has not asked for before.

        It is evaluated when something that it reads has changed.
        """
        seen = self._state()
        if seen == self._looked_at:
            return False
        self._looked_at = seen
        context = dg.build_sensor_context(instance=self._instance)
        found = self._sensor.evaluate_tick(context)
        self._count(self._sensor.name, bool(found.run_requests))
        new = {request.run_key for request in found.run_requests or ()} - self._keys
        self._keys |= new
        return bool(new)

    def _reached(self, name: str) -> list[datetime]:
        reached = []
        while self._next[name].timestamp() <= clock.seconds(self.now):
            reached.append(self._next[name])
            self._next[name] = next(self._ticks[name])
        return reached

    def _state(self) -> object:
        journal = self.settings.landing / "journal.jsonl"
        size = journal.stat().st_size if journal.exists() else 0
        waiting = sorted(map(str, self.settings.inbox.glob("*/*.*")))
        return size, waiting, self.settings.latest.resolve()

    def _count(self, name: str, is_due: bool) -> None:
        self.evaluated[name] = self.evaluated.get(name, 0) + 1
        if not is_due:
            self.skipped[name] = self.skipped.get(name, 0) + 1


def _ticks(schedule: Any, start: datetime) -> Iterator[datetime]:
    return schedule_execution_time_iterator(
        clock.seconds(start), schedule.cron_schedule, schedule.execution_timezone
    )
