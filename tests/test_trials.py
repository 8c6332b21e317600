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
    for module in catalogue.modules():
        for host in module.HOSTS:
            for fault in catalogue.faults_of(host):
                assert f"| {host} | `{fault}` |" in listed, (host, fault)
    assert "UNNOTICED" not in listed


def test_a_fault_that_changes_figures_without_a_word_is_called_unnoticed():
    sound = trials.State(None, [], {"table": "1"}, 0)
    changed = trials.State(None, [], {"table": "2"}, 0)
    assert trials.judge(changed, sound)[0] == "UNNOTICED"
    assert trials.judge(sound, sound)[0] == "harmless"
