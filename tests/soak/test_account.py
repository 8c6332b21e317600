"""What the account of a soak must notice, planted one by one."""

import datetime as dt
import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import pytest

from ingest.landing import LandingZone
from orchestration.mail import outbox
from orchestration.mail.message import Addressed
from orchestration.mail.outbox import Key
from orchestration.settings import Settings
from tests.orchestration.mail_server import Inbox
from tests.soak import account
from tests.soak.due_briefs import Due
from tests.soak.runs import Ended, Order

NOW = dt.datetime(2027, 6, 1, 9)  # noqa: DTZ001
READER = "reader@example.net"
KEY = Key("monthly", "2027-04", "2027-05-20.1", "en")
MAIL = Addressed(READER, b"To: reader\r\n", b"\r\nSynthetic.\r\n")
REBUILT = Ended(Order("rebuild", NOW), "went well", 1.0, told=[("marts.x", True)])


@pytest.fixture
def soak(tmp_path):
    """What is left of years in which all went well: one payload, one brief, one run."""
    settings = Settings(data=tmp_path / "data", keep_versions=2)
    zone = LandingZone(settings.landing)
    zone.land("boj_rates", "x.json", b"synthetic", NOW, NOW, {})
    settings.published.mkdir()
    with outbox.opened(settings.state) as con:
        outbox.queue(con, settings.outbox, [(KEY, MAIL)], NOW)
        outbox.move(con, 1, "sent", None, NOW)
    (settings.dagster / "history").mkdir(parents=True)
    with closing(sqlite3.connect(settings.dagster / "history/runs.db")) as con, con:
        con.execute("create table runs (create_timestamp text, run_id text)")
        con.execute("insert into runs values ('2027-05-31 04:00:00', 'new')")
    return SimpleNamespace(
        settings=settings,
        inbox=Inbox(accepted=[(READER, MAIL.message)]),
        world=SimpleNamespace(log=[]),
        requests=[],
        due={Due(KEY.kind, KEY.period, KEY.language, READER)},
        stops=set(),
        machine=SimpleNamespace(now=NOW),
    )


def only(soak, rebuilt=REBUILT):
    (problem,) = account.problems(soak, rebuilt)
    return problem


def test_years_that_went_well_leave_no_problem(soak):
    assert account.problems(soak, REBUILT) == []


def test_a_lost_payload(soak):
    (sidecar,) = soak.settings.landing.glob("boj_rates/*.meta.json")
    sidecar.with_name(sidecar.name.replace(".meta", "")).unlink()
    assert "boj_rates" in only(soak)


def test_a_body_that_was_sent_and_never_landed(soak):
    kept, lost = (
        SimpleNamespace(host="h", path="/p", status=200, body_sha256=digest)
        for digest in (_digest(b"synthetic"), "ab" * 32)
    )
    soak.world.log = [kept, lost]
    visited = Order("ask_publishers", NOW + dt.timedelta(days=1))
    soak.requests = [(Ended(visited, "went well", 1.0), 0, 2)]
    assert only(soak) == "h/p: sent whole, not in the landing zone"
    soak.requests = [(Ended(visited, "killed", 1.0), 0, 2)]
    assert account.problems(soak, REBUILT) == []
    lost.status = 304
    soak.requests = [(Ended(visited, "went well", 1.0), 0, 2)]
    assert account.problems(soak, REBUILT) == []


def _digest(content):
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (Ended(Order("rebuild", NOW), "failed", 1.0, "no"), "the rebuild failed: no"),
        (
            Ended(Order("rebuild", NOW), "went well", 1.0, told=[("marts.x", False)]),
            "marts.x: differs from a clean rebuild",
        ),
    ],
)
def test_a_table_that_differs(soak, ended, said):
    assert only(soak, ended) == said


def test_a_brief_of_which_nothing_became(soak):
    soak.due.add(Due("annual", "2026", "en", READER))
    assert "due, and nothing became of it" in only(soak)


def test_a_mail_that_is_still_queued(soak):
    with outbox.opened(soak.settings.state) as con:
        other = replace(MAIL, recipient="other@example.net")
        outbox.queue(con, soak.settings.outbox, [(KEY, other)], NOW)
    assert "still queued" in only(soak)


def test_the_same_message_twice(soak):
    soak.inbox.accepted *= 2
    same, brief = account.problems(soak, REBUILT)
    assert same == f"{READER} got the same message 2 times"
    assert "went out 2 times" in brief


def test_a_message_that_no_row_tells_of(soak):
    soak.inbox.accepted.append((READER, b"another"))
    assert "the outbox does not know" in only(soak)


def test_a_stop_without_a_notice(soak):
    soak.stops.add("2027-05-20.1")
    assert "withheld without a notice" in only(soak)


def test_runs_that_nobody_forgot(soak):
    with closing(sqlite3.connect(soak.settings.dagster / "history/runs.db")) as con:
        con.execute("insert into runs values ('2026-12-01 04:00:00', 'old')")
        con.commit()
    assert "1 runs are older than 90 days" in only(soak)


def test_what_a_forgotten_run_left(soak):
    (soak.settings.dagster / "storage/old").mkdir(parents=True)
    assert "left over from a run that is forgotten" in only(soak)


def test_versions_that_stay(soak):
    for number in range(3):
        (soak.settings.published / f"2027-05-20.{number}.duckdb").touch()
    assert "3 versions are kept instead of 2" in only(soak)


def test_a_part_that_is_left_over(soak):
    (soak.settings.published / ".2027-05-20.1.7.part").touch()
    assert "left over" in only(soak)


def test_a_lock_that_is_held(soak):
    with (soak.settings.data / "refresh.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "still held" in only(soak)


def test_a_process_that_still_runs(soak):
    environment = os.environ | {"GEESE_DATA": str(soak.settings.data)}
    asked = [sys.executable, "-c", "print('here', flush=True); input()"]
    pipe = subprocess.PIPE
    with subprocess.Popen(asked, env=environment, stdin=pipe, stdout=pipe) as orphan:
        # Until then it may still be a copy of this process, under its name.
        assert orphan.stdout.readline() == b"here\n"
        assert f"process {orphan.pid} still runs" in only(soak)
        orphan.kill()
