"""How old every series is, and how late against its publisher's calendar."""

import datetime as dt
from unittest.mock import patch

import dagster as dg
import duckdb
import pytest

from ingest import clock
from ingest.landing import LandingZone
from ingest.source import all_sources
from orchestration import status
from orchestration.checks import freshness_checks
from orchestration.mail import alerts
from orchestration.settings import Settings
from orchestration.warehouse import freshness

JUNE = ("2026-06", dt.date(2026, 6, 30))
JULY = ("2026-07", dt.date(2026, 7, 31))
AUGUST = ("2026-08", dt.date(2026, 8, 31))
SEPTEMBER = ("2026-09", dt.date(2026, 9, 30))
COLUMNS = """(series_id varchar, economy_code varchar, {more} definition varchar,
source varchar, period varchar, {kind} varchar, period_end_date date,
published_on date, {flows[0]}_millions double, {flows[1]}_millions double)"""


@pytest.fixture
def live(tmp_path):
    """A live installation whose newest version has the three tables, empty."""
    settings = Settings(data=tmp_path, mode="live")
    settings.published.mkdir()
    version = settings.published / "2026-10-01.1.duckdb"
    settings.latest.symlink_to(version.name)
    with duckdb.connect(str(version)) as con:
        con.execute("create schema marts; create schema meta")
        goods = {"more": "product_set varchar,", "kind": "period_kind"}
        goods["flows"] = ("exports", "imports")
        technology = {"more": "", "kind": "year_kind"}
        technology["flows"] = ("receipts", "payments")
        con.execute(f"create table marts.balance_ratios {COLUMNS.format(**goods)}")
        con.execute(
            f"create table marts.technology_balances {COLUMNS.format(**technology)}"
        )
        con.execute(
            """create table marts.series_aliases as select 'jp.ic' as alias,
            'jpn.ic.customs_principal.ratio.a' as series_id"""
        )
        con.execute(
            """create table meta.sources as select 'estat_trade' as source,
            'Customs' as publisher_en, '海關' as publisher_zh"""
        )
    return settings


moment = dt.datetime.fromisoformat


def add(settings, series_id, *periods, source="estat_trade", flows=(1.0, 2.0)):
    """Put a goods series into the newest version."""
    economy, product_set, definition, *_, letter = series_id.split(".")
    kind = {"a": "annual", "m": "monthly", "ytd": "ytd"}[letter]
    of = (series_id, economy.upper(), product_set, definition, source)
    rows = [[*of, name, kind, end, None, *flows] for name, end in periods]
    with duckdb.connect(str(settings.latest.resolve())) as con:
        con.executemany(
            "insert into marts.balance_ratios values (?,?,?,?,?,?,?,?,?,?,?)", rows
        )


def told(settings, day):
    """Every series as of a day, by name."""
    with (
        patch.object(clock, "now", lambda: moment(f"{day} 09:00")),
        duckdb.connect(str(settings.latest.resolve()), read_only=True) as con,
    ):
        found = freshness.every_series(con, settings, dt.date.fromisoformat(day))
    return {row["series_id"]: row for row in found}


def visited(settings, source, when, outcome="complete", reason=None):
    """The publisher was asked, and had something that nobody had seen."""
    zone, feed = (
        LandingZone(settings.landing),
        all_sources()[source].tables[0].feeds[-1],
    )
    zone.land(source, feed.resource, b"synthetic", moment(when), moment(when), {})
    zone.note_visit(source, outcome, reason, moment(when))


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setenv("ESTAT_APP_ID", "synthetic")


