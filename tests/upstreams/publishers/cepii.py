"""CEPII: BACI archives `/DATA_DOWNLOAD/baci/data/BACI_{revision}_{version}.zip`.

A version comes every January and covers the years up to two before it; the last three
years of each are revised by the next. A version that is not there is a web page with
status 404. Every number is made up; the economies are few and so are the products.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.upstreams.faults import HTML, TRANSPORT
from tests.upstreams.rows import CONTENT, Row, Shape
from tests.upstreams.world import World

HOST = "www.cepii.fr"
HOSTS = (HOST,)
FAULTS = (
    *TRANSPORT,
    *CONTENT,
    "bom",
    "crlf",
    "corrected_version",  # this year's version again, with a b after its name
    "lost_zeros",  # product codes written as numbers
    "listed_economy",  # one nobody knows, in the list of countries too
    "mixed_versions",  # one year's file is of the version before
    "no_countries",  # without the list of countries
    "no_taiwan",
    "no_versions",  # the archives have moved
    "renamed_column",
)
NEWS = ("corrected_version",)

FIRST_YEARS = {"HS07": 2007, "HS92": 1995}
COUNTRIES = {
    392: ("Japan", "JP", "JPN"),
    490: ("Other Asia, not elsewhere specified", "", "S19"),
    410: ("Rep. of Korea", "KR", "KOR"),
    842: ("USA", "US", "USA"),
    276: ("Germany", "DE", "DEU"),
    792: ("Türkiye", "TR", "TUR"),
    697: ("Europe EFTA, nes", "", "R20"),
}
PRODUCTS = {
    "HS07": ("010121", "848620", "854140", "854231", "870323", "999999"),
    "HS92": ("010111", "841480", "854140", "854211", "870323", "9999AA"),
}
SHAPE = Shape(keys=("t", "i", "j", "k"), values=("v", "q"), period="t", economy="i")


def routes(world: World) -> list[Route]:
    """The archives, and the publisher's page for any other name."""

    def answer(request: Request) -> Response:
        _, revision, version = f"{request.path_params['name']}__".split("_")[:3]
        version = version.removesuffix(".zip")
        if revision not in FIRST_YEARS or version not in versions(world):
            return HTMLResponse(HTML, 404)
        released = datetime(int(version[1:5]), 1, 22, 9, 30, tzinfo=UTC)
        return Response(
            _archive(world, revision, version),
            headers={
                "content-type": "application/zip",
                "last-modified": format_datetime(released, usegmt=True),
            },
        )

    return [Route(f"/{HOST}/DATA_DOWNLOAD/baci/data/{{name}}", answer)]


def versions(world: World) -> list[str]:
    """The versions that are there, oldest first."""
    if world.has(HOST, "no_versions"):
        return []
    newest = world.published_on.year
    found = [f"V{year}01" for year in range(2025, newest + 1)]
    return [*found, f"V{newest}01b"] if world.has(HOST, "corrected_version") else found


def value(world: World, version: str, i: int, j: int, k: str, year: int) -> float:
    """The made-up value of a flow in a version, thousand US$."""
    level = world.amount(i, j, k, low=4e7, high=1.6e8)
    level *= world.amount(i, j, k, year, low=0.8, high=1.2)
    if year > int(version[1:5]) - 5:
        level *= world.amount(version, i, j, k, year, low=0.95, high=1.05)
    return round(level, 3)


def _archive(world: World, revision: str, version: str) -> bytes:
    rows = world.content(HOST, [*_rows(world, revision, version)], SHAPE)
    years: dict[str, list[Row]] = {}
    for row in rows:
        # A row whose columns have moved stays in the file of the row before it.
        year = row["t"] or next(reversed(years))
        years.setdefault(year, []).append(row)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (year, of_year) in enumerate(years.items()):
            is_mixed = place == 3 and world.has(HOST, "mixed_versions")
            said = "V202401" if is_mixed else version
            name = f"BACI_{revision}_Y{year}_{said}.csv"
            _add(world, archive, name, _header(world), of_year)
        if not world.has(HOST, "no_countries"):
            name = f"country_codes_{version}.csv"
            header = "country_code,country_name,country_iso2,country_iso3"
            _add(world, archive, name, header, _countries(world))
        archive.writestr(zipfile.ZipInfo("Readme.txt"), "Synthetic")
    return held.getvalue()


def _header(world: World) -> str:
    return "t,i,j,k,value,q" if world.has(HOST, "renamed_column") else "t,i,j,k,v,q"


def _add(
    world: World, archive: zipfile.ZipFile, name: str, header: str, rows: list[Row]
) -> None:
    lines = (",".join(map(_cell, row.values())) for row in rows)
    text = "".join(f"{line}\n" for line in (header, *lines))
    info = zipfile.ZipInfo(name)
    archive.writestr(info, world.encode(HOST, text), zipfile.ZIP_DEFLATED)


def _cell(value: object) -> str:
    return f'"{value}"' if "," in str(value) else str(value)


def _countries(world: World) -> list[Row]:
    return [
        {"code": code, "name": name, "iso2": iso2, "iso3": iso3}
        for code, (name, iso2, iso3) in (COUNTRIES | _unheard(world)).items()
    ]


def _unheard(world: World) -> dict[int, tuple[str, str, str]]:
    is_there = world.has(HOST, "listed_economy")
    return {998: ("Synthetica", "QQ", "QQQ")} if is_there else {}


def _rows(world: World, revision: str, version: str) -> Iterator[Row]:
    gone = {490} if world.has(HOST, "no_taiwan") else set()
    present = [c for c in COUNTRIES | _unheard(world) if c not in gone]
    for year in range(FIRST_YEARS[revision], int(version[1:5]) - 1):
        for i in present:
            for j in present:
                for k in PRODUCTS[revision] if i != j else ():
                    amount = value(world, version, i, j, k, year)
                    lost = world.has(HOST, "lost_zeros")
                    yield {
                        "t": str(year),
                        "i": str(i),
                        "j": str(j),
                        "k": k.lstrip("0") if lost else k,
                        "v": f"{amount:.3f}",
                        "q": _quantity(i, j, amount),
                    }


def _quantity(i: int, j: int, amount: float) -> str:
    """Tonnes; of some flows unknown, which is written in three ways."""
    unknown = {(392, 410): "", (392, 842): "NA", (490, 392): "          NA"}
    return unknown.get((i, j), f"{amount / 1000:12.3f}")
