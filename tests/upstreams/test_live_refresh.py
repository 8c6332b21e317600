"""The whole job against simulated publishers, one of which is down from the start.

All figures are synthetic.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from subprocess import CompletedProcess

import duckdb
import pytest

from ingest import fetching
from ingest.http import Client
from ingest.landing import LandingZone
from ingest.source import all_sources
from tests.conftest import run_geese
from tests.upstreams.few import no_briefs
from tests.upstreams.publishers import comtrade, estat, oecd
from tests.upstreams.server import running
from tests.upstreams.world import FIRST_DAY, World

pytestmark = pytest.mark.integration

DOWN = "oecd_batis"
NOW = datetime.combine(FIRST_DAY, time(18))
ASKED = {s.name for s in all_sources().values() if s.fetch and s.is_on}


@dataclass(frozen=True)
class Live:
    """A refresh that is over, its data folder, and the world that it asked."""

    done: CompletedProcess[str]
    data: Path
    world: World
    base: str

    def geese(self, *arguments: str) -> CompletedProcess[str]:
        """A command on what the refresh left behind."""
        return run_geese(*arguments, data=self.data, at=NOW)

    def visit(self, *names: str) -> dict[str, str | None]:
        """Ask publishers as the next refresh would; what went wrong, by source."""
        with Client(self.data / "downloads", self.base, pace=0) as client:
            plan = fetching.Plan(
                LandingZone(self.data / "landing"),
                client,
                NOW,
                {"ESTAT_APP_ID": estat.APP_ID},
            )
            asked = [all_sources()[name] for name in names]
            visits = fetching.visit_all(asked, plan, lambda _: None)
        return {visit.source: visit.problem for visit in visits}

    def payloads(self) -> dict[str, int]:
        """Files in the landing zone, by source."""
        return {
            name: len(list((self.data / "landing" / name).glob("*.meta.json")))
            for name in ASKED
        }


@pytest.fixture(scope="module")
def live(tmp_path_factory, heavy) -> Iterator[Live]:
    """A first refresh on a new installation, with a key for e-Stat alone.

    Where not everything is proven, UN Comtrade is asked of one economy and no brief is
    made.
    """
    folder = tmp_path_factory.mktemp("live")
    world = World()
    world.fault(oecd.HOST, "html_outage")
    with pytest.MonkeyPatch.context() as patch, running(world) as base:
        # The lags of the article's claim need it.
        patch.setattr(comtrade, "NEWEST_AT_FIRST", FIRST_DAY.year - 1)
        patch.setenv("ESTAT_APP_ID", estat.APP_ID)
        patch.delenv("COMTRADE_KEY", raising=False)
        few = heavy(no_briefs, list)
        for module, name, value in few():
            patch.setattr(module, name, value)
        asked = ("refresh", "--live", "--upstreams", base)
        done = run_geese(*asked, data=folder, at=NOW, instead=few)
        yield Live(done, folder / "trial", world, base)


def test_with_one_publisher_down_the_others_are_published(live):
    assert live.done.returncode == 3, live.done.stderr
    assert live.done.stdout.startswith("published")
    (told,) = live.done.stderr.strip().splitlines()
    assert f"{DOWN}: https://{oecd.HOST}/" in told
    assert "a web page instead of json: Synthetic outage" in told
    assert estat.APP_ID not in live.done.stdout + live.done.stderr


def test_rows_of_every_publisher_of_goods_are_published_and_none_of_the_one_down(live):
    with duckdb.connect(live.data / "published/latest.duckdb", read_only=True) as con:
        goods = dict(
            con.execute(
                "select source, count(*) from marts.balance_ratios group by source"
            ).fetchall()
        )
        states = dict(
            con.execute("select source, state from ops.source_states").fetchall()
        )
        series = con.execute(
            """select period, exports_millions, imports_millions
            from marts.balance_ratios
            where series_id = 'twn.components.wto_mamtotic.ratio.a'"""
        ).fetchall()
    fetched = {"estat_trade", "wto_trade", "un_comtrade", "cepii_baci"}
    assert fetched <= set(goods)
    assert all(goods[name] > 100 for name in fetched), goods
    assert len(series) > 20
    assert all(exports and imports for _, exports, imports in series)
    assert states[DOWN] == "failing"
    assert states["wto_trade"] == "current"
    assert live.payloads()[DOWN] == 0


def test_every_source_says_when_it_was_asked_and_how_it_stands(live):
    done = live.geese("sources", "--json")
    found = {row["source"]: row for row in json.loads(done.stdout)}
    assert set(found) == set(all_sources())
    for name in ASKED:
        assert found[name]["last_checked"], name
        if name == DOWN:
            continue
        assert (found[name]["state"], found[name]["reason"]) == ("current", None)
        assert found[name]["last_changed"], name
        assert found[name]["next_due"] > found[name]["last_changed"], name
    assert found[DOWN]["state"] == "failing"
    assert "Synthetic outage" in found[DOWN]["reason"]
    assert found[DOWN]["last_changed"] is None
    assert found["wsts_billings"]["state"] == "off"


def test_the_status_names_the_publisher_that_could_not_be_read(live):
    told = live.geese("status").stdout
    (line,) = [text for text in told.splitlines() if text.startswith("unread")]
    assert DOWN in line


def test_asked_again_publishers_bring_nothing_new_and_one_that_is_back_lands(live):
    before, asked = live.payloads(), len(live.world.log)
    others = ASKED - {DOWN}
    assert live.visit(*others) == dict.fromkeys(others)
    assert live.payloads() == before
    statuses = {a.status for a in live.world.log[asked:] if a.host == "stats.wto.org"}
    assert statuses == {304}
    live.world.clear()
    assert live.visit(DOWN) == {DOWN: None}
    assert live.payloads()[DOWN] > 0
