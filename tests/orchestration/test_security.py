"""No secret is written anywhere, no SQL reaches outside, no package is a surprise."""

import importlib.metadata
import logging
import re
import threading
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import dagster as dg
import pytest
from aiosmtpd.smtp import AuthResult
from typer.testing import CliRunner

from ingest.source import all_sources
from orchestration import resources, source_states
from orchestration.assets import landing
from orchestration.cli import main
from orchestration.runs import delivery
from orchestration.settings import Settings, SettingsError, load
from tests.conftest import CHECKOUT, run_geese
from tests.orchestration.mail_server import Inbox, start, write_certificates
from tests.orchestration.test_postman import write_config

CANARIES = {
    name: f"canary/{name.lower()}+x"
    for name in ("ESTAT_APP_ID", "COMTRADE_KEY", "GEESE_SMTP_PASSWORD")
}
ASKED = ("estat_trade", "un_comtrade")

LICENCES = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python"),
    *("MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "NCSA", "PSF-2.0", "Zlib"),
    *("3-Clause BSD License", "BSD", "BSD License", "Apache Software License"),
    *("ISC License (ISCL)", "MIT License", "Python Software Foundation License"),
    "Mozilla Public License 2.0 (MPL 2.0)",
}
EXCEPTIONS = {
    "axe-playwright-python": "its file says MIT, its metadata nothing; only for tests",
    "codespell": "GPL-2.0: a tool that checks the text and is no part of the program",
    "psycopg2-binary": "LGPL: used as it is, and only by who keeps runs in PostgreSQL",
    "text-unidecode": "Artistic License, the other of its two choices",
}


class _Quoting(BaseHTTPRequestHandler):
    """A publisher that refuses, quoting the request with its key."""

    asked: list  # of one test

    def do_GET(self):
        told = f"{self.path} {dict(self.headers)}"
        self.asked.append(told)
        body = f"refused: {told}".encode()
        self.send_response(403, "Forbidden")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def publisher():
    _Quoting.asked = []
    server = HTTPServer(("127.0.0.1", 0), _Quoting)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def installed(tmp_path, publisher, monkeypatch):
    """Live, with every secret set, a publisher and a mail server that quote them."""
    inbox = Inbox()
    inbox.authenticate = lambda *_: AuthResult(
        success=False,
        handled=False,
        message=f"535 no {CANARIES['GEESE_SMTP_PASSWORD']}",
    )
    (tmp_path / "certificates").mkdir()
    authority, own = write_certificates(tmp_path / "certificates")
    server = start(inbox, own)
    config = write_config(tmp_path, server.port, authority, 1, password_file=None)
    live = f"""mode = "live"
sources_on = ["un_comtrade"]
upstreams = "http://127.0.0.1:{publisher.server_port}"
"""
    config.write_text(live + config.read_text())
    # Its own secret, which nothing here uses.
    (tmp_path / "password").unlink()
    monkeypatch.setenv("GEESE_CONFIG", str(config))
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    for name, secret in CANARIES.items():
        monkeypatch.setenv(name, secret)
    yield resources.current_settings()
    server.stop()


def _failing_runs(found):
    resources.prepare_environment(found)
    keys = [landing.key(all_sources()[name]) for name in ASKED]
    with dg.DagsterInstance.get() as instance:
        asked = dg.materialize(
            [landing.assets(found)],
            selection=keys,
            resources={landing.LOCK: landing.held_by_run(found)},
            instance=instance,
        )
        sent = delivery.DELIVER.execute_in_process(
            instance=instance, raise_on_error=False
        )
    failed = [
        c.asset_key.path[1]
        for c in asked.get_asset_check_evaluations()
        if c.check_name == source_states.WAS_READ and not c.passed
    ]
    return sorted(failed), sent.success


@pytest.mark.parametrize(
    ("upstreams", "told"),
    [
        (None, "real"),
        ("http://127.0.0.1:8765", "real"),
        ("http://localhost:8765", "real"),
        ("http://[::1]:8765", "real"),
        ("https://publishers.example.org", "made-up"),
        ("https://127.0.0.1@publishers.example.org", "made-up"),
        ("https://localhost.example.org", "made-up"),
    ],
)
def test_a_stand_in_elsewhere_never_gets_a_key(monkeypatch, upstreams, told):
    monkeypatch.setenv("COMTRADE_KEY", "real")
    found = Settings(upstreams=upstreams)
    assert landing.keys_for(found)["COMTRADE_KEY"] == told


@pytest.mark.parametrize(
    "upstreams",
    [
        "http://publishers.example.org",
        "http://127.0.0.1:80@publishers.example.org",
        "http://192.0.2.1:8765",
        "publishers.example.org",
    ],
)
def test_a_stand_in_elsewhere_is_asked_by_https(tmp_path, monkeypatch, upstreams):
    said = f"{upstreams}: not an https:// address"
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    done = CliRunner().invoke(main.app, ["refresh", "--upstreams", upstreams])
    assert done.exit_code == 2
    assert said in done.stderr
    config = tmp_path / "geese.toml"
    config.write_text(f'upstreams = "{upstreams}"')
    with pytest.raises(SettingsError, match=r"upstreams.*not an https:// address"):
        load(config)


