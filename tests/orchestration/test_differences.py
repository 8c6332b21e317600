"""What differs between two versions is named, worst first."""

import duckdb
import pytest

from orchestration.warehouse import differences

ROWS = "values ('a', 2020, 2.0), ('a', 2021, 1.5), ('b', 2021, 4.0)"


def _file(path, rows=ROWS, change="select 1"):
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts; create schema meta")
        con.execute(
            f"""create table marts.ratios as
            select * from ({rows}) as t (series_id, year, ratio)"""
        )
        con.execute(
            """create table meta.columns as
            select 'marts.ratios' as table_name, true as is_key, 1 as position,
                unnest(['series_id', 'year']) as column_name"""
        )
        con.execute(change)
    return path


@pytest.fixture
def old(tmp_path):
    return _file(tmp_path / "old.duckdb")


def test_equal_files_do_not_differ(old, tmp_path):
    assert differences.between(old, _file(tmp_path / "new.duckdb")) == []


def test_new_rows_are_news_and_lost_rows_severe(old, tmp_path):
    rows = "values ('a', 2021, 1.5), ('b', 2021, 4.0), ('b', 2022, 4.0)"
    lost, news = differences.between(old, _file(tmp_path / "new.duckdb", rows))
    assert (lost.tier, lost.rows, lost.example) == (
        "severe",
        1,
        "series_id=a, year=2020",
    )
    assert (news.tier, news.rows, news.example) == ("news", 1, "series_id=b, year=2022")


def test_a_revision_is_ranked_by_its_largest_effect(old, tmp_path):
    rows = "values ('a', 2020, 2.0), ('a', 2021, 1.8), ('b', 2021, 4.1)"
    (revision,) = differences.between(old, _file(tmp_path / "new.duckdb", rows))
    assert (revision.tier, revision.what) == ("revision", "ratio is changed")
    assert revision.rows == 2
    assert revision.effect == pytest.approx(0.2)
    assert revision.example == "series_id=a, year=2021"


def test_a_value_that_became_missing_is_a_revision(old, tmp_path):
    rows = "values ('a', 2020, 2.0), ('a', 2021, null), ('b', 2021, 4.0)"
    (revision,) = differences.between(old, _file(tmp_path / "new.duckdb", rows))
    assert (revision.tier, revision.effect) == ("revision", None)
    assert revision.example == "series_id=a, year=2021"


def test_a_lost_column_and_a_lost_table_are_severe(old, tmp_path):
    less = _file(tmp_path / "new.duckdb", change="alter table marts.ratios drop ratio")
    (column,) = differences.between(old, less)
    assert (column.tier, column.what) == ("severe", "column ratio is gone")
    none = _file(tmp_path / "none.duckdb", change="drop table marts.ratios")
    (table,) = differences.between(old, none)
    assert (table.tier, table.what) == ("severe", "table is gone")