def test_the_newest_period_with_both_flows_tells_the_age(live):
    add(live, "jpn.ic.customs_principal.ratio.m", JULY, AUGUST)
    add(live, "jpn.ic.customs_principal.ratio.m", SEPTEMBER, flows=(1.0, None))
    add(live, "jpn.equipment.customs_principal.ratio.m", SEPTEMBER, flows=(1.0, None))
    with duckdb.connect(str(live.latest.resolve())) as con:
        freshness.record(con, live, dt.date(2026, 10, 10))
        rows = con.execute(
            """select series_id, publisher_zh, newest_period, age_days
            from ops.data_freshness"""
        ).fetchall()
    # Of equipment there never were imports: exports alone are all there is.
    assert rows == [
        ("jpn.equipment.customs_principal.ratio.m", "海關", "2026-09", 10),
        ("jpn.ic.customs_principal.ratio.m", "海關", "2026-08", 40),
    ]


def test_a_series_that_misses_its_month_is_late_though_its_source_is_fresh(live, key):
    """The defect: e-Stat came on time, with components and without circuits."""
    add(live, "jpn.ic.customs_principal.ratio.a", ("2025", dt.date(2025, 12, 31)))
    add(live, "jpn.ic.customs_principal.ratio.m", JULY, AUGUST)
    add(live, "jpn.components.customs_principal.ratio.m", JULY, AUGUST, SEPTEMBER)
    visited(live, "estat_trade", "2026-10-28 12:00")
    found = told(live, "2026-11-04")
    late = found["jpn.ic.customs_principal.ratio.m"]
    assert (late["state"], late["days_late"]) == ("late", 5)
    assert late["alias"] == "jp.ic"
    assert late["reason"] == (
        "2026-09 was due 2026-10-30; estat_trade was new on 2026-10-28, without it: "
        "look at the publisher's page"
    )
    fresh = found["jpn.components.customs_principal.ratio.m"]
    assert (fresh["state"], fresh["days_late"]) == ("nothing due", 0)
    assert fresh["reason"] == "2026-10 is due 2026-11-30"
    assert (
        found["jpn.ic.customs_principal.ratio.a"]["reason"] == "2026 is due 2027-01-30"
    )


def test_the_day_it_is_due_is_not_late_yet(live, key):
    add(live, "jpn.ic.customs_principal.ratio.m", AUGUST)
    name = "jpn.ic.customs_principal.ratio.m"
    assert told(live, "2026-10-30")[name]["state"] == "nothing due"
    assert told(live, "2026-10-31")[name]["days_late"] == 1


def test_what_nobody_is_asked_for_is_not_late(live, monkeypatch):
    monkeypatch.delenv("ESTAT_APP_ID", raising=False)
    add(live, "jpn.ic.customs_principal.ratio.m", JUNE, source="japan_customs")
    add(live, "twn.ic.mof_press.ratio.m", JUNE, source="taiwan_mof")
    found = told(live, "2026-11-04")
    japan = found["jpn.ic.customs_principal.ratio.m"]
    assert japan["state"] == "not awaited"
    assert japan["reason"] == "estat_trade: no key, set ESTAT_APP_ID"
    taiwan = found["twn.ic.mof_press.ratio.m"]
    assert (taiwan["state"], taiwan["days_late"]) == ("late", 87)
    assert "drop the publisher's file into inbox/taiwan_mof/" in taiwan["reason"]
    embedded = told(live.model_copy(update={"mode": "embedded"}), "2026-11-04")
    assert {row["state"] for row in embedded.values()} == {"not awaited"}


def test_a_source_that_is_continued_is_late_by_its_followers_calendar(live, key):
    add(live, "jpn.ic.customs_principal.ratio.m", JUNE, source="japan_customs")
    visited(live, "estat_trade", "2026-10-28", "failed", "HTTP 503")
    row = told(live, "2026-09-02")["jpn.ic.customs_principal.ratio.m"]
    assert row["state"] == "late"
    assert row["days_late"] == 3
    assert row["reason"].endswith("estat_trade is failing: see `geese sources`")


def test_a_series_that_missed_three_years_has_ended(live, key):
    years = ("2020", dt.date(2020, 12, 31))
    add(live, "jpn.ic.comtrade_sitc2.ratio.a", years, source="un_comtrade")
    visited(live, "un_comtrade", "2024-12-01")
    name = "jpn.ic.comtrade_sitc2.ratio.a"
    assert told(live, "2025-12-31")[name]["state"] == "late"
    row = told(live, "2026-01-01")[name]
    assert (row["state"], row["reason"]) == ("ended", "nothing new since 2020")