@pytest.mark.integration
def test_no_secret_is_written_or_said_when_things_fail(
    installed, tmp_path, monkeypatch, caplog, capfd
):
    caplog.set_level(logging.DEBUG)
    assert _failing_runs(installed) == (sorted(ASKED), False)
    reached = "\n".join(_Quoting.asked)
    assert quote(CANARIES["ESTAT_APP_ID"], safe="") in reached, "the key was sent"
    runner = CliRunner()
    said = [
        runner.invoke(main.app, line.split())
        for line in ("config --json", "sources", "doctor", "brief send --deliver")
    ]
    # The mail server's own log is not ours.
    ours = [r.getMessage() for r in caplog.records if r.name != "mail.log"]
    shown = [*ours, *capfd.readouterr(), *(f"{s.output}{s.exception!r}" for s in said)]
    files = [f for f in tmp_path.rglob("*") if f.is_file()]
    assert any("dagster" in f.parts for f in files), "runs are kept in files"
    assert any("535" in text for text in shown), "the refusal is told"
    for secret in CANARIES.values():
        for form in (secret, quote(secret, safe="")):
            assert not any(form in text for text in shown)
            kept = [f for f in files if form.encode() in f.read_bytes()]
            assert kept == []


@pytest.mark.integration
def test_the_password_of_the_run_storage_is_not_told_when_it_is_away(
    tmp_path, monkeypatch
):
    data = tmp_path / "data"
    url = "postgresql+psycopg2://geese:canary@127.0.0.1:1/geese"
    monkeypatch.setenv("GEESE_POSTGRES_URL", url)
    resources.prepare_environment(
        resources.current_settings().model_copy(update={"data": data})
    )
    done = run_geese("doctor", data=data)
    assert done.returncode == 1
    assert "canary" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "run storage" in done.stdout
    files = [f for f in data.rglob("*") if f.is_file()]
    assert files
    assert not any(b"canary" in f.read_bytes() for f in files)


def _statements():
    """Every file of the project that can hold SQL."""
    for folder in ("dbt_project", "analysis", "ingest", "orchestration", "reports"):
        for path in (CHECKOUT / folder).rglob("*"):
            if path.suffix in (".sql", ".py", ".yml") and "target" not in path.parts:
                yield path, path.read_text(encoding="utf-8")


def test_no_sql_installs_or_loads_an_extension():
    wrong = re.compile(
        r"""(?im)^\s*(force\s+)?(install|load)\s+'?[a-z_]+'?\s*;"""
        r"""|["'](force\s+)?(install|load)\s+[a-z_]+\s*;?["']"""
        r"""|(install|load)_extension\(|allow_unsigned_extensions"""
    )
    assert wrong.search('con.execute("install httpfs")'), "it would be seen"
    found = [path for path, text in _statements() if wrong.search(text)]
    assert found == []


def _licence(name):
    """The licences a package names: one of a choice is enough, all of a sum count."""
    told = importlib.metadata.metadata(name)
    expression = told.get("License-Expression") or ""
    classified = [
        line.split(" :: ")[-1]
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::") and line.count(" :: ") > 1
    ]
    if not expression and classified:
        return [{one} for one in classified]
    plain = expression or (told.get("License") or "").strip().split("\n")[0]
    parts = re.split(r"\s+AND\s+", plain.replace("(", "").replace(")", ""))
    if "MPL 2.0" in plain or "ISCL" in plain:
        parts = [plain]
    return [set(re.split(r"\s+OR\s+", part)) for part in parts]


def _locked():
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"(?m)^([\w.-]+)==", lock)))


def _installed(name):
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False  # for another system
    return True


def test_every_locked_package_has_a_licence_we_know():
    names = [name for name in _locked() if _installed(name)]
    assert len(names) > 100
    unknown = {
        name: _licence(name)
        for name in names
        if not all(choice & LICENCES for choice in _licence(name))
    }
    assert sorted(unknown) == sorted(EXCEPTIONS), unknown


@pytest.mark.parametrize(
    "secret", ["deploy/environment", "smtp_password", "geese.toml"]
)
def test_no_secret_lies_in_an_image(secret):
    ignored = (CHECKOUT / ".dockerignore").read_text().splitlines()
    assert any(fnmatch(secret, pattern) for pattern in ignored)


@pytest.mark.parametrize("secret", ["deploy/environment", "smtp_password"])
def test_no_secret_is_added_to_the_repository(secret):
    ignored = (CHECKOUT / ".gitignore").read_text().splitlines()
    assert any(fnmatch(f"/{secret}", pattern) for pattern in ignored)


def test_a_container_has_its_storage_made_before_a_server_starts():
    made = (CHECKOUT / "deploy/Dockerfile").read_text()
    assert "orchestration.service prepare && exec" in made
    assert "DAGSTER_DISABLE_TELEMETRY=true" in made
