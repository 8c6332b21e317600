"""Years of an installation in minutes, as a program that prints its account."""

import re
import subprocess
import sys

import pytest

from tests.conftest import CHECKOUT
from tests.soak import processes
from tests.soak.mishaps import STRUCK

pytestmark = pytest.mark.integration

# Six weeks in which all of the scripted year happens; refreshes end at the raw tables.
FEW = ("--years", "0.12", "--part", "--kills", "4", "--seed", "7")
ALL = ("--years", "3", "--kills", "16", "--minutes", "12")


@pytest.mark.sampled(0)
@pytest.mark.parametrize("span", [FEW, ALL], ids=["weeks", "years"])
def test_weeks_and_years_of_faults_and_kills_lose_nothing(refreshed, tmp_path, span):
    start = ("--start-from", str(refreshed)) if span is FEW else ()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.soak", *span, *start),
            *("--folder", str(tmp_path / "soak")),
        ],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "nothing lost, nothing twice, nothing left"
    for job in STRUCK:
        assert f"kill: {job}" in done.stdout, done.stdout
        assert f"full disk: {job}" in done.stdout, done.stdout
        assert re.search(rf"carried out: {job}.* went well", done.stdout), done.stdout
    for happened in ("clock", "mail down", "file dropped", "a bad gateway"):
        assert f"× {happened}" in done.stdout, done.stdout
    (same, of) = re.search(r"clean rebuild: (\d+) of (\d+)", done.stdout).groups()
    assert same == of
    assert int(of) > 15
    assert list(processes.of(tmp_path / "soak/data")) == []
