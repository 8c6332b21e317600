"""The house keeps its own rules."""

import ast
import importlib.util
import re
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT, LONGEST, PACKAGES

MODULES = sorted(f for name in PACKAGES for f in (CHECKOUT / name).rglob("*.py"))
MODELS = sorted((CHECKOUT / "dbt_project" / "models").rglob("*.sql"))
SEEDS = sorted((CHECKOUT / "dbt_project" / "seeds").glob("*.csv"))


def _name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_the_checkouts_own(package):
    found = importlib.util.find_spec(package)
    assert Path(found.origin).is_relative_to(CHECKOUT)


def test_the_files_that_are_tested_first_are_there():
    assert [name for name in LONGEST if not (CHECKOUT / "tests" / name).exists()] == []


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_module_says_what_it_is_and_stays_small(module):
    text = module.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    assert text.count("\n") <= 300
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 60, node.name


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.name == "__init__.py"], ids=_name
)
def test_a_package_re_exports_nothing(module):
    body = ast.parse(module.read_text(encoding="utf-8")).body
    assert len(body) == 1


def test_no_module_is_named_for_nothing():
    assert not {"utils", "helpers", "common", "base"} & {m.stem for m in MODULES}


@pytest.mark.parametrize("path", [*MODELS, *SEEDS], ids=_name)
def test_a_model_and_a_seed_have_a_yml_twin(path):
    assert path.with_suffix(".yml").exists()


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_a_model_fits_on_a_few_screens(model):
    assert model.read_text(encoding="utf-8").count("\n") <= 200


@pytest.mark.parametrize("model", MODELS, ids=_name)
def test_only_staging_and_meta_read_raw_tables(model):
    is_staging = model.parts[-3] == "staging"
    if "source(" in model.read_text(encoding="utf-8"):
        assert is_staging or "meta" in model.parts
    else:
        assert not is_staging


def test_only_resources_reads_the_environment():
    readers = [
        _name(m) for m in MODULES if "os.environ" in m.read_text(encoding="utf-8")
    ]
    assert readers == ["orchestration/resources.py"]


def test_the_lock_has_hashes_and_no_index_address():
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|index-url|find-links", lock)
    pins = re.findall(r"^[a-z0-9].*==", lock, re.MULTILINE)
    assert len(pins) > 100
    assert lock.count("--hash=sha256:") >= len(pins)
    assert "dagster-ge" not in lock
