"""The asset graph: complete, layered, and checked as expected."""

import difflib
import json
from pathlib import Path

import dagster as dg
import pytest

from ingest.source import all_sources
from orchestration import definitions
from orchestration.checks import freshness_checks
from orchestration.checks.comparisons import COMPARISONS
from orchestration.checks.suites import SUITES
from orchestration.settings import Settings
from orchestration.warehouse import dbt_command
from tests.orchestration import asset_graph

pytestmark = pytest.mark.integration

LAYERS = [
    "landing",
    "raw",
    "seeds",
    "staging",
    "intermediate",
    "marts",
    "meta",
    "published",
    "brief",
]


@pytest.fixture(scope="module")
def graph(parsed):
    return definitions.build(Settings(data=parsed)).resolve_asset_graph()


def test_groups_are_the_layers(graph):
    groups = {graph.get(key).group_name for key in graph.materializable_asset_keys}
    assert groups == set(LAYERS)


def test_no_asset_is_left_without_a_maker(graph):
    assert set(graph.get_all_asset_keys()) == set(graph.materializable_asset_keys)


def test_every_asset_has_description_owner_kind_and_layer(graph):
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.description, key
        assert node.owners, key
        assert any(tag.startswith("dagster/kind/") for tag in node.tags), key


def test_data_flow_never_goes_back(graph):
    allowed = {
        "seeds": 2,
        "meta": LAYERS.index("marts"),
    }
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        rank = allowed.get(node.group_name, LAYERS.index(node.group_name))
        for parent in node.parent_keys:
            group = graph.get(parent).group_name
            assert allowed.get(group, LAYERS.index(group)) <= rank, (parent, key)


def test_every_source_table_reaches_the_published_file(graph):
    upstream = dg.AssetSelection.assets(["published", "warehouse"]).upstream()
    reached = upstream.resolve(graph)
    for source in all_sources().values():
        for table in source.tables:
            assert dg.AssetKey(["raw", source.raw_name(table)]) in reached


def test_every_suite_is_a_blocking_check_in_the_job(graph):
    planned = {(key.asset_key.path[-1], key.name) for key in graph.asset_check_keys}
    for mart in SUITES:
        assert (mart, f"{mart}_are_plausible") in planned


def test_every_table_with_dbt_tests_has_a_check_of_them(graph, parsed):
    manifest = dbt_command.manifest(Settings(data=parsed))
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    tests = [node for node in nodes.values() if node["resource_type"] == "test"]
    assert len(tests) > 50
    severities = {node["config"]["severity"].lower() for node in tests}
    asked = [key for key in graph.asset_check_keys if key.name.startswith("dbt_tests")]
    assert {key.name for key in asked} == {f"dbt_tests_{x}" for x in severities}
    attached = {
        nodes[x["attached_node"]]["name"] for x in tests if x.get("attached_node")
    }
    assert attached <= {key.asset_key.path[-1] for key in asked}
    assert len(graph.asset_check_keys) == (
        len(asked)
        + len(SUITES)
        + len(COMPARISONS)
        + len(freshness_checks.MARTS)
        + 2 * len(all_sources())
    )


def test_every_dbt_test_of_the_run_is_in_the_published_results(published, parsed):
    manifest = dbt_command.manifest(Settings(data=parsed))
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    tests = {node["name"] for node in nodes if node["resource_type"] == "test"}
    found = published.execute(
        "select distinct check_name from ops.check_results where checker = 'dbt'"
    ).fetchall()
    assert {name for (name,) in found} == tests


def test_every_check_says_what_it_is_for(graph, parsed):
    for key in graph.asset_check_keys:
        assert graph.get_check_spec(key).description, key
    manifest = dbt_command.manifest(Settings(data=parsed))
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    silent = [
        node["name"]
        for node in nodes
        if node["resource_type"] == "test" and not node["description"]
    ]
    assert silent == []


def test_the_graph_is_the_one_in_the_snapshot(parsed):
    snapshot = Path(__file__).with_name("asset_graph.txt")
    found = asset_graph.told(definitions.build(Settings(data=parsed)))
    changes = difflib.unified_diff(
        snapshot.read_text(encoding="utf-8").splitlines(),
        found.splitlines(),
        lineterm="",
    )
    changed = "\n".join(line for line in changes if line.startswith(("+", "-")))
    assert not changed, (
        f"{changed}\nif it is meant: python -m tests.orchestration.asset_graph > "
        "tests/orchestration/asset_graph.txt"
    )
