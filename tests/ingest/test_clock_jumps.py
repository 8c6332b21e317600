"""A machine's clock is set back or runs ahead: what publishers say now still stands.

All figures are synthetic.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest

from ingest.http import Client, Limits
from ingest.source import all_sources
from tests.ingest.sources.visits import Visits
from tests.upstreams.few import instead
from tests.upstreams.publishers import estat
from tests.upstreams.server import running
from tests.upstreams.world import World

VISITED = {name: s for name, s in all_sources().items() if s.fetch}
JUMPS = {"set back by nine days": -9, "ahead by two months": 60}


@pytest.fixture(scope="module")
def few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in instead():
            patch.setattr(module, name, value)
        yield


def _values(visits: Visits) -> dict[str, list[tuple]]:
    return {
        table.name: visits.standing(
            ", ".join(c.name for c in table.named("key", "value")), table.name
        )
        for table in visits.source.tables
    }


def _lived(name: str, folder, days: int) -> tuple[dict, dict, list[str | None]]:
    """What stands after a visit by a wrong clock and one by a right one, and afresh.

    Between the two visits the publisher releases anew; the wrong clock is that of the
    first visit where it runs ahead, of the second where it was set back.
    """
    world = World(drip_pieces=4, drip_seconds=0.001)
    limits = Limits(attempts=1, first_pause=0.01, bytes=20_000_000)
    source, key = VISITED[name], estat.APP_ID if VISITED[name].secret else None
    with (
        running(world) as base,
        Client(folder / "downloads", base, limits, pace=0) as client,
    ):
        wrong = timedelta(days=days)
        visits = Visits(source, world, client, folder / "lived", key)
        told = [visits.told(_afternoon(world) + max(wrong, timedelta()))]
        world.advance(to=world.today + timedelta(days=6))
        told.append(visits.told(_afternoon(world) + min(wrong, timedelta())))
        fresh = Visits(source, world, client, folder / "fresh", key)
        told.append(fresh.told(_afternoon(world)))
        return _values(visits), _values(fresh), told


def _afternoon(world: World) -> datetime:
    return datetime.combine(world.today, time(18))


@pytest.mark.parametrize("days", JUMPS.values(), ids=JUMPS)
def test_what_the_publisher_says_now_stands(days, few, tmp_path, heavy):
    # Those two do not date what they publish: all hangs on our own clock.
    names = sorted(
        VISITED, key=lambda n: n not in ("frankfurter_rates", "wsts_billings")
    )
    for name in names[: heavy(2, len(names))]:
        lived, fresh, told = _lived(name, tmp_path / name, days)
        assert any(fresh.values()), name
        assert lived == fresh, (name, told)
