"""What runs by itself: schedules and the sensor, with the clock in the test's hands."""

import datetime as dt
import os
import subprocess
import sys
import time
from itertools import takewhile
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from ingest import clock, standing
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration import failed_runs, heartbeat, source_states, state, status
from orchestration.assets import landing
from orchestration.readiness import NoRoomError
from orchestration.runs import schedules, sensors, upkeep
from orchestration.settings import Settings

pytestmark = pytest.mark.integration

SWITCHABLE = {s.name for s in all_sources().values() if not s.is_on and s.fetch}


@pytest.fixture
def live(tmp_path):
    return Settings(data=tmp_path / "data", mode="live")


def by_name(settings):
    return {found.name: found for found in schedules.schedules(settings)}


def tick(schedule, moment):
    context = dg.build_schedule_context(
        scheduled_execution_time=dt.datetime.fromisoformat(moment)
    )
    found = schedule.evaluate_tick(context)
    return found.skip_message or found.run_requests


def land(settings, source, day):
    """Land bytes that nobody has seen, on the evening of a day."""
    moment = dt.datetime.combine(day, dt.time(17, 30))
    LandingZone(settings.landing).land(
        source,
        all_sources()[source].tables[0].feeds[-1].resource,
        b"synthetic",
        moment,
        moment,
        {},
    )


def test_embedded_installations_ask_nobody(tmp_path):
    found = by_name(Settings(data=tmp_path))
    assert set(found) == {"refresh_schedule", "clean_up_schedule", "drill_schedule"}
    assert {s.execution_timezone for s in found.values()} == {"Asia/Taipei"}


def test_every_publisher_that_can_be_asked_has_its_days(live):
    asked = {name[4:] for name in by_name(live) if name.startswith("ask_")}
    fetched = {s.name for s in all_sources().values() if s.fetch}
    off = {s.name for s in all_sources().values() if not s.is_on}
    assert asked == fetched - off
    more = live.model_copy(update={"sources_on": tuple(off & fetched)})
    assert {n[4:] for n in by_name(more) if n.startswith("ask_")} == fetched


def test_a_publisher_is_asked_for_its_own_payloads_only(live):
    (request,) = tick(by_name(live)["ask_wto_trade"], "2026-11-09T09:00:00+01:00")
    assert request.asset_selection == [landing.key(all_sources()["wto_trade"])]


def test_days_after_a_release_are_skipped_with_the_reason(live):
    schedule = by_name(live)["ask_boj_rates"]
    land(live, "boj_rates", dt.date(2026, 11, 2))
    said = tick(schedule, "2026-11-03T10:00:00+09:00")
    assert said == "boj_rates: new on 2026-11-02; due again 2026-12-02"
    (request,) = tick(schedule, "2026-12-01T10:00:00+09:00")
    assert request.asset_selection


def test_a_publisher_whose_key_is_missing_is_skipped_with_the_reason(live, monkeypatch):
    monkeypatch.delenv("ESTAT_APP_ID", raising=False)
    said = tick(by_name(live)["ask_estat_trade"], "2026-11-30T11:30:00+09:00")
    assert said.startswith("estat_trade: no key; set ")


def test_publishers_days_are_days_of_their_own_time_zone(live):
    found = by_name(live)
    assert found["ask_estat_trade"].execution_timezone == "Asia/Tokyo"
    assert found["ask_wto_trade"].execution_timezone == "Europe/Zurich"


def evaluated(settings):
    sensor, *_ = sensors.sensors(settings)
    with dg.DagsterInstance.ephemeral() as instance:
        found = sensor.evaluate_tick(dg.build_sensor_context(instance=instance))
    return found.skip_message or found.run_requests


def test_nothing_arrived_is_said(refreshed):
    found = evaluated(Settings(data=refreshed))
    assert found == "nothing has arrived since the last published version"


