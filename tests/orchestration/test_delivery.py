"""Which brief goes to whom and when, with the clock in the test's hands."""

import datetime as dt
import json
from email import message_from_bytes, policy

import dagster as dg
import duckdb
import pytest

from ingest import clock
from orchestration import definitions, held_back, settings
from orchestration.briefs import making
from orchestration.mail import cadence, outbox, postman, waiting
from orchestration.mail.outbox import Key
from orchestration.mail.postman import Wanted
from orchestration.runs import delivery, schedules
from tests.orchestration.mail_server import Inbox, start, write_certificates
from tests.orchestration.test_postman import EML, VERSION, write_config

LATER = "2026-01-09.1"
READER = "reader0@example.net"


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def set_clock(moment):
        now = dt.datetime.fromisoformat(moment)
        monkeypatch.setattr(clock, "now", lambda: now)

    set_clock("2026-01-10 09:00:00")
    return set_clock


@pytest.fixture
def installed(tmp_path, at):
    config = write_config(tmp_path, 1, tmp_path / "none.pem", readers=1)
    return settings.load(config)


def publish(found, version, months=()):
    """A newer version; `months` are pairs of economy and month, synthetic."""
    file = found.published / f"{version}.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create schema marts")
        con.execute(
            """create table marts.balance_ratios (economy_code varchar, period varchar,
            product_set varchar, period_kind varchar, balance_ratio double)"""
        )
        for economy, month in months:
            con.execute(
                "insert into marts.balance_ratios values (?, ?, 'ic', 'monthly', 1)",
                [economy, month],
            )
    found.latest.unlink(missing_ok=True)
    found.latest.symlink_to(file.name)


def write_mail(found, version, kind="annual", period="2025", language="zh-TW"):
    folder = found.briefs / kind / period / version / language
    folder.mkdir(parents=True)
    (folder / "mail.eml").write_text(EML.replace("text.", f"text of {version}."))


def queue(found, again=False):
    with postman.only_sender(found) as con:
        postman.note_waiting(found, con)
        return postman.queue(found, con, postman.due_items(found, Wanted()), again)


def rows(found):
    with outbox.opened(found.state) as con:
        return [
            (r["kind"], r["period"], r["version"], r["state"]) for r in outbox.rows(con)
        ]


def end_all(found, state="sent"):
    with outbox.opened(found.state) as con:
        while row := outbox.next_due(con):
            outbox.move(con, row.id, state, None, clock.now())


@pytest.mark.parametrize("state", ["sent", "uncertain", "failed"])
def test_a_later_version_of_a_period_is_not_sent_by_itself(installed, state):
    assert queue(installed) == 1
    end_all(installed, state)
    publish(installed, LATER)
    write_mail(installed, LATER)
    assert queue(installed) == 0
    assert queue(installed, again=True) == 1
    assert rows(installed)[-1] == ("annual", "2025", LATER, "queued")


def test_a_new_period_is_sent(installed):
    queue(installed)
    end_all(installed)
    publish(installed, LATER)
    write_mail(installed, LATER, period="2026")
    assert queue(installed) == 1


def test_a_correction_goes_always_and_once(installed):
    queue(installed)
    end_all(installed)
    publish(installed, LATER)
    write_mail(installed, LATER)
    write_mail(installed, f"{LATER}-corrects-{VERSION}")
    assert queue(installed) == 1
    end_all(installed)
    assert queue(installed) == 0
    assert rows(installed)[-1][2] == f"{LATER}-corrects-{VERSION}"


def test_a_queued_version_gives_way_to_a_newer_one(installed):
    queue(installed)
    publish(installed, LATER)
    write_mail(installed, LATER)
    assert queue(installed) == 1
    assert rows(installed) == [
        ("annual", "2025", VERSION, "superseded"),
        ("annual", "2025", LATER, "queued"),
    ]


def test_what_an_operator_queued_again_gives_way_to_nothing(installed):
    queue(installed)
    end_all(installed)
    with outbox.opened(installed.state) as con:
        outbox.resolve(con, 1, True, "she lost it", clock.now())
    publish(installed, LATER)
    write_mail(installed, LATER)
    assert queue(installed) == 0
    assert rows(installed) == [("annual", "2025", VERSION, "queued")]


def test_notices_and_alerts_go_at_every_occasion(installed):
    with outbox.opened(installed.state) as con:
        for fingerprint in ("a", "b"):
            key = Key("alert", "late_data", fingerprint, "en")
            assert cadence.may_go(con, key, READER)


@pytest.fixture
def flash(installed):
    """Version of Taiwan's September; Japan's is not out yet."""
    publish(installed, LATER, [("TWN", "2026-09")])
    for language in ("zh-TW", "en"):
        write_mail(installed, LATER, "monthly", "2026-09", language)
    return installed


