"""Synthetic panels, registered hypotheses, and real figures as panels."""

import csv
import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analysis.hypotheses import Hypothesis, load
from analysis.panel import Flows, Panel, build
from ingest.embedded import REFERENCE
from tests.conftest import CHECKOUT

REGISTRY = load()


@pytest.fixture(scope="session")
def registered() -> Callable[[str], Hypothesis]:
    """A registered hypothesis by name."""
    return REGISTRY.hypotheses.__getitem__


def changed(hypothesis: Hypothesis, **rule: object) -> Hypothesis:
    """The hypothesis under another rule."""
    return dataclasses.replace(
        hypothesis, rule=dataclasses.replace(hypothesis.rule, **rule)
    )


def flows_of(
    paths: np.ndarray, economies: list[str], years: np.ndarray, axis: str
) -> Flows:
    """Flows (synthetic) whose log ratios are `paths` (economies, years).

    All economies export the same, so all have the same share of the world.
    """
    imports = np.exp(-paths)
    return Flows(
        axis=axis,
        economy=np.repeat(economies, len(years)),
        year=np.tile(years, len(economies)),
        exports=np.where(np.isfinite(paths), 1.0, np.nan).ravel(),
        imports=imports.ravel(),
        world_exports=dict.fromkeys(years.tolist(), float(len(economies))),
    )


def synthetic_panel(
    donors: int = 24,
    axes: tuple[str, ...] = ("goods",),
    years: tuple[int, int] = (1990, 2025),
    seed: int = 1,
    **lag_of: int,
) -> Panel:
    """Walks (synthetic); an economy named in `lag_of` follows JPN by so many years."""
    rng = np.random.default_rng(seed)
    span = np.arange(years[0], years[1] + 1)
    economies = ["JPN", "TWN", *(f"D{place:02d}" for place in range(donors))]
    tables = []
    for axis in axes:
        paths = np.cumsum(rng.normal(size=(len(economies), len(span))), axis=1) * 0.1
        for economy, lag in lag_of.items():
            follower = economies.index(economy)
            paths[follower, lag:] = paths[0, :-lag]
            paths[follower] += 0.02 * rng.normal(size=len(span))
        tables.append(flows_of(paths, economies, span, axis))
    return build(tables)


@pytest.fixture(scope="session")
def circuits() -> Panel:
    """Taiwan's and Japan's integrated circuits, annual, from the embedded files."""
    rows: list[tuple[str, int, float, float]] = []
    for row in _read(REFERENCE / "taiwan_mof_ic_and_equipment.csv"):
        if row["kind"] == "annual":
            flows = float(row["exp_ic"]), float(row["imp_ic"])
            rows.append(("TWN", int(row["period"]), *flows))
    rows += _japan_before_2009() + _japan_from_2009()
    economy, year, exports, imports = zip(*rows, strict=True)
    return build(
        [
            Flows(
                "goods",
                np.array(economy),
                np.array(year),
                np.array(exports),
                np.array(imports),
            )
        ]
    )


@pytest.fixture(scope="session")
def ip_charges() -> Panel:
    """Receipts and payments for intellectual property, World Bank, all economies."""
    areas = _read(CHECKOUT / "dbt_project/seeds/world_bank_areas.csv")
    kinds = {row["area_code"]: row["area_kind"] for row in areas}
    rows = _read(REFERENCE / "world_bank_ip_charges_all_economies.csv")
    world = {
        int(row["year"]): _number(row["receipts_usd"])
        for row in rows
        if row["iso3"] == "WLD"
    }
    rows = [row for row in rows if kinds[row["iso3"]] == "economy"]
    return build(
        [
            Flows(
                "technology",
                np.array([row["iso3"] for row in rows]),
                np.array([int(row["year"]) for row in rows]),
                np.array([_number(row["receipts_usd"]) for row in rows]),
                np.array([_number(row["payments_usd"]) for row in rows]),
                world,
            )
        ]
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> float:
    return float(text) if text else float("nan")


def _japan_before_2009() -> list[tuple[str, int, float, float]]:
    sums: dict[int, np.ndarray] = {}
    for row in _read(REFERENCE / "japan_customs_semiconductors_monthly_1988_2010.csv"):
        if row["month"] <= "2008-12":
            flows = np.array(
                [
                    float(row["export_7032305_ic_thousand_yen"]),
                    float(row["import_7031103_ic_thousand_yen"]),
                ]
            )
            year = int(row["month"][:4])
            sums[year] = sums.get(year, np.zeros(2)) + flows / 1e6
    return [
        ("JPN", year, float(both[0]), float(both[1])) for year, both in sums.items()
    ]


def _japan_from_2009() -> list[tuple[str, int, float, float]]:
    newest: dict[tuple[int, str], dict[str, str]] = {}
    for row in _read(REFERENCE / "japan_customs_semiconductors_vintages.csv"):
        if row["area"] == "Grand Total" and row["commodity"] == "ic":
            newest[int(row["year"]), row["flow"]] = row
    whole = {key: row for key, row in newest.items() if row["months_covered"] == "12"}
    return [
        (
            "JPN",
            year,
            float(row["value_bn_jpy"]),
            float(whole[year, "import"]["value_bn_jpy"]),
        )
        for (year, flow), row in whole.items()
        if flow == "export"
    ]