def published_copy(refreshed, data):
    """A data folder that shares the published version and has its own journal."""
    data.mkdir()
    (data / "published").symlink_to(refreshed / "published")
    (data / "landing").mkdir()
    journal = (refreshed / "landing/journal.jsonl").read_bytes()
    (data / "landing/journal.jsonl").write_bytes(journal)
    return Settings(data=data)


def test_a_payload_that_no_version_knows_starts_one_refresh(refreshed, tmp_path):
    settings = published_copy(refreshed, tmp_path / "data")
    land(settings, "taiwan_mof", dt.date(2026, 12, 8))
    (first,), (second,) = evaluated(settings), evaluated(settings)
    assert first.run_key == second.run_key
    land(settings, "boj_rates", dt.date(2026, 12, 9))
    (third,) = evaluated(settings)
    assert third.run_key != first.run_key


def test_a_decision_starts_a_refresh(refreshed, tmp_path):
    settings = published_copy(refreshed, tmp_path / "data")
    zone = LandingZone(settings.landing)
    sha256 = next(e["sha256"] for e in zone.events() if e["event"] == "fetch")
    zone.accept(sha256, "it is right", "me", clock.end_of(dt.date(2100, 1, 1)))
    (request,) = evaluated(settings)
    assert request.run_key


def test_a_dropped_file_starts_a_refresh_once_it_is_at_rest(tmp_path):
    settings = Settings(data=tmp_path)
    dropped = settings.inbox / "taiwan_mof" / "table4.xlsx"
    dropped.parent.mkdir(parents=True)
    dropped.write_bytes(b"synthetic")
    (dropped.parent / ".partial").write_bytes(b"")
    (dropped.parent / "accepted").mkdir()
    os.utime(dropped, (1_000, 1_000))
    assert list(sensors.arrived(settings, 1_010)) == []
    (told,) = sensors.arrived(settings, 1_040)
    assert told.startswith("file taiwan_mof/table4.xlsx")


def test_a_failed_run_is_noted_until_the_job_succeeds(tmp_path):
    settings = Settings(data=tmp_path)
    _, failed, succeeded = sensors.sensors(settings)
    works = []

    @dg.op
    def step():
        if not works:
            raise NoRoomError("synthetic: 1 MB free")

    @dg.job
    def deliver():
        step()

    def told(instance, sensor, kind):
        done = deliver.execute_in_process(instance=instance, raise_on_error=False)
        (event,) = [e for e in done.all_events if e.event_type_value == kind]
        context = dg.build_run_status_sensor_context(
            sensor_name=sensor.name,
            dagster_instance=instance,
            dagster_run=done.dagster_run,
            dagster_event=event,
        )
        is_failure = kind == "PIPELINE_FAILURE"
        sensor(context.for_run_failure() if is_failure else context)

    with dg.DagsterInstance.ephemeral() as instance:
        told(instance, failed, "PIPELINE_FAILURE")
        (noted,) = failed_runs.standing(settings.state)
        told(instance, failed, "PIPELINE_FAILURE")
        assert failed_runs.standing(settings.state) == [noted]
        assert noted.job == "deliver"
        assert "synthetic: 1 MB free" in noted.said
        works.append(True)
        told(instance, succeeded, "PIPELINE_SUCCESS")
    assert failed_runs.standing(settings.state) == []


def test_clean_up_forgets_old_runs_and_keeps_new_ones():
    with dg.DagsterInstance.ephemeral() as instance:

        @dg.op
        def nothing():
            pass

        @dg.job
        def job():
            nothing()

        # As a full disk leaves it: the process died before the run began.
        never_begun = instance.create_run_for_job(job).run_id
        ended = job.execute_in_process(instance=instance).run_id
        old = clock.now() - dt.timedelta(days=2)
        assert upkeep.forget_runs(instance, old) == 0
        assert len(instance.get_runs()) == 2
        assert upkeep.forget_runs(instance, old + dt.timedelta(days=4)) == 2
        for run_id in (never_begun, ended):
            assert instance.get_run_by_id(run_id) is None


