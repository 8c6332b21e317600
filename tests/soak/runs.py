"""Due runs, each in a process of its own: it can be killed, or write to a full disk."""

import multiprocessing
import time
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

FEW = "SOAK_WITH_FEW_TABLES"
"""Set in the environment where publishers have few tables and years."""

WHOLE_REFRESH_SECONDS = 1800
"""No run takes so long; one that does has hung."""


@dataclass(frozen=True)
class Order:
    """A run that is due: a job, what the clock says, and what goes wrong.

    `assets` are keys of a part of the job, none for all of it. `room` is the size in
    bytes that no file may outgrow, as if the disk were full. `kill_after` seconds the
    process is killed.
    """

    job: str
    at: datetime
    assets: tuple[tuple[str, ...], ...] = ()
    room: int | None = None
    kill_after: float | None = None


@dataclass
class Ended:
    """How a run ended: `killed`, `failed` with the first line, or `went well`.

    `told` is what a run that answers gives back besides.
    """

    order: Order
    outcome: str
    seconds: float
    said: str = ""
    told: Any = None
    processor_seconds: float = 0.0


@dataclass
class Runner:
    """Starts runs from a process that has loaded everything, and waits for each."""

    ended: list[Ended] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.soak.worker"])

    def carry_out(self, order: Order) -> Ended:
        """Carry out one run and note how it ended."""
        began = time.monotonic()
        answers, answer = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_carry_out, args=(order, answer))
        process.start()
        answer.close()
        answered = self._answer(process, answers, order.kill_after)
        ended = Ended(order, answered[0], time.monotonic() - began, *answered[1:])
        self.ended.append(ended)
        return ended

    def _answer(
        self, process: Any, answers: Connection, kill_after: float | None
    ) -> tuple[str, str, Any, float]:
        patience = WHOLE_REFRESH_SECONDS if kill_after is None else kill_after
        try:
            if answers.poll(patience):
                return answers.recv()
        except EOFError:
            process.join(WHOLE_REFRESH_SECONDS)
            return "failed", f"the process ended with {process.exitcode}", None, 0.0
        finally:
            if process.is_alive() and kill_after is not None:
                process.kill()
            process.join(WHOLE_REFRESH_SECONDS)
            answers.close()
        return "killed", f"after {patience:.1f} s", None, 0.0

    def seconds(self, job: str) -> float:
        """How long a run of a job takes that is left alone, the longest so far."""
        whole = [e.seconds for e in self.ended if e.order.job == job]
        return max(whole, default=3.0)


def _carry_out(order: Order, answer: Connection) -> None:
    # Only here: the parent does not need Dagster's jobs and dbt's project.
    from tests.soak import worker

    try:
        told = worker.carry_out(order)
    except Exception as error:  # Dagster itself, where its own files are struck
        told = "failed", f"{type(error).__name__}: {str(error).splitlines()[0]}", None
    answer.send((*told, time.process_time()))
    answer.close()
