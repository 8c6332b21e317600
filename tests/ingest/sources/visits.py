"""A warehouse of one source that visits the simulated publisher, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path

import duckdb

from ingest import loading
from ingest.http import Client, Limits
from ingest.landing import LandingZone
from ingest.session import Session
from ingest.source import IngestError, Source
from tests.upstreams.server import running
from tests.upstreams.world import World

ACCEPTED, UNCHANGED, REFUSED, HELD_BACK = (
    "accepted",
    "unchanged",
    "refused",
    "held back",
)

# How a visit ends for what goes wrong on the way, whoever the publisher is.
ON_THE_WAY = {
    "slow_body": (ACCEPTED, ""),
    "truncated_gzip": (REFUSED, "packed body is cut off"),
    "gzip_bomb": (REFUSED, "more than 20,000,000 bytes; refused"),
    "wrong_content_type": (REFUSED, "answers with text/html instead of json"),
    "html_outage": (REFUSED, "answers with a web page instead of json"),
    "empty_200": (REFUSED, "answers with an empty body"),
    "status_500": (REFUSED, "answers 500 .*Internal server error"),
    "status_502_html": (REFUSED, "answers 502 Synthetic outage"),
    "status_503_retry_after": (REFUSED, "answers 503 .*asks to wait 2 s"),
    "rate_limit_429": (REFUSED, "answers 429 .*asks to wait 1 s"),
    "quota_403": (REFUSED, "answers 403 .*asks to wait 3600 s"),
    "redirect_to_html": (REFUSED, "sends us to www.wto.org"),
    "reset": (REFUSED, "peer|reset|ReadError"),
    "truncated_body": (REFUSED, "peer closed connection"),
    "oversized": (REFUSED, "peer closed connection"),
}


class Visits:
    """What a source's visits leave behind, and what the operator reads of them."""

    def __init__(self, source: Source, world: World, client: Client, folder: Path):
        self.source = source
        self.world = world
        self.client = client
        self.zone = LandingZone(folder / "landing")
        self.con = duckdb.connect()
        self.loaded: list[loading.Loaded] = []

    def visit(self) -> tuple[str, str]:
        """How a visit on the world's day ended, and what is said of it."""
        known = len(self._fetches())
        now = datetime.combine(self.world.today, time(9))
        session = Session(self.source, self.zone, self.client, now)
        problem = None
        try:
            self.source.fetch(session)
        except IngestError as error:
            problem = str(error)
        self.loaded = loading.load(self.con, self.source, self.zone)
        fetched = self._fetches()[known:]
        if problem:
            assert not fetched
            assert "\n" not in problem
            return REFUSED, problem
        if [event["outcome"] for event in fetched] == [UNCHANGED]:
            assert not self.loaded
            return UNCHANGED, ""
        (loaded,) = self.loaded
        if loaded.held_back:
            return HELD_BACK, loaded.held_back
        return ACCEPTED, ""

    def standing(self, columns: str) -> list[tuple]:
        """The rows that stand, in order of their columns."""
        (table,) = self.source.tables
        return self.con.execute(
            f"""select {columns} from raw.{self.source.raw_name(table)}
            where recorded_to is null and published_to is null order by all"""
        ).fetchall()

    def _fetches(self) -> list[dict]:
        return [e for e in self.zone.events() if e["event"] == "fetch"]


@contextmanager
def visiting(source: Source, folder: Path) -> Iterator[Visits]:
    """A source beside a simulated world, with a client that loses no time."""
    limits = Limits(attempts=1, first_pause=0.01, bytes=20_000_000)
    world = World(drip_seconds=0.001)
    with (
        running(world) as base,
        Client(folder / "downloads", base, limits, pace=0) as client,
    ):
        yield Visits(source, world, client, folder)
