"""The one table of all benchmarks, at a size that only proves that it works."""

import re
import subprocess
import sys

import pytest

from benchmarks import against_dlt, commands, measuring
from benchmarks.__main__ import MODULES, report
from benchmarks.measuring import Cost, Plan
from tests.conftest import CHECKOUT

ROWS = {
    "parsing": ("BACI year, read and check", "customs CSV, read and check"),
    "parsing_json": ("UN Comtrade page, 200 rows",),
    "vintages": ("100 vintages: as of / latest", "100 vintages: history"),
    "commands": ("embedded refresh", "refresh with nothing new", "geese --help"),
    "bulk": (
        "zip → partitions",
        "bulk models",
        "one year of 10",
        "partitions, all rows",
    ),
}
LONG = {"bulk", "commands", "vintages"}
"""What takes long whatever the size."""


@pytest.mark.integration
def test_every_benchmark_has_its_rows_in_the_table(tmp_path, heavy):
    assert set(ROWS) == set(MODULES)
    names = heavy([name for name in MODULES if name not in LONG], list(MODULES))
    page = tmp_path / "results.md"
    small = ("--rows", "20000", "--times", "1", "--write", str(page), "--only")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *small, *names],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = page.read_text(encoding="utf-8").splitlines()
    for name in names:
        for what in ROWS[name]:
            found = [row for row in rows if row.startswith(f"| {what}")]
            assert found, what
            assert all(re.search(r"\d", row.split(" | ")[-1]) for row in found)
    assert re.search(r"commit \w+.*--rows 20000", rows[2])
    assert re.search(r"\d+ cores, \d+ GiB; .*duckdb 2", rows[4])


def test_a_refresh_is_set_against_an_empty_job(tmp_path, monkeypatch):
    seconds = iter([60.0, 20.0, 0.4, 80.0, 20.0, 0.5, 70.0, 20.0, 0.6, 0.3, 0.2, 0.1])
    asked = []

    def cost(arguments):
        asked.append(arguments[-1])
        return Cost(1000.0, next(seconds), 0.0)

    monkeypatch.setattr(commands, "command", cost)
    lines = list(commands.lines(Plan(1, 3, 1, tmp_path)))
    assert asked == ["refresh", "benchmarks.empty_job", "refresh"] * 3 + ["--help"] * 3
    assert [line[1:] for line in lines] == [
        ("3.50", "≤ 1.5", "70.0 s / 20.0 s"),
        ("", "≤ 0.5 s", "0.50 s"),
        ("", "≤ 0.3 s", "0.20 s"),
    ]


def test_a_commands_cost_is_that_of_what_it_starts():
    burn = "sum(range(3_000_000))"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{burn}'])"
    cost = measuring.command([sys.executable, "-c", nested])
    assert cost.processor > 0.02
    assert cost.wall > 0.02
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        measuring.command([sys.executable, "-c", "1 / 0"])


def test_the_memory_of_a_process_is_not_that_of_the_one_that_started_it(tmp_path):
    held = bytearray(400_000_000)
    assert measuring.peak() > len(held) / 2**20
    assert 5 < measuring.measured(str, tmp_path).peak < len(held) / 2**20


def test_the_page_of_results_is_a_table():
    page = report([("a / b", "1.00", "≤ 2", "1 s / 1 s")], "two cores").splitlines()
    assert page[-3:] == [
        "| what | ratio | goal | measured |",
        "| --- | --- | --- | --- |",
        "| a / b | 1.00 | ≤ 2 | 1 s / 1 s |",
    ]
    assert page[4] == "two cores."


def test_dlt_is_set_against_ours(tmp_path, monkeypatch):
    page = tmp_path / "page.json"
    page.write_text("{}")
    # In dlt's place a program that notes what it was told and loads nothing.
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\necho "$@" >> "$0.told"\n')
    program.chmod(0o755)
    monkeypatch.setattr(against_dlt, "PYTHON", program)
    ours = Cost(2.0, 1.0)
    found = [*against_dlt.lines("dlt / ours", "≥ 20", ours, "page", page, 2)]
    assert [(what, goal) for what, _, goal, _ in found] == [
        ("dlt / ours: processor", "≥ 20"),
        ("dlt / ours: wall", "≥ 20"),
    ]
    assert found[1][3].endswith(" s / 2 s")
    told = (tmp_path / "program.told").read_text().splitlines()
    assert len(told) == 2
    assert all(" page http://127.0.0.1:" in line for line in told)


def test_without_dlt_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(against_dlt, "PYTHON", tmp_path / ".venv-dlt/bin/python")
    file = tmp_path / "baci.zip"
    ((_, ratio, _, said),) = against_dlt.lines("x", "", Cost(1, 1), "archive", file, 3)
    assert ratio == ""
    assert said.startswith("not measured: no ")