def test_a_flash_waits_for_japans_month(flash, at):
    at("2026-10-10 09:00:00")
    assert waiting.missing(flash, "monthly", "2026-09") == ["JPN 2026-09"]
    assert queue(flash) == 0
    publish(flash, "2026-10-30.1", [("TWN", "2026-09"), ("JPN", "2026-09")])
    write_mail(flash, "2026-10-30.1", "monthly", "2026-09")
    at("2026-10-30 09:00:00")
    assert queue(flash) == 1
    with outbox.opened(flash.state) as con:
        (row,) = outbox.rows(con)
        sent = outbox.message(flash.outbox, outbox.next_due(con))
    assert (row["version"], row["is_incomplete"]) == ("2026-10-30.1", 0)
    assert message_from_bytes(sent, policy=policy.SMTP)["subject"] == "雁行 年報"


def test_after_the_deadline_it_goes_out_marked_incomplete(flash, at):
    at("2026-11-14 23:59:00")
    assert queue(flash) == 0, "45 days after September"
    at("2026-11-15 00:00:00")
    assert queue(flash) == 1
    with outbox.opened(flash.state) as con:
        (row,) = outbox.rows(con)
        sent = outbox.message(flash.outbox, outbox.next_due(con))
    parsed = message_from_bytes(sent, policy=policy.SMTP)
    assert row["is_incomplete"] == 1
    assert parsed["subject"] == "[資料未齊] 雁行 年報"
    assert not parsed.defects
    assert parsed.get_content().startswith(f"Synthetic text of {LATER}.")
    archived = (flash.briefs / "monthly/2026-09" / LATER / "zh-TW/mail.eml").read_text()
    assert archived.startswith("Subject: =?utf-8"), "the brief's own file stays"


def test_a_flash_that_waited_is_owed_when_a_newer_month_has_come(
    flash, at, monkeypatch
):
    at("2026-10-10 09:00:00")
    assert queue(flash) == 0
    newer = "2026-11-10.1"
    publish(flash, newer, [(e, f"2026-{m}") for e, m in [("TWN", "09"), ("TWN", 10)]])
    write_mail(flash, newer, "monthly", "2026-10")
    at("2026-11-10 09:00:00")
    made = []

    def write(found, language, order):
        made.append((language, order.kind, order.period))
        write_mail(found, newer, order.kind, order.period, language)

    monkeypatch.setattr(making, "write", write)
    delivery.make_awaited(flash)
    assert made == [(lang, "monthly", "2026-09") for lang in ("zh-TW", "en")]
    assert queue(flash) == 0
    at("2026-11-16 09:00:00")
    assert queue(flash) == 1
    assert rows(flash) == [("monthly", "2026-09", newer, "queued")]
    at("2026-12-20 09:00:00")
    assert waiting.owed(flash, 45, clock.now()) == [("monthly", "2026-10")]


def test_a_quarter_waits_for_its_three_months(installed, at):
    known = [(e, f"2026-0{m}") for e in ("TWN", "JPN") for m in (7, 8, 9)]
    publish(installed, LATER, known[:-1])
    assert waiting.missing(installed, "quarterly", "2026-Q3") == ["JPN 2026-09"]
    at("2026-11-14 09:00:00")
    key = Key("quarterly", "2026-Q3", LATER, "en")
    assert waiting.waits(installed, key, 45, clock.now())
    assert not waiting.waits(installed, key, 44, clock.now())


def test_nothing_is_sent_by_itself_unless_asked_for(installed):
    names = {one.name for one in schedules.schedules(installed)}
    assert "deliver_schedule" not in names
    mail = installed.mail.model_copy(
        update={"deliver": True, "deliver_cron": "5 7 * * *"}
    )
    asked = installed.model_copy(update={"mail": mail})
    (one,) = (s for s in schedules.schedules(asked) if s.name == "deliver_schedule")
    assert (one.cron_schedule, one.execution_timezone) == ("5 7 * * *", "Asia/Taipei")
    assert one.job_name == "deliver"


@pytest.mark.integration
def test_the_job_sends_briefs_and_alerts_through_a_real_server(
    tmp_path, at, monkeypatch
):
    authority, own = write_certificates(tmp_path)
    inbox = Inbox()
    server = start(inbox, own)
    try:
        config = write_config(
            tmp_path, server.port, authority, 1, operators=["operator@example.org"]
        )
        monkeypatch.setenv("GEESE_CONFIG", str(config))
        monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
        last = {"ended_at": "2026-01-09T09:00:00", "problems": [], "unread": []}
        told = tmp_path / "data" / "last_refresh.json"
        told.write_text(json.dumps(last))
        held_back.note(tmp_path / "data" / "state.sqlite", ["x: synthetic"])
        with dg.DagsterInstance.ephemeral() as instance:
            for _ in range(2):
                done = delivery.DELIVER.execute_in_process(instance=instance)
                assert done.success
            logged = str([instance.all_logs(run.run_id) for run in instance.get_runs()])
    finally:
        server.stop()
    assert sorted(who for who, _ in inbox.accepted) == ["operator@example.org", READER]
    assert "mail 1: sent" in logged
    assert "mail 2: sent" in logged
    for address in ("operator@example.org", READER):
        assert address not in logged


def test_the_job_is_part_of_the_code_location():
    assert "deliver" in {job.name for job in definitions.defs().jobs}
