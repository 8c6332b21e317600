"""The pages of docs/ that are made from the published file say what it says."""

import re
import subprocess
import sys

import jinja2
import pytest
from cogapp import Cog

from reports import pages, readme
from reports.facts.text import HAN
from tests.conftest import CHECKOUT

DICTIONARY = """
create table meta.columns (table_name varchar, position integer, column_name varchar,
  data_type varchar, is_key boolean, meaning varchar);
create table meta.table_sources (table_name varchar, source varchar);
comment on table marts.economies is 'Names of
economies.';
comment on table marts.events is 'Events | told.';
insert into meta.columns values
  ('marts.economies', 2, 'name_en', 'VARCHAR', false, 'Name in English.'),
  ('marts.economies', 1, 'economy_code', 'VARCHAR', true, 'Code.'),
  ('marts.events', 1, 'event_id', 'VARCHAR', true, null);
insert into meta.table_sources values ('marts.events', 'taiwan_mof'),
  ('marts.events', 'article');
"""


@pytest.fixture
def described(marts):
    marts.execute(DICTIONARY)
    return marts


def row_of(text, first):
    """The cells of the one line of a table that begins with `first`."""
    (line,) = [x for x in text.splitlines() if x.startswith(f"| {first} |")]
    return [part.strip() for part in line.strip("|").split(" | ")]


@pytest.mark.integration
@pytest.mark.parametrize("name", pages.PAGES)
def test_a_committed_page_is_what_the_embedded_data_give(published, name):
    committed = (CHECKOUT / "docs" / name).read_text(encoding="utf-8")
    assert pages.PAGES[name](published) == committed, (
        f"docs/{name} is not what the models give now: run `make docs`"
    )


@pytest.mark.integration
def test_the_readme_prints_what_the_embedded_data_give(published):
    ((database,),) = published.execute(
        "select path from duckdb_databases() where not internal"
    ).fetchall()
    checked = ["cog", "--check", "-D", f"database={database}"]
    assert Cog().main([*checked, str(CHECKOUT / "README.md")]) == 0, (
        "README.md does not say what the models give now: run `make docs`"
    )


def test_a_readme_of_other_figures_is_found_out(tmp_path, marts):
    database = tmp_path / "published.duckdb"
    marts.execute(f"attach '{database}' as other")
    marts.execute("create schema other.marts")
    marts.execute(
        """create table other.marts.balance_ratios as
        select '2023' as period, 9.99 as balance_ratio,
        'twn.ic.mof_press.ratio.a' as series_id"""
    )
    marts.execute("detach other")
    question = readme.first_question(str(database))
    assert "--  2023  9.99" in question
    page = tmp_path / "README.md"
    block = "from reports import readme; cog.outl(readme.first_question(database))"
    page.write_text(f"<!-- [[[cog {block} ]]] -->\nold\n<!-- [[[end]]] -->\n")
    checked = ["cog", "--check", "-D", f"database={database}", str(page)]
    assert Cog().main(checked) == 5
    assert page.read_text().count("old") == 1


@pytest.mark.integration
def test_the_pages_have_every_claim_and_every_public_column(published):
    claims = published.execute("select claim_id from marts.article_replication")
    text = pages.article(published)
    for (claim_id,) in claims.fetchall():
        assert row_of(text, claim_id)
    text = pages.data_dictionary(published)
    columns = published.execute(
        """select schema_name || '.' || table_name, column_name from duckdb_columns()
        where schema_name in ('marts', 'meta')
        and table_name in (select table_name from duckdb_tables())"""
    ).fetchall()
    assert len(columns) > 150
    for table, column in columns:
        section = text.split(f"\n## {table}\n", 1)[1].split("\n## ", 1)[0]
        assert f"| `{column}` |" in section


@pytest.mark.integration
def test_chinese_reasons_have_chinese_punctuation(published):
    rows = published.execute("select reason_zh from marts.article_replication")
    for (reason,) in rows.fetchall():
        assert not re.search(rf"{HAN}[,;:!?()]|[,;:!?()]{HAN}", reason), reason
        assert not re.search("数|台灣|芯片|信息", reason), reason


def test_a_claim_shows_both_figures_the_outcome_and_its_vintage(marts):
    cells = row_of(pages.article(marts), "R3")
    assert cells[1:6] == [
        "電子零組件<br>Components",
        "2021",
        "1.46",
        "1.46",
        "相符<br>Reproduced",
    ]
    assert cells[6] == "–<br>首次公布 first print 2022-01-28: 1.43"


def test_a_statement_shows_the_year_that_our_figure_is_of(marts):
    text = pages.article(marts)
    assert row_of(text, "C16")[2:4] == ["2.03", "5.39 (1988)"]
    assert row_of(text, "C15")[2:4] == ["1", "1"]
    assert row_of(text, "C05")[2:4] == ["50.3%", "52%"]
    assert row_of(text, "C21")[2:4] == ["–", "–"]


def test_table_rows_show_revenue_in_the_articles_unit_and_both_shares(marts):
    cells = row_of(pages.article(marts), "T2000-08")
    assert cells[2:7] == ["2000", "72.82", "3.2%", "72.82", "3.3%"]


def test_outcomes_are_counted_by_kind(marts):
    text = pages.article(marts)
    counts = row_of(text, "相符<br>Reproduced")[-3:]
    assert counts == ["1", "3", "22"]
    assert row_of(text, "僅列為事件<br>Event only")[-3:] == ["0", "0", "0"]


def test_an_outcome_that_the_page_does_not_explain_stops_it(marts):
    marts.execute(
        "update marts.article_replication set replication_status = 'guessed'"
        " where claim_id = 'R1'"
    )
    with pytest.raises(jinja2.UndefinedError, match="guessed"):
        pages.article(marts)


def test_a_table_is_described_with_its_key_its_columns_in_order_and_its_sources(
    described,
):
    text = pages.data_dictionary(described)
    assert (
        "| [marts.economies](#martseconomies) | Names of economies | economy_code |"
        in text
    )
    assert "| [marts.events](#martsevents) | Events \\| told | event_id |" in text
    assert "Sources: article, taiwan_mof." in text
    section = text.split("\n## marts.economies\n", 1)[1].split("\n## ", 1)[0]
    assert "Names of economies." in section
    assert section.index("`economy_code` | varchar | ●") < section.index("`name_en`")


def test_a_bar_and_a_missing_meaning_do_not_break_a_table(described):
    text = pages.data_dictionary(described)
    assert "Events \\| told." in text
    assert row_of(text, "`event_id`") == ["`event_id`", "varchar", "●", "–"]


def test_sources_are_credited_in_both_languages(described):
    cells = row_of(pages.data_dictionary(described), "taiwan_mof")
    assert "Ministry of Finance, Taiwan" in cells[2]
    assert "財政部" in cells[2]
    assert "財政部海關進出口貿易統計" in cells[4]


def test_the_command_writes_both_pages_and_nothing_else(described, tmp_path):
    database, folder = tmp_path / "published.duckdb", tmp_path / "docs"
    folder.mkdir()
    described.execute(f"attach '{database}' as file")
    described.execute("copy from database small to file")
    described.execute("detach file")
    command = [sys.executable, "-m", "reports.pages", str(database), str(folder)]
    done = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert {path.name for path in folder.iterdir()} == set(pages.PAGES)
    assert (folder / "article.md").read_text("utf-8") == pages.article(described)
