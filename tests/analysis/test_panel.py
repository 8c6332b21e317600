"""From tables of flows to aligned paths."""

import dataclasses

import numpy as np
import pytest

from analysis.panel import Flows, PanelError, build


def _flows(**changes):
    table = Flows(
        axis="goods",
        economy=np.array(["TWN", "JPN", "TWN", "JPN"]),
        year=np.array([2020, 2020, 2021, 2022]),
        exports=np.array([2.0, 3.0, 4.0, 5.0]),
        imports=np.array([1.0, 3.0, 1.0, 2.0]),
    )
    return dataclasses.replace(table, **changes)


def test_years_are_aligned_and_missing_ones_are_nan():
    panel = build([_flows()])
    assert panel.economies == ("JPN", "TWN")
    assert panel.years.tolist() == [2020, 2021, 2022]
    expected = [[0, np.nan, np.log(2.5)], [np.log(2), np.log(4), np.nan]]
    np.testing.assert_allclose(panel.paths[..., 0], expected)


@pytest.mark.parametrize("flow", ["exports", "imports"])
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
def test_a_zero_negative_or_missing_flow_gives_no_ratio(flow, value):
    panel = build([_flows(**{flow: np.array([value, 3.0, 4.0, 5.0])})])
    assert np.isnan(panel.paths[panel.row("TWN"), 0, 0])
    assert np.isfinite(panel.paths).sum() == 3


def test_the_order_of_the_rows_does_not_matter():
    order = np.array([2, 0, 3, 1])
    table = _flows()
    shuffled = _flows(
        economy=table.economy[order],
        year=table.year[order],
        exports=table.exports[order],
        imports=table.imports[order],
    )
    np.testing.assert_array_equal(build([table]).paths, build([shuffled]).paths)


def test_an_economy_and_year_given_twice_stops():
    with pytest.raises(PanelError, match="goods: TWN 2020 is given twice"):
        build([_flows(year=np.array([2020, 2020, 2020, 2022]))])


def test_columns_of_different_length_stop():
    with pytest.raises(PanelError, match="goods: the columns have different lengths"):
        build([_flows(exports=np.array([1.0]))])


def test_an_axis_given_twice_stops():
    with pytest.raises(PanelError, match="one is given twice"):
        build([_flows(), _flows()])


def test_breaks_and_world_totals_find_their_places():
    panel = build(
        [_flows(major_breaks=[("TWN", 2021), ("XXX", 2021)], world_exports={2021: 9.0})]
    )
    assert np.argwhere(panel.breaks).tolist() == [[1, 1, 0]]
    np.testing.assert_array_equal(panel.world_exports[:, 0], [np.nan, 9.0, np.nan])


def test_a_panel_of_nothing_has_no_economies():
    empty = np.empty(0)
    table = _flows(
        economy=np.empty(0, dtype=str),
        year=np.empty(0, dtype=int),
        exports=empty,
        imports=empty,
    )
    assert build([table]).economies == ()


def test_a_part_keeps_some_axes_and_drops_some_economies():
    panel = build([_flows(), dataclasses.replace(_flows(), axis="technology")])
    part = panel.part(["technology"], without=["JPN"])
    assert (part.axes, part.economies) == (("technology",), ("TWN",))
    np.testing.assert_array_equal(part.paths[0], panel.paths[1][:, 1:])
