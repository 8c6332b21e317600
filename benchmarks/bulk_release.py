"""A made-up BACI release of any size, in the publisher's own layout.

Rows are sorted by exporter, importer and product, as the publisher sorts them; about
ten partners share each economy's trade in a product. Equal arguments give equal bytes.
"""

import io
import zipfile
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

ECONOMIES = 240
_SPREAD = 24
"""One of so many possible flows is there."""

_CHIPS = (854110, 854121, 854129, 854130, 854140, 854150, 854160, 854190)
_CIRCUITS = (854231, 854232, 854233, 854239)
_OLDEST = (1980, 1, 1, 0, 0, 0)
_ROWS = """
    with places as (
        select r * $spread + cast(hash(r, $year, $seed) % $spread as bigint) as place
        from range($rows)
            as t (r)
    ), flows as (
        select place // (($economies - 1) * $products) as i,
            place // $products % ($economies - 1) as j,
            place % $products as k, hash(place, $seed) as h,
            hash(place, $year, $seed, $salt) as g
        from places
    )
    select cast($year as smallint) as t, codes[i + 1] as i,
        codes[j + 1 + if(j >= i, 1, 0)] as j, kinds[k + 1] as k,
        cast($level * exp(h % 9000 / 1000) * (0.8 + g % 1000 / 2500) as decimal(18, 3))
            + 0.001 as v,
        case h % 20 when 0 then null when 1 then 'NA'
            else cast(cast(h % 1000000 / 1000 as decimal(18, 3)) as varchar) end as q
    from flows, (select $codes as codes, $kinds as kinds)"""


def economies() -> list[int]:
    """Codes, rising; Japan (392) and Taiwan (490) are among them."""
    return sorted({392, 490, *range(4, 4 * ECONOMIES, 4)})


def products(rows: int) -> list[str]:
    """Six-digit codes, rising, as many as leave some ten partners to each flow."""
    known = max(rows * _SPREAD // (ECONOMIES * (ECONOMIES - 1)) + 1, 24)
    others = (10100 + 150 * n for n in range(known - len(_CHIPS) - len(_CIRCUITS)))
    return [f"{code:06}" for code in sorted({*_CHIPS, *_CIRCUITS, *others})]


def write(
    path: Path,
    revision: str,
    version: str,
    years: range,
    rows: int,
    seed: int = 1,
    restated: Collection[int] = (),
) -> None:
    """Write a release with `rows` flows in each year.

    The years in `restated` have other values than they have without being named.
    """
    with (
        TemporaryDirectory(dir=path.parent) as folder,
        duckdb.connect() as con,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        con.execute("set enable_progress_bar = false")
        for year in years:
            file = Path(folder) / f"BACI_{revision}_Y{year}_{version}.csv"
            _write_year(con, file, year, rows, seed, int(year in restated))
            info = zipfile.ZipInfo(file.name, _OLDEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            with file.open("rb") as source, archive.open(info, "w") as member:
                while block := source.read(1 << 20):
                    member.write(block)
            file.unlink()
        listed = zipfile.ZipInfo(f"country_codes_{version}.csv", _OLDEST)
        archive.writestr(listed, _countries())


def _write_year(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    year: int,
    rows: int,
    seed: int,
    salt: int,
) -> None:
    kinds = products(rows)
    values = {
        "spread": _SPREAD,
        "year": year,
        "seed": seed,
        "rows": rows,
        "economies": ECONOMIES,
        "products": len(kinds),
        "salt": salt,
        "level": 2e7 / rows,
        "codes": economies(),
        "kinds": kinds,
    }
    con.sql(_ROWS, params=values).write_csv(str(file))


def _countries() -> str:
    lines = io.StringIO()
    lines.write("country_code,country_name,country_iso2,country_iso3\n")
    for code in economies():
        iso3 = {392: "JPN", 490: "S19"}.get(code, f"X{code:03}"[-4:])
        lines.write(f"{code},Synthetic {code},,{iso3}\n")
    return lines.getvalue()
