"""Chart titles and key figures say what the data say."""

from dataclasses import replace

import pytest

from reports.facts import queries
from reports.facts.desk import Desk
from reports.facts.text import Scrubber
from reports.fonts import covered
from reports.words import headings
from reports.words.voice import Voice

ENGLISH, CHINESE = Voice("en"), Voice("zh-TW")


@pytest.fixture
def facts(marts):
    return queries.read(Desk(marts, "en", Scrubber(covered())), "article")


def with_counts(facts, first, last):
    japan = headings.japanese_firms(facts)
    counts = (
        replace(japan[0], firms=replace(japan[0].firms, value=first)),
        replace(japan[-1], firms=replace(japan[-1].firms, value=last)),
    )
    return replace(facts, countries=counts)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (6, 1, "From six Japanese makers in the top ten to one"),
        (1, 6, "Japanese makers in the top ten: up from one to six"),
        (3, 3, "Japanese makers in the top ten: still three"),
    ],
)
def test_the_rank_title_counts(facts, first, last, said):
    title = headings.ranks_title(with_counts(facts, first, last))
    assert ENGLISH.plain(title) == said


@pytest.mark.parametrize(
    ("now", "before", "move"),
    [
        (1.3, 2.3, "narrowed"),
        (2.3, 1.3, "widened"),
        (0.9, 0.5, "narrowed"),
        (0.5, 0.9, "widened"),
        (1.2, 0.8, "alone"),
        (1.2, None, "alone"),
    ],
)
def test_the_gap_moves_the_way_the_ratios_do(facts, now, before, move):
    japan, taiwan = facts.ratios("JPN", "ic"), facts.ratios("TWN", "ic")

    def at(value, year):
        point = japan.at(year)
        return replace(point, ratio=replace(point.ratio, value=value))

    def scaled(quotient, year):
        point = taiwan.at(year)
        value = None if quotient is None else quotient
        return replace(point, ratio=replace(point.ratio, value=value))

    changed = replace(
        facts,
        series=(
            replace(japan, years=(at(1.0, 2023), at(1.0, 2024))),
            replace(taiwan, years=(scaled(before, 2023), scaled(now, 2024))),
        ),
    )
    side = "above" if now >= 1 else "below"
    assert headings.like_title(changed).key == f"gap.{side}_{move}"


def test_four_key_figures_with_their_earlier_values(facts):
    said = [
        (ENGLISH.show(k.figure), ENGLISH.plain(k.earlier))
        for k in headings.key_figures(facts)
    ]
    assert said == [
        ("1.75", "2.28 in 2023"),
        ("1.32", "1.00 in 2023"),
        ("1.57", "5.39 in 1988"),
        ("1", "6 in 1990"),
    ]


def test_mergers_are_named(facts):
    said = ENGLISH.plain(headings.ranks_note(facts))
    assert "NEC’s chip business into Renesas, 2000–2010" in said
    assert "Kioxia out of Toshiba’s memory business, 2010–2020" in said


def test_another_split_is_one_of_the_chip_business(facts):
    kioxia = next(m for m in facts.moves if m.entity == "kioxia")
    other = replace(kioxia, entity="infineon", company="Infineon")
    said = ENGLISH.plain(headings.ranks_note(replace(facts, moves=(other,))))
    assert "Infineon out of Toshiba’s chip business" in said


def test_latin_names_stand_apart_from_chinese(facts):
    said = CHINESE.plain(headings.ranks_note(facts))
    assert "NEC 半導體事業併入" in said


def test_the_reading_and_the_reach_of_the_data_are_told_apart(facts):
    said = [ENGLISH.plain(p) for p in headings.as_of(facts)]
    assert said == [
        "Sources read on 22 November 2026",
        "Taiwan to August 2025, Japan to March 2026",
    ]
    unread = replace(facts, sources_read_on=None, reaches=())
    assert [p.key for p in headings.as_of(unread)] == ["page.as_of_unknown"]
