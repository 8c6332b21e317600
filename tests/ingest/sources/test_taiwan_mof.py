"""Press tables 4 and 5 are dropped in, checked, and keep every edition's figures."""

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingest import inbox, loading
from ingest.landing import LandingZone
from ingest.sources.taiwan_mof import SOURCE
from tests.ingest.sources.press_workbooks import (
    AMOUNTS_FROM,
    amount,
    column_of,
    growth,
    press_workbook,
    row_of,
)

NOW = datetime(2026, 11, 25, 9, 30)  # noqa: DTZ001


class Desk:
    """A drop folder, a landing zone and a warehouse."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "inbox" / "taiwan_mof"
        self.folder.mkdir(parents=True)
        self.zone = LandingZone(root / "landing")
        self.con = duckdb.connect()

    def drop(self, name: str, sheet: str = "表4", now: datetime = NOW, **made):
        press_workbook(self.folder / name, sheet, **made)
        return self.take(now)

    def take(self, now: datetime = NOW):
        (taken,) = inbox.take(SOURCE, self.folder, self.zone, now)
        return taken

    def load(self) -> list[loading.Loaded]:
        return loading.load(self.con, SOURCE, self.zone)

    def ask(self, sql: str):
        return self.con.execute(sql).fetchall()


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.con.close()


def test_a_dropped_workbook_becomes_one_row_per_commodity_and_period(desk):
    taken = desk.drop("table4_2025-08.xlsx")
    assert taken.problem is None
    (loaded,) = desk.load()
    assert (loaded.rows_read, loaded.held_back) == (96, None)
    rows = desk.ask(
        """select commodity, kind, count(*), min(period), max(period)
        from raw.taiwan_mof__table_4_exports group by all order by all"""
    )
    assert rows == [
        (commodity, *kind)
        for commodity in ("dram", "ic", "led", "semiconductor_machinery")
        for kind in (
            ("annual", 10, "2015", "2024"),
            ("monthly", 13, "2024-08", "2025-08"),
            ("ytd", 1, "2025-01..08", "2025-01..08"),
        )
    ]


@pytest.mark.parametrize(
    ("period", "months"),
    [
        ("2015", (2015, 1, 12)),
        ("2024-08", (2024, 8, 8)),
        ("2024-12", (2024, 12, 12)),
        ("2025-08", (2025, 8, 8)),
        ("2025-01..08", (2025, 1, 8)),
    ],
)
def test_a_figure_is_the_amount_of_its_period_not_its_growth(desk, period, months):
    desk.drop("財政部_表4.xlsx")
    desk.load()
    rows = desk.ask(
        f"""select value_usd_millions, growth_pct from raw.taiwan_mof__table_4_exports
        where commodity = 'ic' and period = '{period}'"""
    )
    ((value, printed),) = rows
    assert float(value) == round(amount("積體電路(IC)", *months), 3)
    assert printed == pytest.approx(growth("積體電路(IC)", *months))


def test_table_5_has_chips_and_equipment(desk):
    assert desk.drop("Table5_MajorImportedCommodities.xlsx", "表5").problem is None
    (loaded,) = desk.load()
    assert loaded.rows_read == 48
    rows = desk.ask(
        """select commodity, value_usd_millions
        from raw.taiwan_mof__table_5_imports where period = '2024' order by all"""
    )
    assert [(name, float(value)) for name, value in rows] == [
        ("ic", round(amount("積體電路(IC)", 2024, 1, 12, "表5"), 3)),
        (
            "semiconductor_equipment",
            round(amount("半導體設備\n", 2024, 1, 12, "表5"), 3),
        ),
    ]


def test_january_has_no_running_year_but_itself(desk):
    def only_the_month(page):
        page.delete_rows(row_of(page, "115年1-1月"))
        page.cell(row_of(page, "1月"), 1, "115年1月")

    assert desk.drop("a_table4.xlsx", edition=(2026, 1)).problem is None
    again = desk.drop("b_table4.xlsx", edition=(2026, 1), damage=only_the_month)
    assert again.problem is None
    desk.load()
    rows = desk.ask(
        """select distinct kind, period from raw.taiwan_mof__table_4_exports
        where period like '2026%' order by all"""
    )
    assert rows == [("monthly", "2026-01"), ("ytd", "2026-01..01")]


@pytest.mark.parametrize("label", ["114年1-12月", "114年"])
def test_twelve_months_of_the_running_year_are_a_year(desk, label):
    def named(page):
        page.cell(row_of(page, "114年1-12月"), 1, label)

    assert desk.drop("x表4.xlsx", edition=(2025, 12), damage=named).problem is None
    desk.load()
    rows = desk.ask(
        """select distinct kind, period from raw.taiwan_mof__table_4_exports
        where period in ('2025', '2025-01..12')"""
    )
    assert rows == [("annual", "2025")]


def _swap(page):
    column = column_of(page, "積體電路(IC)")
    for row in range(AMOUNTS_FROM, row_of(page, "8月") + 1):
        one, other = page.cell(row, column), page.cell(row, column + 1)
        one.value, other.value = other.value, one.value


def _rename(page):
    page.title = "工作表1"


def _set(cell, text):
    def damage(page):
        page[cell] = text

    return damage


def _at(label, text, column="B"):
    def damage(page):
        page[f"{column}{row_of(page, label)}"] = text

    return damage


def _scale(label, factor):
    def damage(page):
        page[f"B{row_of(page, label)}"].value *= factor

    return damage


def _shift_names(page):
    page.move_range("B4:Q4", cols=1)


def _shift_kinds(page):
    page.move_range("B6:Q6", cols=1)


def _drop_machinery(page):
    page.delete_cols(column_of(page, "生產半導體等機械"), 2)


def _drop_row(label):
    def damage(page):
        page.delete_rows(row_of(page, label))

    return damage


def _other_unit(page):
    for row in page["A1:Z3"]:
        for cell in row:
            if cell.value and "百萬" in cell.value:
                cell.value = "單位：千美元；％"


DEFECTS = {
    "amounts and growth are swapped": (
        _swap,
        "row 8 (105年), 積體電路(IC): 金額 and 年增率 are swapped",
    ),
    "the sheet was renamed": (
        _rename,
        "no sheet 表4 (the workbook has 工作表1); it was renamed or is another",
    ),
    "another title": (
        _set("A1", "表4、出口主要地區"),
        "sheet 表4 does not say 出口主要貨品項目 at its top",
    ),
    "another unit": (_other_unit, "sheet 表4 does not say 百萬美元 at its top"),
    "a commodity is gone": (
        _drop_machinery,
        "0 columns are headed 生產半導體[等之]機械; there is 積體電路(IC), DRAM, "
        "印刷電路, 發光二極體, 儲存媒體, 石油煉製品, 柴油",
    ),
    "a commodity stands there twice": (
        _set("F4", "積體電路(IC)"),
        "F6: 積體電路(IC) stands there a second time",
    ),
    "the row of commodities has shifted": (
        _shift_names,
        "B6: 金額 below no commodity; the heading has shifted",
    ),
    "the row of kinds has shifted": (
        _shift_kinds,
        "B6: nothing below 積體電路(IC); the heading has shifted",
    ),
    "the heading is gone": (
        _set("A4", "期間"),
        "sheet 表4 has no heading from 年(月)別 down to 金額; the layout has changed",
    ),
    "no growth beside an amount": (
        _set("C6", "占比"),
        "B6: 金額 without 年增率 beside it",
    ),
    "the months are not the running year": (
        _at("114年1-8月", 90000.0),
        "row 22 (114年1-8月), 積體電路(IC): 90000, its months are",
    ),
    "a year is mistyped": (
        _scale("108年", 1.01),
        "row 11 (108年), 積體電路(IC): growth of",
    ),
    "the last month is mistyped": (
        _scale("8月", 1.01),
        "row 30 (8月), 積體電路(IC): growth of",
    ),
    "an amount is no number": (
        _at("112年", "…"),
        "row 15 (112年), 積體電路(IC): … is no amount",
    ),
    "an amount is missing": (
        _at("112年", None),
        "row 15 (112年), 積體電路(IC): None is no amount",
    ),
    "a growth rate is no number": (
        _at("112年", "(D)", "C"),
        "row 15 (112年), 積體電路(IC): (D) is no growth rate",
    ),
    "a row that nobody knows": (
        _at("7月", "第3季", "A"),
        "row 29: 第3季 is not a known kind of row",
    ),
    "figures without a period": (
        _at("7月", None, "A"),
        "row 29: figures without a period",
    ),
    "a year is missing": (
        _drop_row("109年"),
        "row 12 (110年): 2020 is due; rows moved",
    ),
    "a month is missing": (
        _drop_row("3月"),
        "row 25 (4月): 2025-03 is due; rows moved",
    ),
    "the running year is missing": (
        _drop_row("114年1-8月"),
        "row 16 (113年): 2024-01..08 is due; rows moved",
    ),
}


@pytest.mark.parametrize(("damage", "line"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_defect_is_told_in_one_line_and_nothing_is_landed(desk, damage, line):
    taken = desk.drop("table4.xlsx", damage=damage)
    assert taken.problem
    assert taken.problem.startswith("table4.xlsx")
    assert line in taken.problem
    assert "\n" not in taken.problem
    note = taken.file.with_name("table4.xlsx.reason.txt")
    assert note.read_text(encoding="utf-8").strip() == taken.problem
    assert desk.load() == []


def test_thousands_of_dollars_under_a_heading_of_millions_are_refused(desk):
    def in_thousands(page):
        for row in page.iter_rows(AMOUNTS_FROM, row_of(page, "8月"), 2, None):
            for cell in row[::2]:
                cell.value *= 1000

    taken = desk.drop("table4.xlsx", damage=in_thousands)
    assert "column value_usd_millions" in taken.problem
    assert "is above 1000000" in taken.problem


def test_a_growth_rate_may_be_missing(desk):
    taken = desk.drop("table4.xlsx", damage=_at("104年", "－", "C"))
    assert taken.problem is None
    desk.load()
    rows = desk.ask(
        """select growth_pct from raw.taiwan_mof__table_4_exports
        where commodity = 'ic' and period = '2015'"""
    )
    assert rows == [(None,)]


def test_a_workbook_counts_from_the_end_of_the_month_in_which_it_came_out(desk):
    desk.drop("table4.xlsx", edition=(2025, 12))
    desk.drop("table4_new.xlsx", edition=(2026, 10))
    dates = [load.payload.published_at for load in desk.load()]
    assert dates == [datetime(2026, 1, 31), NOW]  # noqa: DTZ001


def _august(factor):
    """August 2025 is revised, and all that follows from it."""

    def damage(page):
        row = next(
            r for r in range(row_of(page, "1月"), 99) if page.cell(r, 1).value == "8月"
        )
        before = page.cell(row, 2).value
        after = round(before * factor, 3)
        page.cell(row, 2).value = after
        a_year_ago = amount("積體電路(IC)", 2024, 8, 8)
        page.cell(row, 3).value = (after / a_year_ago - 1) * 100
        page.cell(row - 8, 2).value += after - before

    return damage


def test_a_later_edition_revises_and_ends_nothing_else(desk):
    desk.drop("2025-08_table4.xlsx")
    desk.load()
    taken = desk.drop("2025-09_table4.xlsx", edition=(2025, 9), damage=_august(1.5))
    assert taken.problem is None
    (loaded,) = desk.load()
    assert loaded.held_back is None
    august = amount("積體電路(IC)", 2025, 8, 8)
    rows = desk.ask(
        """select value_usd_millions, cast(published_from as date)::varchar,
            cast(published_to as date)::varchar
        from raw.taiwan_mof__table_4_exports
        where commodity = 'ic' and period = '2025-08' and recorded_to is null
        order by published_from"""
    )
    assert [(float(value), *dates) for value, *dates in rows] == [
        (round(august, 3), "2025-09-30", "2025-10-31"),
        (round(august * 1.5, 3), "2025-10-31", None),
    ]
    # What the later edition no longer shows still stands.
    assert desk.ask(
        """select count(*) from raw.taiwan_mof__table_4_exports
        where published_to is null and recorded_to is null
        and period in ('2024-08', '2025-01..08', '2015')"""
    ) == [(12,)]


def test_an_old_edition_dropped_late_takes_its_place_in_history(desk):
    desk.drop("2025-09_table4.xlsx", edition=(2025, 9))
    desk.load()
    assert desk.drop("2025-08_table4.xlsx", damage=_august(0.9)).problem is None
    desk.load()
    rows = desk.ask(
        """select cast(published_from as date)::varchar,
            cast(published_to as date)::varchar
        from raw.taiwan_mof__table_4_exports
        where commodity = 'ic' and period = '2025-08' and recorded_to is null
        order by published_from"""
    )
    assert rows == [("2025-09-30", "2025-10-31"), ("2025-10-31", None)]


def test_the_same_file_dropped_again_is_no_news(desk):
    desk.drop("table4.xlsx")
    assert len(desk.load()) == 1
    (kept,) = (desk.folder / "accepted").iterdir()
    kept.rename(desk.folder / "table4.xlsx")
    assert desk.take().problem is None
    assert desk.load() == []


def test_a_file_for_no_table_is_told_which_names_are_taken(desk):
    taken = desk.drop("exports.xlsx")
    assert taken.problem == (
        "exports.xlsx: taiwan_mof takes *table4*.xlsx, *表4*.xlsx, *table5*.xlsx, "
        "*表5*.xlsx; rename the file"
    )
