"""No fault of a publisher passes unnoticed, and the page of faults says so of each."""

import random

import pytest

from ingest.source import all_sources
from ingest.sources import un_comtrade
from tests import trials
from tests.conftest import CHECKOUT
from tests.upstreams import catalogue
from tests.upstreams.server import running
from tests.upstreams.world import World

SOURCES = [source for source in all_sources().values() if source.fetch]
PAGE = CHECKOUT / "docs" / "faults.md"


@pytest.fixture(scope="module")
def attempted(tmp_path_factory):
    world = World(drip_seconds=0.1)
    folder = tmp_path_factory.mktemp("trials")
    with pytest.MonkeyPatch.context() as patched, running(world) as base:
        patched.setattr(un_comtrade, "_REPORTERS", trials.FEW_REPORTERS)
        yield trials.Trials(folder, world, base)


def test_no_fault_passes_unnoticed(attempted, heavy):
    dice = random.Random(20261124)  # noqa: S311 not for secrets
    cheap = [s for s in SOURCES if s.name not in ("un_comtrade", "estat_trade")]
    for source in heavy(dice.sample(cheap, 3), SOURCES):
        for host in attempted.hosts(source):
            faults = sorted(catalogue.faults_of(host))
            for fault in heavy(dice.sample(faults, 4), faults):
                caught = attempted.attempt(source, host, fault)
                assert caught.outcome != "UNNOTICED", (source.name, fault)
                assert "\n" not in caught.said


def test_the_page_of_faults_lists_every_fault_of_every_publisher():
    listed = PAGE.read_text(encoding="utf-8")
    hosts = {host for module in catalogue.modules() for host in module.HOSTS}
    missing = {
        host
        for host in hosts
        for fault in catalogue.faults_of(host)
        if f"| {host} | `{fault}` |" not in listed
    }
    assert not missing, "python -m tests.trials docs/faults.md <source> adds them"
    assert "UNNOTICED" not in listed


def test_a_page_made_for_one_source_keeps_the_others():
    page = PAGE.read_text(encoding="utf-8")
    tried = [s for s in SOURCES if s.name == "cbc_rates"]
    kept = trials.rows_of_others(page, tried)
    new = trials.row(trials.Caught("cbc_rates", "h", "f", "refused", "a|b"))
    made = trials.table([new, *kept]).splitlines()
    assert "| cbc_rates | h | `f` | refused | a¦b |" in made
    assert [line for line in page.splitlines() if "| cbc_rates |" not in line] == [
        line for line in made if line != new
    ]


def test_a_fault_that_changes_figures_without_a_word_is_called_unnoticed():
    sound = trials.State(None, [], {"table": "1"}, 0)
    changed = trials.State(None, [], {"table": "2"}, 0)
    assert trials.judge(changed, sound)[0] == "UNNOTICED"
    assert trials.judge(sound, sound)[0] == "harmless"
