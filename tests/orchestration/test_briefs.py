"""Briefs in the archive: which is compared, which is corrected, which are listed."""

import json
from datetime import UTC, date, datetime

import duckdb
import pytest

from orchestration import state
from orchestration.briefs import archive as brief_archive
from orchestration.briefs import files, index, making
from orchestration.briefs.making import CannotBriefError, Order
from orchestration.mail import outbox
from orchestration.settings import Settings
from reports.brief import LANGUAGES
from tests.reports.small_warehouse.warehouse import build

FIRST, SECOND, THIRD = "2026-01-01.1", "2026-01-01.2", "2026-01-01.3"


def publish(settings, version, ratio):
    """A synthetic version in which Taiwan's newest month has this ratio."""
    settings.published.mkdir(parents=True, exist_ok=True)
    file = settings.published / f"{version}.duckdb"
    with duckdb.connect(str(file)) as con:
        build(con)
        con.execute("insert into ops.build values ('run', 'code')")
        con.execute("insert into ops.publication values (?, '2026-01-01')", [version])
        con.execute(
            """update marts.balance_ratios set balance_ratio = $1, log_ratio = ln($1)
            where series_id = 'twn.ic.mof_press.ratio.m' and period = '2025-08'""",
            [ratio],
        )
    settings.latest.unlink(missing_ok=True)
    settings.latest.symlink_to(file.name)


