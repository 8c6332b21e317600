"""A BACI archive enters; each economy's trade with all partners leaves, summed.

An archive has one file per year with some ten million rows: t, i, j, k, v, q (year,
exporter, importer, product, thousand US$, tonnes). One year at a time is unpacked and
summed while it is read, so memory depends on neither the rows nor the years.
"""

import re
from pathlib import Path

import duckdb

from ingest.archive import extracted, members
from ingest.source import IngestError, Table

FIRST_YEARS = {"HS07": 2007, "HS92": 1995}
"""The revisions that are read, and the year with which each begins."""

WORLD_TOTAL = "between 1e9 and 1e11"
"""World trade of a year in thousand US$: 5e9 in 1995, 2.4e10 in 2024."""

WAIT = "; wait for a corrected version"

_YEAR_FILE = re.compile(r"BACI_(HS\d\d)_Y(\d{4})_(V\d{6}[a-z]?)\.csv")
FLOW_TYPES = {
    "t": "SMALLINT",
    "i": "SMALLINT",
    "j": "SMALLINT",
    "k": "VARCHAR",
    # Published with three decimals; longer ones are tails of binary fractions.
    "v": "DECIMAL(18,3)",
    # Blank or NA where unknown; read of the wanted products only.
    "q": "VARCHAR",
}
COUNTRY_TYPES = {
    "country_code": "INTEGER",
    "country_name": "VARCHAR",
    "country_iso2": "VARCHAR",
    "country_iso3": "VARCHAR",
}
_IS_WANTED = "(k like '8541%' or k like '8542%' or k like '8486%')"
_IS_SOUND = "coalesce(t = $year and v > 0 and strlen(k) = 6, false)"
_FLOWS = f"""create or replace temporary table flows as
    select min(t) as t, i, j, case when {_IS_WANTED} then k else 'other' end as k,
        sum(v) as v, sum(case when {_IS_WANTED} then
            cast(nullif(nullif(trim(q), ''), 'NA') as decimal(18, 3)) end) as q,
        count(*) as n, bool_and({_IS_SOUND}) as is_sound
    from {{rows}} group by all"""
_UNSOUND = f"""
    select line, t, i, j, k, v from (select row_number() over () + 1 as line, *
        from {{rows}}) where not {_IS_SOUND} order by line limit 1"""
_FAULTS = {
    "no rows": "count(*) = 0",
    "flows that stand there twice": "bool_or(k <> 'other' and n > 1)",
    "economies that the list of countries lacks": """bool_or(i is null or j is null
        or i not in (select country_code from countries)
        or j not in (select country_code from countries))""",
    "a world total of another magnitude": f"sum(v) not {WORLD_TOTAL}",
    "no integrated circuits of Japan (392) or Taiwan (490), one way or both": """
        count(distinct i) filter (i in (392, 490) and k like '8542%')
        + count(distinct j) filter (j in (392, 490) and k like '8542%') < 4""",
}
_SUMS = """
    with legs as (
        select 'export' as flow, i as economy, j as partner, t, k, v, q from flows
        union all
        select 'import', j, i, t, k, v, q from flows
    ), sums as (
        select flow, economy, k as product, t, sum(v) as v, sum(q) as q,
            count(*) as partners, count(q) as weighed
        from legs where k <> 'other' group by all
        union all
        select flow, economy, 'TOTAL', t, sum(v), null, count(distinct partner), null
        from legs group by all
    )
    select $revision as revision, $version as version, flow,
        cast(economy as integer) as economy,
        nullif(country_iso3, 'N/A') as economy_iso3,
        product, cast(t as integer) as year,
        cast(v as decimal(20, 3)) as value_thousand_usd,
        cast(q as decimal(20, 3)) as quantity_tonnes,
        cast(partners as integer) as partners,
        cast(weighed as integer) as partners_with_quantity
    from sums left join countries on country_code = economy"""


def read(con: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """Leave the sums of an archive in `as_written` (see ingest.incoming).

    Raises IngestError naming the file: years or versions other than expected, a row
    that cannot be read, or rows that cannot be right. A flow that stands there twice
    is noticed among the wanted products.
    """
    revision, version, years = contents(path)
    names = {"revision": revision, "version": version}
    countries = "create or replace temporary table countries as from {rows}"
    _run(con, path, f"country_codes_{version}.csv", COUNTRY_TYPES, countries)
    target = "create or replace temporary table sums as"
    for year, name in years.items():
        _run(con, path, name, FLOW_TYPES, _FLOWS, year=year)
        _check(con, path, name, year)
        con.execute(f"{target} {_SUMS}", names)
        target = "insert into sums"
    con.execute(
        """create temporary table as_written as select row_number() over (
            order by flow, economy, product, year) as line, * from sums"""
    )
    for name in ("countries", "flows", "sums"):
        con.execute(f"drop table {name}")


def contents(path: Path) -> tuple[str, str, dict[int, str]]:
    """An archive's revision, version, and names of its files by year.

    Raises IngestError for an archive without exactly the years of one version.
    """
    found = [match for name in members(path) if (match := _YEAR_FILE.fullmatch(name))]
    editions = {(match[1], match[3]) for match in found}
    if len(editions) != 1:
        said = ", ".join(" ".join(edition) for edition in sorted(editions)) or "none"
        raise IngestError(f"the archive should hold one version's years, has {said}")
    ((revision, version),) = editions
    years = {int(match[2]): match[0] for match in sorted(found, key=lambda m: m[2])}
    first, last = FIRST_YEARS.get(revision, 0), int(version[1:5]) - 2
    if list(years) != list(range(first, last + 1)):
        raise IngestError(
            f"{revision} {version} should have every year from {first} to {last}, has "
            f"{', '.join(map(str, years))}"
        )
    return revision, version, years


def _run(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    types: dict[str, str],
    sql: str,
    **values: int,
) -> None:
    """Run `sql`, whose {rows} are those of a file of the archive."""
    with extracted(path, name) as file:
        scan(con, file, types, sql, **values)


def scan(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    types: dict[str, str],
    sql: str,
    **values: int,
) -> None:
    """Run `sql`, whose {rows} are those of an unpacked file, typed.

    Raises IngestError naming the file: another header, or a row that cannot be read.
    """
    rows = f"""read_csv($file, columns={types}, header=true, auto_detect=false,
        delim=',', quote='"', escape='"', strict_mode=true, null_padding=false)"""
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        header = lines.readline(200).rstrip("\r\n")
    if header != ",".join(types):
        raise IngestError(f"{file.name}: begins with {header}, not {','.join(types)}")
    try:
        con.execute(sql.format(rows=rows), {"file": str(file)} | values)
    except duckdb.Error as error:
        said = "; ".join(str(error).splitlines()[:3])[:300]
        raise IngestError(f"{file.name}: {said}") from error


def _check(con: duckdb.DuckDBPyConnection, path: Path, name: str, year: int) -> None:
    if con.execute("select 1 from flows where not is_sound").fetchone():
        _run(con, path, name, FLOW_TYPES, _UNSOUND, year=year)
        line, *flow = con.fetchone() or (0,)
        raise IngestError(
            f"{name}, line {line}: {', '.join(map(str, flow))} is no flow of {year} "
            f"with a product of six characters and a value above zero{WAIT}"
        )
    faults = con.execute(f"select {', '.join(_FAULTS.values())} from flows").fetchone()
    for what, is_there in zip(_FAULTS, faults or (), strict=True):
        if is_there:
            raise IngestError(f"{name}: has {what}{WAIT}")
