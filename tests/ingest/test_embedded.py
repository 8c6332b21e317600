"""A damaged embedded file is named, with the place, before anything is stored."""

import shutil
from pathlib import Path

import pytest

from ingest import clock, embedded
from ingest.landing import LandingZone
from ingest.source import IngestError, all_sources

SOURCES = all_sources()
PRESS = "taiwan_mof_ic_and_equipment.csv"
EDITIONS = "japan_customs_semiconductors_vintages.csv"


@pytest.fixture
def reference(tmp_path) -> Path:
    return Path(shutil.copytree(embedded.REFERENCE, tmp_path / "reference"))


@pytest.fixture
def zone(tmp_path) -> LandingZone:
    return LandingZone(tmp_path / "landing")


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _cut_lines(path: Path, keep: int) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:keep]), encoding="utf-8")


DEFECTS = {
    "missing": (
        "taiwan_mof",
        lambda f: (f / PRESS).unlink(),
        [PRESS, "missing or was renamed"],
    ),
    "renamed": (
        "taiwan_mof",
        lambda f: (f / PRESS).rename(f / "taiwan.csv"),
        [PRESS, "missing or was renamed"],
    ),
    "empty": (
        "taiwan_mof",
        lambda f: (f / PRESS).write_text(""),
        [PRESS, "the file is empty"],
    ),
    "header alone": (
        "taiwan_mof",
        lambda f: _cut_lines(f / PRESS, 1),
        [PRESS, "0 rows, expected 24"],
    ),
    "truncated at a line": (
        "japan_customs",
        lambda f: _cut_lines(f / EDITIONS, 900),
        [EDITIONS, "899 rows, expected 1182"],
    ),
    "truncated in a line": (
        "taiwan_mof",
        lambda f: (f / PRESS).write_text((f / PRESS).read_text()[:-30]),
        [PRESS, "line 25", "Expected Number of Columns: 10 Found: "],
    ),
    "column too many": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "annual,2016,", "annual,2016,7,"),
        [PRESS, "line 3", "Expected Number of Columns: 10 Found: 11"],
    ),
    "column renamed": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "exp_ic", "exp_chips"),
        [PRESS, "line 1", "missing exp_ic", "unexpected exp_chips"],
    ),
    "columns swapped in the header": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "exp_dram,exp_ic", "exp_ic,exp_dram"),
        [PRESS, "line 1", "other order"],
    ),
    "letter in a number": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "78171.768", "7817l.768"),
        [PRESS, "line 3", "column exp_ic", "7817l.768"],
    ),
    "decimal too many": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "78171.768", "78171.7684"),
        [PRESS, "line 3", "column exp_ic", "78171.7684 is not a number"],
    ),
    "fraction of a month": (
        "japan_customs",
        lambda f: _edit(f / EDITIONS, "China,2009,12", "China,2009,11.6"),
        [EDITIONS, "line 2", "column months_covered", "11.6 is not a number"],
    ),
    "line ends mixed": (
        "taiwan_mof",
        lambda f: (f / PRESS).write_bytes(
            (f / PRESS).read_bytes().replace(b"\n", b"\r\n", 3)
        ),
        [PRESS],
    ),
    "negative value": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "78171.768", "-78171.768"),
        [PRESS, "line 3", "column exp_ic", "below 0"],
    ),
    "value lost": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "78171.768", ""),
        [PRESS, "line 3", "column exp_ic", "is empty"],
    ),
    "unknown category": (
        "japan_customs",
        lambda f: _edit(f / EDITIONS, "ic,export,China", "ic,reexport,China"),
        [EDITIONS, "line 2", "column flow", "reexport", "export, import"],
    ),
    "month thirteen": (
        "japan_customs",
        lambda f: _edit(f / EDITIONS, "China,2009,12", "China,2009,13"),
        [EDITIONS, "line 2", "column months_covered", "above 12"],
    ),
    "impossible date": (
        "japan_customs",
        lambda f: _edit(f / EDITIONS, "2021-03-23", "2021-02-30"),
        [EDITIONS, "line 2", "column first_seen_on", "2021-02-30"],
    ),
    "repeated row": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "annual,2016,", "annual,2015,"),
        [PRESS, "line 3", "repeats the key of line 2"],
    ),
    "one digit changed": (
        "taiwan_mof",
        lambda f: _edit(f / PRESS, "78171.768", "78171.769"),
        [PRESS, "content differs from the digest"],
    ),
    "provenance entry lost": (
        "taiwan_mof",
        lambda f: _edit(f / "provenance.toml", f'["{PRESS}"]', '["other.csv"]'),
        ["provenance.toml", PRESS],
    ),
    "provenance damaged": (
        "taiwan_mof",
        lambda f: _edit(f / "provenance.toml", "accessed_on = ", "accessed_on "),
        ["provenance.toml", "line 19"],
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_planted_defect_is_named_and_nothing_is_landed(defect, reference, zone):
    name, plant, said = DEFECTS[defect]
    plant(reference)
    with pytest.raises(IngestError) as caught:
        embedded.land(SOURCES[name], zone, clock.now(), reference)
    message = str(caught.value)
    assert "\n" not in message
    for part in said:
        assert part in message
    assert not zone.root.exists()


@pytest.mark.parametrize("name", SOURCES)
def test_the_shipped_files_land_with_their_provenance(name, zone):
    payloads = embedded.land(SOURCES[name], zone, clock.now())
    assert [p.resource for p in payloads] == [
        feed.resource for _, feed in SOURCES[name].feeds("embedded")
    ]
    for payload in payloads:
        payload.verify()
        assert payload.origin["attribution_en"]
        assert payload.retrieved_at.isoformat() == "2026-11-22T00:00:00"


def test_landing_again_keeps_one_file_and_notes_the_fetch(zone):
    source = SOURCES["taiwan_mof"]
    embedded.land(source, zone, clock.now())
    embedded.land(source, zone, clock.now())
    assert [event["outcome"] for event in zone.events()] == ["news", "unchanged"]
    assert len(list((zone.root / "taiwan_mof").glob("*.csv"))) == 1
    assert len(zone.deliveries("taiwan_mof")) == 1
