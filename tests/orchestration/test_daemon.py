"""The real daemon, killed and started again, with runs whose process is killed."""

import datetime as dt
import os
import signal
import time

import dagster as dg
import pytest

from ingest import clock
from orchestration import failed_runs, resources, service
from orchestration.schedules import REFRESH
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
_SECONDS_TO_LOAD = 180


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installation whose only server is the daemon; a refresh is due in 3 minutes."""
    due = dt.datetime.now(clock.TAIPEI) + dt.timedelta(minutes=3)
    config = tmp_path / "geese.toml"
    config.write_text(_CONFIG.format(minute=due.minute, hour=due.hour))
    monkeypatch.setenv("GEESE_CONFIG", str(config))
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    daemon = service.commands()["daemon"]
    monkeypatch.setattr(service, "commands", lambda: {"daemon": daemon})
    monkeypatch.setattr(service, "PORTS", {})
    settings = resources.current_settings()
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


def workers(data, run_id):
    return [n for n, line in processes.of(data) if run_id in line]


def test_five_ticks_with_a_kill_of_the_daemon_and_of_a_run(installed, heavy):
    """Ten minutes of real time: only where everything is proven."""
    if not heavy(0, 1):
        assert installed.mail.deliver_cron == "* * * * *"
        return
    service.up(installed)
    done = dg.DagsterRunStatus.SUCCESS
    assert within(_SECONDS_TO_LOAD + 120, lambda: runs("deliver", done))
    kill_daemon(installed)
    service.up(installed)
    started = dg.DagsterRunStatus.STARTED
    assert within(300, lambda: runs(REFRESH.name, started)), "no refresh came"
