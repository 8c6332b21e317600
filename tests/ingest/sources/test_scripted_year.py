"""A year of publications, revisions and faults at every publisher, over real sockets.

All figures are synthetic.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from ingest.http import Client, Limits
from ingest.source import Source, all_sources
from tests.ingest.sources.visits import Visits
from tests.upstreams.catalogue import modules
from tests.upstreams.few import instead
from tests.upstreams.publishers import estat
from tests.upstreams.script import YEAR, Step, play
from tests.upstreams.server import running
from tests.upstreams.world import World

VISITED = {name: s for name, s in all_sources().items() if s.fetch}


@dataclass(frozen=True)
class Day:
    """What a visit on one step of the script left behind."""

    step: Step
    problem: str | None
    news: int
    held_back: list[str]
    shown: set[tuple[str, str]]
    standing: dict[str, list[tuple]]


Diary = dict[str, list[Day]]


def _values(visits: Visits) -> dict[str, list[tuple]]:
    """What stands, without the moments at which it was published and read."""
    found = {}
    for table in visits.source.tables:
        names = [c.name for c in table.named("key", "value")]
        found[table.name] = visits.standing(", ".join(names), table.name)
    return found


def _day(visits: Visits, step: Step) -> Day:
    before = len(visits.world.log)
    problem = visits.told()
    asked = visits.world.log[before:]
    shown = {(request.host, name) for request in asked for name in request.faults}
    held = [load.held_back for load in visits.loaded if load.held_back]
    news = len(visits.loaded) - len(held)
    return Day(step, problem, news, held, shown, _values(visits))


def _visits(source: Source, world: World, client: Client, folder) -> Visits:
    return Visits(
        source, world, client, folder, estat.APP_ID if source.secret else None
    )


@pytest.fixture(scope="module")
def world() -> World:
    return World(drip_pieces=4, drip_seconds=0.001)


@pytest.fixture(scope="module")
def few() -> Iterator[None]:
    """Publishers with few tables, years and reporters, for quick visits."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in instead():
            patch.setattr(module, name, value)
        yield


@pytest.fixture(scope="module")
def year(world, few, tmp_path_factory) -> Iterator[tuple[Diary, Diary]]:
    """The year as warehouses that lived through it tell it, and as new ones do."""
    folder = tmp_path_factory.mktemp("year")
    limits = Limits(attempts=1, first_pause=0.01, bytes=20_000_000)
    with (
        running(world) as base,
        Client(folder / "downloads", base, limits, pace=0) as client,
    ):
        old = {
            name: _visits(source, world, client, folder / name)
            for name, source in VISITED.items()
        }
        diary: Diary = {name: [] for name in old}
        for step in YEAR:
            play(world, step)
            for name, visits in old.items():
                diary[name].append(_day(visits, step))
        new = {
            name: [_day(_visits(source, world, client, folder / f"new-{name}"), step)]
            for name, source in VISITED.items()
        }
        yield diary, new


def _said(name: str, day: Day) -> tuple[str | None, list[str]]:
    """What a day leaves to say, but for an edition at an address not yet known."""
    problem = day.problem
    if name == "nistep_indicators" and day.step is YEAR[-1]:
        assert problem is not None
        assert "the edition of 2027 must be out; enter the address" in problem
        problem = None
    return problem, day.held_back


@pytest.mark.parametrize("name", sorted(VISITED))
def test_ordinary_days_leave_nothing_to_say(year, name):
    for day in year[0][name]:
        if day.step.outcome in ("news", "nothing"):
            assert _said(name, day) == (None, []), day.step.note


@pytest.mark.parametrize("name", sorted(VISITED))
def test_quiet_days_bring_nothing_and_outages_change_nothing(year, name):
    before = None
    for day in year[0][name]:
        if day.step.outcome in ("nothing", "refused"):
            assert day.news == 0, day.step.note
            assert day.standing == before, day.step.note
        if day.step.outcome == "refused":
            assert day.problem, day.step.note
            assert not day.held_back, day.step.note
        before = day.standing


@pytest.mark.parametrize("name", sorted(VISITED))
def test_what_is_spoilt_is_told_or_held_back(year, name):
    days = [day for day in year[0][name] if day.step.outcome == "spoilt"]
    spoilt = [day for day in days if day.shown]
    assert spoilt
    for day in spoilt:
        assert day.problem or day.held_back, day.step.note


@pytest.mark.parametrize("name", sorted(VISITED))
def test_the_year_brings_news(year, name):
    days = year[0][name]
    assert days[0].news
    assert sum(day.news for day in days[1:]) > 0
    assert days[-1].standing != days[0].standing


@pytest.mark.parametrize("name", sorted(VISITED))
def test_after_the_year_stands_what_a_new_warehouse_reads(year, name):
    lived, fresh = year
    (day,) = fresh[name]
    assert _said(name, day) == (None, [])
    assert lived[name][-1].standing == day.standing


def test_every_publisher_is_visited_and_plays_its_faults(year, world):
    hosts = {host for module in modules() for host in module.HOSTS}
    assert {request.host for request in world.asked()} == hosts
    shown = {(a.host, name) for a in world.asked() for name in a.faults}
    spoilt = [step.faults for step in YEAR if step.outcome == "spoilt"]
    assert set(spoilt[0]) == hosts
    for faults in spoilt:
        assert set(faults.items()) <= shown
    assert world.errors == []


def test_the_script_goes_forward():
    days = [step.day for step in YEAR]
    assert days == sorted(set(days))
    assert (days[-1] - days[0]).days >= 365
