"""Three years in minutes: `python -m tests.soak --years 3 --seed 1 --kills 12`."""

import argparse
import os
import shutil
import socket
import sys
import tempfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from ingest.source import all_sources
from orchestration import settings
from orchestration.settings import Settings
from tests.orchestration.mail_server import Inbox
from tests.soak import account, report
from tests.soak.mishaps import mishaps
from tests.soak.runs import FEW, Ended, Order
from tests.soak.soak import LEAVER, Soak, stop_watch
from tests.upstreams.few import instead, one_reporter
from tests.upstreams.publishers import comtrade, estat
from tests.upstreams.script import Step, years
from tests.upstreams.server import running
from tests.upstreams.world import FIRST_DAY, World

_CONFIG = """
mode = "live"
upstreams = "{base}"
data = "data"
keep_versions = 3

[mail]
sender = "geese@example.org"
unsubscribe_address = "unsubscribe@example.org"
host = "127.0.0.1"
port = {port}
security = "PLAINTEXT_FOR_TESTS_ON_THIS_MACHINE_ONLY"
per_minute = 6000
retry_after_seconds = 0.02
timeout_seconds = 0.4
deliver = true
operators = ["operator@example.net"]

[[mail.recipients]]
address = "both@example.net"
languages = ["zh-TW", "en"]

[[mail.recipients]]
address = "monthly@example.net"
kinds = ["monthly"]

[[mail.recipients]]
address = "{leaver}"
languages = ["en"]
"""


def main() -> int:
    """Live through the years, print the account; 1 if something is not as it must."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="geese-soak-") as folder:
        home = options.folder or Path(folder)
        world = _world(options.seed, options.part)
        with running(world) as base:
            found = _installation(home, base, options.start_from)
            soak = _soak(found, world, options)
            soak.live()
            rebuilt = _rebuild(soak)
            wrong = account.problems(soak, rebuilt)
    for line in report.lines(soak, rebuilt, options):
        print(line)  # noqa: T201
    print("\n".join(wrong) or "nothing lost, nothing twice, nothing left")  # noqa: T201
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--years", type=float, default=3)
    parser.add_argument("--seed", type=int, default=1, help="of everything by chance")
    parser.add_argument("--kills", type=int, default=12, help="of runs, by SIGKILL")
    parser.add_argument(
        "--minutes", type=float, default=15, help="then no further whole refresh"
    )
    parser.add_argument(
        "--part",
        action="store_true",
        help="refreshes end with the raw tables: no models, no version, no brief",
    )
    parser.add_argument("--folder", type=Path, help="keep what is left here")
    parser.add_argument("--start-from", type=Path, help="a data folder to begin with")
    return parser.parse_args()


def _world(seed: int, has_few: bool) -> World:
    """The simulated publishers. Without models few tables and years are enough."""
    if has_few:
        os.environ[FEW] = "1"
    for module, name, value in instead() if has_few else one_reporter():
        setattr(module, name, value)
    # The lags of the article's claim need it.
    comtrade.NEWEST_AT_FIRST = FIRST_DAY.year - 1
    return World(seed=seed, drip_pieces=4, drip_seconds=0.001)


def _steps(start: date, end: date) -> list[Step]:
    """The scripted years, and a release of every publisher in every month besides."""
    length = (end - start).days
    # In less than a year all of the scripted one happens, only faster.
    pace = min(1.0, length / 380)
    scripted = [
        replace(step, day=start + (step.day - FIRST_DAY) * pace)
        for step in years(max(1, round(length / 365)))
    ]
    taken = {(s.day.year, s.day.month) for s in scripted if s.edition}
    day, found = start.replace(day=20), scripted
    while day < end:
        if (day.year, day.month) not in taken and day > start:
            found.append(Step(day, "a month's release", "news", edition=True))
        day = (day + timedelta(days=31)).replace(day=20)
    return sorted((s for s in found if s.day < end), key=lambda s: s.day)


def _first_day(found: Settings) -> date:
    """The world's first day, or that after the newest version if there is one."""
    if not found.latest.exists():
        return FIRST_DAY
    newest = date.fromisoformat(found.latest.resolve().stem[:10])
    return max(FIRST_DAY, newest + timedelta(days=1))


def _installation(home: Path, base: str, start_from: Path | None) -> Settings:
    """A data folder of its own, and the environment that every run finds."""
    home.mkdir(parents=True, exist_ok=True)
    data = home / "data"
    if start_from:
        shutil.copytree(start_from, data, symlinks=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = home / "geese.toml"
    config.write_text(_CONFIG.format(base=base, port=port, leaver=LEAVER))
    os.environ |= {
        "GEESE_CONFIG": str(config),
        "GEESE_DATA": str(data),
        "ESTAT_APP_ID": estat.APP_ID,
    }
    os.environ.pop("COMTRADE_KEY", None)
    return settings.load(config)


def _soak(found: Settings, world: World, options: argparse.Namespace) -> Soak:
    start = datetime.combine(_first_day(found), time(12))
    end = start + timedelta(days=365 * options.years)
    whole = max(3, round(1.4 * options.years))
    return Soak(
        settings=found,
        world=world,
        steps=_steps(start.date(), end.date()),
        mishaps=mishaps(start, options.years, options.seed, options.kills),
        inbox=Inbox(dice=Random(options.seed), rate=0.1, silence=0.6),  # noqa: S311
        start=start,
        end=end,
        pause=timedelta(days=365 * options.years / whole),
        part=_raw_part() if options.part else (),
        is_out_of_time=stop_watch(options.minutes),
    )


def _raw_part() -> tuple[tuple[str, ...], ...]:
    """Keys of landing zone and raw tables of what is asked for and dropped."""
    return tuple(
        path
        for source in all_sources().values()
        if source.fetch or source.feeds("inbox")
        for path in (
            ("landing", source.name),
            *(("raw", source.raw_name(table)) for table in source.tables),
        )
    )


def _rebuild(soak: Soak) -> Ended:
    order = Order("rebuild", soak.machine.now, soak.part)
    return soak.runner.carry_out(order)


if __name__ == "__main__":
    sys.exit(main())
