"""The list of commands, which is told without importing them."""

import subprocess
import sys

import pytest
import typer

from orchestration.cli.main import COMMANDS, loaded
from tests.conftest import CHECKOUT, run_geese


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_itself(name):
    first, *_ = (loaded(name).help or "").split("\n\n")
    assert " ".join(first.split()) == COMMANDS[name].says


def test_every_command_of_every_module_is_in_the_list():
    modules = {place.module for place in COMMANDS.values()}
    for module in modules:
        around = typer.Typer(add_completion=False)
        around.add_typer(sys.modules[f"orchestration.cli.{module}"].app)
        assert {*typer.main.get_command(around).commands} <= {*COMMANDS}


def test_the_help_imports_no_command():
    code = """
import sys
from orchestration.cli.main import app
sys.argv = ["geese", "--help"]
app(standalone_mode=False)
heavy = {"duckdb", "pydantic", "httpx", "orchestration.settings"} & set(sys.modules)
sys.exit(str(heavy) if heavy else 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Usage: geese" in done.stdout


def test_a_slip_of_the_pen_is_told_what_was_meant(tmp_path):
    done = run_geese("stats", data=tmp_path, is_fresh=True)
    assert done.returncode == 2
    assert "Did you mean 'status'?" in done.stderr
