"""Synthetic press tables 4 and 5, cell for cell in the ministry's layout."""

from collections.abc import Callable, Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Damage = Callable[[Worksheet], None]

EXPORTS = {
    "積體電路(IC)": ("(電子零組件)", 9000.125),
    "DRAM": ("", 500.25),
    "印刷電路": ("(電子零組件)", 400.5),
    "發光二極體": ("(電子零組件)", 120.75),
    "儲存媒體": ("(資通產品)", 700.5),
    "生產半導體等機械": ("(機械)", 300.375),
    "石油煉製品": ("(礦產品)", 900.125),
    "柴油": ("", 450.5),
}
IMPORTS = {
    "半導體設備\n": ("(資本設備)", 1500.625),
    "船舶": ("(資本設備)", 20.125),
    "積體電路(IC)": ("(農工原料)", 4000.25),
    "手機": ("(消費品)", 250.5),
}
TABLES = {"表4": EXPORTS, "表5": IMPORTS}
TITLES = {"表4": "表4、出口主要貨品項目 (1/2)", "表5": "表5、進口主要貨品項目"}
AMOUNTS_FROM = 7
"""First row of figures."""


def amount(
    commodity: str, year: int, first: int, last: int, sheet: str = "表4"
) -> float:
    """The made-up trade of some months of a year, US$ million.

    It grows so fast that the real months of 2025, of which eight are embedded, are less
    than its 2025.
    """
    _, level = TABLES[sheet][commodity]
    months = (
        level * (1 + (year - 2014) / 8) + 2.5 * month * (1 + year % 3)
        for month in range(first, last + 1)
    )
    return sum(round(x, 3) for x in months)


def growth(
    commodity: str, year: int, first: int, last: int, sheet: str = "表4"
) -> float:
    """Its change on the same months of the year before, %."""
    before = amount(commodity, year - 1, first, last, sheet)
    return (amount(commodity, year, first, last, sheet) / before - 1) * 100


def periods(year: int, month: int) -> Iterator[tuple[str, int, int, int]]:
    """Label, year and months of every row, as an edition of that month has them."""
    for whole in range(year - 10, year):
        yield f"{whole - 1911}年", whole, 1, 12
    for of_year in range(month, 13):
        yield f"{of_year}月", year - 1, of_year, of_year
    yield f"{year - 1911}年1-{month}月", year, 1, month
    for of_year in range(1, month + 1):
        yield f"{of_year}月", year, of_year, of_year


def press_workbook(
    path: Path,
    sheet: str = "表4",
    edition: tuple[int, int] = (2025, 8),
    damage: Damage | None = None,
) -> Path:
    """Write the press table of an edition (year and month), damaged if asked to."""
    book = Workbook()
    book.properties.title = "synthetic"
    page = book.active
    page.title = sheet
    page["A1"] = TITLES[sheet]
    commodities = TABLES[sheet]
    _write_heading(page, commodities)
    for row, (label, *months) in enumerate(periods(*edition), AMOUNTS_FROM):
        page.cell(row, 1, label)
        for place, name in enumerate(commodities):
            page.cell(row, 2 + 2 * place, amount(name, *months, sheet))
            page.cell(row, 3 + 2 * place, growth(name, *months, sheet))
    _write_foot(page)
    if damage:
        damage(page)
    book.save(path)
    return path


def row_of(page: Worksheet, label: str) -> int:
    """The last row with that label."""
    return max(cell.row for cell in page["A"] if cell.value == label)


def column_of(page: Worksheet, heading: str) -> int:
    """The column under a heading."""
    return next(
        cell.column for row in page["A4:Z5"] for cell in row if cell.value == heading
    )


def _write_heading(page: Worksheet, commodities: dict[str, tuple[str, float]]) -> None:
    page.merge_cells("A4:A6")
    page["A4"] = "年(月)別"
    for place, (name, (group, _)) in enumerate(commodities.items()):
        column = 2 + 2 * place
        # A part of a commodity stands one row lower, under nothing.
        if group:
            page.merge_cells(None, 4, column, 4, column + 1)
            page.cell(4, column, name)
        page.merge_cells(None, 5, column, 5, column + 1)
        page.cell(5, column, group or name)
        page.cell(6, column, "金額")
        page.cell(6, column + 1, "年增率")
    page.cell(3, column + 1, "單位：百萬美元；％")


def _write_foot(page: Worksheet) -> None:
    for label in ("較上月增減", "較上年同月增減", "較上年同期增減"):
        row = page.max_row + 1
        page.cell(row, 1, label)
        for column in range(2, page.max_column + 1):
            page.cell(row, column, 12.5)
    page.cell(
        page.max_row + 1, 1, "說明：合成資料 (synthetic)，表括號內所列為貨品分類。"
    )
