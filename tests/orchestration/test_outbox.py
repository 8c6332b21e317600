"""Rows of the outbox, the message of one recipient, and the commands about both."""

import datetime as dt
import json
from email import message_from_bytes, policy

import pytest
from typer.testing import CliRunner

from orchestration import resources, settings
from orchestration.cli import main
from orchestration.mail import message as mail_message
from orchestration.mail import outbox
from orchestration.mail.message import MessageError
from orchestration.mail.outbox import Key, OutboxError
from orchestration.mail_settings import PASSWORD_VARIABLE, Mail, Recipient
from orchestration.settings import SettingsError
from tests.orchestration.test_postman import EML, VERSION, write_config

NOW = dt.datetime.fromisoformat("2026-01-02 09:00:00")
MAIL = """
[mail]
sender = "geese@example.org"
unsubscribe_address = "bye@example.org"
host = "smtp.example.org"
"""
KEY = Key("annual", "2025", VERSION, "zh-TW")


def _mail(**changes) -> Mail:
    asked = {
        "sender": "geese@example.org",
        "unsubscribe_address": "bye@example.org",
        "host": "smtp.example.org",
    }
    return Mail(**asked | changes)


@pytest.fixture
def con(tmp_path):
    with outbox.opened(tmp_path / "state.sqlite") as con:
        yield con


@pytest.fixture
def queued(con, tmp_path):
    content = mail_message.checked_content(EML.encode(), "mail.eml")
    mail = mail_message.address(content, _mail(), Recipient(address="a@example.net"))
    assert outbox.queue(con, tmp_path / "outbox", [(KEY, mail)], NOW) == 1
    return outbox.next_due(con)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('pasword = "x"', "unknown setting 'mail.pasword'; known: sender"),
        ('password = "canary"', "no secrets here; set GEESE_SMTP_PASSWORD"),
        ('security = "none"', "setting 'mail.security'"),
        ('security = "PLAINTEXT_FOR_TESTS_ON_THIS_MACHINE_ONLY"', "only goes to 127"),
        ("port = 0", "setting 'mail.port'"),
        ("per_minute = 0", "setting 'mail.per_minute'"),
        ('sender_name = "a\\r\\nBcc: b@example.org"', "line end or control"),
        ('operators = ["a@example.org, b@example.org"]', "not a mail address"),
        ('password_file = "x"', "name the user too"),
        ('[[mail.recipients]]\naddress = "a@b\\nBcc: c@d"', "not a mail address"),
        ('[[mail.recipients]]\naddress = "a b@example.org"', "not a mail address"),
        ('[[mail.recipients]]\naddress = "雁@example.org"', "in ASCII"),
        (
            '[[mail.recipients]]\naddress = "a@example.org"\nname = "x\\ny"',
            "'mail.recipients.0.name'",
        ),
        ('[[mail.recipients]]\naddress = "a@b"\nkinds = ["yearly"]', "'annual'"),
        ('[[mail.recipients]]\naddress = "a@b"\nlanguages = []', "languages"),
        ('[[mail.recipients]]\naddress = "a@b"\nto = "x"', "known: address, name"),
        (
            '[[mail.recipients]]\naddress = "a@b"\n[[mail.recipients]]\n'
            'address = "A@b"',
            "a@b is there twice",
        ),
    ],
)
def test_a_mistake_about_mail_gets_one_clear_line(tmp_path, lines, said):
    file = tmp_path / "geese.toml"
    file.write_text(MAIL + lines, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        settings.load(file)
    assert said in str(caught.value)
    assert "canary" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_password_file_that_others_can_read_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("GEESE_SMTP_PASSWORD", raising=False)
    secret = tmp_path / "password"
    secret.write_text("canary\n")
    secret.chmod(0o644)
    mail = _mail(username="geese", password_file=secret)
    with pytest.raises(SettingsError, match="others can read it; run chmod 600"):
        resources.smtp_password(mail)
    secret.chmod(0o600)
    assert resources.smtp_password(mail).get_secret_value() == "canary"
    assert "canary" not in repr(resources.smtp_password(mail))
    monkeypatch.setenv("GEESE_SMTP_PASSWORD", "from the environment")
    assert resources.smtp_password(mail).get_secret_value() == "from the environment"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("Date:", "Bcc: spy@example.org\nDate:"), "header 'bcc'"),
        (("Date:", "To: spy@example.org\nDate:"), "header 'to'"),
        (("Date:", "Subject: twice\nDate:"), "header 'subject'"),
        (("=?utf-8?b?6ZuB6KGMIOW5tOWgsQ==?=", "=?utf-8?q?a=0D=0ABcc:_b?="), "line end"),
        (("=?utf-8?b?6ZuB6KGMIOW5tOWgsQ==?=", "x\rBcc: spy@example.org"), "'bcc'"),
        (("Subject:", "Synopsis:"), "header 'synopsis'"),
        (("Date: Fri, 02 Jan 2026 09:00:00 +0800\n", ""), "no mail with a Subject"),
        (("Synthetic text.", "雁"), "not ASCII"),
        (("Synthetic text.", "x" * 999), "longer than 998"),
    ],
)
def test_a_message_that_could_do_harm_is_refused(changed, said):
    with pytest.raises(MessageError) as caught:
        mail_message.checked_content(EML.replace(*changed).encode(), "mail.eml")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_with_a_line_end_is_refused_even_if_no_setting_was_checked():
    reader = Recipient.model_construct(address="a@example.net", name="x\r\nBcc: b@c.d")
    with pytest.raises(MessageError, match="line end"):
        mail_message.address(EML.encode(), _mail(), reader)


