"""The servers of an installation: started, answering, read-only, ended."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import pytest

from orchestration import service
from orchestration.settings import CHECKOUT, Settings

UNITS = CHECKOUT / "deploy/systemd"


def ask(port, query):
    request = urllib.request.Request(
        f"http://{service.HOST}:{port}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


@pytest.mark.integration
def test_servers_start_answer_refuse_changes_and_end(tmp_path, monkeypatch):
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    monkeypatch.setitem(service.PORTS, "readonly", 3901)
    found = service.commands()
    monkeypatch.setattr(service, "PORTS", {"readonly": 3901})
    monkeypatch.setattr(service, "commands", lambda: {"readonly": found["readonly"]})
    settings = Settings(data=tmp_path / "data")
    try:
        started = service.up(settings)
        assert service.up(settings) == started
        said = ask(3901, "{ permissions { permission value } }")
        allowed = {p["permission"] for p in said["data"]["permissions"] if p["value"]}
        assert allowed == set()
        said = ask(
            3901,
            """mutation { wipeAssets(assetPartitionRanges: [
            {assetKey: {path: ["published", "warehouse"]}}]) { __typename } }""",
        )
        assert said["data"]["wipeAssets"]["__typename"] == "UnauthorizedError"
    finally:
        assert service.down(settings) == ["readonly"]
    assert service.running(settings, "readonly") is None
    assert service.down(settings) == []


PREPARE = """
import sys, time
from orchestration import resources, service
found = resources.current_settings()
time.sleep(max(0, float(sys.argv[1]) - time.time()))
service.prepare(found)
"""


@pytest.mark.integration
def test_servers_that_start_at_once_on_a_new_folder_share_one_run_storage(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    moment = str(time.time() + 8)
    asked = [sys.executable, "-c", PREPARE, moment]
    children = [subprocess.Popen(asked, cwd=CHECKOUT) for _ in range(4)]
    assert [child.wait(120) for child in children] == [0] * 4
    for file in ("history/runs.db", "schedules/schedules.db"):
        with closing(sqlite3.connect(tmp_path / "data/dagster" / file)) as con:
            heads = con.execute("select count(*) from alembic_version").fetchone()
        assert heads == (1,), file


def test_every_server_listens_on_loopback_only():
    for name, command in service.commands().items():
        if name in service.PORTS:
            assert command[command.index("-h") + 1] == "127.0.0.1"
    for unit in UNITS.glob("*.service"):
        hosts = re.findall(r"-h (\S+)", unit.read_text())
        assert set(hosts) <= {"127.0.0.1"}


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not here"
)
def test_units_are_valid(tmp_path):
    for unit in UNITS.iterdir():
        said = unit.read_text().replace("/opt/flying-geese/.venv/bin/", "/bin/true ")
        (tmp_path / unit.name).write_text(said.replace("User=geese\n", ""))
    files = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(
        ["systemd-analyze", "verify", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
