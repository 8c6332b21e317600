"""Monthly averages of yen and New Taiwan dollar: Frankfurter, API version 2.

The fallback for the two central banks and a check on them: means over the month of
daily rates that are blended from many central banks. The running month is not asked
for.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb

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

_ADDRESS = "https://api.frankfurter.dev/v2/rates"
_CURRENCIES = ("JPY", "TWD")


def read_rates(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read the list of rates, one row a currency and month.

    Raises IngestError for a row of another base or period, for a currency that is not
    there, and for yen and dollars in each other's place.
    """
    rows = list(_cells(path))
    for currency in _CURRENCIES:
        listed = [month for _, code, month, _ in rows if code == currency]
        if not listed:
            raise IngestError(f"has no rate of {currency}; fetch it again")
        months.check_gapless(listed)
    con.execute(
        """create temporary table as_written as
        select unnest(?) as line, unnest(?) as currency_code, unnest(?) as month,
            unnest(?) as rate_per_usd""",
        [list(column) for column in zip(*rows, strict=True)],
    )
    off = con.execute(
        """select line, currency_code, rate_per_usd from as_written
        where (currency_code = 'TWD' and try_cast(rate_per_usd as double) > 50)
        or (currency_code = 'JPY' and try_cast(rate_per_usd as double) < 70)
        order by line"""
    ).fetchone()
    if off:
        raise IngestError(f"row {off[0]}: {off[2]} is no rate of {off[1]} per USD")


def _cells(path: Path) -> Iterator[tuple[int, str, str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    rows = json.loads(text, parse_float=str, parse_int=str)
    for line, row in enumerate(rows, start=1):
        match row:
            case {"base": "USD", "quote": str(code), "date": str(day), "rate": rate}:
                pass
            case _:
                raise IngestError(f"row {line}: is no rate for one USD: {row}")
        if not day.endswith("-01") or len(day) != 10:
            raise IngestError(f"row {line}: {day!r} is not the first day of a month")
        yield line, code, day[:7], str(rate)


def fetch(session: Session) -> None:
    """Land both series up to the last month that is over."""
    last_day = session.now.date().replace(day=1) - timedelta(days=1)
    found = session.get(
        _ADDRESS,
        "json",
        {
            "base": "USD",
            "quotes": ",".join(_CURRENCIES),
            "from": "1999-01-01",
            "to": last_day.isoformat(),
            "group": "month",
        },
    )
    if not isinstance(session.read_json(found), list):
        raise IngestError(
            f"{found.url}: not a list of rates; revise frankfurter_rates.py"
        )
    session.land(RATES, found)


RATES = Feed(
    "frankfurter_rates.json",
    "download",
    read_rates,
    Provenance(
        title_en="Exchange rates of US dollar to yen and New Taiwan dollar by month",
        title_zh="美元對日圓及新臺幣匯率，月平均",
        publisher_en="Frankfurter, from the daily rates of central banks",
        publisher_zh="Frankfurter（彙整各國中央銀行每日匯率）",
        url="https://frankfurter.dev",
        licence_en="Free to use; the terms of the central banks apply",
        licence_zh="可自由使用，並適用各中央銀行之條款",
        licence_url="https://frankfurter.dev/license/",
        attribution_en="Frankfurter (frankfurter.dev)",
        attribution_zh="Frankfurter（frankfurter.dev）",
        unit="currency per USD",
        coverage="1999-01 to the last full month",
    ),
)

MONTHLY_AVERAGES = Table(
    name="monthly_averages",
    feeds=(RATES,),
    meaning="Monthly average rates for one US dollar",
    rows=(300, 5_000),
    period="month",
    columns=(
        key("currency_code", "VARCHAR", "Currency, ISO 4217", allowed=_CURRENCIES),
        key("month", "VARCHAR", "Month, YYYY-MM", pattern=r"\d{4}-(0[1-9]|1[0-2])"),
        value(
            "rate_per_usd",
            "DOUBLE",
            "Mean of the month",
            unit="currency per USD",
            minimum=20,
            maximum=400,
        ),
    ),
)

SOURCE = Source(
    name="frankfurter_rates",
    title="Blended exchange rates of Frankfurter, the fallback",
    tables=(MONTHLY_AVERAGES,),
    fetch=fetch,
    cadence_days=30,
    calendar="at the beginning of the following month",
    visits=Visits("0 10 1-7 * *", "Europe/Berlin"),
)
