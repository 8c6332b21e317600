"""The data choose the sentence, in both directions."""

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reports.facts import queries
from reports.facts.desk import Desk
from reports.facts.text import Scrubber
from reports.fonts import covered
from reports.words import findings, headings
from reports.words.numbers import same_print
from reports.words.voice import Voice

ENGLISH, CHINESE = Voice("en"), Voice("zh-TW")


@pytest.fixture
def facts(marts):
    return queries.read(Desk(marts, "en", Scrubber(covered())), "article")


def with_years(facts, exports, imports, before=(100.0, 100.0)):
    """Facts in which Taiwan's chip trade went from `before` to these flows."""
    series = facts.ratios("TWN", "ic")
    newest = series.newest
    earlier = series.at(newest.year - 1)
    parts = (math.log(exports / before[0]), -math.log(imports / before[1]))
    now = replace(
        newest,
        ratio=replace(newest.ratio, value=exports / imports),
        change=replace(newest.change, value=sum(parts)),
        export_contribution=replace(newest.export_contribution, value=parts[0]),
        import_contribution=replace(newest.import_contribution, value=parts[1]),
    )
    then = replace(earlier, ratio=replace(earlier.ratio, value=before[0] / before[1]))
    changed = replace(series, years=(then, now))
    others = tuple(s for s in facts.series if s is not series)
    return replace(facts, series=(*others, changed))


def lead(facts):
    return ENGLISH.plain(findings.change(facts).lead)


@pytest.mark.parametrize(
    ("exports", "imports", "said"),
    [
        (110, 130, "Taiwan’s ratio fell as imports outran exports"),
        (70, 90, "Taiwan’s ratio fell as exports shrank faster than imports"),
        (95, 130, "Taiwan’s ratio fell, mainly on higher imports"),
        (70, 105, "Taiwan’s ratio fell, mainly on lower exports"),
        (130, 110, "Taiwan’s ratio rose as exports outran imports"),
        (90, 70, "Taiwan’s ratio rose as imports shrank faster than exports"),
        (130, 95, "Taiwan’s ratio rose, mainly on higher exports"),
        (105, 70, "Taiwan’s ratio rose, mainly on lower imports"),
        (120, 120, "Taiwan’s ratio hardly moved"),
    ],
)
def test_sign_and_size_name_the_flow(facts, exports, imports, said):
    assert lead(with_years(facts, exports, imports)) == said


@pytest.fixture(scope="module")
def still_facts(fresh_marts):
    """Facts that no test changes, so that Hypothesis may share them."""
    return queries.read(Desk(fresh_marts, "en", Scrubber(covered())), "article")


flows = st.floats(10, 1000)


@given(exports=flows, imports=flows)
def test_the_verb_always_agrees_with_the_ratio(still_facts, exports, imports):
    changed = with_years(still_facts, exports, imports)
    series = changed.ratios("TWN", "ic")
    before, now = (p.ratio for p in series.years)
    assume(not same_print(before, now))
    verb = "rose" if now.value > before.value else "fell"
    assert f"ratio {verb}" in lead(changed)
    body = ENGLISH.plain(findings.change(changed).body[0])
    assert body.startswith(f"It {verb} from ")
    headline = ENGLISH.plain(findings.headline(changed))
    assert (", up from" if verb == "rose" else ", down from") in headline


@given(exports=flows, imports=flows)
def test_the_named_flow_really_moved_that_way(still_facts, exports, imports):
    said = lead(with_years(still_facts, exports, imports))
    grew = {"exports": exports > 100, "imports": imports > 100}
    for flow in ("exports", "imports"):
        if f"on higher {flow}" in said:
            assert grew[flow]
        if f"on lower {flow}" in said:
            assert not grew[flow]
        if f"as {flow} outran" in said:
            assert grew[flow]
        if f"as {flow} shrank" in said:
            assert not grew[flow]


def test_the_real_headline(facts):
    assert ENGLISH.plain(findings.headline(facts)) == (
        "In 2024 Taiwan exported 1.75 times the chips it imported, by value,"
        " down from 2.28 a year earlier; Japan’s ratio was last that high in 1998"
    )


def test_the_headline_in_chinese(facts):
    said = CHINESE.plain(findings.headline(facts)).replace("\xa0", " ")
    assert said == (
        "2024 年臺灣晶片出口值為進口值的 1.75 倍，低於前一年的 2.28 倍；"
        "日本上一次有此水準是在 1998 年"
    )


