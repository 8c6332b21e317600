"""What operators are told: findings, the heartbeat, alerts."""

import datetime as dt
import fcntl
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)
from dagster._daemon.types import DaemonHeartbeat
from pydantic import SecretStr
from typer.testing import CliRunner

from ingest import clock
from ingest.landing import LandingZone
from orchestration import (
    alerts,
    cli,
    delivery,
    doctor,
    failed_runs,
    heartbeat,
    notices,
    outbox,
    postman,
    readiness,
    resources,
    settings,
    state,
    webhook,
)
from orchestration.alert_texts import WORDS
from tests.orchestration.test_postman import write_config

NOW = dt.datetime.fromisoformat("2026-01-02 09:00:00")
FAILED = {
    "table_name": "marts.economies",
    "check_name": "rows_are_unique",
    "checker": "dbt",
    "severity": "ERROR",
    "outcome": "failed",
    "is_passed": False,
    "description": "",
    "what_to_do": "",
}


@pytest.fixture
def installed(tmp_path):
    config = write_config(
        tmp_path, 1, tmp_path / "none.pem", operators=["operator@example.org"]
    )
    return settings.load(config)


def _levels(found, about) -> list[tuple[str, str]]:
    looked = list(doctor.LOOKS[about](found))
    assert all(f.what_to_do for f in looked if f.level != "ok")
    return [(finding.level, finding.found) for finding in looked]


def _tell_refresh(found, ended_at="2026-01-02T09:00:00", **facts):
    last = {"ended_at": ended_at, "problems": [], "unread": [], "held_back": []}
    (found.data / "last_refresh.json").write_text(json.dumps(last | facts))


def _verdict(version, standing_class, year=2025):
    return (
        *("japan_taiwan", "abc", year, "weak", 5, 0.1, 18, standing_class),
        *(2020, False, version, NOW),
    )


def test_a_missing_folder_is_told_before_the_first_refresh(tmp_path):
    found = settings.Settings(data=tmp_path / "none")
    assert _levels(found, "folder") == [("warning", f"{tmp_path / 'none'}: not there")]


def test_the_disk_is_judged_by_what_a_refresh_asks_for(installed, monkeypatch):
    needed = readiness.bytes_needed(installed)
    told = []
    for free in (needed - 1, needed, 4 * needed):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _, u=usage: u)
        told += [level for level, _ in _levels(installed, "disk")]
    assert told == ["error", "warning", "ok"]


def test_a_running_refresh_is_told(installed):
    path = installed.data / "refresh.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert _levels(installed, "lock")[0][0] == "warning"
    assert _levels(installed, "lock")[0][0] == "ok"


def test_a_heart_that_stopped_is_an_error(installed):
    assert _levels(installed, "refresh") == [("warning", "none yet")]
    heartbeat.beat(installed, clock.now())
    assert _levels(installed, "refresh")[-1][0] == "ok"
    long_ago = (installed.data / "heartbeat").stat().st_mtime - 9 * 86400
    os.utime(installed.data / "heartbeat", (long_ago, long_ago))
    assert _levels(installed, "refresh")[-1][0] == "error"


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 9 * * *", 2),
        ("0 9 * * 1", 8),
        ("0 9 5 * *", 32),
        ("0 9 5 1 *", 367),
    ],
)
def test_patience_follows_the_schedule(cron, days):
    assert heartbeat.patience(cron) == dt.timedelta(days=days)


def test_a_clock_behind_the_newest_version_is_an_error(installed):
    (installed.published / "2999-01-01.1.duckdb").touch()
    assert _levels(installed, "clock")[0][0] == "error"


def test_a_clock_behind_the_journal_is_an_error(installed):
    assert _levels(installed, "clock")[0][0] == "ok"
    LandingZone(installed.landing).note_visit("boj_rates", "complete", None, NOW)
    assert _levels(installed, "clock")[0][0] == "ok"
    later = dt.datetime(2999, 1, 1)  # noqa: DTZ001
    LandingZone(installed.landing).note_visit("boj_rates", "complete", None, later)
    ((level, found),) = _levels(installed, "clock")
    assert level == "error"
    assert "but a line of the journal is of 2999-01-01" in found


