"""dbt's manifest: made once, read whole, whoever asks at the same moment."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT, geese_environment

pytestmark = pytest.mark.integration

ASK = (
    "from orchestration import dbt_command, resources; "
    "print(dbt_command.manifest(resources.current_settings()))"
)


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
