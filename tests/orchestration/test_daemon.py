"""The real daemon, killed and started again, with runs whose process is killed."""

import datetime as dt
import os
import signal
import time

import dagster as dg
import pytest

from ingest import clock
from orchestration import failed_runs, resources, service
from orchestration.runs.schedules import REFRESH
from tests.soak import processes

pytestmark = pytest.mark.integration

_CONFIG = """
data = "data"
refresh_cron = "{minute} {hour} * * *"

[mail]
sender = "geese@example.org"
unsubscribe_address = "unsubscribe@example.org"
host = "127.0.0.1"
port = 9
security = "PLAINTEXT_FOR_TESTS_ON_THIS_MACHINE_ONLY"
deliver = true
deliver_cron = "* * * * *"
"""
_SECONDS_TO_LOAD = 600


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installation with the daemon alone; a refresh is due in three minutes."""
    due = dt.datetime.now(clock.TAIPEI) + dt.timedelta(minutes=3)
    config = tmp_path / "geese.toml"
    config.write_text(_CONFIG.format(minute=due.minute, hour=due.hour))
    monkeypatch.setenv("GEESE_CONFIG", str(config))
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    settings = resources.current_settings()
    daemon = service.commands(settings)["daemon"]
    monkeypatch.setattr(service, "commands", lambda _: {"daemon": daemon})
    monkeypatch.setattr(service, "ports", lambda _: {})
    resources.prepare_environment(settings)
    yield settings
    service.down(settings)
    for number, _ in processes.of(settings.data):
        os.kill(number, signal.SIGKILL)


def within(seconds, found):
    """What `found` gives as soon as it is true, or at last."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not found():
        time.sleep(0.5)
    return found()


def beats(since):
    with dg.DagsterInstance.get() as instance:
        told = instance.get_daemon_heartbeats().values()
        return [beat for beat in told if beat.timestamp > since]


def kill_daemon(settings):
    """Kill the daemon as the kernel would for want of memory; its children stay."""
    os.kill(service.running(settings, "daemon"), signal.SIGKILL)
    assert within(20, lambda: service.running(settings, "daemon") is None)


@pytest.mark.sampled(0)
def test_a_killed_daemon_leaves_nothing_and_starts_again(installed):
    began = time.time()
    service.up(installed)
    assert within(_SECONDS_TO_LOAD, lambda: beats(began)), "no sign of life"
    kill_daemon(installed)
    # Its code server notices by itself that nobody asks it any more.
    assert within(120, lambda: not list(processes.of(installed.data))), [
        *processes.of(installed.data)
    ]
    again = time.time()
    service.up(installed)
    assert within(_SECONDS_TO_LOAD, lambda: beats(again)), "no sign of life"
    assert service.down(installed) == ["daemon"]
    assert within(60, lambda: not list(processes.of(installed.data)))


def runs(job, *statuses):
    with dg.DagsterInstance.get() as instance:
        asked = dg.RunsFilter(job_name=job, statuses=list(statuses) or None)
        return instance.get_runs(asked)


def ticks(settings):
    """The minutes at which the schedule that is due every minute was evaluated."""
    with dg.DagsterInstance.get() as instance:
        (state,) = [
            found
            for found in instance.all_instigator_state()
            if found.instigator_name == "deliver_schedule"
        ]
        found = instance.get_ticks(state.instigator_origin_id, state.selector_id)
    return sorted(tick.timestamp for tick in found)


def kill_worker(settings, run_id):
    """Kill the process of a run, the parent of those that keep what it prints.

    It alone; what it has started must end by itself.
    """
    keepers = within(
        60, lambda: [n for n, line in processes.of(settings.data) if run_id in line]
    )
    parents = {processes.parent(number) for number in keepers}
    (worker,) = parents & {number for number, _ in processes.of(settings.data)}
    os.kill(worker, signal.SIGKILL)


@pytest.mark.sampled(0)
def test_five_ticks_with_a_kill_of_the_daemon_and_of_a_run(installed):
    """A quarter of an hour of real time."""
    done, started = dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.STARTED
    service.up(installed)
    assert within(_SECONDS_TO_LOAD + 120, lambda: runs("deliver", done))
    kill_daemon(installed)
    service.up(installed)
    assert within(600, lambda: runs(REFRESH.name, started)), "no refresh came"
    (refresh,) = runs(REFRESH.name)
    kill_worker(installed, refresh.run_id)
    failed = dg.DagsterRunStatus.FAILURE
    assert within(400, lambda: runs(REFRESH.name, failed)), "nobody noticed"
    # It is carried out once more; what waited behind it goes on, each minute once.
    assert within(1200, lambda: runs(REFRESH.name, done)), (
        "it was not carried out again"
    )
    assert len(runs(REFRESH.name)) == 2
    assert within(60, lambda: not failed_runs.standing(installed.state))
    assert within(300, lambda: len(runs("deliver", done)) >= 5)
    at = ticks(installed)
    assert len(at) == len(set(at)) >= 5
    assert service.down(installed) == ["daemon"]
    assert within(120, lambda: not list(processes.of(installed.data)))
