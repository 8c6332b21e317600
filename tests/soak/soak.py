"""Years of an installation, hour by hour: what is due is carried out, or counted."""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingest import clock
from orchestration import failed_runs
from orchestration.mail import outbox, unsubscribed
from orchestration.settings import Settings
from tests.ingest.sources.press_workbooks import press_workbook
from tests.orchestration import mail_server
from tests.orchestration.mail_server import Inbox
from tests.soak import due_briefs
from tests.soak.machine import Machine
from tests.soak.mishaps import Mishap
from tests.soak.runs import Ended, Order, Runner
from tests.upstreams.script import Step, play
from tests.upstreams.world import World

LEAVER = "leaver@example.net"
_HOUR = timedelta(hours=1)
_ROOMS = {"deliver": 60_000, "clean_up": 200}
"""Bytes that a file may have at most while the disk is full; a refresh has more."""


@dataclass
class Soak:
    """One installation, its world, its mail server, and what became of every run.

    `part` are the assets that a refresh is confined to, none for whole refreshes; of
    these one is carried out every `pause`, and more that are asked for are counted.
    """

    settings: Settings
    world: World
    steps: list[Step]
    mishaps: list[Mishap]
    inbox: Inbox
    start: datetime
    end: datetime
    pause: timedelta
    part: tuple[tuple[str, ...], ...] = ()
    is_out_of_time: Callable[[], bool] = lambda: False
    tell: Callable[[str], None] = print
    runner: Runner = field(default_factory=Runner)
    counted: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    due: set[due_briefs.Due] = field(default_factory=set)
    stops: set[str] = field(default_factory=set)
    requests: list[tuple[Ended, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.machine = Machine(self.settings, self.start)
        self._pending: list[Mishap] = []
        self._next_refresh = self.start
        self._wanted = False
        self._mail: mail_server.Listening | None = None
        self._sent_of: object = None
        self._tidied = 0
        self._heard: dict[tuple[tuple[str, ...], ...], object] = {}

    def live(self) -> None:
        """Let the years pass, and end on a quiet day with everything caught up."""
        self._mail = mail_server.start(self.inbox, None, port=self.settings.mail.port)
        try:
            while self.machine.true < self.end:
                self._hour()
                self.machine.true += _HOUR
            self._catch_up()
        finally:
            self._mail.stop()

    def _hour(self) -> None:
        while self.steps and self.steps[0].day <= self.machine.true.date():
            step = self.steps.pop(0)
            play(self.world, step)
            self.happened[step.note] += 1
        while self.mishaps and self.mishaps[0].at <= self.machine.true:
            self._strike(self.mishaps.pop(0))
        for job, request in self.machine.due():
            paths = tuple(tuple(k.path) for k in request.asset_selection or ())
            self._asked_for(job, paths)
        if self.machine.arrived():
            self._asked_for("refresh", ())

    def _asked_for(self, job: str, assets: tuple[tuple[str, ...], ...]) -> None:
        """Carry out what is due, or count it where it would repeat or cost too much."""
        if job == "refresh":
            if self.machine.true < self._next_refresh or self.is_out_of_time():
                self.counted[job] += 1
                return
            self._next_refresh = self.machine.true + self.pause
            assets = self.part
        elif not self._is_struck(job) and self._repeats(job, assets):
            self.counted[job] += 1
            return
        self._carry_out(job, assets)

    def _is_struck(self, job: str) -> bool:
        return any(mishap.job == job for mishap in self._pending)

    def _repeats(self, job: str, assets: tuple[tuple[str, ...], ...]) -> bool:
        """Whether a run would only repeat what one before it did, or costs too much.

        A publisher that has not released since is asked every third time; the clean-up
        comes once a month; the rebuild is left for the end.
        """
        if job == "rebuild_drill":
            return True
        if job == "deliver":
            return self._to_deliver() == self._sent_of
        if job == "clean_up":
            month = self.machine.true.month
            self._tidied, before = month, self._tidied
            return month == before
        told = (self.world.edition, self.world.active("*"))
        repeats = self._heard.get(assets) == told and self.counted[job] % 3 != 2
        self._heard[assets] = told
        return repeats

    def _carry_out(
        self, job: str, assets: tuple[tuple[str, ...], ...] = (), is_safe: bool = False
    ) -> Ended:
        order = Order(job, self.machine.now, assets)
        if not is_safe:
            order = self._struck(order)
        if job == "deliver":
            self.due |= set(due_briefs.due(self.settings))
            self.stops |= due_briefs.stops(self.settings)
        before = len(self.world.log)
        ended = self.runner.carry_out(order)
        self.requests.append((ended, before, len(self.world.log)))
        if ended.outcome != "went well" or job == "refresh":
            self.tell(
                f"{self.machine.true:%Y-%m-%d %H:%M} {job} {ended.outcome} in "
                f"{ended.seconds:.1f} s {ended.said}"
            )
        if ended.outcome != "went well":
            self._heard.pop(assets, None)
        if job == "refresh" and ended.outcome != "went well":
            # The next one that is asked for is carried out.
            self._next_refresh = self.machine.true
        if job == "deliver" and ended.outcome == "went well":
            self._sent_of = self._to_deliver()
        return ended

    def _struck(self, order: Order) -> Order:
        """The order with the mishap that waits for a run of its kind."""
        hits = [mishap for mishap in self._pending if mishap.job == order.job]
        if not hits:
            return order
        (hit, *_) = hits
        self._pending.remove(hit)
        self.happened[f"{hit.kind}: {order.job}"] += 1
        values = dict(vars(order))
        if hit.kind == "kill":
            whole = self.runner.seconds(order.job)
            return Order(**values | {"kill_after": 0.05 + hit.share * whole})
        room = _ROOMS.get(order.job, int(20_000 + hit.share * 2_000_000))
        return Order(**values | {"room": room})

    def _strike(self, mishap: Mishap) -> None:
        strikes = {
            "kill": self._pending.append,
            "full disk": self._pending.append,
            "clock": self._set_clock,
            "mail down": lambda _: self._mail.stop(),
            "mail up": self._bring_mail_back,
            "file dropped": self._drop_tables,
            "leaves": self._leave,
        }
        if mishap.kind not in ("kill", "full disk"):
            self.happened[mishap.kind] += 1
        strikes[mishap.kind](mishap)

    def _set_clock(self, mishap: Mishap) -> None:
        self.machine.skew = timedelta(days=mishap.days)
        self.tell(f"{self.machine.true:%Y-%m-%d} the clock says {self.machine.now}")

    def _bring_mail_back(self, _: Mishap) -> None:
        self._mail = mail_server.start(self.inbox, None, port=self.settings.mail.port)

    def _drop_tables(self, mishap: Mishap) -> None:
        """Last month's edition of the press tables, at rest for a minute."""
        month = mishap.at.replace(day=1) - timedelta(days=1)
        folder = self.settings.inbox / "taiwan_mof"
        folder.mkdir(parents=True, exist_ok=True)
        for number, sheet in ((4, "表4"), (5, "表5")):
            file = folder / f"table{number}-{month:%Y-%m}.xlsx"
            press_workbook(file, sheet, (month.year, month.month))
            moment = clock.seconds(self.machine.now - timedelta(minutes=1))
            os.utime(file, (moment, moment))

    def _leave(self, _: Mishap) -> None:
        with outbox.opened(self.settings.state) as con:
            unsubscribed.add(con, LEAVER, self.machine.now)

    def _to_deliver(self) -> object:
        """What decides whether there is news: a version, a failure, a week that passed.

        A deadline may be over, a source late: that waits for the end of the week.
        """
        failed = [run.job for run in failed_runs.standing(self.settings.state)]
        week = self.machine.now.isocalendar()[:2]
        return failed, self.settings.latest.resolve(), week

    def _catch_up(self) -> None:
        """No fault, no mishap, a right clock: ask, refresh, deliver, tidy, rebuild."""
        self.world.clear()
        self.inbox.dice = None
        self.machine.skew = timedelta()
        self._mail.stop()
        self._bring_mail_back(self.mishaps[0] if self.mishaps else None)
        self._carry_out("refresh", self.part, is_safe=True)
        for _ in range(2):
            self._carry_out("deliver", is_safe=True)
        self._carry_out("clean_up", is_safe=True)


def stop_watch(minutes: float) -> Callable[[], bool]:
    """Whether the minutes are over."""
    end = time.monotonic() + 60 * minutes
    return lambda: time.monotonic() > end
