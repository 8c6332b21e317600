"""Published versions: whole, immutable, and never visible in halves."""

import hashlib
import json
import os
import stat
from datetime import date, datetime

import duckdb
import pytest

from orchestration.warehouse import digests, versions

TODAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 9)  # noqa: DTZ001


@pytest.fixture
def build(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts")
        con.execute("create table marts.numbers as select 1 as number, 2.5 as half")
        con.execute("comment on table marts.numbers is 'Numbers'")
        con.execute("comment on column marts.numbers.number is 'A number'")
        con.execute(
            """create schema meta;
            create table meta.columns as select 'marts.numbers' as table_name,
                1 as position, 'number' as column_name, 'INTEGER' as data_type,
                true as is_key, 'A number' as meaning
            union all select 'marts.numbers', 2, 'half', 'DECIMAL(2,1)', false, 'Half';
            create table meta.sources as select 'T' as title_en, 'https://p' as url,
                'Credit' as attribution_en, 'Open' as licence_en, '' as licence_url"""
        )
    return path


def test_readers_of_other_accounts_reach_every_version(build):
    before = os.umask(0o077)
    try:
        version = _publish(build)
    finally:
        os.umask(before)
    for folder in (version.path.parent, version.files):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755, folder
    for file in (version.path, *version.files.iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o444, file


def _add_row(build):
    with duckdb.connect(str(build)) as con:
        con.execute("insert into marts.numbers values (2, 2.5)")


def _publish(build, today=TODAY):
    return versions.publish(
        build,
        build.parent / "published",
        build.parent / "state.sqlite",
        today,
        NOW,
        {"inputs": []},
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
        "2026-05-01.1",
        "2026-05-01.1.duckdb",
        "latest.duckdb",
    ]
    assert _rows(latest) == [(1,)]


def test_a_publication_killed_before_the_link_moved_is_swept_away(build, monkeypatch):
    first = _publish(build)
    _add_row(build)
    with monkeypatch.context() as patched:
        patched.setattr(versions, "point", lambda *_: None)
        _publish(build)
    folder = first.path.parent
    assert [v.name for v in versions.published(folder)] == [first.name]
    second = _publish(build)
    assert second.name == "2026-05-01.2"
    assert _rows(second.path) == [(1,), (2,)]
    names = [v.name for v in versions.published(folder)]
    assert names == [second.name, first.name]


def test_a_clock_that_goes_back_makes_no_older_version(build):
    _publish(build)
    _add_row(build)
    assert _publish(build, date(2025, 1, 1)).name == "2026-05-01.2"


def test_the_data_package_describes_every_mart_and_its_digests_hold(build):
    version = _publish(build)
    told = json.loads((version.files / "datapackage.json").read_text())
    (mart,) = told["resources"]
    parquet = version.files / mart["path"]
    assert mart["hash"] == f"sha256:{hashlib.sha256(parquet.read_bytes()).hexdigest()}"
    assert mart["schema"]["primaryKey"] == ["number"]
    assert [field["type"] for field in mart["schema"]["fields"]] == [
        "integer",
        "number",
    ]
    assert told["licenses"] == [{"title": "Open"}]
    with duckdb.connect() as con:
        rows = con.execute("select number from read_parquet(?)", [str(parquet)])
        assert rows.fetchall() == [(1,)]


def test_the_manifest_says_what_changed_since_the_version_before(build):
    _publish(build)
    _add_row(build)
    told = json.loads((_publish(build).files / "manifest.json").read_text())
    assert told["inputs"] == []
    (change,) = told["changes"]
    assert (change["tier"], change["what"], change["rows"]) == (
        "news",
        "rows are new",
        1,
    )


def test_old_versions_go_but_pinned_ones_stay(build):
    made = []
    for _ in range(4):
        made.append(_publish(build))
        _add_row(build)
    folder = made[0].path.parent
    gone = versions.prune(folder, 2, [made[0].name])
    assert gone == [made[1].name]
    assert made[0].files.exists()
    assert not made[1].files.exists()
    left = [v.name for v in versions.published(folder)]
    assert left == [made[3].name, made[2].name, made[0].name]


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


@pytest.mark.parametrize(
    "change",
    [
        "update t set a = b, b = a where a = 1",
        "update t set a = null where a = 2",
        "update t set a = 3 where b is null",
        "insert into t values (1, 2)",
        "delete from t where a = 2",
        "alter table t rename column a to c",
    ],
)
def test_every_change_of_a_table_changes_its_digest(change):
    with duckdb.connect() as con:
        con.execute("create table t as from (values (1, 2), (2, 7), (null, 3)) _(a, b)")
        con.execute("insert into t values (4, null)")
        before = digests.of(con, ("main",))
        con.execute(change)
        assert digests.of(con, ("main",)) != before