def test_a_running_year_is_due_with_its_month_and_told_by_the_month(live, key):
    add(live, "jpn.ic.customs_principal.ratio.a", ("2025", dt.date(2025, 12, 31)))
    add(live, "jpn.ic.customs_principal.ratio.ytd", ("2026-01..06", JUNE[1]))
    row = told(live, "2026-09-02")["jpn.ic.customs_principal.ratio.ytd"]
    assert (row["next_period"], row["days_late"]) == ("2026-01..07", 3)
    assert not row["is_followed"]


def test_a_late_series_fails_its_check_and_the_others_parts_pass(
    live, key, monkeypatch
):
    test_a_series_that_misses_its_month_is_late_though_its_source_is_fresh(live, key)
    built = live.model_copy(update={"mode": "live"})
    built.warehouse.symlink_to(live.latest.resolve())
    monkeypatch.setattr(clock, "now", lambda: moment("2026-11-04 09:00"))
    goods, technology = freshness_checks.checks(built)
    marts = [dg.AssetSpec(["marts", mart]) for mart in freshness_checks.MARTS]
    with dg.DagsterInstance.ephemeral() as instance:
        job = dg.define_asset_job("c", selection=dg.AssetSelection.all_asset_checks())
        resolved = dg.Definitions(
            assets=marts, asset_checks=[goods, technology], jobs=[job]
        ).resolve_job_def("c")
        done = resolved.execute_in_process(instance=instance)
    found = {c.asset_key.path[-1]: c for c in done.get_asset_check_evaluations()}
    late = found["balance_ratios"]
    assert (late.passed, late.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert late.description.startswith(
        "jpn.ic.customs_principal.ratio.m: late by 5 days against the calendar"
    )
    parts = {p["name"]: p["outcome"] for p in late.metadata["tests"].value}
    assert list(parts.values()).count("failed") == 1
    assert parts["jpn.ic.customs_principal.ratio.m arrives on time"] == "failed"
    assert found["technology_balances"].passed


def test_a_late_series_is_in_the_status_and_told_to_the_operators(
    live, key, monkeypatch
):
    add(live, "jpn.ic.customs_principal.ratio.a", ("2025", dt.date(2025, 12, 31)))
    add(live, "jpn.ic.customs_principal.ratio.m", JULY, AUGUST)
    visited(live, "estat_trade", "2026-10-28 12:00")
    monkeypatch.setattr(clock, "now", lambda: moment("2026-11-04 09:00"))
    monkeypatch.setattr(status, "_published", lambda settings: None)
    (line,) = status.collect(live)["late"]
    assert line.startswith("jpn.ic.customs_principal.ratio.m: late by 5 days")
    (alert,) = alerts.collect(live)
    assert (alert.about, alert.lines) == (
        "late data",
        ("jpn.ic.customs_principal.ratio.m: 2026-09 was due 2026-10-30",),
    )
    add(live, "jpn.ic.customs_principal.ratio.m", SEPTEMBER)
    assert status.collect(live)["late"] == []
    assert alerts.collect(live) == []


def test_who_continues_a_source_has_a_calendar():
    sources = all_sources()
    followers = [s.continued_by for s in sources.values() if s.continued_by]
    assert followers
    assert all(sources[name].days_to_publish for name in followers)


@pytest.mark.integration
def test_every_published_series_has_an_age_and_a_state(published):
    missing = published.execute(
        """select series_id from marts.balance_ratios union
        select series_id from marts.technology_balances
        except select series_id from ops.data_freshness"""
    ).fetchall()
    assert missing == []
    assert published.execute(
        """select count(*) from ops.data_freshness
        where publisher_en is null or state is null or reason is null"""
    ).fetchone() == (0,)
