"""Every reader against spoiled payloads: refused in one line, or right by contract."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, time
from pathlib import Path

import duckdb
import pytest

from ingest import embedded, fetching, incoming
from ingest.http import Client, Limits
from ingest.landing import LandingZone
from ingest.source import Feed, IngestError, Source, Table, all_sources
from tests import trials
from tests.ingest.sources.press_workbooks import press_workbook
from tests.upstreams import few
from tests.upstreams.server import running
from tests.upstreams.world import World

FEEDS = [
    pytest.param(source, table, feed, id=f"{source.name}-{feed.resource}")
    for source in all_sources().values()
    for table in source.tables
    for feed in table.feeds
    if feed.origin != "inbox" or source.name == "taiwan_mof"
]
SEED = 20261124


@pytest.fixture(scope="module")
def payloads(tmp_path_factory) -> Iterator[Callable[[Source, Feed], Path]]:
    """A sound payload of every feed: embedded, fetched from the simulator, or made.

    Those of the simulator are small: what is spoiled is the form.
    """
    folder = tmp_path_factory.mktemp("payloads")
    with pytest.MonkeyPatch.context() as patch:
        for module, name, held in few.instead():
            patch.setattr(module, name, held)
        yield _found_in(folder)


def _found_in(folder: Path) -> Callable[[Source, Feed], Path]:
    zone = LandingZone(folder / "landing")
    world = World()
    with running(world) as base:
        now = datetime.combine(world.today, time(12))
        limits = Limits(first_pause=0.01, deadline=60)
        with Client(folder / "downloads", base, limits, pace=0) as client:
            plan = fetching.Plan(zone, client, now, trials.SECRETS, is_full=True)
            fetching.visit_all(all_sources().values(), plan, lambda _: None)

    def find(source: Source, feed: Feed) -> Path:
        if feed.origin == "embedded":
            return embedded.REFERENCE / feed.resource
        if feed.origin == "inbox":
            sheet = "表4" if "4" in feed.resource else "表5"
            return press_workbook(folder / f"{sheet}.xlsx", sheet)
        found = [
            delivery.payload.path
            for delivery in zone.deliveries(source.name)
            if delivery.payload.resource == feed.resource
        ]
        return min(found, key=lambda path: path.stat().st_size)

    return find


def _cut(text: bytes, dice: random.Random) -> bytes:
    return text[: dice.randrange(len(text))]


def _flip(text: bytes, dice: random.Random) -> bytes:
    spoiled = bytearray(text)
    for _ in range(dice.choice((1, 1, 5, 50))):
        spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
    return bytes(spoiled)


def _repeat(text: bytes, dice: random.Random) -> bytes:
    first, last = sorted(dice.randrange(len(text)) for _ in range(2))
    last = min(last, first + 5_000)
    return text[:last] + text[first:last] + text[last:]


def _drop(text: bytes, dice: random.Random) -> bytes:
    first = dice.randrange(len(text))
    return text[:first] + text[first + dice.randrange(1, 2_000) :]


def _swap_words(text: bytes, dice: random.Random) -> bytes:
    old, new = dice.choice(
        [
            (b",", b";"),
            (b"0", b"O"),
            (b"\n", b"\n\n"),
            (b'"', b"'"),
            (b"1", b"-1"),
            (b".", b","),
            (b"2", b"99999999999999999999"),
            (b"5", b"\xff"),
            (b"3", "３".encode()),
            (b"4", b"nan"),
        ]
    )
    return text.replace(old, new, dice.choice((1, 3, -1)))


SPOILERS = (_cut, _flip, _repeat, _drop, _swap_words)


def _spoil(sound: bytes, dice: random.Random) -> bytes:
    """Spoil a file, or one member of an archive: else only its checksum would speak."""
    spoil = dice.choice(SPOILERS)
    if not zipfile.is_zipfile(io.BytesIO(sound)) or dice.random() < 0.1:
        return spoil(sound, dice)
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sound)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        chosen = dice.choice([n for n in old.namelist() if old.getinfo(n).file_size])
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, spoil(content, dice) if name == chosen else content)
    return held.getvalue()


@pytest.mark.parametrize(("source", "table", "feed"), FEEDS)
def test_no_reader_crashes_and_none_accepts_what_its_contract_forbids(
    source, table, feed, payloads, tmp_path, heavy
):
    sound = payloads(source, feed).read_bytes()
    path = tmp_path / f"spoiled{Path(feed.resource).suffix}"
    with duckdb.connect() as con:
        path.write_bytes(sound)
        assert incoming.read(con, table, feed, path, "sound") > 0
        for number in range(heavy(30, 2_000)):
            dice = random.Random(f"{SEED} {feed.resource} {number}")  # noqa: S311
            path.write_bytes(_spoil(sound, dice))
            refusal = _refusal(con, table, feed, path)
            assert refusal is None or "\n" not in refusal, number
            assert refusal or _broken(con, table) == [], number


def _refusal(con, table: Table, feed: Feed, path: Path) -> str | None:
    try:
        incoming.read(con, table, feed, path, "spoiled")
    except IngestError as error:
        return str(error)
    return None


def _broken(con: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """Promises of the contract that the accepted rows break, told by another way."""
    frame = con.execute("select * from incoming").df()
    broken = []
    for column in table.columns:
        found = frame[column.name]
        if column.required and found.isna().any():
            broken.append(f"{column.name} is empty")
        known = found.dropna()
        if column.allowed and not set(known.astype(str)) <= set(column.allowed):
            broken.append(f"{column.name} is not allowed")
        if column.minimum is not None and (known.astype(float) < column.minimum).any():
            broken.append(f"{column.name} is too small")
        if column.maximum is not None and (known.astype(float) > column.maximum).any():
            broken.append(f"{column.name} is too large")
    keys = [*table.keys]
    dated = [c.name for c in table.named("publication")]
    if frame.duplicated([*keys, *dated]).any():
        broken.append("a key is there twice")
    return broken