def test_headers_with_long_names_stay_one_recipient():
    reader = Recipient(
        address=f"{'r' * 60}@example.net", name="讀者 <b@c.d>, " + "長" * 60
    )
    content = mail_message.checked_content(EML.encode(), "mail.eml")
    made = mail_message.address(content, _mail(), reader).message
    parsed = message_from_bytes(made, policy=policy.SMTP)
    (only,) = parsed["to"].addresses
    assert only.addr_spec == reader.address
    assert not parsed.defects
    assert parsed.get_content().startswith("Synthetic text.")


def test_a_row_is_queued_once_whatever_becomes_of_it(con, tmp_path, queued):
    content = mail_message.checked_content(EML.encode(), "mail.eml")
    again = mail_message.address(content, _mail(), Recipient(address="A@example.net"))
    outbox.move(con, queued.id, "sent", None, NOW)
    assert outbox.queue(con, tmp_path / "outbox", [(KEY, again)], NOW) == 0
    assert outbox.next_due(con) is None


def test_altered_bytes_are_not_sent(tmp_path, queued):
    (file,) = (tmp_path / "outbox" / "content").glob("*.eml")
    file.write_bytes(file.read_bytes().replace(b"Synthetic", b"Altered"))
    with pytest.raises(OutboxError, match="lost or altered"):
        outbox.message(tmp_path / "outbox", queued)


def test_what_a_dead_sender_left_in_the_act_is_uncertain(con, queued):
    outbox.move(con, queued.id, "sending", None, NOW)
    assert outbox.recover(con, NOW) == 1
    assert [row["state"] for row in outbox.rows(con)] == ["uncertain"]


@pytest.mark.parametrize(
    ("state", "resend", "becomes"),
    [
        ("uncertain", False, "sent"),
        ("uncertain", True, "queued"),
        ("failed", True, "queued"),
        ("sent", True, "queued"),
    ],
)
def test_an_operator_decides_and_the_reason_is_kept(
    con, queued, state, resend, becomes
):
    outbox.move(con, queued.id, state, None, NOW)
    assert outbox.resolve(con, queued.id, resend, "I asked", NOW) == becomes
    events = con.execute("select state, said from mail_events").fetchall()
    assert [tuple(event) for event in events] == [
        ("queued", None),
        (state, None),
        (becomes, "operator: I asked"),
    ]


@pytest.mark.parametrize(
    ("state", "resend", "why"),
    [("failed", False, "x"), ("queued", True, "x"), ("uncertain", True, " ")],
)
def test_a_decision_that_makes_no_sense_is_refused(con, queued, state, resend, why):
    outbox.move(con, queued.id, state, None, NOW)
    with pytest.raises(OutboxError):
        outbox.resolve(con, queued.id, resend, why, NOW)


@pytest.fixture
def geese(tmp_path, monkeypatch):
    """The command, in this process, on an installation with two readers."""
    config = write_config(tmp_path, 1, tmp_path / "none.pem", readers=2)
    monkeypatch.setenv("GEESE_CONFIG", str(config))
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))

    def run(*arguments):
        return CliRunner().invoke(main.app, arguments)

    return run


def test_a_dry_run_is_the_default_and_writes_what_would_go_out(geese, tmp_path):
    done = geese("brief", "send")
    assert done.exit_code == 0, done.stderr
    assert "dry run: 2 mails written, nothing sent" in done.stdout
    written = sorted((tmp_path / "data/outbox/dry_run").glob("*.eml"))
    assert len(written) == 2
    assert all(b"To: reader" in file.read_bytes() for file in written)
    assert not (tmp_path / "data/outbox").stat().st_mode & 0o077
    listed = geese("outbox", "list", "--json")
    assert json.loads(listed.stdout) == []


def test_an_unsubscribed_address_gets_no_mail_until_it_is_undone(geese, tmp_path):
    assert geese("unsubscribe", "READER1@example.net").exit_code == 0
    assert "1 mails written" in geese("brief", "send").stdout
    undone = geese("unsubscribe", "reader1@example.net", "--undo")
    assert "mail again" in undone.stdout
    again = geese("unsubscribe", "reader1@example.net", "--undo")
    assert (again.exit_code, again.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "data" / "landing").exists()


def test_the_effective_settings_hide_secrets(geese, tmp_path, monkeypatch):
    config = tmp_path / "geese.toml"
    monkeypatch.setenv("GEESE_SMTP_PASSWORD", "canary")
    proxied = 'proxy = "http://user:canary@proxy.example.org"\n'
    config.write_text(proxied + config.read_text())
    done = geese("config", "--json")
    assert done.exit_code == 0, done.stderr
    assert "canary" not in done.stdout
    shown = json.loads(done.stdout)
    assert shown[PASSWORD_VARIABLE] == "set"
    assert shown["mail"]["host"] == "localhost"