def test_a_schedule_that_ran_under_a_clock_ahead_is_an_error(installed):
    resources.prepare_environment(installed)
    with dg.DagsterInstance.get() as instance:
        instance.add_daemon_heartbeat(
            DaemonHeartbeat(time.time(), "SCHEDULER", "one", errors=[])
        )
        ((level, _),) = _levels(installed, "daemon")
        assert level == "ok"
        origin = RemoteInstigatorOrigin(
            RemoteRepositoryOrigin(
                RegisteredCodeLocationOrigin("flying-geese"), "__repository__"
            ),
            "deliver_schedule",
        )
        ahead = time.time() + 60 * 86400
        schedule, selector = InstigatorType.SCHEDULE, origin.get_selector().get_id()
        instance.add_instigator_state(
            InstigatorState(
                origin,
                schedule,
                InstigatorStatus.RUNNING,
                ScheduleInstigatorData("* * * * *", time.time()),
            )
        )
        instance.create_tick(
            TickData(
                instigator_origin_id=origin.get_id(),
                instigator_name="deliver_schedule",
                instigator_type=schedule,
                status=TickStatus.SKIPPED,
                timestamp=ahead,
                selector_id=selector,
            )
        )
    found = _levels(installed, "daemon")
    assert found[0][0] == "error"
    assert "under a clock ahead waits until" in found[0][1]


def test_another_package_than_the_lock_says_is_an_error(installed, monkeypatch):
    assert _levels(installed, "packages")[0][0] == "ok"
    monkeypatch.setattr(doctor, "_installed", lambda name: "0.0.1")
    assert _levels(installed, "packages")[0][0] == "error"


def test_a_key_that_a_live_source_needs_is_told(installed, monkeypatch):
    assert _levels(installed, "keys")[0][0] == "ok"
    monkeypatch.setattr(doctor, "secrets", dict)
    live = installed.model_copy(update={"mode": "live"})
    named = {level for level, said in _levels(live, "keys") if "is not set" in said}
    assert named <= {"warning", "error"}
    assert named


def test_a_mail_server_that_is_away_is_an_error(installed):
    assert _levels(installed, "mail")[0][0] == "error"
    assert _levels(settings.Settings(data=installed.data), "mail")[0][0] == "ok"


def test_mails_in_doubt_are_told(installed):
    with postman.only_sender(installed) as con:
        items = postman.due_items(installed, postman.Wanted())
        postman.queue(installed, con, items)
        outbox.move(con, outbox.next_due(con).id, "uncertain", None, NOW)
    assert _levels(installed, "outbox") == [
        ("warning", "1 mails uncertain"),
        ("warning", "1 mails queued"),
    ]


def test_the_command_leaves_with_the_worst_it_found(tmp_path, monkeypatch):
    config = tmp_path / "geese.toml"
    config.write_text('mode = "alive"')
    monkeypatch.setenv("GEESE_CONFIG", str(config))
    done = CliRunner().invoke(cli.app, ["doctor", "--json"])
    assert done.exit_code == 1
    (finding,) = json.loads(done.stdout)
    assert (finding["about"], finding["level"]) == ("config", "error")
    quiet = {"folder": lambda _: [doctor.Finding("folder", "warning", "x", "y")]}
    monkeypatch.setattr(doctor, "LOOKS", quiet)
    config.write_text("")
    assert CliRunner().invoke(cli.app, ["doctor"]).exit_code == 3
    monkeypatch.setattr(doctor, "LOOKS", {})
    assert CliRunner().invoke(cli.app, ["doctor"]).exit_code == 0


def test_a_stop_of_a_scheduled_run_is_known_by_its_checks(installed):
    _tell_refresh(installed, "2026-01-01T09:00:00")
    state.record_checks(installed.state, "run", [FAILED], NOW)
    stop = notices.stopped(installed)
    assert (stop.at, stop.why) == (NOW, "check rows_are_unique of marts.economies")
    _tell_refresh(installed, "2026-01-03T09:00:00")
    assert notices.stopped(installed) is None, "a later refresh succeeded"


def test_a_failed_check_that_stopped_nothing_withholds_nothing(installed):
    warned = FAILED | {"severity": "WARN"}
    state.record_checks(installed.state, "run", [warned], NOW)
    assert notices.stopped(installed) is None


def test_operators_hear_of_each_thing_once(installed):
    assert alerts.collect(installed) == []
    _tell_refresh(installed, problems=["check a of b: 3"], held_back=["x: too low"])
    told = {alert.about for alert in alerts.collect(installed)}
    assert told == {"publication stopped", "quarantine"}
    with postman.only_sender(installed) as con:
        assert postman.queue(installed, con, alerts.items(installed)) == 2
        assert postman.queue(installed, con, alerts.items(installed)) == 0
        _tell_refresh(installed, problems=["check a of b: 4"])
        assert postman.queue(installed, con, alerts.items(installed)) == 1
        assert {r["recipient"] for r in outbox.rows(con)} == {"operator@example.org"}


