"""What the data cannot say is said, and nothing else."""

import pytest

from reports.facts import queries
from reports.facts.desk import Desk
from reports.facts.text import Scrubber
from reports.fonts import covered
from reports.words import limits
from reports.words.voice import Voice


def _said(marts, language):
    facts = queries.read(Desk(marts, language, Scrubber(covered())), "article")
    voice = Voice(language)
    return [voice.plain(found) for found in limits.limits(facts)]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Could not be read"), ("zh-TW", "未能讀取")],
)
def test_a_publisher_that_failed_is_named_with_the_day_of_its_figures(
    marts, language, words
):
    assert not any(words in line for line in _said(marts, language))
    marts.execute(
        "insert into ops.source_states (source, state) values ('taiwan_mof', 'failing')"
    )
    (line,) = [line for line in _said(marts, language) if words in line]
    publisher, day = marts.execute(
        f"""select publisher_{language[:2]}, accessed_on from meta.sources
        where source = 'taiwan_mof'"""
    ).fetchone()
    assert publisher in line
    assert str(day.year) in line


def test_a_source_that_stands_well_is_not_mentioned(marts):
    marts.execute(
        "insert into ops.source_states (source, state) values ('taiwan_mof', 'current')"
    )
    assert not any("Could not be read" in line for line in _said(marts, "en"))
