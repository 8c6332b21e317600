"""dbt's manifest: made once, read whole, whoever asks at the same moment."""

import importlib.metadata
import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.warehouse import dbt_command
from tests.conftest import CHECKOUT, geese_environment

pytestmark = pytest.mark.integration

ASK = (
    "from orchestration import resources; "
    "from orchestration.warehouse import dbt_command; "
    "print(dbt_command.manifest(resources.current_settings()))"
)


@pytest.mark.sampled(0)
def test_processes_that_ask_at_once_read_one_whole_manifest(tmp_path):
    asked = [
        subprocess.Popen(
            [sys.executable, "-c", ASK],
            cwd=CHECKOUT,
            env=geese_environment(tmp_path, CHECKOUT),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    paths = {process.communicate(timeout=120)[0].strip() for process in asked}
    assert [process.returncode for process in asked] == [0, 0]
    (path,) = paths
    assert json.loads(Path(path).read_text(encoding="utf-8"))["nodes"]


@pytest.mark.parametrize("what", ["moved", "upgraded"])
def test_a_project_that_has_moved_or_another_dbt_is_parsed_anew(
    what, tmp_path, monkeypatch
):
    parsed = []
    monkeypatch.setattr(dbt_command, "_invoke", lambda *asked: parsed.append(asked))
    settings = Settings(data=tmp_path)
    dbt_command.manifest(settings)
    dbt_command.manifest(settings)
    assert len(parsed) == 1
    if what == "moved":
        copy = tmp_path / "elsewhere"
        shutil.copytree(dbt_command.DBT_PROJECT, copy)
        monkeypatch.setattr(dbt_command, "DBT_PROJECT", copy)
    else:
        monkeypatch.setattr(importlib.metadata, "version", lambda _: "1.99.0")
    dbt_command.manifest(settings)
    assert len(parsed) == 2


def test_what_dbt_says_of_a_command_that_fails_is_told(parsed, tmp_path):
    shutil.copytree(parsed, tmp_path, dirs_exist_ok=True)
    settings = Settings(data=tmp_path)
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("create schema seeds")
        con.execute("create view seeds.company_aliases as select 1")
    with pytest.raises(
        dbt_command.DbtError, match=r"^dbt seed company_aliases: .* view"
    ):
        dbt_command.seed(settings, settings.warehouse)
