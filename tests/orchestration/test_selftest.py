"""The checks are tested: every planted defect is caught by the check it names."""

import duckdb
import pytest

from orchestration.checks import defects, expectations, selftest, trial
from orchestration.checks.defects import DefectError
from orchestration.resources import prepare_environment
from orchestration.settings import Settings
from tests.conftest import run_geese

pytestmark = pytest.mark.integration

HARMLESS = """
[[defect]]
name = "a_column_that_nobody_reads"
says = "exports of LEDs one percent higher"
payload = "taiwan_mof_ic_and_equipment.csv"
sql = "update payload set exp_led = cast(cast(exp_led as int) * 1.01 as varchar)"
caught_by = "balance_ratios_are_plausible"
"""
OWN = """
[[defect]]
name = "my_own"
says = "all rows are gone"
raw = "delete from raw.article__events"
caught_by = "events_are_plausible"
"""


@pytest.fixture(scope="module")
def bench(refreshed):
    settings = Settings(data=refreshed)
    prepare_environment(settings)
    with selftest.prepared(settings, lambda _: None) as made:
        yield made


def test_every_planted_defect_is_caught_by_name(bench, drawn):
    chosen = drawn(defects.shipped(), 6)
    verdicts = list(bench.run(chosen, lambda _: None))
    missed = {v.defect.name: v.catches for v in verdicts if not v.is_caught}
    assert missed == {}


def test_there_are_sixty_distinct_defects_and_more():
    planted = defects.shipped()
    assert len(planted) >= 60
    assert len({one.name for one in planted}) == len(planted)
    deeds = {(d.payload, d.sql, d.keep, d.replace, d.encoding, d.raw) for d in planted}
    assert len(deeds) == len(planted)


def test_defects_name_checks_of_every_kind(bench):
    tests = {test["name"] for test in bench.project.tests}
    suites = {one.name for one in expectations.asked()}
    named = {one.caught_by for one in defects.shipped()}
    assert len(named & tests) >= 12
    assert len(named & suites) >= 5


def test_what_no_check_catches_is_told(bench, tmp_path):
    file = tmp_path / "harmless.toml"
    file.write_text(HARMLESS)
    (verdict,) = bench.run(defects.read(file), lambda _: None)
    assert not verdict.is_caught
    assert verdict.catches == ()


def test_the_command_takes_a_file_of_ones_own(refreshed, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN + HARMLESS)
    done = run_geese("selftest", "--defect", str(file), data=refreshed)
    assert done.returncode == 1
    assert "a_column_that_nobody_reads: passed every check" in done.stderr
    assert "my_own" in done.stdout
    assert "my_own" not in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no"),
        ("[[defect]]\nname = 'a'", "a: missing caught_by, says"),
        (OWN + "colour = 'red'", "my_own: unknown colour"),
        (OWN + "payload = 'x.csv'", "give either payload or raw"),
        (HARMLESS + "keep = 0.5", "spoil the payload by one of"),
        ("[[defect", "defects.toml: "),
    ],
)
def test_a_wrong_file_of_defects_is_one_line(tmp_path, text, said):
    file = tmp_path / "defects.toml"
    file.write_text(text)
    with pytest.raises(DefectError, match=said) as caught:
        defects.read(file)
    assert "\n" not in str(caught.value)


def test_a_defect_that_changes_nothing_is_refused(tmp_path):
    file = tmp_path / "defects.toml"
    file.write_text(HARMLESS.replace("exp_led = ", "exp_led = exp_led --"))
    (defect,) = defects.read(file)
    with pytest.raises(DefectError, match="changes nothing"):
        defects.spoil(defect, tmp_path)


def _node(**columns):
    return {
        "name": "m",
        "schema": "marts",
        "compiled_code": "select 1 as a, cast(null as varchar) as b",
        "config": {"materialized": "table", "contract": {"enforced": True}},
        "resource_type": "model",
        "depends_on": {"nodes": ["source.raw.t"]},
        "columns": {
            name: {"data_type": kind, "constraints": constraints}
            for name, (kind, constraints) in columns.items()
        },
    }


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"a": ("integer", []), "b": ("varchar", [])}, None),
        ({"a": ("bigint", []), "b": ("varchar", [])}, "column a BIGINT"),
        ({"a": ("integer", [])}, "column b VARCHAR"),
        (
            {"a": ("integer", []), "b": ("string", [{"type": "not_null"}])},
            "1 rows without b",
        ),
    ],
)
def test_a_table_in_a_trial_is_held_to_its_contract(columns, said, tmp_path):
    project = trial.Project({"model.m": _node(**columns)})
    with duckdb.connect() as con:
        con.execute("create schema marts")
        found = list(trial.Trial(project, con, tmp_path).catches({"*"}))
    contract = [c for c in found if c.name == "contract of m"]
    assert bool(contract) == bool(said)
    if said:
        assert said in contract[0].said


def test_models_declare_no_constraint_that_a_trial_does_not_know(bench):
    kinds = {
        constraint["type"]
        for node in bench.project.models.values()
        for column in node["columns"].values()
        for constraint in column.get("constraints") or ()
    }
    assert kinds == {"not_null"}
    assert not any(node.get("constraints") for node in bench.project.models.values())
