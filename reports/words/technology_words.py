"""Facts on technology trade go in; the sentences and the rows of the table come out."""

from dataclasses import dataclass

from reports.facts.figures import Figure
from reports.facts.technology_facts import Cell, Technology, TechnologyLine
from reports.words.phrases import Phrase, amount, phrase


@dataclass(frozen=True)
class Row:
    """One statistic in its newest year; known money stands with its unit."""

    name: Phrase
    line: TechnologyLine
    receipts: Phrase | Figure
    payments: Phrase | Figure
    level: Phrase | None


def said(found: Technology) -> tuple[Phrase, ...]:
    """State each economy's technology ratio and the cell that both ratios give."""
    if not found.cells:
        return (phrase("technology.missing"),)
    sentences = [one for cell in found.cells for one in _cell(cell, found.sets)]
    return (*sentences, phrase("technology.caution"))


def _cell(cell: Cell, sets: int) -> tuple[Phrase, ...]:
    told = phrase(
        "technology.said",
        economy=cell.economy,
        year=cell.year,
        definition=cell.definition,
        industry=cell.industry,
        ratio=cell.technology,
        goods=cell.goods,
        cell=phrase(
            "technology.cell",
            technology=phrase(f"technology.{cell.technology_level}"),
            goods=phrase(f"technology.{cell.goods_level}"),
        ),
        agreeing=cell.sets_agreeing,
        sets=sets,
    )
    return (told, phrase("technology.borderline")) if cell.is_borderline else (told,)


def rows(found: Technology) -> tuple[Row, ...]:
    """Return the table of every statistic's newest year."""
    return tuple(map(_row, found.lines))


def _row(line: TechnologyLine) -> Row:
    key = "technology.name_partners" if line.partners else "technology.name"
    name = phrase(
        key, economy=line.economy, industry=line.industry, partners=line.partners
    )
    level = phrase(f"technology.{line.level}") if line.level else None
    return Row(name, line, _money(line.receipts), _money(line.payments), level)


def _money(money: Figure) -> Phrase | Figure:
    return amount(money) if money.is_known else money
