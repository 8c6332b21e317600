"""What the command shows and opens: no control characters, no files but those named."""

from contextlib import contextmanager

import duckdb
import pytest

from orchestration.cli import terminal
from orchestration.settings import Settings

# Clears the screen, writes to the clipboard, sets the title; as C1 controls too.
COMMANDS = "\x1b[2J\x1b]52;c;ZXZpbA==\x07\x1b]0;evil\x07\x9b2J\r\b\x7f"


@pytest.fixture
def found(tmp_path):
    """An installation with a published version, beside a file that is none of its."""
    settings = Settings(data=tmp_path / "data")
    settings.published.mkdir(parents=True)
    with duckdb.connect(str(settings.published / "1.duckdb")) as con:
        con.execute("create table figures as select 7 as figure")
    settings.latest.symlink_to("1.duckdb")
    (tmp_path / "secret.csv").write_text("password\ncanary\n")
    return settings


def _controls(text):
    return [c for c in text if c != "\n" and not c.isprintable()]


def test_what_a_publisher_sends_commands_no_terminal(capsys):
    terminal.stop(f"held back: 臺{COMMANDS}灣")
    terminal.print_rows([{f"label{COMMANDS}": f"臺{COMMANDS}灣", "other": None}])
    upright = {f"label{n}{COMMANDS}": f"臺{COMMANDS}灣" + "x" * 90 for n in range(4)}
    terminal.print_rows([upright])
    said = capsys.readouterr()
    assert "臺[2J]52;c;ZXZpbA==]0;evil2J灣" in said.err
    assert said.out.count("臺[2J") == 5
    assert _controls(said.err + said.out) == []
    assert terminal.shown("two\nlines\tand a tab") == "two\nlines\tand a tab"


@contextmanager
def _refused():
    with pytest.raises(duckdb.Error, match=r"disabled by configuration|locked|Cannot"):
        yield


@pytest.mark.parametrize("is_relative", [False, True])
def test_sql_that_writes_a_file_reaches_no_other(
    found, tmp_path, monkeypatch, is_relative
):
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "it's.parquet"
    if is_relative:
        target = target.relative_to(tmp_path)
    quoted = str(target).replace("'", "''")
    other = tmp_path / "other.parquet"
    with terminal.open_published(found, target=target) as con:
        for query in (
            f"from read_csv('{tmp_path / 'secret.csv'}')",
            f"from read_text('{tmp_path / 'secret.csv'}')",
            f"copy figures to '{other}' (format parquet)",
            f"attach '{tmp_path / 'other.duckdb'}'",
            f"set allowed_paths = ['{other}']",
            "set enable_external_access = true",
        ):
            with _refused():
                con.execute(query)
        con.execute(f"copy (from figures) to '{quoted}' (format parquet)")
    assert duckdb.read_parquet(str(target)).fetchall() == [(7,)]
    assert not other.exists()


def test_a_target_is_enough_to_close_the_rest(found, tmp_path):
    with terminal.open_published(found, target=tmp_path / "x.parquet") as con:
        con.execute(f"copy figures to '{tmp_path / 'x.parquet'}' (format parquet)")
        with _refused():
            con.execute(f"from read_text('{tmp_path / 'secret.csv'}')")