def test_a_verdict_is_news_only_when_a_later_version_changes_it(installed):
    looked_back = [_verdict("v1", "none", 2023), _verdict("v1", "weak", 2024)]
    state.note_verdict_runs(installed.state, looked_back)
    assert alerts.collect(installed) == []
    state.note_verdict_runs(installed.state, [_verdict("v2", "moderate", 2025)])
    (alert,) = alerts.collect(installed)
    assert alert.lines == ("japan_taiwan: was weak, moderate in 2025",)
    state.note_verdict_runs(installed.state, [_verdict("v3", "moderate", 2026)])
    assert alerts.collect(installed) == []


def test_a_scheduled_run_that_fails_is_told_once_until_it_fails_anew(installed):
    failed_runs.note(installed.state, "drill", "tables differ", NOW)
    (first,) = alerts.collect(installed)
    failed_runs.note(installed.state, "drill", "again", NOW + dt.timedelta(days=1))
    (again,) = alerts.collect(installed)
    assert first.key == again.key
    assert first.lines == ("drill, since 2026-01-02 09:00:00: tables differ",)
    failed_runs.clear(installed.state, "drill")
    failed_runs.note(installed.state, "drill", "again", NOW + dt.timedelta(days=9))
    (anew,) = alerts.collect(installed)
    assert anew.key != first.key


def test_a_refresh_that_succeeded_since_is_no_news(installed, monkeypatch):
    failed_runs.note(installed.state, "refresh", "no room", NOW)
    (alert,) = alerts.collect(installed)
    assert alert.about == "run failed"
    later = NOW + dt.timedelta(minutes=1)
    heartbeat.beat(installed, later)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert alerts.collect(installed) == []


def test_a_daemon_that_is_silent_is_told(installed, monkeypatch):
    heartbeat.beat(installed, NOW)
    later = heartbeat.last(installed) + dt.timedelta(days=8, seconds=1)
    monkeypatch.setattr(alerts.clock, "now", lambda: later)
    (alert,) = alerts.collect(installed)
    assert alert.about == "no refresh"


@pytest.mark.parametrize("about", WORDS)
def test_alerts_speak_both_languages(about):
    alert = alerts.Alert(about, ("x",))
    words = WORDS[about]
    assert {words.title_zh, words.title_en, "x", words.advice_zh} <= set(
        alert.text.splitlines()
    )
    assert "\n" not in alert.subject
    assert not words.title_zh.isascii()
    assert words.title_en.isascii()


class _Hook(BaseHTTPRequestHandler):
    got: ClassVar[list] = []
    answers: ClassVar[list] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, json.loads(body)))
        self.send_response(self.answers.pop(0))
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def hook():
    _Hook.got, _Hook.answers = [], []
    server = HTTPServer(("127.0.0.1", 0), _Hook)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_hears_each_alert_once_and_its_address_stays_secret(
    installed, hook, monkeypatch, caplog
):
    caplog.set_level("DEBUG")
    url = f"http://127.0.0.1:{hook.server_port}/canary"
    monkeypatch.setenv("GEESE_WEBHOOK_URL", url)
    mail = installed.mail.model_copy(update={"webhook": True, "operators": ()})
    found = installed.model_copy(update={"mail": mail})
    _tell_refresh(found, held_back=["x: too low"])
    _Hook.answers = [500, 204]
    with pytest.raises(webhook.WebhookError, match="answered 500") as caught:
        delivery.alert(found, lambda line: None)
    delivery.alert(found, lambda line: None)
    delivery.alert(found, lambda line: None)
    (path, first), (_, second) = _Hook.got
    assert (path, first) == ("/canary", second)
    assert first["about"] == "quarantine"
    assert "x: too low" in first["text"]
    assert "canary" not in str(caught.value) + caplog.text
    assert not any(
        b"canary" in f.read_bytes() for f in found.data.rglob("*") if f.is_file()
    )


def test_a_webhook_is_never_asked_in_plain_text_over_the_network(installed):
    url, news = SecretStr("http://hooks.example.org/canary"), alerts.Alert("x", ("y",))
    with (
        outbox.opened(installed.state) as con,
        pytest.raises(webhook.WebhookError, match="not an https:// address"),
    ):
        webhook.post(con, [news], url, NOW)
