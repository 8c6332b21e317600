"""The command as a person and as a program use it."""

import json

import duckdb
import pytest

from tests.conftest import run_geese

pytestmark = pytest.mark.integration


def test_help_names_every_command(tmp_path):
    shown = run_geese("--help", data=tmp_path).stdout
    for command in ("refresh", "status", "sql", "brief", "config"):
        assert command in shown


def test_before_the_first_refresh_every_reader_is_told_what_to_do(tmp_path):
    for command in (["sql", "select 1"], ["brief", "make"]):
        done = run_geese(*command, data=tmp_path)
        assert done.returncode == 1
        assert "run `geese refresh`" in done.stderr
    assert "nothing published yet" in run_geese("status", data=tmp_path).stdout


def test_sql_answers_in_three_forms(refreshed):
    query = (
        "select period, round(balance_ratio, 4) as ratio from marts.balance_ratios "
        "where series_id = 'twn.ic.mof_press.ratio.a' and period = '2024'"
    )
    assert "1.7495" in run_geese("sql", query, data=refreshed).stdout
    as_json = run_geese("sql", query, "--json", data=refreshed).stdout
    assert json.loads(as_json) == [{"period": "2024", "ratio": 1.7495}]
    assert run_geese("sql", query, "--csv", data=refreshed).stdout == (
        "period,ratio\n2024,1.7495\n"
    )


def test_sql_writes_a_parquet_file_but_replaces_none(refreshed, tmp_path):
    target = tmp_path / "ic.parquet"
    asked = ["sql", "from marts.series('tw.ic') select period;", "--parquet"]
    done = run_geese(*asked, str(target), data=refreshed)
    assert done.returncode == 0, done.stderr
    with duckdb.connect() as con:
        rows = con.execute("select period from read_parquet(?)", [str(target)])
        assert ("2024",) in rows.fetchall()
    again = run_geese(*asked, str(target), data=refreshed)
    assert again.returncode == 1
    assert "exists already" in again.stderr


def test_a_citation_names_publisher_licence_and_day(refreshed):
    query = "from marts.cite('balance_ratios')"
    told = run_geese("sql", query, "--json", data=refreshed).stdout
    lines = [row["citation"] for row in json.loads(told)]
    assert any("Trade Statistics of Japan" in line for line in lines)
    assert all("accessed on 2026-11-22" in line for line in lines)


def test_versions_and_their_differences_are_listed(refreshed):
    (version,) = json.loads(run_geese("versions", "--json", data=refreshed).stdout)
    assert version["checks"] > 200
    assert version["payloads"] >= 8
    same = run_geese("diff", version["version"], data=refreshed)
    assert "no mart differs" in same.stdout
    alone = run_geese("diff", data=refreshed)
    assert alone.returncode == 1
    assert "there is no version before the newest" in alone.stderr
    unknown = run_geese("diff", "1999-01-01.1", data=refreshed)
    assert unknown.returncode == 1
    assert "no such version" in unknown.stderr


def test_sql_cannot_change_anything(refreshed):
    done = run_geese("sql", "delete from marts.events", data=refreshed)
    assert done.returncode == 1
    assert "read-only" in done.stderr


def test_a_mistaken_query_gets_one_line(refreshed):
    done = run_geese("sql", "from marts.balance_ratio", data=refreshed)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_status_as_json_names_version_checks_and_sources(refreshed):
    found = json.loads(run_geese("status", "--json", data=refreshed).stdout)
    assert found["published"]["checks"]["passed"] == found["published"]["checks"]["ran"]
    assert len(found["published"]["sources"]) >= 8
    assert found["last_refresh"]["problems"] == []


def test_config_shows_where_everything_is(refreshed):
    found = json.loads(run_geese("config", "--json", data=refreshed).stdout)
    assert found["data"] == str(refreshed)


def test_a_brief_made_again_is_the_same_to_the_byte(refreshed):
    (page,) = refreshed.glob("briefs/annual/*/*/en/index.html")
    before = page.read_bytes()
    done = run_geese("brief", "make", "--language", "en", data=refreshed)
    assert done.returncode == 0, done.stderr
    assert page.read_bytes() == before


def test_an_unknown_language_is_refused(refreshed):
    done = run_geese("brief", "make", "--language", "fr", data=refreshed)
    assert done.returncode == 2
    assert "not one of zh-TW, en" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sql", ""], "an empty query"),
        (["sql", "copy (select 1) to '/tmp/leak.csv'"], "disabled by configuration"),
        (["sql", "select 1", "--limit", "-2"], "--limit"),
        (["revisions", "--series", "nosuch"], "short names: jp.components"),
        (["accept", "12345678", "--why", "x"], "no such payload is held back"),
        (["refresh", "--as-of", "2022-13-01"], "--as-of"),
        (["refresh", "--source", "nobody"], "no such source is asked; choose of boj_"),
        (
            ["refresh", "--source", "rates"],
            "is of several sources; choose of boj_rates",
        ),
        (["sql", "--bulk", "from x"], "run `geese refresh --source baci --full`"),
        (["backup", "/nowhere/all.tar.gz"], "No such file or directory"),
        (["restore", "/nowhere/all.tar.gz"], "already; restore into an empty folder"),
    ],
)
def test_a_mistake_is_told_without_a_traceback(refreshed, arguments, said):
    done = run_geese(*arguments, data=refreshed)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_is_a_file_is_told(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    done = run_geese("refresh", data=file)
    assert done.returncode == 1
    (said,) = done.stderr.strip().splitlines()
    assert "is a file; `data` in geese.toml names a folder" in said
    assert "Traceback" not in done.stderr


def test_columns_of_one_name_are_told_apart(refreshed):
    query = "select 1 as a, 2 as a"
    assert run_geese("sql", query, "--csv", data=refreshed).stdout == "a,a_2\n1,2\n"
