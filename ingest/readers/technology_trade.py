"""The R&D survey's tables of technology trade: an archive enters, amounts leave.

Which axis has the industries and which the items is found by their labels, and so are
the items: what was received or paid, and how much of it between parents and
subsidiaries. Years are fiscal years, April to March.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingest.readers import estat_cells, pages
from ingest.readers.estat_page import Member, Page, read_page
from ingest.source import IngestError, Table

WORDS = {"receipts": "技術輸出", "payments": "技術輸入"}
"""What the titles of the tables say of the direction."""

_PAID = {"receipts": "対価受取額", "payments": "対価支払額"}
_AFFILIATES, _PARTS = "親子会社", "電子部品・デバイス"
_ALL_INDUSTRIES, _TOTALS = "全産業", ("総数", "合計", "計", "全国")
_MILLION_YEN = ("百万円", "100万円", "１００万円")

# Million yen of all industries, as the Statistics Bureau has told of them elsewhere
# (topics No. 69 and No. 77): years and units are those that are meant.
_KNOWN = {
    ("receipts", 2011): 2_385_200,
    ("payments", 2011): 414_800,
    ("receipts", 2012): 2_721_000,
    ("payments", 2012): 448_600,
}
_LEAST, _MOST = 50_000, 20_000_000
"""Million yen that all industries may receive or pay in a year."""


def read(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Read a table of technology trade by industry into `as_written`.

    Raises IngestError if it is not laid out, or measured, as its title promises.
    """
    with pages.opened(path) as files:
        said = [read_page(file) for file in files]
        estat_cells.read(con, files, said)
    flow = flow_of(said[0].title)
    items, industries, others = _axes(said[0], _PAID[flow])
    whole, part = _items(said[0].axes[items], _PAID[flow])
    totals = [(axis, _total(axis, said[0].axes[axis]).code) for axis in others]
    chosen = " and ".join([f"{axis} = ?" for axis, _ in totals] or ["true"])
    con.execute(
        rf"""create temporary table as_written as
        select line, ? as flow, if({items} = ?, 'all', 'affiliates') as affiliation,
            {industries} as industry_code, trim(industry.label) as industry,
            regexp_extract(fiscal.label, '^(\d{{4}})年度$', 1) as fiscal_year,
            coalesce(nullif(cells.unit, ''), item.unit) as unit,
            case when figure not in ('***', 'X', '-', '') then figure end
                as value_million_yen,
            case coalesce(figure, '') when '***' then 'withheld' when 'X' then
                'withheld' when '-' then 'no figure' when '' then 'blank' end
                as missing_reason
        from cells
        join members as item on item.axis = '{items}' and item.code = {items}
        join members as industry
            on industry.axis = '{industries}' and industry.code = {industries}
        join members as fiscal on fiscal.axis = 'time' and fiscal.code = time
        where {items} in (?, ?) and {chosen}""",
        [flow, whole.code, whole.code, part.code, *(code for _, code in totals)],
    )
    estat_cells.forget(con)
    _check_units(con)
    _check_size(con, flow)


def flow_of(title: str) -> str:
    """Whether a table is of receipts or payments. Raises IngestError if not said."""
    found = [flow for flow, word in WORDS.items() if word in title]
    if len(found) != 1:
        raise IngestError(f"neither receipts nor payments by its title: {title[:100]}")
    return found[0]


def _axes(page: Page, paid: str) -> tuple[str, str, list[str]]:
    """The axes of items and of industries, and those besides them and the time."""

    def having(word: str) -> str:
        found = [a for a, members in page.axes.items() if _labelled(members, word)]
        if len(found) != 1:
            raise IngestError(
                f"{len(found)} axes of table {page.table_id} have a label with {word}"
            )
        return found[0]

    items, industries = having(paid), having(_PARTS)
    if "time" not in page.axes:
        raise IngestError(f"table {page.table_id} has no axis of time")
    return items, industries, sorted({*page.axes} - {items, industries, "time"})


def _items(members: Sequence[Member], paid: str) -> tuple[Member, Member]:
    """The item that was received or paid, and its part between affiliates."""
    wholes = [m for m in _labelled(members, paid) if _AFFILIATES not in m.label]
    parts = [
        member
        for member in _labelled(members, _AFFILIATES)
        if paid in member.label or member.parent in {w.code for w in wholes}
    ]
    if len(wholes) != 1 or len(parts) != 1:
        raise IngestError(
            f"{len(wholes)} items are called {paid}, {len(parts)} its part of "
            f"{_AFFILIATES}; expected one each"
        )
    return wholes[0], parts[0]


def _total(axis: str, members: Sequence[Member]) -> Member:
    found = [m for m in members if m.label.strip() in _TOTALS] or members
    if len(found) != 1:
        raise IngestError(f"axis {axis} has no single total among its labels")
    return found[0]


def _labelled(members: Sequence[Member], word: str) -> list[Member]:
    return [member for member in members if word in member.label]


def _check_units(con: duckdb.DuckDBPyConnection) -> None:
    row = con.execute(
        """select line, unit, fiscal_year from as_written
        where unit not in (select unnest($units)) or fiscal_year = ''
        order by line limit 1""",
        {"units": list(_MILLION_YEN)},
    ).fetchone()
    if row:
        raise IngestError(
            f"row {row[0]}: in {row[1]}, of {row[2] or 'no fiscal year'}; expected "
            f"{_MILLION_YEN[0]} of a 年度"
        )
    con.execute("alter table as_written drop column unit")


def _check_size(con: duckdb.DuckDBPyConnection, flow: str) -> None:
    rows = con.execute(
        """select fiscal_year, try_cast(value_million_yen as bigint) from as_written
        where affiliation = 'all' and contains(industry, $all) order by all""",
        {"all": _ALL_INDUSTRIES},
    ).fetchall()
    if not rows:
        raise IngestError(f"no industry is called {_ALL_INDUSTRIES}")
    for year, amount in rows:
        known = _KNOWN.get((flow, int(year)))
        is_meant = amount is not None and _LEAST <= amount <= _MOST
        if not is_meant or (known and abs(amount - known) > known / 100):
            raise IngestError(
                f"{flow} of all industries in fiscal year {year} are {amount} million "
                f"yen{f', known are {known}' if known else ''}; year or unit is another"
            )
    row = con.execute(
        """select part.line, part.industry, part.fiscal_year
        from as_written as part join as_written as whole
            using (industry_code, fiscal_year)
        where part.affiliation = 'affiliates' and whole.affiliation = 'all'
        and try_cast(part.value_million_yen as bigint)
            > try_cast(whole.value_million_yen as bigint)
        order by part.line limit 1"""
    ).fetchone()
    if row:
        raise IngestError(
            f"row {row[0]}: {row[1]} in {row[2]}: affiliates' part exceeds the whole"
        )
