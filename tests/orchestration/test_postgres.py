"""Dagster's runs in a real PostgreSQL on this machine."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import dagster as dg
import pytest
import yaml

from orchestration import resources
from orchestration.settings import CHECKOUT, Settings

pytestmark = pytest.mark.integration

_FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
_NO_SERVER = "PostgreSQL's server is not here"


def as_postgres(*command):
    """The server refuses to run as root: then it runs as its own user."""
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    subprocess.run(
        [*(user if os.getuid() == 0 else []), *command],
        check=True,
        capture_output=True,
        timeout=120,
        cwd="/",
    )


@pytest.fixture
def postgres_url():
    """The address of a new server with an empty database."""
    folder = Path(tempfile.mkdtemp(prefix="geese-postgres-"))
    binaries = _FOUND[-1].parent
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, listening = folder / "data", f"-p {port} -c listen_addresses=127.0.0.1"
    as_postgres(binaries / "initdb", "-D", data, "-A", "trust", "-U", "geese")
    started = f"{listening} -k {folder}"
    as_postgres(
        *(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log"),
        *("-o", started, "start"),
    )
    yield f"postgresql+psycopg2://geese@127.0.0.1:{port}/postgres"
    as_postgres(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.mark.skipif(not _FOUND, reason=_NO_SERVER)
def test_runs_are_kept_in_postgresql(postgres_url, tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv(resources.POSTGRES_URL, postgres_url)
    settings = Settings(data=tmp_path / "data")
    resources.prepare_environment(settings)

    @dg.asset
    def one():
        return 1

    for _ in range(2):
        with dg.DagsterInstance.get() as instance:
            done = dg.materialize([one], instance=instance)
            assert done.success
            assert instance.get_latest_materialization_event(dg.AssetKey("one"))
    with dg.DagsterInstance.get() as instance:
        assert len(instance.get_runs()) == 2
        assert postgres_url.rpartition("@")[2] in str(instance.run_storage.postgres_url)
    assert not list(settings.dagster.rglob("*.db"))
    kept = (settings.dagster / "dagster.yaml").read_text()
    assert postgres_url not in kept


def test_containers_are_reached_from_this_machine_only():
    said = yaml.safe_load((CHECKOUT / "deploy/compose.yml").read_text())
    ports = [p for s in said["services"].values() for p in s.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert "--read-only" in said["services"]["readonly"]["command"]


_COMPOSE = (
    shutil.which("docker")
    and not subprocess.run(
        ["docker", "compose", "version"], capture_output=True, check=False
    ).returncode
)


@pytest.mark.skipif(not _COMPOSE, reason="docker compose is not here")
def test_compose_file_is_valid():
    done = subprocess.run(
        ["docker", "compose", "-f", "deploy/compose.yml", "config", "-q"],
        cwd=CHECKOUT,
        env=os.environ | {"POSTGRES_PASSWORD": "canary"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
