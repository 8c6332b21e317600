"""A warehouse that visits simulated publishers of whole archives, for tests."""

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

ACCEPTED, UNCHANGED = "accepted", "unchanged"
REFUSED, HELD_BACK = "refused", "held back"

# How a visit ends for what goes wrong on the way, whoever the publisher is.
ON_THE_WAY = {
    "slow_body": (ACCEPTED, ""),
    "truncated_gzip": (REFUSED, "packed body is cut off"),
    "gzip_bomb": (REFUSED, "more than 20,000,000 bytes; refused"),
    "wrong_content_type": (REFUSED, "answers with text/html instead of"),
    "html_outage": (REFUSED, "answers with a web page instead of .*: Synthetic outage"),
    "empty_200": (REFUSED, "answers with an empty body"),
    "status_500": (REFUSED, "answers 500 .*Internal server error"),
    "status_502_html": (REFUSED, "answers 502 Synthetic outage"),
    "status_503_retry_after": (REFUSED, "answers 503 .*asks to wait 2 s"),
    "rate_limit_429": (REFUSED, "answers 429 .*asks to wait 1 s"),
    "quota_403": (REFUSED, "answers 403 .*asks to wait 3600 s"),
    "redirect_to_html": (REFUSED, "sends us to www.wto.org/error/error_404.htm"),
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

    def visit(self, is_full: bool = False) -> tuple[str, str]:
        """How a visit on the world's day ended, and what is said of it."""
        now = datetime.combine(self.world.today, time(18))
        session = Session(self.source, self.zone, self.client, now, is_full=is_full)
        before = self.payloads()
        try:
            self.source.fetch(session)
        except IngestError as error:
            self.loaded = []
            problem = str(error)
        else:
            problem = None
        if problem is not None:
            assert "\n" not in problem
            assert self.payloads() == before
            return REFUSED, problem
        self.loaded = loading.load(self.con, self.source, self.zone)
        reasons = [loaded.held_back for loaded in self.loaded if loaded.held_back]
        assert not any("\n" in reason for reason in reasons)
        if reasons:
            return HELD_BACK, " | ".join(reasons)
        return (ACCEPTED if self.loaded else UNCHANGED), ""

    def payloads(self) -> int:
        """Publications in the landing zone."""
        return len(self.zone.deliveries(self.source.name))

    def standing(self, table: str, columns: str = "*", where: str = "true") -> list:
        """Rows of a raw table that stand, in order of their columns."""
        return self.con.execute(
            f"""select {columns} from raw.{self.source.name}__{table}
            where recorded_to is null and published_to is null and {where}
            order by all"""
        ).fetchall()

    def everything(self) -> dict[str, list]:
        """Rows of all raw tables that stand."""
        return {table.name: self.standing(table.name) for table in self.source.tables}

    def accepted(self) -> set[str]:
        """Tables to which the last visit brought a payload that was not held back."""
        return {
            self.source.feed(loaded.payload.resource)[0].name
            for loaded in self.loaded
            if not loaded.held_back
        }


@contextmanager
def visiting(source: Source, folder: Path) -> Iterator[Visits]:
    """A source beside a simulated world, with a client that loses no time."""
    limits = Limits(attempts=1, first_pause=0.01, bytes=20_000_000)
    world = World(drip_pieces=4, drip_seconds=0.001)
    with running(world) as base:
        client = Client(folder / "downloads", base, limits, pace=0)
        try:
            yield Visits(source, world, client, folder)
        finally:
            client.close()
