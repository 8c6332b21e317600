"""The bulk models on Spark, over the same partitions, against DuckDB."""

import json

import duckdb
import pytest

from benchmarks import bulk_release
from ingest import bulk as partitions
from ingest import clock
from ingest.landing import LandingZone
from orchestration.resources import prepare_environment
from orchestration.settings import Settings
from orchestration.warehouse import bulk, lake
from tests.dbt_project.spark_comparison import differing, keys, missing

pytestmark = pytest.mark.integration

YEARS = range(2007, 2009)


@pytest.fixture(scope="module")
def on_both(tmp_path_factory):
    """A data folder with a release of a million flows built by both engines."""
    flows = 1_000_000
    data = tmp_path_factory.mktemp("bulk 資料")
    settings = Settings(data=data)
    prepare_environment(settings)
    archive = data / "made up.zip"
    bulk_release.write(archive, "HS07", "V201001", YEARS, flows // len(YEARS))
    zone = LandingZone(settings.landing)
    zone.land("cepii_baci", "baci.zip", archive, clock.now(), clock.now(), {})
    partitions.load(settings.bulk, zone, settings.limits)
    assert partitions.held_back(settings.bulk) == []
    standing = partitions.standing(settings.bulk)
    assert sum(x.row_count for x in standing if x.dataset == "flows") == flows
    for engine in ("duckdb", "spark"):
        file = data / engine / "bulk.duckdb"
        file.parent.mkdir()
        chosen = settings.model_copy(update={"engine": engine})
        assert bulk.build(chosen, file, standing, lambda _: None)
    return settings


@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.sampled(0)
def test_flows_give_the_same_tables_row_by_row(on_both):
    manifest = json.loads((on_both.cache / "dbt_bulk/manifest.json").read_text())
    known = {name: key for name, key in keys(manifest).items() if ".bulk_" in name}
    made = lake.results(on_both.bulk_lake)
    assert set(known) == set(made)
    with duckdb.connect(str(on_both.data / "duckdb/bulk.duckdb")) as con:
        for name, key in known.items():
            ((rows,),) = con.execute(f"select count(*) from {name}").fetchall()
            assert rows > 200, name
            assert differing(con, name, made[name], key) == [], name


@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.sampled(0)
def test_what_spark_made_is_what_readers_get(on_both):
    made = lake.results(on_both.bulk_lake)
    with duckdb.connect(str(on_both.data / "spark/bulk.duckdb")) as con:
        for name, files in made.items():
            ((lost,),) = con.execute(
                f"""select count(*) from (
                from {name} except all select * from read_parquet(?))""",
                [files],
            ).fetchall()
            assert lost == 0, name
