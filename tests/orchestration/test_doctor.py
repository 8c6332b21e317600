"""What `geese doctor` finds, each thing with a planted defect."""

import datetime as dt
import fcntl
import json
import os
import time

import dagster as dg
import duckdb
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
from typer.testing import CliRunner

from ingest import clock
from ingest.landing import LandingZone
from orchestration import (
    doctor,
    doctor_keys,
    findings,
    heartbeat,
    readiness,
    resources,
    settings,
    state,
)
from orchestration.cli import main
from orchestration.mail import outbox, postman
from tests.orchestration.mail_server import Inbox, start, write_certificates
from tests.orchestration.test_postman import write_config

NOW = dt.datetime.fromisoformat("2026-01-02 09:00:00")


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
    monkeypatch.setattr(doctor_keys, "secrets", dict)
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
    done = CliRunner().invoke(main.app, ["doctor", "--json"])
    assert done.exit_code == 1
    (finding,) = json.loads(done.stdout)
    assert (finding["about"], finding["level"]) == ("config", "error")
    quiet = {"folder": lambda _: [findings.Finding("folder", "warning", "x", "y")]}
    monkeypatch.setattr(doctor, "LOOKS", quiet)
    config.write_text("")
    assert CliRunner().invoke(main.app, ["doctor"]).exit_code == 3
    monkeypatch.setattr(doctor, "LOOKS", {})
    assert CliRunner().invoke(main.app, ["doctor"]).exit_code == 0


def test_what_tells_of_readers_is_the_owners_alone(installed):
    with outbox.opened(installed.state):
        assert _levels(installed, "access")[0][0] == "ok"
    installed.state.chmod(0o644)
    ((level, said),) = _levels(installed, "access")
    assert level == "warning"
    assert "state.sqlite: others can read it" in said


def test_a_new_history_is_the_owners_alone(tmp_path):
    with state.opened(tmp_path / "state.sqlite"):
        assert (tmp_path / "state.sqlite").stat().st_mode & 0o077 == 0


def test_a_history_that_others_could_read_is_the_owners_alone_once_opened(tmp_path):
    file = tmp_path / "state.sqlite"
    file.touch()
    file.chmod(0o644)
    with state.opened(file):
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_an_error(installed, monkeypatch):
    # Who runs the tests may be root, who can write everywhere.
    monkeypatch.setattr(doctor.os, "access", lambda path, _: path.stat().st_mode & 0o2)
    for folder in (installed.data, installed.published, installed.briefs):
        folder.chmod(0o777)
    assert [level for level, _ in _levels(installed, "folder")] == ["ok"]
    installed.published.chmod(0o755)
    (level, said), _ = _levels(installed, "folder")
    assert level == "error"
    assert "published: cannot be written" in said


def test_a_published_version_that_cannot_be_read_is_an_error(installed):
    file = installed.latest.resolve()
    assert _levels(installed, "published") == [("error", f"{file}: damaged")]
    file.unlink()
    assert _levels(installed, "published") == [("warning", "nothing yet")]
    with duckdb.connect(str(file)) as con:
        con.execute("create schema ops; create table ops.publication (version text)")
    assert _levels(installed, "published") == [("ok", file.stem)]


def test_a_newer_release_s_history_is_an_error(installed):
    with state.opened(installed.state) as con:
        con.execute("pragma user_version = 99")
    told = {f.about: f for f in doctor.examine(installed) if f.level == "error"}
    assert "written by a newer release" in told["outbox"].found
    assert told["outbox"].what_to_do


def test_a_python_without_time_zones_is_an_error(installed, monkeypatch):
    def missing(name):
        raise doctor.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(doctor, "ZoneInfo", missing)
    assert _levels(installed, "clock") == [("error", "no Asia/Taipei")]


@pytest.mark.integration
def test_a_daemon_without_a_sign_of_life_is_told(installed):
    assert _levels(installed, "daemon") == [("ok", "never ran here")]
    resources.prepare_environment(installed)

    def beats(ago):
        now = dt.datetime.now(dt.UTC).timestamp()
        beat = DaemonHeartbeat(now - ago, "SENSOR", "synthetic", [])
        with dg.DagsterInstance.get() as instance:
            instance.add_daemon_heartbeat(beat)

    beats(0)
    assert _levels(installed, "daemon")[0][0] == "ok"
    beats(301)
    assert _levels(installed, "daemon")[0][0] == "warning"


def test_a_key_is_told_before_it_expires_and_after(installed, monkeypatch):
    day = dt.date(2027, 3, 31)
    found = installed.model_copy(
        update={"keys_expire": {"COMTRADE_KEY": day}, "mail": None}
    )
    told = {}
    for today in ("2027-02-28", "2027-03-01", "2027-03-31", "2027-04-01"):
        now = dt.datetime.fromisoformat(f"{today} 09:00")
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        told[today] = _levels(found, "expiry")
    assert told["2027-02-28"] == [("ok", f"no key or certificate before {day}")]
    for today in ("2027-03-01", "2027-03-31"):
        assert told[today] == [("warning", f"COMTRADE_KEY expires on {day}")]
    assert told["2027-04-01"] == [("error", f"COMTRADE_KEY expired on {day}")]


def test_a_certificate_is_told_before_it_expires(installed, tmp_path, monkeypatch):
    authority, _ = write_certificates(tmp_path)
    mail = installed.mail.model_copy(update={"ca_file": authority})
    found = installed.model_copy(update={"mail": mail})
    (last,) = doctor_keys.ends(authority)
    assert _levels(found, "expiry")[0][0] in ("ok", "warning")
    now = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(9))
    monkeypatch.setattr(clock, "now", lambda: now)
    assert _levels(found, "expiry")[0] == (
        "error",
        f"{authority.name} expired on {last}",
    )


def test_a_key_that_nobody_knows_is_refused(tmp_path):
    config = tmp_path / "geese.toml"
    config.write_text("[keys_expire]\nCOMTRADE_KEYS = 2027-03-31")
    with pytest.raises(settings.SettingsError, match="no such key: COMTRADE_KEYS"):
        settings.load(config)


def test_a_wrong_mail_password_is_an_error_and_a_right_one_is_not(tmp_path):
    authority, own = write_certificates(tmp_path)
    server = start(Inbox(), own)
    try:
        found = settings.load(write_config(tmp_path, server.port, authority, 1))
        assert _levels(found, "mail")[0][0] == "ok"
        (tmp_path / "password").write_text("another")
        assert _levels(found, "mail")[0][0] == "error"
    finally:
        server.stop()
