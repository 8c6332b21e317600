"""Published versions: whole, immutable, and never visible in halves."""

import stat
from datetime import date, datetime

import duckdb
import pytest

from orchestration import digests, versions

TODAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 9)  # noqa: DTZ001


@pytest.fixture
def build(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts")
        con.execute("create table marts.numbers as select 1 as number")
        con.execute("comment on column marts.numbers.number is 'A number'")
    return path


def _add_row(build):
    with duckdb.connect(str(build)) as con:
        con.execute("insert into marts.numbers values (2)")


def _publish(build):
    return versions.publish(
        build, build.parent / "published", build.parent / "state.sqlite", TODAY, NOW
    )


def _rows(path):
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute("select number from marts.numbers order by 1").fetchall()


def test_a_version_is_read_only_and_keeps_comments(build):
    version = _publish(build)
    assert version.name == "2026-05-01.1"
    assert stat.S_IMODE(version.path.stat().st_mode) == 0o444
    with duckdb.connect(str(version.path), read_only=True) as con:
        comment = con.execute(
            "select comment from duckdb_columns() where column_name = 'number'"
        ).fetchone()
    assert comment == ("A number",)


def test_the_same_marts_are_not_published_twice(build):
    first, second = _publish(build), _publish(build)
    assert first.is_new
    assert not second.is_new
    assert second.path == first.path


def test_latest_moves_and_an_open_reader_keeps_its_version(build):
    first = _publish(build)
    latest = first.path.with_name("latest.duckdb")
    with duckdb.connect(str(latest.resolve()), read_only=True) as reader:
        _add_row(build)
        second = _publish(build)
        assert reader.execute("select count(*) from marts.numbers").fetchone() == (1,)
    assert second.name == "2026-05-01.2"
    assert _rows(latest) == [(1,), (2,)]
    assert _rows(first.path) == [(1,)]


def test_a_publication_that_fails_leaves_no_trace(build, monkeypatch):
    first = _publish(build)
    _add_row(build)

    def fail(con, target):
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(versions, "_copy", fail)
    with pytest.raises(OSError, match="No space"):
        _publish(build)
    latest = first.path.with_name("latest.duckdb")
    assert sorted(p.name for p in latest.parent.iterdir()) == [
        "2026-05-01.1.duckdb",
        "latest.duckdb",
    ]
    assert _rows(latest) == [(1,)]


def _changes(version):
    with duckdb.connect(str(version.path), read_only=True) as con:
        return con.execute(
            "select version, previous_version, table_name from ops.version_changes"
        ).fetchall()


def test_what_our_code_changed_is_told_apart_from_new_inputs(build):
    with duckdb.connect(str(build)) as con:
        con.execute("create schema raw")
        con.execute("create table raw.payloads as select 'a' as payload_sha256")
    assert _changes(_publish(build)) == []
    _add_row(build)
    by_code = _publish(build)
    told = [("2026-05-01.2", "2026-05-01.1", "marts.numbers")]
    assert _changes(by_code) == told
    _add_row(build)
    with duckdb.connect(str(build)) as con:
        con.execute("insert into raw.payloads values ('b')")
    assert _changes(_publish(build)) == told


def test_digests_ignore_the_order_of_rows():
    with duckdb.connect() as con:
        con.execute("create schema marts")
        table = "create or replace table marts.numbers as"
        con.execute(f"{table} from (values (1), (2)) as t (n)")
        forward = digests.of(con, ("marts",))
        con.execute(f"{table} from (values (2), (1)) as t (n)")
        assert digests.of(con, ("marts",)) == forward
        con.execute("insert into marts.numbers values (null)")
        assert digests.of(con, ("marts",)) != forward
