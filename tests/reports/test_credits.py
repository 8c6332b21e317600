"""Every chart and table names its sources."""

import re
from dataclasses import replace

import pytest

from reports import brief
from reports.facts import queries
from reports.facts.desk import Desk
from reports.facts.text import Scrubber
from reports.fonts import covered
from reports.kinds import Edition
from reports.pictures import credits
from reports.words.voice import Voice

ENGLISH = Voice("en")


@pytest.fixture
def facts(marts):
    return queries.read(Desk(marts, "en", Scrubber(covered())), "article")


def said(facts, section):
    return " ".join(map(ENGLISH.plain, credits.credits_of(facts)[section]))


def test_a_ratio_chart_credits_its_statistics_and_tells_the_seam(facts):
    assert said(facts, "like") == (
        "Ministry of Finance, Taiwan."
        " Trade Statistics of Japan, Ministry of Finance."
        " Japan’s figures to 2008 come from the monthly table,"
        " those from 2009 on from the dated editions."
    )


@pytest.mark.parametrize("section", ["ranks", "top"])
def test_the_ranking_credits_whom_the_article_credits(facts, section):
    assert said(facts, section) == (
        "Figures printed in the article."
        " The article credits Gartner and the Asahi Shimbun."
    )


def test_a_credit_of_several_files_stands_once(facts):
    twice = replace(facts, sources=facts.sources * 2)
    assert said(twice, "check") == said(facts, "check")


def test_years_that_alternate_have_no_seam(facts):
    japan = facts.ratios("JPN", "ic")
    newest = replace(japan.years[-1], published_on=None)
    assert credits.seam(replace(japan, years=(*japan.years[:-1], newest))) is None
    assert credits.seam(facts.ratios("TWN", "ic")) is None


def test_without_sources_nobody_is_credited(facts):
    empty = replace(facts, sources=(), series=())
    assert not any(credits.credits_of(empty).values())


def test_every_chart_and_table_has_its_line(fresh_marts, font_cache):
    page = brief.make(
        fresh_marts, Edition("annual", "1"), "en", font_cache
    ).html.decode()
    body = page.partition("<body>")[2]
    # Each chart's line, the same below the data behind it, and the two open tables.
    assert len(re.findall('class="source"', body)) == 2 * 6 + 2
