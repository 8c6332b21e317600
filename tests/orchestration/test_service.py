"""The servers of an installation: started, answering, read-only, ended."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing

import dagster as dg
import pytest
from dagster import DagsterRun, DagsterRunStatus

from orchestration import service
from orchestration.resources import alone, prepare_environment
from orchestration.settings import CHECKOUT, Settings

UNITS = CHECKOUT / "deploy/systemd"


REPOSITORY = '{repositoryLocationName: "flying-geese", repositoryName: "__repository__"'
SCHEDULE = f'{REPOSITORY}, scheduleName: "refresh_schedule"}}'
SENSOR = f'{REPOSITORY}, sensorName: "something_arrived"}}'
KEY = '{path: ["published", "warehouse"]}'
_MUTATIONS = [
    f"""launchRun(executionParams: {{
        selector: {REPOSITORY}, jobName: "clean_up"}}, mode: "default"}})""",
    'deleteRun(runId: "<run>")',
    f"startSchedule(scheduleSelector: {SCHEDULE})",
    'stopRunningSchedule(id: "<schedule>")',
    f"resetSchedule(scheduleSelector: {SCHEDULE})",
    f"startSensor(sensorSelector: {SENSOR})",
    'stopSensor(id: "<sensor>")',
    f"resetSensor(sensorSelector: {SENSOR})",
    f'setSensorCursor(sensorSelector: {SENSOR}, cursor: "x")',
    f'sensorDryRun(selectorData: {SENSOR}, cursor: "x")',
    f"scheduleDryRun(selectorData: {SCHEDULE}, timestamp: 1.0)",
    'reloadRepositoryLocation(repositoryLocationName: "flying-geese")',
    "reloadWorkspace",
    'shutdownRepositoryLocation(repositoryLocationName: "flying-geese")',
    f"wipeAssets(assetPartitionRanges: [{{assetKey: {KEY}}}])",
    f"""reportRunlessAssetEvents(eventParams: {{
        eventType: ASSET_MATERIALIZATION, assetKey: {KEY}}})""",
    f"""launchPartitionBackfill(backfillParams: {{
        assetSelection: [{KEY}], allPartitions: true}})""",
    f"""addDynamicPartition(partitionKey: "x", partitionsDefName: "x",
        repositorySelector: {REPOSITORY}}})""",
    'deleteAppManagedComponent(componentId: "x", locationName: "flying-geese")',
]
# Whatever would change something; <run> is a run that goes on.
MUTATIONS = [
    *(f"{mutation} {{ __typename }}" for mutation in _MUTATIONS),
    """terminateRun(runId: "<run>", terminatePolicy: MARK_AS_CANCELED_IMMEDIATELY) {
        ... on TerminateRunFailure { message } }""",
    "setAutoMaterializePaused(paused: true)",
    'setConcurrencyLimit(concurrencyKey: "x", limit: 1)',
    'deleteConcurrencyLimit(concurrencyKey: "x")',
    'freeConcurrencySlots(runId: "<run>")',
]


def ask(port, query):
    """What the server answers; refusals may come with status 500."""
    request = urllib.request.Request(
        f"http://{service.HOST}:{port}/graphql",
        data=json.dumps({"query": query}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def running_run(settings):
    """A run that goes on, as far as Dagster knows."""
    prepare_environment(settings)
    run = DagsterRun("clean_up", status=DagsterRunStatus.STARTED)
    with dg.DagsterInstance.get() as instance:
        return instance.add_run(run).run_id


def state_of(settings):
    """Everything that a mutation could have changed."""
    with dg.DagsterInstance.get() as instance:
        return (
            {run.run_id: run.status for run in instance.get_runs()},
            instance.all_instigator_state(),
            instance.get_dynamic_partitions("x"),
            instance.event_log_storage.get_concurrency_keys(),
        )


def ids(port):
    """The names that the server itself gives a schedule and a sensor."""
    told = ask(
        port,
        f"""{{ scheduleOrError(scheduleSelector: {SCHEDULE}) {{
            ... on Schedule {{ id }} }}
        sensorOrError(sensorSelector: {SENSOR}) {{ ... on Sensor {{ id }} }} }}""",
    )["data"]
    return {
        "schedule": told["scheduleOrError"]["id"],
        "sensor": told["sensorOrError"]["id"],
    }


@pytest.mark.integration
def test_servers_start_answer_refuse_changes_and_end(tmp_path, monkeypatch):
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    settings = Settings(data=tmp_path / "data", readonly_port=3901)
    command = service.commands(settings)["readonly"]
    monkeypatch.setattr(service, "commands", lambda _: {"readonly": command})
    monkeypatch.setattr(service, "ports", lambda _: {"readonly": 3901})
    run = running_run(settings)
    try:
        started = service.up(settings)
        assert service.up(settings) == started
        for folder in (settings.dagster, settings.data / "service"):
            assert folder.stat().st_mode & 0o077 == 0, folder
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(
                f"http://{service.HOST}:3901/graphql?query={{version}}"
            )
        said = ask(3901, "{ permissions { permission value } }")
        allowed = {p["permission"] for p in said["data"]["permissions"] if p["value"]}
        assert allowed == set()
        before = state_of(settings)
        names = {"run": run} | ids(3901)
        for mutation in MUTATIONS:
            for name, value in names.items():
                mutation = mutation.replace(f"<{name}>", value)
            said = json.dumps(ask(3901, f"mutation {{ {mutation} }}"))
            assert re.search("UnauthorizedError|do not have permission", said), mutation
        assert state_of(settings) == before
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
@pytest.mark.sampled(0)
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


def test_one_command_at_a_time_starts_or_ends_servers(tmp_path, monkeypatch):
    monkeypatch.setattr(service, "_SECONDS_TO_START", 0)
    monkeypatch.setattr(service, "commands", lambda _: {})
    settings = Settings(data=tmp_path / "data")
    assert service.down(settings) == []
    lock = tmp_path / "data/service/.lock"
    lock.parent.mkdir(parents=True)
    for command in (service.up, service.down, service.prepare):
        with (
            alone(lock, AssertionError()),
            pytest.raises(service.ServiceError, match="starts or ends servers"),
        ):
            command(settings)


@pytest.mark.parametrize("torn", [b"", b"12", b"12 None\n", b"\xff 1"])
def test_a_torn_note_of_a_server_is_no_server(tmp_path, torn):
    settings = Settings(data=tmp_path)
    (tmp_path / "service").mkdir()
    (tmp_path / "service/daemon.pid").write_bytes(torn)
    assert service.running(settings, "daemon") is None


def test_servers_make_what_is_their_accounts_alone(tmp_path, monkeypatch):
    made = tmp_path / "made"
    ends = [sys.executable, "-c", f"open({str(made)!r}, 'w')"]
    monkeypatch.setenv("GEESE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(
        service, "commands", lambda _: {"webserver": ends, "daemon": ends}
    )
    monkeypatch.setattr(service, "prepare", lambda _: None)
    before = os.umask(0o022)
    try:
        assert service.ui(Settings(data=tmp_path / "data")) == 0
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)
    assert made.stat().st_mode & 0o077 == 0


def test_units_and_commands_start_the_guarded_webserver():
    commands = service.commands(Settings(webserver_port=4000, readonly_port=4001))
    started = [" ".join(commands[name]) for name in ("webserver", "readonly")]
    assert [re.findall(r" -p (\d+)", s) for s in started] == [["4000"], ["4001"]]
    for name in ("webserver", "readonly"):
        unit = UNITS / f"geese-{name}.service"
        started += re.findall(r"^ExecStart=(.+)", unit.read_text(), re.M)
    assert len(started) == 4
    assert all(" -m orchestration.webserver -h 127.0.0.1 " in s for s in started)


def test_every_server_listens_on_loopback_only():
    settings = Settings()
    for name in service.ports(settings):
        command = service.commands(settings)[name]
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
