"""What operators are told of: each thing once, and again when it comes back."""

import datetime as dt
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from pydantic import SecretStr

from ingest import clock
from ingest.landing import LandingZone
from orchestration import (
    failed_runs,
    heartbeat,
    held_back,
    settings,
    source_states,
    state,
)
from orchestration.mail import alerts, notices, outbox, postman, webhook
from orchestration.mail.alert_texts import WORDS
from orchestration.runs import delivery
from tests.orchestration.test_postman import write_config

NOW = dt.datetime.fromisoformat("2026-01-02 09:00:00")
LATER = NOW + dt.timedelta(days=2)
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


def _tell_refresh(found, ended_at="2026-01-02T09:00:00", **facts):
    last = {"ended_at": ended_at, "problems": [], "unread": [], "held_back": []}
    (found.data / "last_refresh.json").write_text(json.dumps(last | facts))


def test_what_is_held_back_names_its_file_once(monkeypatch):
    held = [
        ("a" * 64, "fm08.zip", "fm08.zip, row 3: bad"),
        ("b" * 64, "x.csv", "empty"),
    ]
    monkeypatch.setattr(held_back, "quarantine", lambda _: held)
    lines = [line.partition(";")[0] for line in held_back.found(None)]
    assert lines == ["fm08.zip, row 3: bad", "x.csv: empty"]


def _verdict(version, standing_class, year=2025):
    return (
        *("japan_taiwan", "abc", year, "weak", 5, 0.1, 18, standing_class),
        *(2020, False, version, NOW),
    )


def _read(found, is_passed):
    check = FAILED | {"table_name": "landing.wto_trade", "is_passed": is_passed}
    check |= {"check_name": source_states.WAS_READ, "description": "HTTP 500"}
    run = f"run {len(state.failing(found.state, 'x'))} {is_passed} {os.urandom(4)}"
    state.record_checks(found.state, run, [check], LATER)


def _new_rates(found, moment):
    zone, seen = LandingZone(found.landing), os.urandom(8)
    zone.land("boj_rates", "monthly_averages.csv", seen, moment, moment, {})
    zone.note_visit("boj_rates", "complete", None, moment)


def _silent(found, since):
    os.utime(found.data / "heartbeat", (since.timestamp(), since.timestamp()))


def _noted(version, standing_class, year):
    return lambda found: state.note_verdict_runs(
        found.state,
        [
            *([_verdict("v1", "weak", 2024)] if version == "v2" else []),
            _verdict(version, standing_class, year),
        ],
    )


# What makes an operator's installation ill, and well again.
CASES = {
    "refresh failed": (
        lambda found: _tell_refresh(found, problems=["synthetic: no room"]),
        _tell_refresh,
    ),
    "publication stopped": (
        lambda found: _tell_refresh(found, problems=["check a of b: 3"]),
        _tell_refresh,
    ),
    "run failed": (
        lambda found: failed_runs.note(found.state, "drill", "they differ", LATER),
        lambda found: failed_runs.clear(found.state, "drill"),
    ),
    "no refresh": (
        lambda found: _silent(found, LATER - dt.timedelta(days=9)),
        lambda found: _silent(found, LATER),
    ),
    "quarantine": (
        lambda found: held_back.note(found.state, ["x: too low"]),
        lambda found: held_back.note(found.state, []),
    ),
    "sources unread": (
        lambda found: _read(found, False),
        lambda found: _read(found, True),
    ),
    "late data": (
        lambda found: _new_rates(found, LATER - dt.timedelta(days=40)),
        lambda found: _new_rates(found, LATER),
    ),
    "verdict changed": (
        _noted("v2", "moderate", 2025),
        _noted("v3", "moderate", 2026),
    ),
}
# A hypothesis has one run a year: the same change of the same year cannot come back.
ONLY_ONCE = ("verdict changed",)


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


@pytest.mark.parametrize("about", WORDS)
def test_an_alert_goes_out_once_and_again_after_it_had_been_well(
    about, installed, monkeypatch
):
    ill, well = CASES[about]
    heartbeat.beat(installed, NOW)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    os.utime(installed.data / "heartbeat", (NOW.timestamp(), NOW.timestamp()))

    def queued():
        with postman.only_sender(installed) as con:
            return postman.queue(installed, con, alerts.items(installed))

    assert queued() == 0
    ill(installed)
    (alert,) = alerts.collect(installed)
    assert alert.about == about
    assert (queued(), queued()) == (1, 0), "once"
    well(installed)
    assert alerts.collect(installed) == []
    assert queued() == 0
    if about in ONLY_ONCE:
        return
    ill(installed)
    assert (queued(), queued()) == (1, 0), "and once again"
    with outbox.opened(installed.state) as con:
        assert len(outbox.rows(con)) == 2


def test_what_is_new_is_told_without_what_was_told(installed):
    held_back.note(installed.state, ["x: too low"])
    (first,) = alerts.collect(installed)
    held_back.note(installed.state, ["x: too low", "y: too high"])
    told, new = alerts.collect(installed)
    assert (told.key, new.lines) == (first.key, ("y: too high",))
    held_back.note(installed.state, ["y: too high"])
    assert alerts.collect(installed) == [new], "what became well is no news"


def test_a_stop_after_another_success_is_news_though_nobody_looked_between(installed):
    _tell_refresh(installed, problems=["check a of b: 3"])
    (first,) = alerts.collect(installed)
    heartbeat.beat(installed, clock.now())
    (second,) = alerts.collect(installed)
    assert first.key != second.key


def test_nothing_is_kept_where_there_is_nothing_to_tell(tmp_path):
    assert alerts.collect(settings.Settings(data=tmp_path)) == []
    assert not (tmp_path / "state.sqlite").exists()


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


def test_a_refresh_that_succeeded_since_is_no_news(installed):
    failed_runs.note(installed.state, "refresh", "no room", NOW)
    (alert,) = alerts.collect(installed)
    assert alert.about == "run failed"
    heartbeat.beat(installed, clock.now())
    assert alerts.collect(installed) == []


@pytest.mark.parametrize("about", WORDS)
def test_alerts_speak_both_languages(about):
    alert = alerts.Alert(about, ("x",), "1")
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
    held_back.note(found.state, ["x: too low"])
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


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/canary",
        "http://127.0.0.1:80@hooks.invalid/canary",
        "http://localhost:@hooks.invalid/canary",
        "http://127.0.0.1.hooks.invalid:80/canary",
        "ftp://127.0.0.1/canary",
        "https:///canary",
        "http://[canary",
    ],
)
def test_a_webhook_is_never_asked_in_plain_text_over_the_network(installed, url):
    news = alerts.Alert("x", ("y",), "1")
    with (
        outbox.opened(installed.state) as con,
        pytest.raises(webhook.WebhookError, match="not an https:// address") as caught,
    ):
        webhook.post(con, [news], SecretStr(url), NOW)
    assert "canary" not in str(caught.value)
