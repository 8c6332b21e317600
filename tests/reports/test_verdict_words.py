"""What the page says of the trajectory test, on little data and on enough."""

import re
from dataclasses import replace

import pytest

from reports import brief, fonts
from reports.facts import queries
from reports.facts.desk import Desk
from reports.facts.text import Scrubber
from reports.kinds import Edition
from reports.words import lag_words, verdict_words
from reports.words.voice import Voice
from tests.reports.small_warehouse import verdicts
from tests.reports.test_voice import FORBIDDEN

# No probability of one number that Taiwan becomes Japan, in either language.
CHANCES = re.compile(r"probability (that|of) Taiwan|成為日本的機率|機率為")


def read(connection, language="en"):
    return queries.read(
        Desk(connection, language, Scrubber(fonts.covered())), "article"
    )


def said(phrases, language="en"):
    voice = Voice(language)
    return voice.gap.join(map(voice.plain, phrases))


@pytest.fixture(scope="module")
def embedded(fresh_marts):
    return read(fresh_marts)


def test_without_data_the_question_has_no_answer(embedded):
    found = embedded.trajectory
    assert said([verdict_words.title(found)]).endswith("not enough data to tell")
    answer = found.answer(verdict_words.CONFIRMATORY)
    assert [voice for voice in map(Voice("en").plain, verdict_words.lacks(answer))] == [
        "Taiwan has no figures on this statistic: UN Comtrade, SITC revision 2.",
        "Japan has no figures on this statistic: UN Comtrade, SITC revision 2.",
        "Comparison economies: 0, where at least 9 are needed.",
    ]


def test_each_reason_is_named_in_chinese_too(fresh_marts):
    answer = read(fresh_marts, "zh-TW").trajectory.answer(verdict_words.CONFIRMATORY)
    assert said(verdict_words.lacks(answer), "zh-TW") == (
        "臺灣沒有這項統計的數字：聯合國商品貿易資料庫，SITC 第 2 版。"
        "日本沒有這項統計的數字：聯合國商品貿易資料庫，SITC 第 2 版。"
        "比較經濟體 0 個，至少須有 9 個。"
    )


def test_every_reason_of_the_rule_has_words(embedded):
    answer = embedded.trajectory.answer(verdict_words.CONFIRMATORY)
    lack = answer.lacks[-1]
    codes = (
        *("target_has_no_series", "template_has_no_series", "no_complete_year"),
        *("too_few_donors", "too_few_templates", "too_few_years", "too_few_lags"),
        *("major_break_in_target", "newest_year_too_old", "no_world_total"),
    )
    for code in codes:
        one = replace(lack, code=code, axis="goods", window_end=2025)
        for language in brief.LANGUAGES:
            assert said([verdict_words.lack(answer, one)], language)


def test_what_can_be_said_is_said_of_every_lag(embedded):
    text = said(lag_words.lag_body(embedded))
    assert "nearest 3 years back, at Japan’s 2012–2021" in text
    assert "share years there" in text
    assert "lags of 10 to 24 years it is nearest at 13 (2002–2011)" in text
    assert "there Japan moved the other way" in text
    assert "The level is nearest 20 years back (1995–2004)" in text
    assert "At 18 of the 28 lags a flat line lies nearer" in text
    assert "The running year 2025 stays outside" in text
    assert "p =" not in text


def test_the_rehearsal_is_called_one(embedded):
    found = embedded.trajectory
    assert found.shown.purpose == "rehearsal"
    title = said([verdict_words.shown_title(found.shown)])
    assert title.startswith("Rehearsal: Does South Korea")
    text = said(verdict_words.shown_body(found, found.shown))
    assert "It says nothing about Taiwan." in text


@pytest.fixture
def live(marts):
    verdicts.write(marts, "live")
    return marts


def test_a_class_is_said_with_its_numbers(live):
    found = read(live).trajectory
    answer = found.shown
    assert answer.hypothesis == verdict_words.CONFIRMATORY
    text = said(verdict_words.statement(answer))
    for needed in ("Best lag", "registered 35–41", "p\xa0=\xa0", "smallest possible"):
        assert needed in text
    assert "UN Comtrade" in text
    assert "last complete year 2025" in text


@pytest.mark.parametrize("language", brief.LANGUAGES)
@pytest.mark.parametrize(
    "evidence_class", ["FOLLOWS", "DIVERGES", "INCONCLUSIVE", "INSUFFICIENT"]
)
@pytest.mark.sampled(3)
def test_no_class_says_more_than_evidence_can(
    live, font_cache, language, evidence_class
):
    live.execute(
        "update marts.trajectory_verdicts set evidence_class = ?"
        " where purpose <> 'descriptive'",
        [evidence_class],
    )
    page = brief.make(live, Edition("annual", "1"), language, font_cache).html.decode()
    text = re.sub(r"<[^>]+>", "", page.partition("<body>")[2])
    assert not [word for word in FORBIDDEN if word in text.lower()]
    assert not CHANCES.search(text)
    warned = {
        "FOLLOWS": ("neither a causal finding nor a forecast", "不代表因果或預測"),
        "DIVERGES": ("neither a causal finding nor a forecast", "不代表因果或預測"),
        "INCONCLUSIVE": ("not evidence that it does not", "不宜解讀為「不會」"),
        "INSUFFICIENT": ("it gives no answer", "不予作答"),
    }[evidence_class]
    assert warned[language != "en"] in text


def test_a_divergence_is_drawn_from_its_own_test(live):
    before = {p.score.id for p in read(live).trajectory.placebos}
    live.execute(
        "update marts.trajectory_verdicts set evidence_class = 'DIVERGES',"
        " is_mirrored = true where purpose <> 'descriptive'"
    )
    found = read(live).trajectory
    assert found.shown.evidence_class == "DIVERGES"
    drawn = {p.score.id for p in found.placebos}
    assert drawn
    assert not drawn & before
    assert all("is_mirrored=true" in name for name in drawn)
    text = said(verdict_words.statement(found.shown))
    assert "run against" in text
    assert "its own straight line, which follows nobody" in text


def test_the_class_that_stands_heads_the_page(live):
    live.execute(
        """create table ops.verdict_history (hypothesis varchar,
        hypothesis_sha256 varchar, data_year integer, standing_class varchar,
        standing_since integer, is_provisional boolean, recorded_at timestamp)"""
    )
    live.execute(
        """insert into ops.verdict_history select hypothesis, hypothesis_sha256, 2025,
        'INCONCLUSIVE', 2024, false, timestamp '2026-11-22'
        from marts.trajectory_verdicts where hypothesis = 'goods-confirmatory'"""
    )
    found = read(live).trajectory
    assert said([verdict_words.title(found)]).endswith("The data cannot tell")
    standing = verdict_words.standing(found.answer(verdict_words.CONFIRMATORY))
    assert "has stood since the annual run on 2024" in said(standing)
