"""Questions to UN Comtrade: a checked answer comes back, or one line of complaint.

Every answer is `{"elapsedTime", "count", "data": [...], "error"}`. One that was cut off
at the row limit does not say so, and a wrong question gets the same empty answer as
one without data; both are refused here, so nothing is ever stored from them.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import duckdb

from ingest.clock import TAIPEI
from ingest.download import Download, FetchError, Secret
from ingest.readers import comtrade_rows
from ingest.readers.comtrade_rows import JAPAN, TAIWAN
from ingest.session import Session
from ingest.source import Feed, IngestError

MOST_PERIODS = 12
"""Periods that one question may name."""

ROWS_WITHOUT_KEY = 500
ROWS_WITH_KEY = 100_000

# 64 years of each stay below the rows that are listed without a key.
_REPORTERS_AT_ONCE = 6

# Without these the parts of a total come beside it.
_TOTALS = {
    "partner2Code": "0",
    "customsCode": "C00",
    "motCode": "0",
    "flowCode": "X,M",
    "includeDesc": "false",
}

_HOST = "https://comtradeapi.un.org"
_KEY_HEADER = "Ocp-Apim-Subscription-Key"


@dataclass(frozen=True)
class Answer:
    """An answer that has rows, and what they are about. `what` is its short name."""

    what: str
    found: Download
    reporters: frozenset[int]
    periods: frozenset[str]


@dataclass(frozen=True)
class Dataset:
    """A reporter's year as the publisher lists it. `last_released` is in UTC."""

    classification: str
    reporter: int
    year: int
    checksum: int
    last_released: datetime


@dataclass(frozen=True)
class Block:
    """Years of one reporter and classification that one question asks for."""

    datasets: tuple[Dataset, ...]

    @property
    def part(self) -> str:
        """What the block is called: classification, reporter, first and last year."""
        first = self.datasets[0]
        begins = first.year - first.year % MOST_PERIODS
        ends = begins + MOST_PERIODS - 1
        return f"{first.classification} {first.reporter} {begins}-{ends}"


def land_list(
    session: Session, feed: Feed, reporters: Mapping[str, Sequence[int]]
) -> list[Dataset]:
    """Land the list of what the publisher holds; returns its datasets, in order.

    `reporters` has codes by classification. Raises IngestError, with nothing landed.
    """
    lists = [
        _ask_list(session, classification, some)
        for classification, codes in reporters.items()
        for some in _dealt(codes)
    ]
    datasets = _datasets_in([found.path for found in lists])
    published_at = _released_at(datasets, session.now)
    session.land_pages(feed, lists, "", _mark(datasets), published_at)
    return datasets