def test_clean_up_removes_what_dagster_leaves_of_forgotten_runs(tmp_path):
    @dg.op
    def nothing():
        pass

    @dg.job
    def job():
        nothing()

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        old, new = (job.execute_in_process(instance=instance).run_id for _ in range(2))
        instance.delete_run(old)
        traces = [p for p in tmp_path.rglob("*") if p.name.startswith(old)]
        assert traces, "Dagster does it by itself now"
        before = {p for p in tmp_path.rglob("*") if not str(p).count(old)}
        assert upkeep.remove_traces(tmp_path, instance) == len(traces)
        assert {*tmp_path.rglob("*")} == before
        assert instance.get_run_by_id(new)


def test_clean_up_removes_downloads_that_nobody_finished(tmp_path):
    old, new = tmp_path / "old.part", tmp_path / "new.part"
    for path in (old, new):
        path.write_bytes(b"x")
    os.utime(old, (1_000, 1_000))
    assert upkeep.remove_old(tmp_path.glob("*"), 2_000) == 1
    assert new.exists()
    assert not old.exists()


def test_late_data_are_told_apart_from_nothing_due(live):
    land(live, "boj_rates", dt.date(2026, 11, 2))
    moment = dt.datetime.combine(dt.date(2026, 11, 2), dt.time(17, 30))
    LandingZone(live.landing).note_visit("boj_rates", "complete", None, moment)

    def told(day):
        now = clock.end_of(dt.date.fromisoformat(day))
        (found,) = standing.standings(
            [all_sources()["boj_rates"]], LandingZone(live.landing), {}, (), now
        )
        return source_states.days_late(found, now), source_states.lateness(found, now)

    assert told("2026-11-20") == (0, "nothing due before 2026-12-02")
    assert told("2026-12-07") == (
        5,
        "late by 5 days against the calendar; due 2026-12-02",
    )


def test_a_late_source_fails_a_check_that_stops_nothing(live, monkeypatch):
    source = all_sources()["boj_rates"]
    land(live, source.name, dt.date(2026, 11, 2))
    moment = dt.datetime.combine(dt.date(2026, 11, 2), dt.time(17, 30))
    LandingZone(live.landing).note_visit(source.name, "complete", None, moment)
    now = clock.end_of(dt.date(2026, 12, 7))
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(landing, "_visits", lambda *_: [])
    with dg.DagsterInstance.ephemeral() as instance:
        done = dg.materialize(
            [landing.assets(live)],
            selection=[landing.key(source)],
            resources={landing.LOCK: landing.held_by_run(live)},
            instance=instance,
        )
    found = {c.check_name: c for c in done.get_asset_check_evaluations()}
    assert found["publisher_was_read"].passed
    late = found["arrives_on_time"]
    assert (late.passed, late.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert late.metadata["days_late"].value == 5
    assert status.collect(live)["late"] == [
        "boj_rates: late by 5 days against the calendar; due 2026-12-02"
    ]


def test_a_publisher_asked_by_a_clock_ahead_is_asked_again(live):
    land(live, "boj_rates", dt.date(2029, 1, 2))
    (request,) = tick(by_name(live)["ask_boj_rates"], "2026-12-01T10:00:00+09:00")
    assert request.asset_selection


def test_a_success_of_a_day_to_come_does_not_hide_silence(tmp_path):
    settings = Settings(data=tmp_path)
    heartbeat.beat(settings, dt.datetime(2029, 1, 1, 9))  # noqa: DTZ001
    assert heartbeat.is_silent(settings, dt.datetime(2026, 12, 1))  # noqa: DTZ001
    heartbeat.beat(settings, dt.datetime(2026, 12, 1, 9))  # noqa: DTZ001
    assert not heartbeat.is_silent(settings, dt.datetime(2026, 12, 1))  # noqa: DTZ001
    assert heartbeat.is_silent(settings, dt.datetime(2026, 12, 10))  # noqa: DTZ001


def test_the_run_that_checked_last_is_the_last_also_by_a_clock_set_back(tmp_path):
    file = tmp_path / "state.sqlite"
    check = dict.fromkeys(("severity", "description", "what_to_do"), "")
    check |= {"table_name": "marts.x", "check_name": "y", "checker": "dbt"}
    for run, day, outcome in (("one", 20, "passed"), ("two", 11, "failed")):
        passed = outcome == "passed"
        facts = check | {"outcome": outcome, "is_passed": passed}
        state.record_checks(file, run, [facts], dt.datetime(2026, 12, day))  # noqa: DTZ001
    (newest,) = state.newest_checks(file)
    assert (newest["run_id"], newest["outcome"]) == ("two", "failed")


def _days_of_asking(schedule, year):
    """The ticks of a year in the publisher's own time."""
    zone = ZoneInfo(schedule.execution_timezone)
    start = dt.datetime(year, 1, 1, tzinfo=zone)
    ticks = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    )
    last = dt.datetime(year + 1, 1, 1, tzinfo=zone)
    return list(takewhile(lambda moment: moment < last, ticks))


