"""The list of what the environment consists of, against the lock it is made from."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from orchestration import sbom
from tests.conftest import CHECKOUT

LINES = """\
agate==1.9.1 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
Numpy.Two==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:{a}
"""


def _lock(tmp_path, text):
    file = tmp_path / "requirements.lock"
    file.write_text(text.format(a="a" * 64, b="b" * 64))
    return file


def test_every_line_of_the_lock_is_in_the_document():
    text = sbom.LOCK.read_text(encoding="utf-8")
    found = sbom.document(sbom.LOCK)["components"]
    assert len(found) == len(re.findall("==", re.sub(r";.*", "", text))) > 100
    hashes = [
        file["hashes"][0]["content"]
        for component in found
        for file in component["externalReferences"]
    ]
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", text))
    assert len({component["bom-ref"] for component in found}) == len(found)
    assert all(component["externalReferences"] for component in found)


def test_a_component_has_its_address_hashes_and_marker(tmp_path):
    first, second = sbom.document(_lock(tmp_path, LINES))["components"]
    assert first["purl"] == "pkg:pypi/agate@1.9.1"
    assert len(first["externalReferences"]) == 2
    assert second["purl"] == "pkg:pypi/numpy-two@2.4.6"
    (marker,) = second["properties"]
    assert marker["value"] == "python_full_version < '3.12'"


@pytest.mark.parametrize("line", ["agate>=1.9", "-r other.txt", "    --hash=md5:1"])
def test_a_line_that_is_no_pin_is_named_not_left_out(tmp_path, line):
    lock = _lock(tmp_path, f"{LINES}{line}\n")
    with pytest.raises(sbom.LockError, match=r"requirements\.lock, line 6: neither"):
        sbom.document(lock)


def test_the_same_lock_gives_the_same_document():
    done = [
        subprocess.run(
            [sys.executable, "-m", "orchestration.sbom"],
            cwd=CHECKOUT,
            capture_output=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]
    assert done[0] == done[1]
    told = json.loads(done[0])
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    licensed = [c for c in told["components"] if "licenses" in c]
    assert len(licensed) > 0.9 * len(told["components"])


@pytest.mark.network
def test_no_locked_package_has_a_known_vulnerability():
    tool = shutil.which("pip-audit") or CHECKOUT / ".venv-audit/bin/pip-audit"
    if not shutil.which(str(tool)):
        pytest.skip("pip-audit's database: pip-audit is not here, see `make audit`")
    done = subprocess.run(
        [tool, "--require-hashes", "--disable-pip", "-r", str(sbom.LOCK)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if "ConnectionError" in done.stderr or "ServiceError" in done.stderr:
        pytest.skip("pip-audit's database cannot be reached")
    assert done.returncode == 0, done.stdout + done.stderr
