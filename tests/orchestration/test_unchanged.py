"""A refresh is left out only where it would make the same again."""

import sqlite3
from datetime import datetime
from itertools import product

import pytest

from ingest.landing import LandingZone
from orchestration import state
from orchestration.runs import unchanged
from orchestration.settings import Settings
from orchestration.warehouse import dbt_command
from tests.conftest import PACKAGES

NOW = datetime(2026, 5, 1, 9)  # noqa: DTZ001
PAYLOAD = "landing/taiwan_mof/synthetic.csv"
SHA256 = "0123456789abcdef" * 4


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A small made-up checkout in which a refresh has just come through whole."""
    for name in PACKAGES:
        _write(tmp_path / name / "module.py", "x = 1")
    _write(tmp_path / "ingest/reference/figures.csv", "year,value")
    _write(tmp_path / "reports/page.html", "<p>")
    _write(tmp_path / "dbt_project/models/model.sql", "select 1")
    _write(tmp_path / "dbt_project/profiles.yml", "geese:")
    _write(tmp_path / "requirements.lock", "duckdb==1")
    _write(tmp_path / "dagster.yaml", "telemetry:")
    data = tmp_path / "data"
    _write(data / PAYLOAD, "synthetic")
    _write(data / "landing/journal.jsonl", "")
    _write(data / "warehouse.duckdb", "built")
    _write(data / "published/2026-05-01.1.duckdb", "published")
    (data / "published/latest.duckdb").symlink_to("2026-05-01.1.duckdb")
    made = product(("annual/2025", "monthly/2026-03"), ("zh-TW", "en"))
    for brief, language in made:
        page = data / "briefs" / brief / "2026-05-01.1" / language / "index.html"
        _write(page, "<p>")
        _write(page.with_name("brief.json"), '{"headlines": []}')
    monkeypatch.setattr(unchanged, "CHECKOUT", tmp_path)
    monkeypatch.setattr(dbt_command, "DBT_PROJECT", tmp_path / "dbt_project")
    settings = Settings(data=data)
    unchanged.note(settings, unchanged.started_from(settings))
    assert unchanged.is_unchanged(settings)
    return tmp_path


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    "file",
    [
        *(f"{name}/module.py" for name in PACKAGES),
        "analysis/new_module.py",
        "ingest/reference/figures.csv",
        "reports/page.html",
        "dbt_project/models/model.sql",
        "dbt_project/models/new_model.sql",
        "dbt_project/profiles.yml",
        "requirements.lock",
        "dagster.yaml",
        f"data/{PAYLOAD}",
        "data/landing/taiwan_mof/another.csv",
        "data/landing/journal.jsonl",
        "data/warehouse.duckdb",
        "data/published/2026-05-01.1.duckdb",
        "data/published/2026-05-01.1/manifest.json",
        "data/published/2026-05-02.1.duckdb",
        "data/inbox/taiwan_mof/dropped.csv",
    ],
)
def test_a_file_that_changed_or_is_new_asks_for_a_refresh(folder, file):
    _write(folder / file, '{"event": "fetch"}\n')
    assert not unchanged.is_unchanged(Settings(data=folder / "data"))


@pytest.mark.parametrize(
    "file",
    [
        "reports/page.html",
        f"data/{PAYLOAD}",
        "data/warehouse.duckdb",
        "data/published/latest.duckdb",
        "data/published/2026-05-01.1.duckdb",
        "data/briefs/annual/2025/2026-05-01.1/en/index.html",
        "data/briefs/monthly/2026-03/2026-05-01.1/zh-TW/index.html",
        "data/last_refresh.sha256",
    ],
)
def test_a_file_that_is_gone_asks_for_a_refresh(folder, file):
    (folder / file).unlink()
    assert not unchanged.is_unchanged(Settings(data=folder / "data"))


@pytest.mark.parametrize(
    "setting",
    [
        {"mode": "live"},
        {"keep_versions": 2},
        {"sources_on": ("taiwan_mof",)},
        {"languages": ("en",)},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_a_setting_that_changed_asks_for_a_refresh(folder, setting):
    assert not unchanged.is_unchanged(Settings(data=folder / "data", **setting))


def test_another_python_or_library_asks_for_a_refresh(folder, monkeypatch):
    monkeypatch.setattr(unchanged, "_libraries", lambda: ["duckdb-0.0.0.dist-info"])
    assert not unchanged.is_unchanged(Settings(data=folder / "data"))


def test_every_library_is_told_by_its_version():
    assert any(name.startswith("duckdb-") for name in unchanged._libraries())


def test_a_source_that_stands_otherwise_asks_for_a_refresh(folder, monkeypatch):
    monkeypatch.setattr(unchanged.source_states, "collect", lambda _: [])
    assert not unchanged.is_unchanged(Settings(data=folder / "data"))


def test_a_version_that_is_pinned_no_more_asks_for_a_refresh(folder):
    settings = Settings(data=folder / "data")
    state.pin(settings.state, "2026-05-01.1", "cited", NOW)
    unchanged.note(settings, unchanged.started_from(settings))
    assert unchanged.is_unchanged(settings)
    state.unpin(settings.state, "2026-05-01.1")
    assert not unchanged.is_unchanged(settings)


@pytest.mark.parametrize("decision", ["accept", "override"])
def test_a_decision_made_while_a_refresh_ran_is_not_lost(folder, decision):
    settings = Settings(data=folder / "data")
    zone = LandingZone(settings.landing)
    payload = folder / "synthetic.csv"
    payload.write_text("synthetic")
    zone.land(
        source="taiwan_mof",
        resource="synthetic.csv",
        payload=payload,
        retrieved_at=NOW,
        checked_at=NOW,
        origin={},
    )
    began_with = unchanged.started_from(settings)
    if decision == "accept":
        (landed,) = (e["sha256"] for e in zone.events() if e["event"] == "fetch")
        zone.accept(landed, "right after all", "me", NOW)
    else:
        zone.override({"column": "value", "value": "1"})
    unchanged.note(settings, began_with)
    assert not unchanged.is_unchanged(settings)


def test_what_readers_and_clocks_touch_asks_for_none(folder):
    settings = Settings(data=folder / "data")
    settings.latest.read_bytes()
    with sqlite3.connect(settings.state) as history:
        history.execute("insert into check_results (run_id) values ('another')")
    for file in ("cache/dbt/manifest.json", "inbox/taiwan_mof/.part", "last.json"):
        _write(settings.data / file, "{}")
    _write(folder / "reports/__pycache__/page.pyc", "compiled")
    assert unchanged.is_unchanged(settings)


def test_a_refresh_that_has_begun_and_not_ended_asks_for_another(folder):
    settings = Settings(data=folder / "data")
    unchanged.forget(settings)
    assert not unchanged.is_unchanged(settings)
    unchanged.forget(settings)


def test_a_data_folder_that_moved_is_the_same(folder):
    (folder / "data").rename(folder / "elsewhere")
    assert unchanged.is_unchanged(Settings(data=folder / "elsewhere"))
