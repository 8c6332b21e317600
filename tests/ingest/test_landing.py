"""The landing zone loses nothing and notices damage."""

import json
import multiprocessing
import os
import shutil
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.landing import LandingZone
from ingest.source import IngestError

DAY = datetime(2024, 5, 1)  # noqa: DTZ001


@pytest.fixture
def zone(tmp_path) -> LandingZone:
    return LandingZone(tmp_path / "landing")


def _land(zone: LandingZone, payload: bytes, days: int = 0, **more):
    moment = DAY + timedelta(days=days)
    return zone.land(
        "source", "file.csv", payload, moment, moment, {"url": "u"}, **more
    )


def test_a_payload_is_kept_under_its_digest(zone):
    landed = _land(zone, b"a,b\n1,2\n")
    assert landed.path.read_bytes() == b"a,b\n1,2\n"
    assert landed.path.stem == landed.sha256
    assert landed.origin == {"url": "u"}


def test_bytes_that_come_back_are_a_publication_of_their_own(zone):
    for day, payload in enumerate((b"A", b"B", b"B", b"A")):
        _land(zone, payload, day)
    outcomes = [event["outcome"] for event in zone.events()]
    assert outcomes == ["news", "news", "unchanged", "news"]
    published = [d.payload for d in zone.deliveries("source")]
    assert [p.path.read_bytes() for p in published] == [b"A", b"B", b"A"]
    assert published[2].published_at == DAY + timedelta(days=3)


def test_the_same_bytes_of_an_older_date_are_news_once(zone):
    _land(zone, b"A", 5)
    for _ in range(2):
        _land(zone, b"A", 6, published_at=DAY)
    assert [e["outcome"] for e in zone.events()] == ["news", "news", "unchanged"]


def test_a_torn_last_line_is_survived(zone):
    _land(zone, b"A")
    with zone.journal.open("ab") as journal:
        journal.write(b'{"event": "fet')
    assert len(list(zone.events())) == 1
    _land(zone, b"B", 1)
    assert [event["outcome"] for event in zone.events()] == ["news", "news"]


def test_a_damaged_line_inside_the_journal_is_named(zone):
    _land(zone, b"A")
    zone.journal.write_bytes(b"{broken\n" + zone.journal.read_bytes())
    with pytest.raises(IngestError, match=r"journal.jsonl, line 1: damaged"):
        LandingZone(zone.root).events()


def test_a_damaged_payload_is_named(zone):
    landed = _land(zone, b"A")
    landed.path.write_bytes(b"B")
    with pytest.raises(IngestError, match=r"payload of file.csv is damaged"):
        landed.verify()


def test_a_missing_payload_is_named(zone):
    landed = _land(zone, b"A")
    landed.path.unlink()
    with pytest.raises(IngestError, match=r"payload of file.csv is missing"):
        landed.verify()


def test_a_missing_record_is_named(zone):
    landed = _land(zone, b"A")
    landed.path.with_suffix(".meta.json").unlink()
    with pytest.raises(IngestError, match=r"record of a payload of file.csv"):
        zone.deliveries("source")


def test_a_payload_in_json_is_not_taken_for_its_record(zone):
    landed = zone.land("source", "file.json", b'{"a": 1}', DAY, DAY, {})
    assert landed.path.read_bytes() == b'{"a": 1}'
    assert zone.damages() == []


def test_a_damaged_record_is_named(zone):
    landed = _land(zone, b"A")
    landed.path.with_suffix(".meta.json").write_text("{")
    assert "the record of a payload is damaged" in zone.damages()[0]


def test_a_lost_journal_is_told(zone):
    _land(zone, b"A")
    zone.journal.unlink()
    with pytest.raises(IngestError, match=r"journal.jsonl: missing beside landed"):
        zone.damages()


def test_a_lost_payload_is_taken_up_again(zone):
    landed = _land(zone, b"A")
    landed.path.unlink()
    _land(zone, b"A", 1)
    assert zone.damages() == []


def test_an_interrupted_landing_is_told_and_taken_up(zone):
    landed = _land(zone, b"A")
    zone.journal.write_bytes(b"")
    assert zone.damages() == []
    assert landed.path in zone.untold()
    _land(zone, b"A", 1)
    assert zone.untold() == []


def test_a_landing_cut_off_before_its_line_is_finished(zone):
    _land(zone, b"A")
    _land(zone, b"B", 1, part="2024", etag='"b"', published_at=DAY)
    whole, expected = zone.events(), zone.deliveries("source")
    first, _ = zone.journal.read_text().splitlines(keepends=True)
    zone.journal.write_text(first)
    zone = LandingZone(zone.root)
    (payload,) = zone.finish_interrupted()
    assert payload == expected[1].payload
    assert zone.events() == whole
    assert zone.untold() == []


def test_a_landing_cut_off_before_its_payload_leaves_nothing(zone, monkeypatch):
    write = shutil.copyfileobj

    def killed(source, target):
        write(source, target)
        if target.name.endswith(".csv.99.part"):
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "getpid", lambda: 99)
    monkeypatch.setattr(shutil, "copyfileobj", killed)
    with pytest.raises(KeyboardInterrupt):
        _land(zone, b"A")
    assert len([*zone.root.glob("source/.*.part")]) == 1
    assert len(zone.untold()) == 1
    assert zone.finish_interrupted() == []
    assert [*zone.root.glob("source/*")] == []
    assert zone.events() == []


def test_a_record_of_an_older_version_is_left_and_told(zone):
    landed = _land(zone, b"A")
    record = landed.path.with_suffix(".meta.json")
    facts = json.loads(record.read_text())
    del facts["fetch"], facts["checked_at"]
    record.write_text(json.dumps(facts))
    assert zone.deliveries("source")[0].payload == landed
    zone.journal.write_bytes(b"")
    zone = LandingZone(zone.root)
    assert zone.finish_interrupted() == []
    assert set(zone.untold()) == {landed.path, record}


def test_a_half_written_payload_is_no_payload(zone, monkeypatch):
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match=r"No space"):
        _land(zone, b"A")
    monkeypatch.undo()
    assert list(zone.events()) == []
    assert _land(zone, b"A").path.read_bytes() == b"A"


def _write_many(root: Path, writer: int) -> None:
    for n in range(20):
        _land(LandingZone(root), f"{writer}-{n}".encode(), published_at=DAY)


def test_two_processes_lose_no_line(zone):
    started = [
        multiprocessing.get_context("spawn").Process(
            target=_write_many, args=(zone.root, writer)
        )
        for writer in range(2)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert len(list(zone.events())) == 40
    assert len(zone.deliveries("source")) == 40
    assert stat.S_ISREG(zone.journal.stat().st_mode)
