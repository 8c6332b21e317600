"""Monthly average of the yen: Bank of Japan, time-series API, database FM08.

The bank answers every request with status 200 and puts its own status into the body.
That FXERM07 is the mean of the month of the rate at 17:00 in Tokyo is known from other
programs that read it; the first live run is to confirm it.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingest import archive, clock
from ingest.download import Download
from ingest.readers import months
from ingest.session import Session
from ingest.source import (
    Feed,
    IngestError,
    Provenance,
    Source,
    Table,
    Visits,
    key,
    value,
)

_ADDRESS = "https://www.stat-search.boj.or.jp/api/v1/getDataCode"
SERIES = "FXERM07"
_ASKED = {
    "format": "json",
    "lang": "en",
    "db": "FM08",
    "code": SERIES,
    "startDate": "197301",
}
_UNKNOWN_SERIES = "M181013E"


def read_pages(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read the bank's pages, one row a month that has a rate.

    Raises IngestError if they hold another series, or dates and values do not pair.
    """
    rows = list(_months(path))
    months.check_gapless(month for _, month, _ in rows)
    columns = zip(*(row for row in rows if row[2] is not None), strict=True)
    con.execute(
        """create temporary table as_written as
        select unnest(?) as line, unnest(?) as month, unnest(?) as jpy_per_usd""",
        [list(column) for column in columns] or [[], [], []],
    )


def _months(path: Path) -> Iterator[tuple[int, str, str | None]]:
    line = 0
    for series in _series(path):
        name = f"{series.get('SERIES_CODE')} {series.get('FREQUENCY')}"
        if name != f"{SERIES} MONTHLY":
            raise IngestError(f"holds {name}, not {SERIES} MONTHLY; ask again later")
        found = series["VALUES"]["SURVEY_DATES"], series["VALUES"]["VALUES"]
        if len(found[0]) != len(found[1]):
            raise IngestError("dates and values do not pair; fetch it again")
        for month, rate in zip(*found, strict=True):
            line += 1
            if not re.fullmatch(r"\d{4}(0[1-9]|1[0-2])", str(month)):
                raise IngestError(f"row {line}: {month!r} is not a month, YYYYMM")
            yield line, f"{month[:4]}-{month[4:]}", rate


def _series(path: Path) -> Iterator[dict[str, Any]]:
    for name in archive.members(path):
        with archive.extracted(path, name) as page:
            text = page.read_text(encoding="utf-8-sig")
        yield from json.loads(text, parse_float=str, parse_int=str)["RESULTSET"]


def fetch(session: Session) -> None:
    """Land the series if the bank's date of its last update has moved.

    Raises IngestError for what the bank says instead of figures.
    """
    pages = list(_pages(session))
    mark = max(updated for _, updated in pages)
    try:
        published_at = clock.start_of(date.fromisoformat(mark))
    except ValueError as error:
        raise IngestError(f"{pages[0][0].url}: LAST_UPDATE: {error}") from error
    found = [page for page, _ in pages]
    session.land_pages(RATES, found, mark=mark, published_at=published_at)


def _pages(session: Session) -> Iterator[tuple[Download, str]]:
    """Every page and the date of its update. The moment of the answer never counts."""
    position: int | None = 1
    while position:
        page = {"startPosition": str(position)} if position > 1 else {}
        found = session.get(_ADDRESS, "json", _ASKED | page)
        last, (position, updated) = (
            position,
            _judge(found.url, session.read_json(found)),
        )
        yield found, updated
        if position and position <= last:
            raise IngestError(f"{found.url}: its pages go round in circles; ask later")


def _judge(url: str, body: Any) -> tuple[int | None, str]:
    """The next page's position, if there is one, and the date of the last update."""
    match body:
        case {
            "NEXTPOSITION": int() | None as position,
            "RESULTSET": [
                {
                    "LAST_UPDATE": updated,
                    "VALUES": {"SURVEY_DATES": [*_], "VALUES": [*_]},
                }
            ],
        } if str(body.get("STATUS")) == "200":
            return position, str(updated)
        case {"MESSAGEID": number, "MESSAGE": said}:
            do = "ask again later"
            if number == _UNKNOWN_SERIES:
                do = "look its code up at the bank and correct SERIES in boj_rates.py"
            raise IngestError(
                f"{url}: no figures of {SERIES}: {body.get('STATUS')} {number} {said}; "
                f"{do}"
            )
    raise IngestError(f"{url}: not the bank's envelope; revise boj_rates.py")


RATES = Feed(
    "boj_fm08.zip",
    "download",
    read_pages,
    Provenance(
        title_en="Foreign exchange rates (FM08): US dollar/yen, average of the month",
        title_zh="外匯行情（FM08）：美元對日圓，月平均",
        publisher_en="Bank of Japan",
        publisher_zh="日本銀行",
        url="https://www.stat-search.boj.or.jp/index_en.html",
        licence_en="Bank of Japan, terms of use of the time-series data search",
        licence_zh="日本銀行時間序列統計資料檢索使用條款",
        licence_url="https://www.stat-search.boj.or.jp/info/api_notice.pdf",
        attribution_en="Made with the API of the Bank of Japan's Time-Series Data "
        "Search; the Bank does not guarantee the content",
        attribution_zh="使用日本銀行時間序列統計資料檢索網站之API功能；內容未經日本銀行保證",
        unit="JPY per USD",
        coverage="1973-01 to the newest month",
    ),
)

MONTHLY_AVERAGES = Table(
    name="monthly_averages",
    feeds=(RATES,),
    meaning="Monthly average rates for one US dollar",
    rows=(500, 2_000),
    period="month",
    columns=(
        key("month", "VARCHAR", "Month, YYYY-MM", pattern=r"\d{4}-(0[1-9]|1[0-2])"),
        value(
            "jpy_per_usd",
            "DOUBLE",
            "Japanese yen, mean of the month, 17:00 in Tokyo",
            unit="JPY per USD",
            minimum=70,
            maximum=400,
        ),
    ),
)

SOURCE = Source(
    name="boj_rates",
    title="Foreign exchange rates of the Bank of Japan",
    tables=(MONTHLY_AVERAGES,),
    fetch=fetch,
    cadence_days=30,
    calendar="in the first days of the following month",
    visits=Visits("0 10 1-7 * *", "Asia/Tokyo"),
)