def test_a_deficit_is_called_one(facts):
    said = ENGLISH.plain(findings.headline(with_years(facts, 90, 120)))
    assert said.startswith(
        "In 2024 Taiwan exported fewer chips than it imported, by value,"
        " at a ratio of 0.75, down from 1.00 a year earlier"
    )


@pytest.mark.parametrize(
    ("above", "said"),
    [
        (1998, "; Japan’s ratio was last that high in 1998"),
        (None, "; Japan’s ratio was never that high in 1988–2025"),
        (2025, "; Japan’s own ratio was at least as high in 2025"),
    ],
)
def test_the_headline_places_taiwan(facts, above, said):
    assert ENGLISH.plain(findings.headline(placed(facts, above, None))).endswith(said)


def test_the_years_below_are_all_of_them(facts):
    said = " ".join(map(ENGLISH.plain, findings.place(facts).body))
    assert "It has been lower in every year since 1999, when it was 1.70." in said


def test_without_a_change_nothing_is_compared(facts):
    changed = with_years(facts, 130, 110)
    series = changed.ratios("TWN", "ic")
    now = replace(series.years[1], change=replace(series.years[1].change, value=None))
    alone = replace(series, years=(series.years[0], now))
    changed = replace(changed, series=(alone,))
    assert lead(changed) == "Taiwan’s ratio cannot be set against a year earlier"
    assert "a year earlier" not in ENGLISH.plain(findings.headline(changed))


def test_no_taiwan_at_all(facts):
    empty = replace(facts, series=(), placement=None, claims=(), countries=())
    for finding in findings.findings(empty):
        assert ENGLISH.plain(finding.lead)
        assert finding.body
    assert "no figure yet" in ENGLISH.plain(findings.headline(empty))
    assert not headings.key_figures(empty)


def placed(facts, above, below):
    place = facts.placement
    return replace(
        facts,
        placement=replace(
            place,
            last_year_at_or_above=replace(place.last_year_at_or_above, value=above),
            first_year_below=replace(place.first_year_below, value=below),
        ),
    )


@pytest.mark.parametrize(
    ("above", "below", "said"),
    [
        (1998, 1999, "Japan’s ratio was last this high in 1998"),
        (None, 1988, "Japan’s ratio was never this high"),
        (2025, None, "Japan’s ratio is at least this high today"),
    ],
)
def test_the_place_in_japans_history(facts, above, below, said):
    finding = findings.place(placed(facts, above, below))
    assert ENGLISH.plain(finding.lead) == said
    assert "–" not in " ".join(map(ENGLISH.plain, finding.body))


def test_most_of_the_fall_came_before_the_article(facts):
    said = ENGLISH.plain(findings.article(facts).lead)
    assert said == "Most of Japan’s fall came before the article’s series begins"


def with_claim(facts, claim_id, **changes):
    claims = tuple(
        replace(c, **changes) if c.id == claim_id else c for c in facts.claims
    )
    return replace(facts, claims=claims)


def test_an_agreeing_start_is_said_to_agree(facts):
    agreed = with_claim(facts, "C16", status="reproduced")
    finding = findings.article(agreed)
    assert "where the article says" in ENGLISH.plain(finding.lead)
    assert "agree" in ENGLISH.plain(finding.body[0])


def test_a_later_start_of_most_of_the_fall_is_not_called_most(facts):
    series = facts.ratios("JPN", "components")
    first = replace(series.years[0], ratio=replace(series.years[0].ratio, value=2.2))
    low = replace(series, years=(first, *series.years[1:]))
    others = tuple(s for s in facts.series if s is not series)
    changed = replace(facts, series=(*others, low))
    said = ENGLISH.plain(findings.article(changed).lead)
    assert said == "Japan’s fall began before the article’s series does"


def test_a_low_that_stands_is_said_to_stand(facts):
    said = findings.article(with_claim(facts, "C18", status="reproduced")).body[-1]
    assert "still stands" in ENGLISH.plain(said)


def test_a_missing_start_is_said_to_be_missing(facts):
    claim = facts.claim("C16")
    gone = with_claim(facts, "C16", ours=replace(claim.ours, value=None))
    assert "cannot be checked" in ENGLISH.plain(findings.article(gone).lead)
