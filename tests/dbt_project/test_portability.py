"""The models' SQL runs on other engines but for what a few dispatch macros hold."""

import json
import re

import pytest
import sqlglot
import yaml
from sqlglot import exp

from tests.conftest import CHECKOUT

PROJECT = CHECKOUT / "dbt_project"
# Marts of operations and texts stay on DuckDB: what is printed there is for readers.
FILES = sorted([*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("macros/*.sql")])
# Each takes its own course on Spark, or is no word there.
DUCKDB_ONLY = re.compile(
    r"""\b(to_(days|months|years)|strftime|strptime|string_agg|arg_(max|min)|list(_\w+)?
    |unnest|quantile_(cont|disc)|any_value|epoch\w*|date_diff|strlen|try_cast
    |read_\w+|range|generate_series|struct_\w+|len)\s*\(
    |::|\bexclude\s*\(|\bby\s+name\b|\basof\b|\bpositional\b|\bunpivot\b
    |\bdistinct\s+on\b|\[\d*:\d*\]|\bas\s+varchar\b""",
    re.VERBOSE | re.IGNORECASE,
)
DEFAULT_MACRO = re.compile(
    r"{%- macro (default|duckdb)__.*?{%- endmacro -?%}", re.DOTALL
)


def _sql_of(path) -> str:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"{[#%].*?[#%]}", "", DEFAULT_MACRO.sub("", text), flags=re.DOTALL)
    return re.sub(r"--.*", "", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_duckdb_word_stands_outside_a_dispatch_macro(path):
    found = [hit.group(0) for hit in DUCKDB_ONLY.finditer(_sql_of(path))]
    assert found == []


def test_a_duckdb_word_would_be_found():
    for sql in (
        "list(a order by b)",
        "a::int",
        "select * exclude (a)",
        "a[1:3]",
        "cast(a as varchar)",
    ):
        assert DUCKDB_ONLY.search(sql), sql
    assert not DUCKDB_ONLY.search("listagg(a, ', ') within group (order by b)")


def test_every_dispatched_macro_has_a_version_for_spark():
    text = "".join(path.read_text() for path in PROJECT.glob("macros/*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", text))
    assert dispatched
    for name in dispatched:
        assert f"macro default__{name}(" in text
        assert f"macro spark__{name}(" in text


@pytest.mark.integration
def test_no_model_calls_a_function_that_is_not_known_to_be_on_spark(refreshed):
    compiled = refreshed / "cache" / "dbt_compiled" / "compiled"
    models = sorted(compiled.glob("**/models/**/*.sql"))
    assert len(models) > 60
    for path in models:
        (tree,) = sqlglot.parse(path.read_text(encoding="utf-8"), read="duckdb")
        unknown = {call.name.lower() for call in tree.find_all(exp.Anonymous)}
        # Spark has the first two; the third stands in a dispatch macro.
        assert unknown <= {"date_part", "printf", "to_months"}, path.stem


def _unknown_to_spark(sql: str) -> set[str]:
    tree = sqlglot.parse_one(sql.replace('"', ""), read="spark")
    return {call.name.lower() for call in tree.find_all(exp.Anonymous)}


@pytest.mark.integration
def test_all_that_is_selected_for_spark_reads_as_spark_sql(refreshed):
    told = yaml.safe_load((PROJECT / "selectors.yml").read_text(encoding="utf-8"))
    (selector,) = (x for x in told["selectors"] if x["name"] == "spark")
    compiled = json.loads((refreshed / "cache/dbt_compiled/manifest.json").read_text())
    models = {
        key: node
        for key, node in compiled["nodes"].items()
        if node["resource_type"] == "model"
    }
    waiting = [
        f"model.flying_geese.{x['value']}" for x in selector["definition"]["union"]
    ]
    selected = set()
    while waiting:
        name = waiting.pop()
        if name in models and name not in selected:
            selected.add(name)
            waiting += models[name]["depends_on"]["nodes"]
    assert len(selected) > 70
    for name in sorted(selected):
        unknown = _unknown_to_spark(models[name]["compiled_code"])
        # Spark has the first two; the third stands in a dispatch macro.
        assert unknown <= {"date_part", "make_date", "to_months"}, name


def test_what_spark_does_not_know_would_be_found():
    assert _unknown_to_spark("select list_sort(a) from t") == {"list_sort"}