def blocks(datasets: Iterable[Dataset]) -> Iterator[Block]:
    """Deal datasets, in order, into blocks that do not move when years are added."""
    for _, block in groupby(
        datasets, lambda d: (d.classification, d.reporter, d.year // MOST_PERIODS)
    ):
        yield Block(tuple(block))


def land_block(
    session: Session, feed: Feed, block: Block, codes: Mapping[str, Sequence[str]]
) -> None:
    """Land a block's trade with the world and with Taiwan, unless it is current.

    Taiwan's own is asked for with Japan's instead: the other side of what Japan reports
    of it. `codes` has the products by classification. Raises IngestError if the answer
    lacks a year that the publisher lists, or has what was not asked for.
    """
    first, periods = block.datasets[0], [str(d.year) for d in block.datasets]
    partners = (0, JAPAN) if first.reporter == TAIWAN else (0, TAIWAN)
    params = _TOTALS | {
        "reporterCode": str(first.reporter),
        "period": _csv(periods),
        "partnerCode": _csv(partners),
        "cmdCode": _csv(codes[first.classification]),
    }
    # Checksums are of the figures themselves; a wider question asks again.
    mark = _mark(block.datasets, params["partnerCode"], params["cmdCode"])
    if session.is_current(feed, mark, block.part, is_final=True):
        return
    answer = _ask(session, "values", first.classification, params, block.part)
    missing = set(periods) - answer.periods
    if missing:
        raise IngestError(
            f"UN Comtrade, {block.part}: no rows of {_csv(sorted(missing))}, which it "
            "lists; not kept, to be asked again"
        )
    _refuse_others(answer, [first.reporter], periods)
    published_at = _released_at(block.datasets, session.now)
    session.land(feed, answer.found, block.part, mark, published_at)


def _ask_list(
    session: Session, classification: str, reporters: Sequence[int]
) -> Download:
    params = {"reporterCode": _csv(reporters)}
    answer = _ask(session, "datasets", classification, params, "the list")
    _refuse_others(answer, reporters, answer.periods)
    return answer.found


def _refuse_others(
    answer: Answer, reporters: Iterable[int], periods: Iterable[str]
) -> None:
    others = answer.periods - set(periods) or answer.reporters - set(reporters)
    if others:
        raise IngestError(
            f"UN Comtrade, {answer.what}: rows of {_csv(sorted(map(str, others)))}, "
            "which were not asked for; not kept"
        )


def _ask(
    session: Session,
    service: str,
    classification: str,
    params: dict[str, str],
    what: str,
) -> Answer:
    """Ask for annual goods data: `service` is "values" or "datasets".

    Raises IngestError if the answer is an error, has no rows, or may have been cut
    off; FetchError if there is none.
    """
    names = {"datasets": "getDA", "values": "get" if session.secret else "preview"}
    door = "data" if session.secret else "public"
    most = ROWS_WITH_KEY if session.secret else ROWS_WITHOUT_KEY
    secret = Secret(session.secret, header=_KEY_HEADER) if session.secret else None
    url = f"{_HOST}/{door}/v1/{names[service]}/C/A/{classification}"
    try:
        found = session.get(url, "json", params, secret)
    except FetchError as error:
        if error.status == 401:
            raise FetchError(f"{error}; check COMTRADE_KEY", 401) from error
        raise
    return _judged(found, what, most)


def _mark(datasets: Sequence[Dataset], *asked: str) -> str:
    """The publisher's sign of the version of these datasets, and what was asked."""
    lines = sorted(
        f"{d.classification} {d.reporter} {d.year} {d.checksum} {d.last_released}"
        for d in datasets
    )
    return hashlib.sha256("\n".join([*lines, *asked]).encode()).hexdigest()


def _released_at(datasets: Sequence[Dataset], now: datetime) -> datetime:
    """When the newest of these datasets was released, Taipei time, not after `now`."""
    newest = max(dataset.last_released for dataset in datasets).replace(microsecond=0)
    return min(newest.replace(tzinfo=UTC).astimezone(TAIPEI).replace(tzinfo=None), now)


def _datasets_in(files: Sequence[Path]) -> list[Dataset]:
    """The datasets that answers list. Raises IngestError."""
    with duckdb.connect() as con:
        comtrade_rows.read_list(con, files)
        rows = comtrade_rows.run(
            con,
            """select classification_search_code, reporter_code, cast(year as integer),
                cast(dataset_checksum as bigint), cast(last_released as timestamp)
            from as_written order by all""",
        ).fetchall()
    datasets = [Dataset(*row) for row in rows]
    listed = Counter((d.classification, d.reporter, d.year) for d in datasets)
    for (classification, reporter, year), times in listed.most_common(1):
        if times > 1:
            raise IngestError(
                f"UN Comtrade lists {classification} {reporter} {year} {times} times"
            )
    return datasets


def _judged(found: Download, what: str, most: int) -> Answer:
    with duckdb.connect() as con:
        count, error, rows, reporters, periods = comtrade_rows.summary(con, found.path)
    if error:
        wrong = f"answers with the error {error[:200]}"
    elif count is None or rows is None:
        wrong = "not an answer with rows and their count"
    elif count != rows:
        wrong = f"says {count} rows, sends {rows}; not kept"
    elif not rows:
        wrong = "no rows, which says nothing; not kept, to be asked again"
    elif rows >= most:
        wrong = f"{rows} rows, its limit, so some may be missing; not kept"
    else:
        return Answer(what, found, frozenset(reporters), frozenset(periods))
    raise IngestError(f"UN Comtrade, {what}: {wrong}")


def _dealt(reporters: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(reporters), _REPORTERS_AT_ONCE):
        yield reporters[start : start + _REPORTERS_AT_ONCE]


def _csv(values: Iterable[object]) -> str:
    return ",".join(map(str, values))
