"""What the brief knows of technology trade, in one language."""

from dataclasses import dataclass

from reports.facts.figures import Figure


@dataclass(frozen=True)
class TechnologyLine:
    """The newest known year of one statistic of technology trade.

    Receipts and payments are in millions of their currency; `change` is in log points
    against the year before. `level` is low, middle or high by the thresholds that fit
    the article, "" where the marts classify none; `sets_agreeing` counts the threshold
    sets that give the same level.
    """

    economy: str
    industry: str
    definition: str
    partners: str
    period: str
    receipts: Figure
    payments: Figure
    ratio: Figure
    change: Figure
    level: str
    sets_agreeing: Figure
    source: str


@dataclass(frozen=True)
class Cell:
    """Where one economy stands in its newest year that has both ratios."""

    economy: str
    year: int
    definition: str
    industry: str
    goods: Figure
    technology: Figure
    goods_level: str
    technology_level: str
    is_borderline: bool
    sets_agreeing: Figure
    source: str


@dataclass(frozen=True)
class Technology:
    """Lines and cells, Taiwan's first; `sets` is how many threshold sets there are."""

    lines: tuple[TechnologyLine, ...] = ()
    cells: tuple[Cell, ...] = ()
    sets: int = 0


NO_TECHNOLOGY = Technology()
