"""Mail over real sockets, through a server that fails: nobody gets a brief twice."""

import base64
import json
import logging
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from typer.testing import CliRunner

from orchestration import settings
from orchestration.cli import main
from orchestration.mail import dry_run, outbox, postman, unsubscribed
from orchestration.mail.postman import PostmanError, Wanted
from orchestration.mail.server import ServerRefusedError, UnreachableError
from orchestration.resources import smtp_password
from tests.conftest import CHECKOUT
from tests.orchestration.mail_server import (
    PASSWORD,
    USER,
    Inbox,
    start,
    write_certificates,
)

VERSION = "2026-01-02.1"

EML = """\
Subject: =?utf-8?b?6ZuB6KGMIOW5tOWgsQ==?=
Date: Fri, 02 Jan 2026 09:00:00 +0800
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 7bit

Synthetic text.
.a line that begins with a dot
.
"""

SEND = """
import sys
import time
from pathlib import Path
from orchestration import postman, settings
from orchestration.resources import smtp_password

found = settings.load(Path(sys.argv[1]))
items = postman.due_items(found, postman.Wanted())
print("ready", flush=True)
with postman.only_sender(found) as con:
    postman.queue(found, con, items)
    postman.deliver(found, con, smtp_password(found.mail), lambda line: None)
"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return write_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def listening(inbox, certificates):
    server = start(inbox, certificates[1])
    yield server
    server.stop()


def write_brief(data: Path, eml=EML, language="zh-TW", version=VERSION, kind="annual"):
    folder = data / "briefs" / kind / "2025" / version / language
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mail.eml").write_text(eml, encoding="utf-8", newline="")


def write_config(tmp_path, port, authority, readers=2, **changes) -> Path:
    """An installation whose newest version has a synthetic brief to send."""
    asked = {
        "sender": "geese@example.org",
        "sender_name": "雁行",
        "unsubscribe_address": "bye@example.org",
        "host": "localhost",
        "port": port,
        "ca_file": str(authority),
        "username": USER,
        "password_file": "password",
        "per_minute": 6000,
        "retry_after_seconds": 0,
        "timeout_seconds": 5,
        **changes,
    }
    lines = [f"{n} = {json.dumps(v)}" for n, v in asked.items() if v is not None]
    for number in range(readers):
        lines += ["[[mail.recipients]]", f'address = "reader{number}@example.net"']
    config = tmp_path / "geese.toml"
    config.write_text("[mail]\n" + "\n".join(lines), encoding="utf-8")
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    published = tmp_path / "data" / "published"
    published.mkdir(parents=True)
    (published / f"{VERSION}.duckdb").touch()
    (published / "latest.duckdb").symlink_to(f"{VERSION}.duckdb")
    write_brief(tmp_path / "data")
    return config


@pytest.fixture
def installed(tmp_path, listening, certificates):
    """Settings for the listening server; keywords change lines of `[mail]`."""

    def install(readers=2, **changes):
        port = changes.pop("port", listening.port)
        asked = {"ca_file": str(certificates[0]), **changes}
        return settings.load(
            write_config(tmp_path, port, asked["ca_file"], readers, **asked)
        )

    return install


def send(found, sleep=lambda seconds: None):
    with postman.only_sender(found) as con:
        postman.queue(found, con, postman.due_items(found, Wanted()))
        return postman.deliver(
            found, con, smtp_password(found.mail), lambda line: None, sleep
        )


def states(found) -> dict[str, str]:
    with outbox.opened(found.state) as con:
        return {row["recipient"]: row["state"] for row in outbox.rows(con)}


def test_each_recipient_gets_a_message_of_their_own_over_starttls(installed, inbox):
    found = installed(readers=3)
    assert send(found) == {"sent": 3}
    parsed = [message_from_bytes(m, policy=policy.SMTP) for _, m in inbox.accepted]
    assert [m["to"] for m in parsed] == [f"reader{n}@example.net" for n in range(3)]
    assert {str(m["from"]) for m in parsed} == {"雁行 <geese@example.org>"}
    assert len({m["message-id"] for m in parsed}) == 3
    assert parsed[0]["subject"] == "雁行 年報"
    assert parsed[0]["list-unsubscribe"] == (
        "<mailto:bye@example.org?subject=unsubscribe%20reader0%40example.net>"
    )
    assert inbox.logins == [PASSWORD.encode()], "one session serves them all"


def test_the_archived_bytes_are_what_arrived_dots_and_all(installed, inbox):
    found = installed(readers=1)
    with postman.only_sender(found) as con:
        postman.queue(found, con, postman.due_items(found, Wanted()))
        kept = outbox.message(found.outbox, outbox.next_due(con))
    send(found)
    assert inbox.accepted == [("reader0@example.net", kept)]
    assert b"\r\n.a line that begins with a dot\r\n.\r\n" in kept


def test_a_second_run_sends_nothing_again(installed, inbox):
    found = installed()
    send(found)
    assert send(found) == {}
    assert len(inbox.accepted) == 2


def test_a_message_is_the_same_in_another_installation(installed):
    found = installed()
    first, again = (postman.due_items(found, Wanted()) for _ in range(2))
    assert [m.message for _, m in first] == [m.message for _, m in again]


def test_a_server_that_begins_with_tls_is_spoken_to(
    installed, inbox, certificates, listening
):
    server = start(inbox, certificates[1], starttls=False)
    try:
        found = installed(port=server.port, security="tls")
        assert send(found) == {"sent": 2}
    finally:
        server.stop()


def test_an_untrusted_certificate_is_refused(installed, inbox):
    found = installed(ca_file=None)
    with pytest.raises(ServerRefusedError, match="not trusted"):
        send(found)
    assert set(states(found).values()) == {"queued"}
    assert not inbox.accepted
    assert not inbox.logins


def test_a_certificate_for_another_name_is_refused(installed, inbox):
    with pytest.raises(ServerRefusedError, match="not trusted"):
        send(installed(host="127.0.0.1"))
    assert not inbox.logins


def test_without_starttls_nothing_is_sent_in_plain_text(installed, inbox):
    server = start(inbox, None)
    try:
        with pytest.raises(ServerRefusedError, match="offers no STARTTLS"):
            send(installed(port=server.port))
    finally:
        server.stop()
    assert not inbox.accepted
    assert not inbox.logins


def test_a_wrong_password_stops_at_once_and_everything_stays_queued(
    installed, inbox, tmp_path
):
    found = installed()
    (tmp_path / "password").write_text("another")
    with pytest.raises(ServerRefusedError, match=r"535.*check mail.username"):
        send(found)
    assert set(inbox.logins) == {b"another"}
    assert set(states(found).values()) == {"queued"}


def test_a_server_that_is_away_is_tried_a_few_times(installed, listening):
    found = installed(attempts=3, retry_after_seconds=20)
    listening.stop()
    waits = []
    with pytest.raises(UnreachableError, match="tried 3 times, the rest stays queued"):
        send(found, waits.append)
    assert [wait for wait in waits if wait] == [20, 40]
    assert set(states(found).values()) == {"queued"}


@pytest.mark.parametrize(
    ("moment", "fault"),
    [("mail", 451), ("rcpt", 451), ("data", 451), ("mail", "drop"), ("rcpt", "drop")],
)
def test_what_the_server_did_not_take_is_sent_once_more(
    installed, inbox, moment, fault
):
    inbox.plan = {(moment, "" if moment == "mail" else "reader0@example.net"): fault}
    found = installed()
    assert send(found) == {"sent": 2}
    assert Counter(who for who, _ in inbox.accepted) == {
        "reader0@example.net": 1,
        "reader1@example.net": 1,
    }


@pytest.mark.parametrize("moment", ["data", "accepted"])
@pytest.mark.parametrize("fault", ["drop", "hang"])
def test_a_lost_answer_leaves_doubt_and_only_a_person_resends(
    installed, inbox, moment, fault
):
    inbox.plan = {(moment, "reader0@example.net"): fault}
    found = installed(timeout_seconds=0.4)
    assert send(found) == {"uncertain": 1, "sent": 1}
    assert send(found) == {}
    had = sum(who == "reader0@example.net" for who, _ in inbox.accepted)
    with postman.only_sender(found) as con:
        (row,) = outbox.rows(con, ["uncertain"])
        outbox.resolve(
            con, row["id"], True, "she says nothing came", postman.clock.now()
        )
    assert send(found) == {"sent": 1}
    mine = [m for who, m in inbox.accepted if who == "reader0@example.net"]
    assert len(mine) == had + 1
    assert len(set(mine)) == 1, "the same bytes"


def test_a_refused_address_never_stops_the_others(installed, inbox):
    inbox.plan = {("rcpt", "reader1@example.net"): 550}
    found = installed(readers=4)
    assert send(found) == {"sent": 3, "failed": 1}
    assert states(found)["reader1@example.net"] == "failed"


def test_a_server_that_never_takes_a_message_is_given_up(installed, inbox):
    inbox.fault = lambda moment, who: 451 if moment == "rcpt" else None
    found = installed(attempts=3, readers=1)
    assert send(found) == {"failed": 1}
    with outbox.opened(found.state) as con:
        assert "given up after 3 attempts: 451" in outbox.rows(con)[0]["said"]


def test_messages_are_paced(installed):
    waits = []
    send(installed(readers=3, per_minute=20), waits.append)
    assert [wait for wait in waits if wait] == [3, 3, 3]


def test_an_unsubscribed_address_gets_nothing_even_if_queued(installed, inbox):
    found = installed()
    with postman.only_sender(found) as con:
        postman.queue(found, con, postman.due_items(found, Wanted()))
        unsubscribed.add(con, "Reader0@example.net", postman.clock.now())
    assert send(found) == {"sent": 1, "failed": 1}
    assert [who for who, _ in inbox.accepted] == ["reader1@example.net"]


def test_two_senders_never_run_together(installed):
    found = installed()
    with (
        postman.only_sender(found),
        pytest.raises(PostmanError, match="another command is sending"),
        postman.only_sender(found),
    ):
        pass


def test_a_failed_refresh_sends_one_short_notice_in_place_of_the_brief(
    installed, inbox
):
    found = installed(readers=1)
    last = {"ended_at": "2026-01-09T09:00:00", "problems": ["check x of y: 3 rows"]}
    (found.data / "last_refresh.json").write_text(json.dumps(last))
    assert send(found) == {"sent": 1}
    assert send(found) == {}, "a stop that lasts is told once"
    (_, message), *_ = inbox.accepted
    parsed = message_from_bytes(message, policy=policy.SMTP)
    assert "暫緩" in parsed["subject"]
    assert VERSION in parsed.get_content()
    (found.data / "last_refresh.json").write_text(json.dumps(last | {"problems": []}))
    assert send(found) == {"sent": 1}, "then the brief itself"


def test_the_password_is_in_no_file_log_or_error(
    installed, certificates, tmp_path, caplog, capfd
):
    """Even if the server quotes it, as sent, in its answer to AUTH."""
    found = installed()
    caplog.set_level(logging.DEBUG)
    encoded = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    quoting = Inbox()
    quoting.authenticate = lambda *_: AuthResult(
        success=False, handled=False, message=f"535 no {encoded} nor {PASSWORD}"
    )
    server = start(quoting, certificates[1])
    try:
        mail = found.mail.model_copy(update={"port": server.port})
        found = found.model_copy(update={"mail": mail})
        with pytest.raises(ServerRefusedError) as caught:
            send(found)
    finally:
        server.stop()
    (tmp_path / "password").unlink()
    # The server's own log is not ours.
    ours = [r.getMessage() for r in caplog.records if r.name != "mail.log"]
    seen = [str(caught.value), repr(found), *ours, *capfd.readouterr()]
    files = [f.read_bytes() for f in tmp_path.rglob("*") if f.is_file()]
    assert "535" in seen[0]
    for secret in (PASSWORD, encoded):
        assert not any(secret in text for text in seen)
        assert not any(secret.encode() in content for content in files)


def test_only_the_owner_can_read_what_was_sent(installed):
    found = installed()
    send(found)
    dry_run.write(found, [])
    kept = [found.state, *(f for f in found.outbox.rglob("*.eml"))]
    assert {stat.S_IMODE(file.stat().st_mode) for file in kept} == {0o600}


def test_the_command_sends_and_says_what_is_not_sent(
    installed, inbox, tmp_path, monkeypatch
):
    installed(readers=3)
    monkeypatch.setenv("GEESE_CONFIG", str(tmp_path / "geese.toml"))
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    inbox.plan = {("rcpt", "reader1@example.net"): 550}
    done = CliRunner().invoke(main.app, ["brief", "send", "--deliver"])
    assert done.exit_code == 3
    assert "2 sent, 1 failed, 0 uncertain" in done.stdout
    listed = CliRunner().invoke(main.app, ["outbox", "list", "--state", "failed"])
    assert "reader1@example.net" in listed.stdout
    again = ["outbox", "resolve", "2", "--resend", "--why", "the address works again"]
    assert CliRunner().invoke(main.app, again).exit_code == 0
    done = CliRunner().invoke(main.app, ["brief", "send", "--deliver", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"sent": 1, "failed": 0, "uncertain": 0}


def _killed(config: Path, inbox: Inbox, dice: random.Random, left: list[str]) -> bool:
    """Start a sender and kill it where the dice say: in a dialogue, or at any time."""
    child = subprocess.Popen(
        [sys.executable, "-c", SEND, str(config)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
    )
    moment = dice.choice(["rcpt", "data", "accepted", "any time"])
    if moment == "any time":
        assert child.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0, 0.05))
        child.kill()
    for recipient in dice.sample(left, min(8, len(left))):
        inbox.plan[moment, recipient] = child.kill
    child.communicate(timeout=60)
    inbox.plan.clear()
    return child.returncode == -signal.SIGKILL


def test_killed_senders_and_a_failing_server_send_nothing_twice_and_lose_nothing(
    tmp_path, certificates, heavy
):
    """10 % of the messages meet a fault at a random, seeded moment."""
    readers, kills = heavy(20, 200), heavy(3, 20)
    dice = random.Random(20260102)  # noqa: S311
    inbox = Inbox(dice=dice, silence=0.6)
    server = start(inbox, certificates[1])
    try:
        config = write_config(
            tmp_path, server.port, certificates[0], readers, timeout_seconds=0.3
        )
        names = [f"reader{n}@example.net" for n in range(readers)]
        count = 0
        found = settings.load(config)
        for _ in range(kills):
            now = states(found)
            left = [n for n in names if now.get(n, "queued") == "queued"]
            count += _killed(config, inbox, dice, left)
        send(found)
    finally:
        server.stop()
    arrived = Counter(who for who, _ in inbox.accepted)
    ended = states(found)
    assert count == kills
    assert sorted(ended) == sorted(names)
    assert max(arrived.values()) == 1
    for name, state in ended.items():
        assert state in ("sent", "failed", "uncertain")
        assert arrived[name] == 1 or state != "sent", f"{name}: lost"
        assert arrived[name] == 0 or state != "failed", f"{name}: arrived"
    assert Counter(ended.values())["sent"] >= readers / 2
