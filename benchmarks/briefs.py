"""What the briefs cost: both languages as page, PDF and mail, and the list of them.

    python -m benchmarks.briefs DATABASE [--archived 500]

DATABASE is a published version. Processor seconds, each measurement in a process of its
own; a cold one has to cut the typeface, a warm one finds it cut. Sizes are those of the
larger language.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from email import message_from_bytes, policy
from multiprocessing import get_context
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from orchestration.briefs import index
from orchestration.briefs.files import RECORD
from orchestration.settings import Settings
from reports import brief
from reports.kinds import KINDS, Edition
from reports.rendering import letter, pdf

Line = tuple[str, str, str]
"""What is measured, the figure, its goal."""

GOALS = {"annual": "600 KB", "quarterly": "-", "monthly": "200 KB"}


def spent(work: Callable[..., object], *given: object) -> tuple[float, object]:
    """Processor seconds of a call in a process of its own, and what it returns."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_spent, work, given).result()


def _spent(work: Callable[..., object], given: tuple) -> tuple[float, object]:
    made = work(*given)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, made


def make(database: Path, kind: str, fonts: Path) -> dict[str, int]:
    """Make a kind in both languages; returns the most bytes that each part has."""
    sizes = {"page": 0, "mail": 0, "HTML part": 0}
    with duckdb.connect(str(database), read_only=True) as con:
        for language in brief.LANGUAGES:
            made = brief.make(con, Edition(kind, database.stem), language, fonts)
            mail = letter.make(made, pdf.make(made))
            found = {"page": len(made.html), "mail": len(mail)}
            found["HTML part"] = len(html_part(mail))
            sizes = {name: max(size, found[name]) for name, size in sizes.items()}
    return sizes


def html_part(mail: bytes) -> bytes:
    """The HTML of a mail, decoded."""
    part = message_from_bytes(mail, policy=policy.SMTP).get_body(("html",))
    return part.get_content().encode() if part else b""


def briefs(database: Path) -> Iterator[Line]:
    """Lines of the time and the sizes of each kind."""
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as fonts:
            cold, sizes = spent(make, database, kind, Path(fonts))
            warm, _ = spent(make, database, kind, Path(fonts))
        yield f"{kind}, both languages, cold", f"{cold:.1f} s", "10 s"
        yield f"{kind}, both languages, warm", f"{warm:.1f} s", "4 s"
        goals = {"page": GOALS[kind], "mail": "2,000 KB", "HTML part": "90 KB"}
        for part, size in sizes.items():
            yield f"{kind}, {part}", f"{size / 1000:,.0f} KB", goals[part]


def archived(data: Path, count: int, record: bytes) -> Settings:
    """An archive of this many briefs that all have the same record."""
    settings = Settings(data=data)
    for number in range(count):
        where = f"monthly/2025-08/2026-01-01.{number + 1}/en"
        folder = settings.briefs / where
        folder.mkdir(parents=True)
        (folder / RECORD).write_bytes(record)
    return settings


def listed(settings: Settings) -> float:
    """Processor seconds of writing the list once."""
    began = time.process_time()
    index.write(settings)
    return time.process_time() - began


def listing(count: int, record: bytes) -> Iterator[Line]:
    """Lines of writing the list of an archive anew, and after one brief more."""
    with tempfile.TemporaryDirectory() as folder:
        settings = archived(Path(folder), count, record)
        yield f"list of {count} briefs, all unread", f"{listed(settings):.2f} s", "-"
        newest = settings.briefs / "monthly/2025-08/2026-01-02.1/en"
        newest.mkdir(parents=True)
        (newest / RECORD).write_bytes(record)
        yield (
            f"list of {count} briefs, one unread",
            f"{listed(settings):.2f} s",
            "0.5 s",
        )


def a_record(size: int) -> bytes:
    """A synthetic record about as large as that of an annual brief."""
    figures = ",".join(f'"a.b/key={n}": "f-{n:010}"' for n in range(size // 30))
    return (
        f'{{"title": "A title", "headlines": ["x"], "figures": {{{figures}}}}}'.encode()
    )


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("database", type=Path)
    reader.add_argument("--archived", type=int, default=500)
    asked = reader.parse_args()
    shown = Table("what", "measured", "goal")
    for line in (
        *briefs(asked.database.resolve()),
        *listing(asked.archived, a_record(175_000)),
    ):
        shown.add_row(*line)
    Console().print(shown)


if __name__ == "__main__":
    main()
