"""Everything that docs/analysts.md shows is run."""

import re
import subprocess
import sys

import duckdb
import pytest

from tests.conftest import CHECKOUT, run_geese

pytestmark = pytest.mark.integration

PAGE = (CHECKOUT / "docs" / "analysts.md").read_text(encoding="utf-8")
QUERIES = [
    (heading, query)
    for heading, text in re.findall(
        r"^## (\d+\. .*?)$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    for query in block.split(";\n")
    if query.strip()
]


def test_ten_questions_are_answered():
    assert [h.split(".")[0] for h in dict(QUERIES)] == [str(n) for n in range(1, 11)]


@pytest.mark.parametrize(("heading", "query"), QUERIES)
def test_a_query_of_the_page_answers_its_question(published, heading, query):
    cursor = published.execute(query)
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    assert rows, heading
    assert len(set(names)) == len(names)


def test_macros_are_such_as_older_clients_can_read(published):
    """DuckDB before 2.0 refuses a stored `lag` that has more than its column."""
    more = re.compile(r"\b(lag|lead)\([^()]*,", re.IGNORECASE)
    macros = """select macro_definition from duckdb_functions()
        where function_type = 'table_macro' and not internal"""
    with duckdb.connect() as con:
        con.execute("create macro m(x) as table (select lag(x, 1, 0) over ())")
        assert more.search(con.execute(macros).fetchone()[0])
    found = [text for (text,) in published.execute(macros).fetchall()]
    assert len(found) > 100
    assert not [text for text in found if more.search(text)]


def test_every_table_and_column_says_what_it_means(published):
    found = published.execute(
        """select schema_name || '.' || table_name, comment from duckdb_tables()
        union all
        select schema_name || '.' || view_name, comment from duckdb_views()
        where not internal
        union all
        select concat_ws('.', schema_name, table_name, column_name), comment
        from duckdb_columns() where not internal"""
    ).fetchall()
    assert {name.partition(".")[0] for name, _ in found} >= {"raw", "ops", "marts"}
    assert len(found) > 2_000
    assert [name for name, comment in found if not comment] == []


def test_the_figure_of_the_page_is_explained(refreshed):
    (figure,) = re.findall(r"geese explain (f-\w+)", PAGE)
    told = run_geese("explain", figure, data=refreshed)
    assert "series_id=twn.ic.mof_press.ratio.a,period=2024" in told.stdout, told.stderr


def test_the_example_in_python_runs(refreshed):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code.replace("data/", f"{refreshed}/")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Japan's highest: 3.75 in 1988" in done.stdout