def test_summer_time_takes_no_day_of_asking_and_gives_none_twice(live):
    found = by_name(live.model_copy(update={"sources_on": tuple(SWITCHABLE)}))
    asked = [s for name, s in found.items() if name.startswith("ask_")]
    zones = {s.execution_timezone for s in asked}
    assert {"Europe/Zurich", "America/New_York", "Asia/Tokyo"} <= zones
    for schedule in asked:
        minute, hour, *_ = schedule.cron_schedule.split()
        for year in (2026, 2027, 2028):
            ticks = _days_of_asking(schedule, year)
            local = {(t.hour, t.minute) for t in ticks}
            assert local == {(int(hour), int(minute))}, schedule.name
            days = [t.date() for t in ticks]
            assert days == sorted(set(days)), schedule.name
            assert days == _days_of_line(schedule.cron_schedule, year), schedule.name


def _days_of_line(line, year):
    """The days of a cron line, worked out without Dagster or a time zone."""
    _, _, of_month, month, of_week = line.split()
    new_year = dt.date(year, 1, 1)
    days = (new_year + dt.timedelta(days=n) for n in range(366))
    return [
        day
        for day in days
        if day.year == year
        and _is_in(day.day, of_month)
        and _is_in(day.month, month)
        and _is_in(day.isoweekday() % 7, of_week)
    ]


def _is_in(number, field):
    spans = [part.split("-") for part in field.split(",")]
    return field == "*" or any(int(s[0]) <= number <= int(s[-1]) for s in spans)


def test_a_scheduled_run_waits_for_a_command_that_is_at_work(live, monkeypatch):
    monkeypatch.setattr(landing, "_visits", lambda *_: [])
    source = all_sources()["boj_rates"]
    live.data.mkdir()
    script = (
        f"import fcntl, sys, time; f = open({str(live.data / 'refresh.lock')!r}, 'w')"
    )
    script += "; fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True)"
    script += "; time.sleep(float(sys.argv[1])); print(time.time(), flush=True)"

    def run(seconds):
        asked = [sys.executable, "-c", script, str(seconds)]
        with (
            subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as holder,
            dg.DagsterInstance.ephemeral() as instance,
        ):
            assert holder.stdout.readline() == "held\n"
            done = dg.materialize(
                [landing.assets(live)],
                selection=[landing.key(source)],
                resources={landing.LOCK: landing.held_by_run(live)},
                instance=instance,
                raise_on_error=False,
            )
            ended = time.time()
            return done, ended - float(holder.stdout.readline())

    done, after = run(1)
    assert done.success
    assert after > 0
    monkeypatch.setattr(landing, "PATIENCE_OF_RUNS", 0.3)
    done, after = run(3)
    assert not done.success
    assert after < 0
    assert any("another refresh is running" in str(e) for e in done.all_events)
