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

ACCEPTED, UNCHANGED = "accepted", "unchanged"
REFUSED, HELD_BACK = "refused", "held back"

# Before and after the first release of a simulated world.
NOW = datetime(2026, 11, 22, 9, 0)  # noqa: DTZ001 the clock is naive on purpose
LATER = datetime(2026, 12, 20, 8, 0)  # noqa: DTZ001


def on_the_way(wanted: str = ".*") -> dict[str, tuple[str, str]]:
    """How a visit ends for what goes wrong on the way, whoever the publisher is.

    `wanted` is what the source asks for, as a pattern.
    """
    return {
        "slow_body": (ACCEPTED, ""),
        "resaved": (ACCEPTED, ""),
        "truncated_gzip": (REFUSED, "packed body is cut off"),
        "gzip_bomb": (REFUSED, "more than 20,000,000 bytes; refused"),
        "wrong_content_type": (REFUSED, f"answers with text/html instead of {wanted}"),
        "html_outage": (REFUSED, f"answers with a web page instead of {wanted}"),
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

    def __init__(
        self,
        source: Source,
        world: World,
        client: Client,
        folder: Path,
        key: str | None,
    ):
        self.source = source
        self.world = world
        self.client = client
        self.key = key
        self.zone = LandingZone(folder / "landing")
        self.con = duckdb.connect()
        self.loaded: list[loading.Loaded] = []

    def told(self, now: datetime | None = None, is_full: bool = False) -> str | None:
        """What is said of a visit; None if all went well. Its payloads are loaded.

        Without `now` the visit is in the afternoon of the world's day.
        """
        now = now or datetime.combine(self.world.today, time(18))
        held = [*self.held_back()]
        session = Session(
            *(self.source, self.zone, self.client, now, self.key),
            is_full=is_full,
            held_back=held,
        )
        problem = None
        try:
            with session:
                self.source.fetch(session)
        except IngestError as error:
            problem = str(error)
            assert "\n" not in problem
            assert not self.key or self.key not in problem
        self.loaded = loading.load(self.con, self.source, self.zone)
        return problem

    def visit(
        self, now: datetime | None = None, is_full: bool = False
    ) -> tuple[str, str]:
        """How a visit ended, and what is said of it; a refused one lands nothing."""
        before = self.payloads()
        problem = self.told(now, is_full)
        if problem is not None:
            assert self.payloads() == before
            return REFUSED, problem
        reasons = [loaded.held_back for loaded in self.loaded if loaded.held_back]
        assert not any("\n" in reason for reason in reasons)
        if reasons:
            return HELD_BACK, " | ".join(reasons)
        return (ACCEPTED if self.loaded else UNCHANGED), ""

    def payloads(self) -> int:
        """Publications in the landing zone."""
        return len(self.zone.deliveries(self.source.name))

    def held_back(self) -> dict[str, str]:
        """Reasons by digest, in the order of the journal."""
        if not self.zone.journal.exists():
            return {}
        return dict(
            self.con.execute(
                "select payload_sha256, reason from raw.quarantine order by sequence"
            ).fetchall()
        )

    def standing(
        self,
        columns: str = "*",
        table: str | None = None,
        where: str = "true",
        **chosen: object,
    ) -> list[tuple]:
        """Rows of a table that stand, of the first if unnamed, in order of columns."""
        name = table or self.source.tables[0].name
        also = " and ".join([where, *(f"{column} = ${column}" for column in chosen)])
        return self.con.execute(
            f"""select {columns} from raw.{self.source.name}__{name}
            where recorded_to is null and published_to is null and {also}
            order by all""",
            chosen,
        ).fetchall()

    def everything(self) -> dict[str, list]:
        """Rows of all raw tables that stand."""
        return {t.name: self.standing(table=t.name) for t in self.source.tables}

    def accepted(self) -> set[str]:
        """Tables to which the last visit brought a payload that was not held back."""
        return {
            self.source.feed(loaded.payload.resource)[0].name
            for loaded in self.loaded
            if not loaded.held_back
        }


@contextmanager
def visiting(
    source: Source, folder: Path, world: World | None = None, key: str | None = None
) -> Iterator[Visits]:
    """A source beside a simulated world, with a client that loses no time."""
    limits = Limits(attempts=1, first_pause=0.01, bytes=20_000_000)
    world = world or World(drip_pieces=4, drip_seconds=0.001)
    with (
        running(world) as base,
        Client(folder / "downloads", base, limits, pace=0) as client,
    ):
        yield Visits(source, world, client, folder, key)
