"""What the environment consists of, as a CycloneDX document made from the lock.

    python -m orchestration.sbom > sbom.cdx.json

https://cyclonedx.org/docs/1.6/json/ says what its names mean. The same lock and the
same environment give the same document: it has no date.
"""

import importlib.metadata
import json
import re
import sys
import uuid
from pathlib import Path
from typing import Any

from orchestration.settings import CHECKOUT

LOCK = CHECKOUT / "requirements.lock"
_PIN = re.compile(
    r"^(?P<name>[\w.-]+)(?P<extras>\[[\w,.-]+\])?==(?P<version>[^\s;\\]+)"
    r"(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$"
)
_HASH = re.compile(r"^\s+--hash=sha256:([0-9a-f]{64})\s*\\?$")


class LockError(ValueError):
    """A line of the lock that is neither a pin nor a hash."""


def document(lock: Path) -> dict[str, Any]:
    """The document of a lock file. Raises LockError naming a line it cannot read."""
    text = lock.read_text(encoding="utf-8")
    project = {
        "type": "application",
        "bom-ref": "flying-geese",
        "name": "flying-geese",
        "version": importlib.metadata.version("flying-geese"),
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, text)}",
        "version": 1,
        "metadata": {"component": project},
        "components": components(text, lock.name),
    }


def components(text: str, label: str) -> list[dict[str, Any]]:
    """A component for each pin, with the hash of every file that may be installed."""
    found: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        pin, digest = _PIN.match(line), _HASH.match(line)
        if pin:
            found.append(_component(pin))
        elif digest and found:
            file = {"alg": "SHA-256", "content": digest[1]}
            place = f"{found[-1]['purl']}#{digest[1][:12]}"
            found[-1]["externalReferences"].append(
                {"type": "distribution", "url": place, "hashes": [file]}
            )
        elif line.strip() and not line.lstrip().startswith("#"):
            raise LockError(f"{label}, line {number}: neither a pin nor a hash")
    return found


def _component(pin: re.Match[str]) -> dict[str, Any]:
    name, version = pin["name"], pin["version"]
    purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "externalReferences": [],
    }
    if pin["marker"]:
        # Installed on some systems only.
        said = {"name": "python:marker", "value": pin["marker"]}
        made["properties"] = [said]
    licence = _licence(name, version)
    if licence:
        made["licenses"] = [licence]
    return made


def _licence(name: str, version: str) -> dict[str, Any] | None:
    """The licence that the package names, if this very version is installed here."""
    try:
        told = importlib.metadata.metadata(name).json
    except importlib.metadata.PackageNotFoundError:
        return None
    if told["version"] != version:
        return None
    if told.get("license_expression"):
        return {"expression": told["license_expression"]}
    classified = [
        line.split(" :: ")[-1]
        for line in told.get("classifier", ())
        if line.startswith("License ::") and line.count(" :: ") > 1
    ]
    plain = str(told.get("license", "")).strip().splitlines()
    named = [*classified, *plain][:1]
    return {"license": {"name": named[0]}} if named else None


if __name__ == "__main__":
    json.dump(document(LOCK), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
