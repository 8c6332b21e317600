"""What reading a page of UN Comtrade costs, against DuckDB's bare read of its bytes.

Reading here is all that happens before the vintage loader: rows as written, typed, held
against every limit, keys compared. Every number in the page is made up.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import against_dlt
from benchmarks.measuring import Line, Plan, measured, median
from ingest import incoming
from ingest.sources.un_comtrade import SOURCE

_KEPT = """period INTEGER, "reporterCode" INTEGER, "flowCode" VARCHAR,
    "partnerCode" INTEGER, "partner2Code" INTEGER, "classificationCode" VARCHAR,
    "classificationSearchCode" VARCHAR, "isOriginalClassification" BOOLEAN,
    "cmdCode" VARCHAR, "customsCode" VARCHAR, "motCode" INTEGER, cifvalue DOUBLE,
    fobvalue DOUBLE, "primaryValue" DOUBLE, "legacyEstimationFlag" INTEGER,
    "isReported" BOOLEAN, "isAggregate" BOOLEAN"""
_CODES = ("8541", "8542", "8486", "854140", "854141", "854142", "854143", "854149")
_YEARS = range(1990, 2025)


def page(rows: int, seed: int, path: Path) -> None:
    """Write an answer of so many rows, in the publisher's shape, 47 fields a row."""
    chance = random.Random(seed)  # noqa: S311 nothing is hidden behind it
    per_reporter = 2 * 2 * len(_CODES) * len(_YEARS)
    answer = {
        "elapsedTime": "9.87 secs",
        "count": rows,
        "data": [
            _row(1000 + i // per_reporter, i % per_reporter, chance)
            for i in range(rows)
        ],
        "error": "",
    }
    path.write_text(json.dumps(answer, separators=(",", ":")), encoding="utf-8")


def _row(reporter: int, place: int, chance: random.Random) -> dict[str, Any]:
    year = _YEARS[place % len(_YEARS)]
    code = _CODES[place // len(_YEARS) % len(_CODES)]
    flow = "XM"[place // (len(_YEARS) * len(_CODES)) % 2]
    partner = (0, 490)[place // (len(_YEARS) * len(_CODES) * 2)]
    usd = round(chance.uniform(1e5, 9e8), 3)
    texts = dict.fromkeys(
        ("reporterDesc", "partnerDesc", "partner2Desc", "cmdDesc", "flowDesc"),
        "A synthetic description",
    )
    flags = dict.fromkeys(
        ("isLeaf", "isQtyEstimated", "isAltQtyEstimated", "isNetWgtEstimated"), False
    )
    numbers = dict.fromkeys(("qty", "altQty", "grossWgt", "mosCode"), None)
    return {
        "typeCode": "C",
        "freqCode": "A",
        "refPeriodId": year * 10000 + 101,
        "refYear": year,
        "refMonth": 52,
        "period": str(year),
        "reporterCode": reporter,
        "reporterISO": "XXX",
        "flowCode": flow,
        "partnerCode": partner,
        "partnerISO": "W00",
        "partner2Code": 0,
        "partner2ISO": "W00",
        "classificationCode": "H6",
        "classificationSearchCode": "HS",
        "isOriginalClassification": True,
        "cmdCode": code,
        "aggrLevel": 4,
        "customsCode": "C00",
        "customsDesc": "TOTAL CPC",
        "motCode": 0,
        "motDesc": "TOTAL MOT",
        "qtyUnitCode": -1,
        "qtyUnitAbbr": "N/A",
        "altQtyUnitCode": -1,
        "altQtyUnitAbbr": "N/A",
        "netWgt": 0,
        "isGrossWgtEstimated": False,
        "cifvalue": usd if flow == "M" else None,
        "fobvalue": usd if flow == "X" else None,
        "primaryValue": usd,
        "legacyEstimationFlag": 0,
        "isReported": True,
        "isAggregate": False,
        **texts,
        **flags,
        **numbers,
    }


def _bare(path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(
            f"""create table bare as select unnest(data, recursive := true)
            from read_json(?, columns={{'data': 'STRUCT({_KEPT})[]'}},
                format='unstructured', records=true,
                maximum_object_size={path.stat().st_size + 1})""",
            [str(path)],
        )


def _ours(path: Path) -> None:
    table, feed = SOURCE.feed("goods_values.json")
    with duckdb.connect() as con:
        incoming.read(con, table, feed, path, "page")


def lines(plan: Plan) -> Iterator[Line]:
    """The line of a page with a hundredth of the rows; the two ways take turns."""
    rows, path = max(plan.rows // 100, 1), plan.folder / "page.json"
    page(rows, plan.seed, path)
    pairs = [(measured(_ours, path), measured(_bare, path)) for _ in range(plan.times)]
    ours, bare = (median(costs) for costs in zip(*pairs, strict=True))
    megabytes = path.stat().st_size / 1e6
    yield (
        f"UN Comtrade page, {rows:,} rows, {megabytes:.0f} MB / bare read_json: "
        "processor time",
        f"{ours.processor / bare.processor:.2f}",
        "≤ 0.8",
        f"{ours.processor:.2f} s / {bare.processor:.2f} s",
    )
    what = "dlt's source for REST, all columns / UN Comtrade page"
    yield from against_dlt.lines(what, "≥ 20", ours, "page", path, 1)
