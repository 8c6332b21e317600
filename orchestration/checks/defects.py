"""Planted defects: what a small file says is done to a payload or to raw rows.

    [[defect]]
    name = "taiwan_flows_reversed"
    says = "exports and imports of chips change places"
    payload = "taiwan_mof_ic_and_equipment.csv"       # an embedded file
    sql = "update payload set exp_ic = imp_ic, imp_ic = exp_ic"
    caught_by = "stg_taiwan_mof__trade_ic_ratio_agrees_with_its_control"

`payload` names the file that is spoiled: by `sql` on its rows (table `payload`, all
text), or in its bytes by `keep` (the share that is left), `replace` ([old, new]) or
`encoding`. Instead of `payload`, `raw` is SQL on the raw tables. `caught_by` is the
check that must stop it, or a part of the line in which ingestion refuses it.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingest import embedded
from orchestration.errors import OperatorError

FOLDER = Path(__file__).with_name("defects")

_SPOILS = {"sql", "keep", "replace", "encoding"}


class DefectError(OperatorError):
    """A file of defects is not as it should be."""


@dataclass(frozen=True)
class Defect:
    """One planted defect, either of a payload or of raw rows."""

    name: str
    says: str
    caught_by: str
    payload: str | None = None
    sql: str | None = None
    keep: float | None = None
    replace: tuple[str, str] | None = None
    encoding: str | None = None
    raw: str | None = None


def shipped() -> list[Defect]:
    """The defects that come with the project, in a fixed order."""
    return [one for path in sorted(FOLDER.glob("*.toml")) for one in read(path)]


def read(path: Path) -> list[Defect]:
    """The defects of a file. Raises DefectError naming file, defect and field."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DefectError(f"{path}: {error}") from error
    entries = told.get("defect")
    if not isinstance(entries, list) or not entries or set(told) != {"defect"}:
        raise DefectError(f"{path}: has no [[defect]], or something besides")
    return [_defect(path, entry) for entry in entries]


def _defect(path: Path, entry: dict[str, Any]) -> Defect:
    name = entry.get("name", "without a name")
    wrong = entry.keys() - Defect.__dataclass_fields__.keys()
    missing = {"name", "says", "caught_by"} - entry.keys()
    for what, fields in (("unknown", wrong), ("missing", missing)):
        if fields:
            raise DefectError(f"{path}: {name}: {what} {', '.join(sorted(fields))}")
    if ("raw" in entry) == ("payload" in entry):
        raise DefectError(f"{path}: {name}: give either payload or raw")
    if "payload" in entry and len(_SPOILS & entry.keys()) != 1:
        raise DefectError(
            f"{path}: {name}: spoil the payload by one of {', '.join(sorted(_SPOILS))}"
        )
    if "replace" in entry:
        entry = entry | {"replace": tuple(entry["replace"])}
    return Defect(**entry)


def spoil(defect: Defect, folder: Path) -> Path:
    """Write the spoiled payload; raises DefectError if it is the sound one."""
    origin = embedded.REFERENCE / str(defect.payload)
    if not origin.is_file():
        raise DefectError(f"{defect.name}: there is no embedded file {defect.payload}")
    sound = origin.read_bytes()
    target = folder / origin.name
    if defect.sql:
        _rewrite(defect, origin, target)
    else:
        spoiled = _spoiled(defect, sound)
        if spoiled == sound:
            raise _unchanged(defect)
        target.write_bytes(spoiled)
    return target


def _unchanged(defect: Defect) -> DefectError:
    return DefectError(f"{defect.name}: changes nothing in {defect.payload}")


def _spoiled(defect: Defect, sound: bytes) -> bytes:
    if defect.keep is not None:
        return sound[: int(len(sound) * defect.keep)]
    if defect.replace:
        old, new = defect.replace
        return sound.replace(old.encode(), new.encode(), 1)
    return sound.decode("utf-8").encode(defect.encoding or "utf-8")


def _rewrite(defect: Defect, origin: Path, target: Path) -> None:
    with duckdb.connect() as con:
        con.execute(
            "create table payload as from read_csv(?, all_varchar=true, header=true)",
            [str(origin)],
        )
        con.execute("create table sound as from payload")
        try:
            con.execute(defect.sql or "")
        except duckdb.Error as error:
            said = str(error).splitlines()[0]
            raise DefectError(f"{defect.name}: {said}") from error
        rows = con.execute("from payload except all from sound").fetchall()
        rows += con.execute("from sound except all from payload").fetchall()
        if not rows:
            raise _unchanged(defect)
        quoted = str(target).replace("'", "''")
        con.execute(f"copy payload to '{quoted}' (header, delimiter ',')")