def checked(settings, run, moment, *, is_passed):
    """One check of a run, as the state file remembers it."""
    check = {
        "table_name": "marts.balance_ratios",
        "check_name": "ratio_is_positive",
        "checker": "expectations",
        "severity": "ERROR",
        "outcome": "passed" if is_passed else "failed",
        "is_passed": is_passed,
        "description": "",
        "what_to_do": "",
    }
    state.record_checks(settings.state, run, [check], moment)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Two versions with a flash each, and a correction of the first."""
    settings = Settings(data=tmp_path_factory.mktemp("archive"))
    written = []
    for version, ratio in ((FIRST, 1.5), (SECOND, 1.7)):
        publish(settings, version, ratio)
        written.append(making.write(settings, "en", Order("monthly")))
    order = Order("monthly", corrects=FIRST, cause="a column was misread")
    written.append(making.write(settings, "en", order))
    return settings, written


def test_a_brief_is_compared_with_the_newest_of_its_kind_before(archive):
    settings, written = archive
    found = brief_archive.previous(settings, "monthly", SECOND)
    assert found is not None
    assert (found.version, found.period) == (FIRST, "2025-08")
    assert brief_archive.previous(settings, "monthly", FIRST) is None
    assert brief_archive.previous(settings, "annual", SECOND) is None
    first, second = (one.page.read_text("utf-8") for one in written[:2])
    assert "first brief of its kind" in first
    assert f"made from version {FIRST}" in second


def test_a_correction_lies_beside_what_it_corrects(archive):
    settings, (first, second, erratum) = archive
    assert len({first.page, second.page, erratum.page}) == 3
    assert erratum.version == f"{SECOND}-corrects-{FIRST}"
    page = erratum.page.read_text("utf-8")
    for said in ("a column was misread", "<td>1.50</td><td>1.70</td>"):
        assert said in page
    wrong = Order("monthly", corrects="2020-01-01.1", cause="none")
    with pytest.raises(brief_archive.NoSuchBriefError, match="no monthly brief"):
        making.write(settings, "en", wrong)


def test_figures_are_kept_with_text_and_value(archive):
    _, (first, *_) = archive
    told = json.loads(first.page.with_name("brief.json").read_text("utf-8"))
    name = next(
        n
        for n in told["printed"]
        if n.endswith("twn.ic.mof_press.ratio.m,period=2025-08")
    )
    assert told["figures"].keys() == told["printed"].keys()
    assert told["printed"][name][0]


def test_the_list_leads_to_every_brief(archive):
    settings, written = archive
    page = (settings.briefs / "index.html").read_text("utf-8")
    for one in written:
        assert f'href="{one.page.relative_to(settings.briefs).as_posix()}"' in page


def test_the_list_reads_each_record_once(tmp_path, monkeypatch):
    """However many briefs there are, one more costs the reading of one."""
    settings = Settings(data=tmp_path)

    def record(number, title):
        folder = settings.briefs / f"monthly/2025-08/2026-01-01.{number}/en"
        folder.mkdir(parents=True, exist_ok=True)
        told = {"title": title, "headlines": [], "figures": {}}
        (folder / files.RECORD).write_text(json.dumps(told))

    for number in range(1, 501):
        record(number, f"title {number}")
    read, title = [], files.Kept.title.fget

    def counted(one):
        read.append(one.key)
        return title(one)

    monkeypatch.setattr(files.Kept, "title", property(counted))

    def listed():
        read.clear()
        index.write(settings)
        page = (settings.briefs / "index.html").read_text("utf-8")
        assert page.count("<li ") == len(list(settings.briefs.glob("*/*/*/*")))
        return page

    listed()
    assert len(read) == 500
    listed()
    assert read == []
    record(501, "a brief more")
    record(7, "another title for the seventh")
    page = listed()
    assert sorted(read) == ["2026-01-01.501", "2026-01-01.7"]
    assert "a brief more" in page
    assert "another title for the seventh" in page
    (settings.cache / "brief_titles.json").write_text("{")
    listed()
    assert len(read) == 501


def test_a_period_without_figures_is_refused(archive):
    settings, _ = archive
    with pytest.raises(CannotBriefError, match="1999-01: no figures"):
        making.write(settings, "en", Order("monthly", "1999-01"))


def test_a_quarter_is_complete_with_its_last_month(archive):
    settings, _ = archive
    assert not making.completes_a_quarter(settings)


def test_what_was_sent_is_compared_before_what_was_only_made(archive):
    settings, (first, *_) = archive
    with outbox.opened(settings.state) as con:
        rows = [(FIRST, "sent"), (SECOND, "queued")]
        for version, state in rows:
            con.execute(
                """insert into mails (kind, period, version, language, recipient,
                state, head, content_sha256, message_sha256, changed_at)
                values ('monthly', ?, ?, 'en', 'a@example.org', ?, '', '', '', '')""",
                [first.period, version, state],
            )
        con.commit()
    publish(settings, THIRD, 1.8)
    found = brief_archive.previous(settings, "monthly", THIRD)
    assert found is not None
    assert found.version == FIRST
    with outbox.opened(settings.state) as con:
        con.execute("update mails set state = 'queued'")
        con.commit()
    found = brief_archive.previous(settings, "monthly", THIRD)
    assert found is not None
    assert found.version == SECOND
    settings.latest.unlink()
    settings.latest.symlink_to(f"{SECOND}.duckdb")


def test_a_refresh_that_checks_stopped_is_told_under_the_headline(archive):
    settings, _ = archive
    checked(settings, "a", datetime(2026, 2, 3, 4, 5, tzinfo=UTC), is_passed=False)
    written = [making.write(settings, lang, Order("monthly")) for lang in LANGUAGES]
    chinese, english = (one.page.read_text("utf-8") for one in written)
    for page in (chinese, english):
        after = page.partition("</h1>")[2].partition("</header>")[0]
        assert "marts.balance_ratios: ratio_is_positive" in after
    assert "3 February 2026, was stopped by checks" in english
    assert "2026 年 2 月 3 日的最近一次更新未通過檢查" in chinese
    checked(settings, "b", datetime(2026, 2, 4, 4, 5, tzinfo=UTC), is_passed=True)
    again = making.write(settings, "en", Order("monthly"))
    assert "stopped by checks" not in again.page.read_text("utf-8")


def test_a_look_back_is_made_from_the_file_of_that_day(archive):
    settings, (first, *_) = archive
    folder = settings.data / "as_of"
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(folder / "2025-08-31.duckdb")) as con:
        build(con)
        con.execute(
            """delete from marts.balance_ratios where period >= '2025-08'
            and series_id = 'twn.ic.mof_press.ratio.m'"""
        )
        con.execute("drop table ops.source_states")
    order = Order("monthly", as_of=date(2025, 8, 31))
    made = making.write(settings, "en", order)
    assert (made.period, made.version) == ("2025-07", "as-of-2025-08-31")
    page = made.page.read_text("utf-8")
    assert "made from what had been published by 31 August 2025" in page
    assert "not compared with another brief" in page
    assert brief_archive.previous(settings, "monthly", SECOND).version == FIRST
    assert first.page.exists()
