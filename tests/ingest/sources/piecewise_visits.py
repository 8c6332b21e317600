"""A warehouse of one source whose visits bring many payloads, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from ingest import loading
from ingest.http import Client, Limits
from ingest.landing import LandingZone
from ingest.session import Session
from ingest.source import IngestError, Source
from tests.upstreams.server import running
from tests.upstreams.world import World

# Before and after the first release of a simulated world.
NOW = datetime(2026, 11, 22, 9, 0)  # noqa: DTZ001 the clock is naive on purpose
LATER = datetime(2026, 12, 20, 8, 0)  # noqa: DTZ001


class Visits:
    """What a source's visits leave behind, and what the operator reads of them."""

    def __init__(self, source: Source, client: Client, folder: Path, key: str | None):
        self.source = source
        self.client = client
        self.key = key
        self.zone = LandingZone(folder / "landing")
        self.con = duckdb.connect()
        self.loaded: list[loading.Loaded] = []

    def visit(self, now: datetime = NOW) -> str | None:
        """What is said of a visit; None if all went well. Its payloads are loaded."""
        held = [*self.held_back()]
        session = Session(
            self.source, self.zone, self.client, now, self.key, held_back=held
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

    def held_back(self) -> dict[str, str]:
        """Reasons by digest, in the order of the journal."""
        if not self.zone.journal.exists():
            return {}
        return dict(
            self.con.execute(
                "select payload_sha256, reason from raw.quarantine order by sequence"
            ).fetchall()
        )

    def standing(self, columns: str, **chosen: object) -> list[tuple]:
        """The rows of the first table that stand, in order of their columns."""
        where = " and ".join([f"{name} = ${name}" for name in chosen] or ["true"])
        return self.con.execute(
            f"""select {columns} from raw.{self.source.raw_name(self.source.tables[0])}
            where recorded_to is null and published_to is null and {where}
            order by all""",
            chosen,
        ).fetchall()


@contextmanager
def visiting(
    source: Source, world: World, folder: Path, key: str | None = None
) -> Iterator[Visits]:
    """A source beside a simulated world, with a client that loses no time."""
    limits = Limits(attempts=1, first_pause=0.01, bytes=5_000_000)
    with (
        running(world) as base,
        Client(folder / "downloads", base, limits, pace=0) as client,
    ):
        yield Visits(source, client, folder, key)
