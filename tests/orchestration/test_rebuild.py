"""What becomes of a rebuilt file that differs from the published version."""

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.cli import main
from orchestration.settings import Settings
from orchestration.warehouse import building

pytestmark = pytest.mark.integration


def _made(path, ratio):
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts")
        con.execute("create table marts.ratios as select $1 as ratio", [ratio])
        con.execute("create table marts.events as select 1 as event")


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """An installation whose ratio was published as 1.5; a rebuild gives 1.6."""
    found = Settings(data=tmp_path)
    found.published.mkdir()
    _made(found.published / "2026-11-28.1.duckdb", 1.5)
    found.latest.symlink_to("2026-11-28.1.duckdb")
    _made(found.warehouse, 1.5)
    monkeypatch.setenv("GEESE_DATA", str(tmp_path))
    monkeypatch.setattr(building, "build", lambda _, target, *__: _made(target, 1.6))
    return found


def _ratio(path):
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute("select ratio from marts.ratios").fetchone()[0]


def test_a_rebuild_that_differs_stays_beside_the_build_file(settings):
    done = CliRunner().invoke(main.app, ["rebuild"])
    assert done.exit_code == 1
    (told,) = [line for line in done.stdout.splitlines() if "DIFFERS" in line]
    assert "marts.ratios" in told
    assert "1 tables differ from the published version" in done.stderr
    assert _ratio(settings.warehouse) == 1.5
    assert _ratio(settings.data / "rebuilt.duckdb") == 1.6


def test_one_that_is_adopted_takes_its_place(settings):
    done = CliRunner().invoke(main.app, ["rebuild", "--adopt"])
    assert done.exit_code == 0, done.stderr
    assert "adopted, 1 tables differ; now run `geese refresh`" in done.stdout
    assert _ratio(settings.warehouse) == 1.6
    assert not (settings.data / "rebuilt.duckdb").exists()
    assert _ratio(settings.latest) == 1.5


def test_a_table_that_is_no_more_differs(settings, monkeypatch):
    def fewer(_, target, *__):
        _made(target, 1.5)
        with duckdb.connect(str(target)) as con:
            con.execute("drop table marts.events")

    monkeypatch.setattr(building, "build", fewer)
    compared = building.rebuild(settings, False, lambda _: None)
    assert [(c.mart, c.is_same) for c in compared] == [
        ("marts.events", False),
        ("marts.ratios", True),
    ]
