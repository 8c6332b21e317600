"""Japan's tables of principal commodities by country: an archive enters, months leave.

The year stands on the time axis and the month in the label of a column. Months to come
are published as zeros; a zero before the newest month means that there was no trade.
"""

import re
from datetime import date
from pathlib import Path

import duckdb

from ingest.readers import estat_cells, pages
from ingest.readers.estat_page import Page, read_page
from ingest.source import IngestError, Table

_AXES = {"cat01", "cat02", "area", "time"}
_YEAR = re.compile(r"\d{4}000000")
_FLOWS = {"輸出": "export", "輸入": "import"}
_GROUP = {"export": "70323000", "import": "70311000"}
_IC = {"export": "70323050", "import": "70311030"}
# Counted since 2007; the older tables may lack it.
_MACHINES, _MACHINES_FROM = "70131000", 2011
# What the label of a code must hold: 70311000 is audio equipment among the exports.
_LABELS = {
    "70323000": "半導体等電子部品",
    "70311000": "半導体等電子部品",
    "70131000": "半導体等製造装置",
}
# Thousand yen of the whole group in a month; never less than 19,774,705 since 1988.
_LEAST, _MOST = 5_000_000, 5_000_000_000


def read(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read a table of principal commodities by country into `as_written`.

    Months for which nobody has any trade are not published yet: they are left out.
    Raises IngestError if labels, units or the size of the trade are not as expected.
    """
    with pages.opened(path) as files:
        said = [read_page(file) for file in files]
        if set(said[0].axes) != _AXES:
            raise IngestError(f"axes {', '.join(sorted(said[0].axes))[:100]}")
        estat_cells.read(con, files, said)
    flow, years = flow_of(said[0].title), years_of(said[0])
    _check_labels(con)
    con.execute(
        r"""create temporary table as_written as
        with dated as (
            select line, cat01, area, cast(left(time, 4) as integer) as year,
                cast(regexp_extract(label, '^(\d+)', 1) as integer) as month,
                trim(coalesce(figure, '')) as figure
            from cells join members on axis = 'cat02' and code = cat02
        ),
        reached as (
            select year, max(month) as last_month from dated
            where try_cast(figure as bigint) <> 0 group by year
        )
        select line, $flow as flow, cat01 as commodity_code, area as area_code, year,
            month, case when figure not in ('***', 'X', '-', '') then figure end
                as value_thousand_yen,
            case figure when '***' then 'withheld' when 'X' then 'withheld'
                when '-' then 'no figure' when '' then 'blank' end as missing_reason
        from dated join reached using (year) where month <= last_month""",
        {"flow": flow},
    )
    _check_months(con, flow, years, said[0].updated)
    _check_size(con, flow)
    estat_cells.forget(con)


def flow_of(title: str) -> str:
    """Whether a table is of exports or imports. Raises IngestError if not said."""
    found = {flow for word, flow in _FLOWS.items() if word in title}
    if len(found) != 1:
        raise IngestError(f"neither exports nor imports by its title: {title[:100]}")
    return found.pop()


def years_of(page: Page) -> list[int]:
    """The years of a table. Raises IngestError if there are none, or other times."""
    times = sorted(member.code for member in page.axes.get("time", ()))
    if not times or not all(_YEAR.fullmatch(time) for time in times):
        raise IngestError(f"table {page.table_id}: times {', '.join(times)[:100]}")
    return [int(time[:4]) for time in times]


def _check_labels(con: duckdb.DuckDBPyConnection) -> None:
    """Codes must mean, and cells be measured in, what is taken for granted."""
    row = con.execute(
        """select line, cat02, label, cells.unit from cells
        join members on axis = 'cat02' and code = cat02
        where not regexp_full_match(label, '(1[0-2]|[1-9])月_金額')
        or cells.unit is distinct from '千円' order by line limit 1"""
    ).fetchone()
    if row:
        line, code, label, unit = row
        raise IngestError(
            f"row {line}: cat02 {code} is {label} in {unit}, not a month's value in "
            "千円"
        )
    for code, expected in _LABELS.items():
        row = con.execute(
            """select line, label from cells join members on axis = 'cat01'
            and code = cat01 where cat01 = $code and not contains(label, $expected)
            order by line limit 1""",
            {"code": code, "expected": expected},
        ).fetchone()
        if row:
            raise IngestError(f"row {row[0]}: {code} is {row[1]}, not {expected}")


def _check_months(
    con: duckdb.DuckDBPyConnection, flow: str, years: list[int], updated: date
) -> None:
    """Every year that is over has all its months, and no year has months to come."""
    newest = updated.year * 12 + updated.month - 2
    reached = {
        (code, year): months
        for code, year, months in con.execute(
            """select commodity_code, year, list(distinct month order by month)
            from as_written where value_thousand_yen <> '0' group by all"""
        ).fetchall()
    }
    for code, year in ((c, y) for c in (_GROUP[flow], _MACHINES) for y in years):
        months = reached.get((code, year), [])
        # The last month of a year is out within two months.
        due = 12 if year * 12 + 11 <= newest - 1 else len(months)
        if code == _MACHINES and year < _MACHINES_FROM:
            continue
        if months != list(range(1, due + 1)) or year * 12 + due - 1 > newest:
            raise IngestError(
                f"{flow}s of {code} in {year} have the months {months}, in the version "
                f"of {updated}; the table is not whole"
            )


def _check_size(con: duckdb.DuckDBPyConnection, flow: str) -> None:
    row = con.execute(
        """with months as (
            select year, month,
                sum(try_cast(value_thousand_yen as bigint)) filter (
                    commodity_code = $group
                ) as whole,
                sum(try_cast(value_thousand_yen as bigint)) filter (
                    commodity_code = $part
                ) as part
            from as_written group by all
        )
        select year, month, whole, part from months
        where not whole between $least and $most or part > whole
        order by all limit 1""",
        {
            "group": _GROUP[flow],
            "part": _IC[flow],
            "least": _LEAST,
            "most": _MOST,
        },
    ).fetchone()
    if row:
        year, month, whole, part = row
        raise IngestError(
            f"{flow}s of {year}-{month:02} are {whole:,} thousand yen, of integrated "
            f"circuits {part or 0:,}; the unit or the commodity is another"
        )
