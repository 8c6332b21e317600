"""Paths of many economies: annual flows go in, aligned log ratios come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class PanelError(ValueError):
    """Tables that do not make a panel. The message is one line."""


@dataclass(frozen=True)
class Flows:
    """Annual exports and imports (or receipts and payments) on one axis.

    Arrays of one length, a row per economy and year. Amounts in one currency; NaN is
    missing. `world_exports` is by year the publisher's world, or the sum of the reporters
    asked for while they cover nine tenths of the year before; else NaN.
    `major_breaks` are (economy, year): the series means something else from that year.
    """

    axis: str
    economy: npt.NDArray[np.str_]
    year: npt.NDArray[np.int64]
    exports: Numbers
    imports: Numbers
    world_exports: Mapping[int, float] = field(default_factory=dict)
    major_breaks: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True)
class Panel:
    """Log ratios of exports over imports, (economies, years, axes); NaN where missing.

    `years` are consecutive. `breaks` is true where a series is broken between the year
    before and that year. `world_exports` is (years, axes).
    """

    axes: tuple[str, ...]
    economies: tuple[str, ...]
    years: npt.NDArray[np.int64]
    paths: Numbers
    exports: Numbers
    world_exports: Numbers
    breaks: Flags

    def row(self, economy: str) -> int:
        """Return the row of an economy; -1 where the panel does not have it."""
        return self.economies.index(economy) if economy in self.economies else -1

    def column(self, year: int) -> int:
        """Return the column of a year, which may lie outside the panel."""
        return int(year - self.years[0]) if len(self.years) else -1

    def part(self, axes: Sequence[str], without: Sequence[str] = ()) -> "Panel":
        """Return the panel of some axes, without some economies."""
        places = [self.axes.index(axis) for axis in axes]
        rows = [row for row, name in enumerate(self.economies) if name not in without]
        return Panel(
            axes=tuple(axes),
            economies=tuple(self.economies[row] for row in rows),
            years=self.years,
            paths=self.paths[rows][..., places],
            exports=self.exports[rows][..., places],
            world_exports=self.world_exports[..., places],
            breaks=self.breaks[rows][..., places],
        )


def build(tables: Sequence[Flows]) -> Panel:
    """Align tables of flows, one per axis, into a panel.

    A flow that is missing, zero or negative gives no ratio. Economies are sorted, so
    the order of rows does not matter. Raises PanelError for arrays of different length
    and for an economy and year, or an axis, given twice.
    """
    for table in tables:
        _check(table)
    axes = tuple(table.axis for table in tables)
    if len(set(axes)) < len(axes):
        raise PanelError(f"axes {axes}: one is given twice; give each once")
    economies = sorted({str(name) for table in tables for name in table.economy})
    spans = [table.year for table in tables if len(table.year)]
    years = (
        np.arange(min(map(np.min, spans)), max(map(np.max, spans)) + 1)
        if spans
        else np.empty(0, np.int64)
    )
    layers = [_layer(table, economies, years) for table in tables]
    exports, imports, breaks, world = (
        np.stack(parts, -1) for parts in zip(*layers, strict=True)
    )
    usable = (exports > 0) & (imports > 0)
    paths = np.full(exports.shape, np.nan)
    paths[usable] = np.log(exports[usable] / imports[usable])
    return Panel(axes, tuple(economies), years, paths, exports, world, breaks)


def _check(table: Flows) -> None:
    lengths = {len(table.economy), len(table.year), len(table.exports)}
    if lengths != {len(table.imports)}:
        raise PanelError(
            f"{table.axis}: the columns have different lengths; align them"
        )
    keys = list(zip(table.economy.tolist(), table.year.tolist(), strict=True))
    if len(set(keys)) < len(keys):
        economy, year = next(key for key in keys if keys.count(key) > 1)
        raise PanelError(f"{table.axis}: {economy} {year} is given twice; keep one row")


def _layer(
    table: Flows, economies: list[str], years: npt.NDArray[np.int64]
) -> tuple[Numbers, Numbers, Flags, Numbers]:
    shape = (len(economies), len(years))
    exports, imports = np.full(shape, np.nan), np.full(shape, np.nan)
    breaks, world = np.zeros(shape, np.bool_), np.full(len(years), np.nan)
    rows = np.searchsorted(np.array(economies, dtype=str), table.economy)
    columns = table.year - (years[0] if len(years) else 0)
    exports[rows, columns] = table.exports
    imports[rows, columns] = table.imports
    for economy, year in table.major_breaks:
        if economy in economies and year in years:
            breaks[economies.index(economy), year - years[0]] = True
    for year, total in table.world_exports.items():
        if year in years:
            world[year - years[0]] = total
    return exports, imports, breaks, world
