"""The hypotheses on what the simulated publisher gives; every number is made up."""

import dataclasses
from datetime import date

import numpy as np
import pytest

from analysis import verdict
from analysis.hypotheses import load
from analysis.panel import Flows, build
from tests.upstreams.publishers import wto
from tests.upstreams.world import World

ECONOMIES = {"CHT": "TWN", "ROM": "ROU"}
SERIES = {
    "goods": ("MAMTOTIC", "ITS_MTV_AX", "ITS_MTV_AM", 1990),
    "technology": ("SH", "ITS_CS_AX6", "ITS_CS_AM6", 2005),
}


def flows(axis, world):
    """The table of one axis as the archive has it, of economies alone."""
    product, exports, imports, first = SERIES[axis]
    years = range(first, 2026)
    rows = [
        (ECONOMIES.get(code, code), year, *amounts)
        for code in wto.REPORTERS
        if code not in ("", "EEC")
        for year in years
        if None
        not in (
            amounts := [
                wto.value(world, flow, code, product, year)
                for flow in (exports, imports)
            ]
        )
    ]
    economy, year, sold, bought = zip(*rows, strict=True)
    total = {y: wto.value(world, exports, "", product, y) for y in years}
    return Flows(
        axis,
        np.array(economy),
        np.array(year),
        np.array(sold),
        np.array(bought),
        total,
    )


@pytest.mark.parametrize(
    ("name", "lags"),
    [
        ("goods-exploratory", 14),
        ("goods-exploratory-long", 8),
        ("technology-exploratory", 4),
        ("two-axis-exploratory", 5 + 4),
    ],
)
def test_the_simulated_archive_is_enough_for_a_class(name, lags):
    registered = load().hypotheses[name]
    quick = dataclasses.replace(
        registered,
        context=dataclasses.replace(registered.context, draws=20),
        sensitivity=dataclasses.replace(
            registered.sensitivity, windows=(registered.window_years,)
        ),
    )
    panel = build([flows(axis.name, World()) for axis in registered.axes])
    assert len(panel.economies) == 25
    found = verdict.run(panel, quick, date(2026, 11, 22), seed=1)
    assert found.reasons == ()
    assert found.evidence_class in ("FOLLOWS", "DIVERGES", "INCONCLUSIVE")
    # Four of 23 have no newest year yet: the window waits for them.
    assert (len(found.donors), found.donor_share_pct) == (23, 0.5)
    assert found.windows[0].window_to == 2024
    for window in found.windows:
        assert window.resolution == 1 / (min(window.donors, window.templates) + 1)
        assert window.templates >= 22
    feasible = [r for r in found.feasibility if r.is_feasible and r.window_end == 2024]
    assert len(feasible) == lags
