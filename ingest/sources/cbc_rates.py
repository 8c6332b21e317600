"""Monthly average of the New Taiwan dollar: Central Bank, Taiwan, table BP01M01.

The table has a column for every major currency; only that of the New Taiwan dollar is
taken, found by its heading. Months marked as missing are left out.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from ingest import clock
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

_ADDRESS = "https://cpx.cbc.gov.tw/API/DataAPI/Get"
_FILE = "BP01M01"
_HEADING = "新台幣NTD/USD"
_MISSING = ("", "-", "...", ".")
_CHANGED = f"the table {_FILE} has changed; revise cbc_rates.py"


def read_table(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read the bank's JSON, one row a month that has a rate.

    Raises IngestError naming the row: a heading or a month that is not there, a row of
    another width.
    """
    text = path.read_text(encoding="utf-8-sig")
    rows = list(_months(json.loads(text, parse_float=str, parse_int=str)))
    months.check_gapless(month for _, month, _ in rows)
    columns = zip(*(row for row in rows if row[2] not in _MISSING), strict=True)
    con.execute(
        """create temporary table as_written as
        select unnest(?) as line, unnest(?) as month, unnest(?) as twd_per_usd""",
        [list(column) for column in columns] or [[], [], []],
    )


def _months(body: Any) -> Iterator[tuple[int, str, str]]:
    try:
        rows = body["data"]["dataSets"]
        ((_, headings),) = body["data"]["structure"].items()
        names = [heading["data"].strip() for heading in headings]
        place = 1 + names.index(_HEADING)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise IngestError(f"has no column {_HEADING}; {_CHANGED}") from error
    for line, row in enumerate(rows, start=1):
        if len(row) != 1 + len(names):
            raise IngestError(
                f"row {line}: has {len(row)} cells, not {1 + len(names)}; {_CHANGED}"
            )
        found = re.fullmatch(r"(\d{4})M(\d{1,2})", str(row[0]))
        if not found:
            raise IngestError(f"row {line}: {row[0]!r} is not a month; {_CHANGED}")
        yield line, f"{found[1]}-{int(found[2]):02}", str(row[place] or "").strip()


def fetch(session: Session) -> None:
    """Land the table if the bank's date of its last update has moved."""
    found = session.get(_ADDRESS, "json", {"FileName": _FILE})
    body = session.read_json(found)
    try:
        updated = body["meta"]["last_updated"]
        published_at = clock.start_of(date.fromisoformat(updated))
    except (KeyError, TypeError, ValueError) as error:
        raise IngestError(f"{found.url}: no last_updated date; {_CHANGED}") from error
    session.land(RATES, found, mark=updated, published_at=published_at)


RATES = Feed(
    "cbc_bp01m01.json",
    "download",
    read_table,
    Provenance(
        title_en="Exchange rates against the US dollar, monthly averages (BP01M01)",
        title_zh="我國與主要貿易對手通貨對美元之匯率，月資料（BP01M01）",
        publisher_en="Central Bank of the Republic of China (Taiwan)",
        publisher_zh="中央銀行",
        url="https://cpx.cbc.gov.tw/Range/RangeSelect?pxfilename=BP01M01.px",
        licence_en="Open Government Data License, Taiwan, version 1.0",
        licence_zh="政府資料開放授權條款第1版",
        licence_url="https://data.gov.tw/license",
        attribution_en="Central Bank of the Republic of China (Taiwan)",
        attribution_zh="中央銀行統計資料庫",
        unit="TWD per USD",
        coverage="1960-01 to the newest month",
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
            "twd_per_usd",
            "DECIMAL(12,6)",
            "New Taiwan dollar, mean of the month",
            unit="TWD per USD",
            minimum=20,
            maximum=50,
        ),
    ),
)

SOURCE = Source(
    name="cbc_rates",
    title="Exchange rates of the Central Bank, Taiwan",
    tables=(MONTHLY_AVERAGES,),
    fetch=fetch,
    cadence_days=30,
    calendar="in the first days of the following month",
    visits=Visits("0 10 1-7 * *", "Asia/Taipei"),
)
