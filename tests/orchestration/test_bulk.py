"""Bulk tables built by the year are those of a whole build. All numbers are made up."""

import hashlib
import json
import math
import pickle
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace

import duckdb
import pytest
import yaml

from ingest.bulk import Partition
from ingest.payload import sha256_of
from orchestration.resources import prepare_environment
from orchestration.settings import Settings
from orchestration.warehouse import bulk, dbt_command, digests
from tests.conftest import CHECKOUT, geese_environment

pytestmark = pytest.mark.integration

ECONOMIES = (392, 490, 410, 842, 276)
PRODUCTS = ("010121", "854231", "854232")


def silent(_):
    """Nobody listens."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    found = Settings(data=tmp_path_factory.mktemp("bulk data"), memory_limit="200MB")
    prepare_environment(found)
    found.bulk.mkdir()
    return found


def flows(revision, year, salt=0) -> list[tuple]:
    """Three of four possible flows, whichever the year and the salt say."""
    return [
        (revision, year, i, j, k, 1 + seed % 9_000_000 / 1000, seed % 1000 / 8)
        for i in ECONOMIES
        for j in ECONOMIES
        for k in PRODUCTS
        if i != j and (seed := number(revision, year, salt, i, j, k)) % 4
    ]


def number(*facts) -> int:
    return int(hashlib.sha256(repr(facts).encode()).hexdigest()[:12], 16)


def partition(settings, revision, year, salt=0, rows=None) -> Partition:
    """A file as ingest writes them, of made-up rows or of those given."""
    rows = flows(revision, year, salt) if rows is None else rows
    folder = settings.bulk / f"flows/revision={revision}/year={year}"
    path = folder / f"{number(rows):x}.parquet"
    return _written(path, "flows", revision, year, rows, _FLOWS)


def economies(settings, revision, names="synthetic") -> Partition:
    codes = {392: "JPN", 490: "S19", 410: "KOR", 842: "USA", 276: "R20"}
    rows = [(revision, code, f"{names} {code}", iso3) for code, iso3 in codes.items()]
    path = settings.bulk / f"economies/revision={revision}/{names}.parquet"
    return _written(path, "economies", revision, 0, rows, _ECONOMIES)


_FLOWS = """revision varchar, year integer, exporter integer, importer integer,
    product varchar, value_thousand_usd decimal(18, 3),
    quantity_tonnes decimal(18, 3)"""
_ECONOMIES = "revision varchar, economy integer, name varchar, iso3 varchar"


def _written(path, dataset, revision, year, rows, columns) -> Partition:
    with duckdb.connect() as con:
        con.execute(f"create table t ({columns})")
        con.executemany(f"insert into t values ({', '.join('?' * len(rows[0]))})", rows)
        path.parent.mkdir(parents=True, exist_ok=True)
        con.execute(f"copy (select * exclude (revision) from t) to '{path}'")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return Partition(dataset, revision, year, "V202601", len(rows), sha256, path)


def state(settings, *years, names="synthetic") -> list[Partition]:
    """Partitions of years, each (revision, year) or with a salt after them."""
    lists = [economies(settings, rev, names) for rev in sorted({y[0] for y in years})]
    return [*lists, *(partition(settings, *year) for year in years)]


def contents(file) -> dict[str, str]:
    with duckdb.connect(str(file), read_only=True) as con:
        return digests.of(con, ("marts",))


FIRST = [("HS07", 2007), ("HS07", 2008), ("HS07", 2010), ("HS07", 2011), ("HS92", 2007)]
# What stands next, and the years that have to be made anew for it.
STEPS = {
    "another year": (
        [("HS07", 2007, 1), *FIRST[1:]],
        [("HS07", 2007), ("HS07", 2008)],
    ),
    "the year before a gap": (
        [FIRST[0], ("HS07", 2008, 1), *FIRST[2:]],
        [("HS07", 2008)],
    ),
    "a late year": (
        [*FIRST, ("HS07", 2009)],
        [("HS07", 2009), ("HS07", 2010)],
    ),
    "a year gone": (
        [FIRST[0], *FIRST[2:]],
        [("HS07", 2008)],
    ),
    "years gone and come, in both revisions": (
        [*FIRST[1:4], ("HS07", 2012), ("HS92", 2007, 1), ("HS92", 2008)],
        [
            ("HS07", 2007),
            ("HS07", 2008),
            ("HS07", 2012),
            ("HS92", 2007),
            ("HS92", 2008),
        ],
    ),
    "a revision gone": (FIRST[:4], [("HS92", 2007)]),
    "only names": (FIRST, []),
}


@pytest.fixture(scope="module")
def built(settings):
    """A file built whole from the first state."""
    target = settings.bulk / "first" / "bulk.duckdb"
    target.parent.mkdir()
    made = bulk.build(settings, target, state(settings, *FIRST), silent)
    assert made == sorted(FIRST)
    return target


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.sampled(2)
def test_what_is_made_by_the_year_is_what_a_whole_build_makes(
    settings, built, tmp_path, step
):
    years, expected = STEPS[step]
    standing = state(settings, *years, names=step)
    file, whole = tmp_path / "a" / "bulk.duckdb", tmp_path / "b" / "bulk.duckdb"
    for target in (file, whole):
        target.parent.mkdir()
    file.write_bytes(built.read_bytes())
    assert bulk.build(settings, file, standing, silent) == expected
    assert sorted(bulk.build(settings, whole, standing, silent)) == sorted(
        year[:2] for year in years
    )
    assert contents(file) == contents(whole)
    assert contents(file) != contents(built)
    assert bulk.build(settings, file, standing, silent) is None


def test_the_digests_would_show_a_year_that_was_left_out(built, tmp_path):
    copy = tmp_path / "bulk.duckdb"
    copy.write_bytes(built.read_bytes())
    with duckdb.connect(str(copy)) as con:
        con.execute(
            """update marts.bulk_balance_ratios set export_log_change = 0.5
            where period_year = 2008 and reporter_code = 490"""
        )
    differing = {k for k, v in contents(copy).items() if contents(built)[k] != v}
    assert differing == {"marts.bulk_balance_ratios"}


def test_years_that_nothing_asks_for_are_not_touched(settings, built, tmp_path):
    file = tmp_path / "bulk.duckdb"
    file.write_bytes(built.read_bytes())
    mark = "update marts.bulk_trade set partners = 99 where period_year = 2011"
    with duckdb.connect(str(file)) as con:
        con.execute(mark)
    standing = state(settings, ("HS07", 2007, 2), *FIRST[1:])
    assert len(bulk.build(settings, file, standing, silent)) == 2
    with duckdb.connect(str(file), read_only=True) as con:
        marked = con.execute(
            """select period_year, min(partners) from marts.bulk_trade
            where hs_revision = 'HS07' group by all having min(partners) = 99"""
        ).fetchall()
    assert marked == [(2011, 99)]


def test_other_models_make_everything_anew(settings, built, monkeypatch):
    monkeypatch.setattr(bulk, "_fingerprint", lambda: "other")
    plan = bulk._plan(built, state(settings, *FIRST), "other")
    assert plan.changed == sorted(FIRST)
    assert "bulk_changed" not in plan.variables()


def test_the_fingerprint_is_of_the_models_and_macros(tmp_path, monkeypatch):
    for name in ("models/bulk/a.sql", "macros/m.sql", "models/marts/b.sql"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(dbt_command, "DBT_PROJECT", tmp_path)
    found = [bulk._fingerprint()]
    for name in ("models/marts/b.sql", "models/bulk/a.sql", "macros/m.sql"):
        (tmp_path / name).write_text("2")
        found.append(bulk._fingerprint())
    assert found[0] == found[1]
    assert len({*found}) == 3


def test_a_build_that_broke_off_is_done_again(settings, built, tmp_path, monkeypatch):
    file = tmp_path / "bulk.duckdb"
    file.write_bytes(built.read_bytes())
    years, expected = STEPS["years gone and come, in both revisions"]
    standing = state(settings, *years)

    def broken(*_):
        # As far as it came, it took away what it was to make anew.
        with duckdb.connect(str(file)) as con:
            con.execute("delete from marts.bulk_trade where period_year = 2007")
        raise dbt_command.DbtError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(dbt_command, "build_bulk", broken)
        with pytest.raises(dbt_command.DbtError, match="killed"):
            bulk.build(settings, file, standing, silent)
    assert bulk.build(settings, file, standing, silent) == expected
    assert bulk.build(settings, file, standing, silent) is None
    with duckdb.connect(str(file), read_only=True) as con:
        left = con.execute(
            """select distinct hs_revision, period_year from marts.bulk_trade
            order by all"""
        ).fetchall()
    assert left == sorted(year[:2] for year in years)


def test_a_flow_below_zero_stops_the_build(settings, built, tmp_path):
    file = tmp_path / "bulk.duckdb"
    file.write_bytes(built.read_bytes())
    negative = partition(
        settings,
        "HS07",
        2012,
        rows=[
            ("HS07", 2012, 392, 490, "854231", -5.0, None),
        ],
    )
    standing = [*state(settings, *FIRST), negative]
    # The second time it has the rows already.
    for _ in range(2):
        with pytest.raises(dbt_command.DbtError, match="bulk_trade_is_positive"):
            bulk.build(settings, file, standing, silent)


@pytest.fixture(scope="module")
def expected():
    """The figures of HS07, recomputed without SQL: flows by year, economy, product."""
    sides = {"export": defaultdict(dict), "import": defaultdict(dict)}
    for revision, year in FIRST[:4]:
        for _, _, i, j, k, value, _ in flows(revision, year):
            sides["export"][year, i, k][j] = round(value, 3)
            sides["import"][year, j, k][i] = round(value, 3)
    return sides


def ask(file, sql) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_balance_ratios_and_their_changes_are_those_recomputed(built, expected):
    rows = ask(
        built,
        """select period_year, reporter_code, product_code, balance_ratio,
            ratio_log_change, ratio_state
        from marts.bulk_balance_ratios where hs_revision = 'HS07'""",
    )
    exports, imports = expected["export"], expected["import"]
    assert {row[:3] for row in rows} == {*exports, *imports}

    def ratio(year, *of):
        sold, bought = exports.get((year, *of)), imports.get((year, *of))
        return sum(sold.values()) / sum(bought.values()) if sold and bought else None

    for year, economy, product, found, change, told in rows:
        now, before = ratio(year, economy, product), ratio(year - 1, economy, product)
        assert found == (pytest.approx(now) if now else None)
        assert told == ("ok" if now else "missing")
        comparable = now and before
        assert change == (pytest.approx(math.log(now / before)) if comparable else None)
    assert {row[0] for row in rows if row[4] is not None} == {2008, 2011}


def test_advantages_and_concentration_are_those_recomputed(built, expected):
    rows = ask(
        built,
        """select period_year, reporter_code, product_code, world_share_pct,
            revealed_advantage, markets, market_concentration
        from marts.bulk_revealed_advantage
        join marts.bulk_concentration
            using (hs_revision, period_year, reporter_code, product_code)
        where hs_revision = 'HS07'""",
    )
    exports = {key: sum(flow.values()) for key, flow in expected["export"].items()}
    assert len(rows) == len(exports)
    for year, economy, product, share, advantage, markets, concentration in rows:
        of_year = {k[1:]: v for k, v in exports.items() if k[0] == year}
        mine = sum(v for (e, _), v in of_year.items() if e == economy)
        of_product = sum(v for (_, p), v in of_year.items() if p == product)
        world = sum(of_year.values())
        amount = of_year[economy, product]
        assert share == pytest.approx(100 * amount / of_product)
        assert advantage == pytest.approx((amount / of_product) / (mine / world))
        flows_of = expected["export"][year, economy, product].values()
        assert markets == len(flows_of)
        assert concentration == pytest.approx(sum((v / amount) ** 2 for v in flows_of))


def test_described_columns_are_the_real_ones_and_readers_see_what_they_mean(built):
    twins = sorted((CHECKOUT / "dbt_project/models/bulk").glob("bulk_*.yml"))
    assert len(twins) == 6
    for twin in twins:
        (model,) = yaml.safe_load(twin.read_text(encoding="utf-8"))["models"]
        described = [column["name"] for column in model["columns"]]
        real = ask(
            built,
            f"""select column_name from duckdb_columns()
            where table_name = '{model["name"]}' order by column_index""",
        )
        assert [name for (name,) in real] == described
    bare = "from duckdb_columns() where schema_name = 'marts' and comment is null"
    assert ask(built, bare) == []


def test_the_models_have_no_more_memory_than_the_settings_allow(settings, tmp_path):
    tight = settings.model_copy(update={"memory_limit": "1MB"})
    with pytest.raises(dbt_command.DbtError, match=r"(?i)memory|allocate"):
        bulk.build(tight, tmp_path / "bulk.duckdb", state(settings, *FIRST), silent)


def test_more_rows_than_memory_holds_pass_through_the_spill_folder(settings, tmp_path):
    tight = settings.model_copy(update={"memory_limit": "150MB"})
    many = partition(settings, "HS07", 2010)
    with duckdb.connect() as con:
        con.execute(
            f"""copy (
                select 2010 as year, codes[1 + r % 5] as exporter,
                    codes[1 + (r + 1 + r // 5 % 4) % 5] as importer,
                    lpad(cast(r // 20 as varchar), 6, '0') as product,
                    cast(1 + hash(r) % 9000000 / 1000 as decimal(18, 3))
                        as value_thousand_usd,
                    cast(1 as decimal(18, 3)) as quantity_tonnes
                from range(3000000) as t (r), (select $economies as codes)
            ) to '{many.path}'""",
            {"economies": list(ECONOMIES)},
        )
    rows = replace(many, row_count=3_000_000, sha256=sha256_of(many.path))
    standing = [economies(settings, "HS07"), rows]
    made = bulk.build(tight, tmp_path / "bulk.duckdb", standing, silent)
    assert made == [("HS07", 2010)]
    again = tmp_path / "again/bulk.duckdb"
    again.parent.mkdir()
    nowhere = tight.model_copy(update={"spill": tmp_path / "bulk.duckdb"})
    with pytest.raises(dbt_command.DbtError, match=r"(?i)temporary|directory"):
        bulk.build(nowhere, again, standing, silent)
    many.path.unlink()


@pytest.fixture
def landed(settings, tmp_path, monkeypatch):
    """An installation whose partitions are those that a test says."""
    found = settings.model_copy(update={"data": tmp_path / "data"})
    (found.data / "cache").mkdir(parents=True)
    (found.data / "cache/dbt_bulk").symlink_to(settings.cache / "dbt_bulk")
    found.bulk.mkdir()
    monkeypatch.setattr(bulk.bulk, "load", lambda *_: [])

    def stand(*years):
        standing = state(settings, *years)
        monkeypatch.setattr(bulk.bulk, "standing", lambda *_: standing)
        return found

    return stand


def test_what_is_published_is_sealed_and_stays_while_nothing_changes(built, landed):
    found = landed(*FIRST)
    outcome = bulk.refresh(found, silent)
    assert outcome.is_new
    assert sorted(outcome.years) == sorted(FIRST)
    file = found.latest_bulk.resolve()
    assert file.stat().st_mode & 0o777 == 0o444
    assert contents(file) == contents(built)
    views = "select view_name from duckdb_views() where not internal"
    assert ask(file, views) == []
    assert ask(file, "select version from ops.publication") == [(file.stem,)]
    again = bulk.refresh(found, silent)
    assert (again.is_new, again.years, again.path) == (False, (), found.latest_bulk)
    assert found.latest_bulk.resolve() == file


def test_a_build_that_fails_leaves_readers_what_they_have(built, landed, monkeypatch):
    found = landed(*FIRST)
    found.latest_bulk.parent.mkdir()
    (found.bulk / "bulk.duckdb").write_bytes(built.read_bytes())
    bulk._publish(found, bulk.clock.now())
    before = found.latest_bulk.resolve()
    landed(*FIRST, ("HS07", 2012))

    def failing(*_):
        raise dbt_command.DbtError("made to fail")

    monkeypatch.setattr(dbt_command, "build_bulk", failing)
    with pytest.raises(dbt_command.DbtError, match="made to fail"):
        bulk.refresh(found, silent)
    assert found.latest_bulk.resolve() == before
    assert [*found.latest_bulk.parent.glob("*.duckdb")] != []
    assert contents(before) == contents(built)


def test_a_look_back_is_a_file_apart(built, landed):
    found = landed(*FIRST)
    moment = bulk.clock.now()
    file = bulk.look_back(found, moment, silent)
    assert contents(file) == contents(built)
    assert not found.latest_bulk.exists()
    assert bulk.look_back(landed(), moment, silent) is None


def test_the_query_of_the_page_for_analysts_runs(built):
    page = (CHECKOUT / "docs/analysts.md").read_text(encoding="utf-8")
    query = page.split("## Every product")[1].split("```sql")[1].split("```")[0]
    rows = ask(built, query)
    assert {row[1] for row in rows} == {"854231", "854232"}


def test_names_of_what_is_no_economy_are_kept_without_a_code(built):
    found = ask(built, "select reporter_code, economy_code from marts.bulk_economies")
    assert (490, "TWN") in found
    assert (276, None) in found


def test_where_nothing_changed_neither_dbt_nor_the_checks_are_imported(settings, built):
    code = (
        "import sys, pickle; from pathlib import Path; "
        "from orchestration import resources; "
        "from orchestration.warehouse import bulk; "
        "found = resources.current_settings(); "
        "standing = pickle.loads(Path(sys.argv[1]).read_bytes()); "
        "made = bulk.build(found, Path(sys.argv[2]), standing, lambda _: None); "
        "heavy = {'dbt', 'dagster', 'great_expectations'} & set(sys.modules); "
        "print(made, sorted(heavy))"
    )
    listed = settings.bulk / "standing.pickle"
    listed.write_bytes(pickle.dumps(state(settings, *FIRST)))
    done = subprocess.run(
        [sys.executable, "-c", code, str(listed), str(built)],
        cwd=CHECKOUT,
        env=geese_environment(settings.data, CHECKOUT),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "None []", done.stderr


def test_an_ordinary_build_knows_nothing_of_bulk_models(parsed):
    nodes = dbt_command.manifest(Settings(data=parsed)).read_text(encoding="utf-8")
    assert "model.flying_geese.balance_ratios" in nodes
    assert not [n for n in json.loads(nodes)["nodes"] if "bulk" in n]
