"""What changed between two constructed published files, and the exact identity."""

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from reports import brief
from reports.facts import change_queries, queries
from reports.facts.change_facts import Previous
from reports.facts.desk import Desk
from reports.kinds import Edition
from reports.words import change_words

TWN, JPN = "twn.ic.mof_press.ratio.m", "jpn.ic.customs_principal.ratio.m"
MACROS = """
create macro marts.balance_ratios_as_of(moment) as table (
    select * replace (
        case when series_id = 'twn.ic.mof_press.ratio.m' and period = '2025-07'
            then ln({ratio}) else log_ratio end as log_ratio
    ) from marts.balance_ratios
    where not (series_id = 'twn.ic.mof_press.ratio.m' and period = '2025-08')
);
create macro marts.technology_balances_as_of(moment) as table (
    select * from marts.technology_balances
);
"""


def set_ratio(con, series, period, ratio):
    con.execute(
        """update marts.balance_ratios set balance_ratio = $ratio,
        log_ratio = ln($ratio) where series_id = $series and period = $period""",
        {"ratio": ratio, "series": series, "period": period},
    )


def sign(con, version, day, code):
    con.execute("insert into ops.build values ('run', ?)", [code])
    con.execute("insert into ops.publication values (?, ?)", [version, f"{day} 09:00"])


@pytest.fixture
def old_file(tmp_path, small_file) -> Path:
    """The earlier version: Taiwan's newest month is July, and July was 1.50."""
    file = tmp_path / "2025-09-10.1.duckdb"
    shutil.copy(small_file, file)
    with duckdb.connect(str(file)) as con:
        sign(con, "2025-09-10.1", "2025-09-10", "one")
        con.execute(
            "delete from marts.balance_ratios where series_id = ? and period >= ?",
            [TWN, "2025-08"],
        )
        set_ratio(con, TWN, "2025-07", 1.50)
    return file


def compare(marts, old_file, period="2025-07"):
    sets = {"models": ("a" * 64, "b" * 64), "python": ("c" * 64, "c" * 64)}
    previous = Previous("2025-09-10.1", period, old_file, sets)
    desk = Desk(marts, "en", str)
    facts = queries.read(desk, "article")
    edition = Edition("monthly", "2025-10-10.1", "2025-08")
    return change_queries.changes(desk, facts, edition, previous)


def of_taiwan(changes):
    return next(a for a in changes.attributions if a.economy == "Taiwan")


def test_new_data_revision_and_method_add_up_exactly(marts, old_file):
    sign(marts, "2025-10-10.1", "2025-10-10", "two")
    set_ratio(marts, TWN, "2025-07", 1.40)
    set_ratio(marts, TWN, "2025-08", 1.65)
    marts.execute(MACROS.format(ratio=1.55))
    found = of_taiwan(compare(marts, old_file))
    assert found.method is not None
    assert found.total == found.new_data + found.revision + found.method
    logs = {x: Decimal(x).ln() for x in ("1.65", "1.50", "1.40", "1.55")}
    assert found.total == pytest.approx(
        logs["1.65"] - logs["1.50"], abs=Decimal("1e-11")
    )
    assert found.new_data == pytest.approx(
        logs["1.65"] - logs["1.40"], abs=Decimal("1e-11")
    )
    assert found.revision == pytest.approx(
        logs["1.40"] - logs["1.55"], abs=Decimal("1e-11")
    )
    assert found.method == pytest.approx(
        logs["1.55"] - logs["1.50"], abs=Decimal("1e-11")
    )


def test_the_same_code_has_no_effect_of_method(marts, old_file):
    sign(marts, "2025-10-10.1", "2025-10-10", "one")
    changes = compare(marts, old_file)
    assert of_taiwan(changes).method == 0
    assert changes.method.count == 0
    assert (changes.new_data.count, changes.revision.count) == (1, 1)
    (revised,) = changes.revision.largest
    assert (revised.period, revised.old.value) == ("2025-07", 1.50)


def test_an_unchanged_ratio_is_said_to_be_checked(marts, old_file):
    sign(marts, "2025-10-10.1", "2025-10-10", "one")
    taiwan, japan = change_words.sums(compare(marts, old_file))
    assert taiwan.said is None
    assert japan.said is not None
    assert japan.said.key == "changes.unchanged"


def test_a_publication_read_late_leaves_revision_and_method_together(marts, old_file):
    sign(marts, "2025-10-10.1", "2025-10-10", "two")
    marts.execute("insert into raw.payloads values ('late', '2025-09-01')")
    changes = compare(marts, old_file)
    found = of_taiwan(changes)
    assert not changes.is_separable
    assert found.method is None
    assert found.total == found.new_data + found.revision
    assert "changes.inseparable" in [p.key for p in change_words.intro(changes, None)]


def test_only_digests_that_differ_are_told(marts, old_file):
    sign(marts, "2025-10-10.1", "2025-10-10", "one")
    assert [d[0] for d in compare(marts, old_file).digests] == ["models"]


def test_the_earlier_file_is_let_go_of(marts, old_file):
    sign(marts, "2025-10-10.1", "2025-10-10", "one")
    compare(marts, old_file)
    names = marts.execute("select database_name from duckdb_databases()").fetchall()
    assert ("previous",) not in names


def test_a_first_brief_says_that_there_is_none_before(marts, font_cache):
    made = brief.make(marts, Edition("monthly", "v"), "en", font_cache)
    assert "first brief of its kind" in made.html.decode()


def test_a_flash_prints_its_comparison(marts, old_file, font_cache):
    sign(marts, "2025-10-10.1", "2025-10-10", "one")
    previous = Previous("2025-09-10.1", "2025-07", old_file, {})
    edition = Edition("monthly", "2025-10-10.1")
    page = brief.make(marts, edition, "zh-TW", font_cache, previous).html.decode()
    assert "已核對，方法對先前的數字沒有影響。" in page
    assert 'id="changes-revision"' in page


def test_a_revision_says_whether_the_level_changed(marts, old_file):
    sign(marts, "2025-10-10.1", "2025-10-10", "one")
    key = ("twn.ic.mof_press.ratio.a", "2024", "article_fit")
    set_ratio(marts, key[0], key[1], 7.0)
    marts.execute(
        "update marts.typology_cells set ratio_level = 'high'"
        " where (series_id, period, threshold_set) = (?, ?, ?)",
        key,
    )
    points = compare(marts, old_file).revision.largest
    year, month = (
        next(p for p in points if p.period == x) for x in ("2024", "2025-07")
    )
    assert (year.old_level, year.new_level) == ("low", "high")
    assert change_words.level(year).key == "changes.level_flipped"
    assert change_words.level(month) is None
