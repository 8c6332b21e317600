"""What reading and checking a publisher's file costs, against a bare read of its bytes.

A case is a function that makes a synthetic file and yields its lines of the table.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from benchmarks.measuring import Line, Plan, compared, measured
from ingest import incoming
from ingest.archive import extracted
from ingest.source import Feed, Table, key, value
from ingest.sources import cepii_baci

_YEAR_FILE = "BACI_HS07_Y2007_V200901.csv"
_CODES = "854110,854121,854129,854130,854140,854150,854160,854190,854231,854232,854233"


def baci(plan: Plan) -> Iterator[Line]:
    """A year of BACI: unpacked, summed and written, against unpacked and loaded."""
    path, half = plan.folder / "baci.zip", plan.folder / "half.zip"
    _make_baci(plan.rows, plan.seed, path)
    _make_baci(plan.rows // 2, plan.seed, half)
    yield from compared(plan, "BACI year", _sum_baci, _load_baci, path)
    whole, part = measured(_sum_baci, path).peak, measured(_sum_baci, half).peak
    yield (
        "BACI year, all rows / half of them: peak memory",
        f"{whole / part:.2f}",
        "≤ 1.25",
        f"{whole:.0f} MB / {part:.0f} MB",
    )


def _make_baci(rows: int, seed: int, path: Path) -> None:
    """Flows that are all different, of 250 economies in some 5,000 products.

    In fewer if there are few rows, or none of them would be of chips.
    """
    products = min(max(rows // 2000, 12), 4950)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        file = Path(folder) / _YEAR_FILE
        with duckdb.connect() as con:
            flows = con.sql(
                """with numbers as (
                    -- A prime step through all pairs and products meets none twice.
                    select r, r * 104729 % (62500 * $products) as place,
                        hash(r, $seed) as h
                    from range($rows) as t (r)
                )
                select 2007 as t, place % 250 * 2 + 2 as i,
                    place // 250 % 250 * 2 + 2 as j,
                    coalesce(split($codes, ',')[place // 62500 + 1],
                        lpad(cast(place // 62500 * 200 + 10000 as varchar), 6, '0'))
                        as k,
                    cast(2e7 / $rows * exp(h % 9000 / 1000) as decimal(18, 3)) + 0.001
                        as v,
                    case h % 20 when 0 then '' when 1 then 'NA'
                        else cast(h % 1000000 / 1000 as varchar) end as q
                from numbers""",
                params={
                    "rows": rows,
                    "seed": seed,
                    "codes": _CODES,
                    "products": products,
                },
            )
            flows.write_csv(str(file))
        with zipfile.ZipFile(
            path, "w", zipfile.ZIP_DEFLATED, compresslevel=3
        ) as archive:
            archive.write(file, _YEAR_FILE)
            countries = "".join(f"{2 * n},Synthetic,,\n" for n in range(1, 251))
            header = "country_code,country_name,country_iso2,country_iso3\n"
            archive.writestr("country_codes_V200901.csv", header + countries)


def _sum_baci(path: Path) -> None:
    cepii_baci.write_sums(path, path.with_suffix(".csv"))


def _load_baci(path: Path) -> None:
    with extracted(path, _YEAR_FILE) as file, duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        con.execute(
            """create table flows as from read_csv($file, header=true,
            auto_detect=false, delim=',', nullstr=['', 'NA'], columns={
                't': 'SMALLINT', 'i': 'SMALLINT', 'j': 'SMALLINT', 'k': 'VARCHAR',
                'v': 'DOUBLE', 'q': 'DOUBLE'})""",
            {"file": str(file)},
        )


def customs(plan: Plan) -> Iterator[Line]:
    """A customs table of 500,000 rows: typed and checked, against typed and loaded."""
    path = plan.folder / "customs.csv"
    months = ", ".join(f"hash(r, {n}, $seed) % 1000000 as m{n}" for n in _MONTHS)
    with duckdb.connect() as con:
        con.execute(
            f"""copy (
                select 1990 + r // 30000 as year, r % 30000 as item, {months}
                from range(500000) as t (r)
            ) to '{path}' (format csv, header)""",
            {"seed": plan.seed},
        )
    yield from compared(plan, "customs CSV", _read_customs, _load_customs, path)


_MONTHS = range(1, 13)
_CUSTOMS = Table(
    name="customs",
    feeds=(Feed("customs.csv"),),
    meaning="Synthetic: value of trade by item and month",
    rows=(1, 1_000_000),
    columns=(
        key("year", "INTEGER", "Year", minimum=1980, maximum=2100),
        key("item", "INTEGER", "Item"),
        *(value(f"m{n}", "BIGINT", f"Month {n}", minimum=0) for n in _MONTHS),
    ),
)


def _read_customs(path: Path) -> None:
    (feed,) = _CUSTOMS.feeds
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        incoming.read(con, _CUSTOMS, feed, path, path.name)


def _load_customs(path: Path) -> None:
    types = ", ".join(f"'{c.name}': '{c.sql_type}'" for c in _CUSTOMS.columns)
    with duckdb.connect() as con:
        con.execute("set enable_progress_bar = false")
        con.execute(
            f"""create table loaded as from read_csv(?, columns={{{types}}},
            header=true, auto_detect=false)""",
            [str(path)],
        )


CASES: tuple[Callable[[Plan], Iterator[Line]], ...] = (baci, customs)


def lines(plan: Plan) -> Iterator[Line]:
    """The lines of all cases."""
    for case in CASES:
        yield from case(plan)
