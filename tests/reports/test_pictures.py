"""Charts draw what the facts hold, whole or thin."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from reports import fonts
from reports.brief import strings
from reports.charts import plot, ratios
from reports.charts.canvas import fit, settings, spread, type_of
from reports.facts import queries
from reports.facts.desk import Desk
from reports.facts.figures import figure
from reports.facts.text import Scrubber
from reports.facts.verdict_facts import Trajectory
from reports.kinds import Edition
from reports.pictures.pictures import check_plot, like_plot, pictures
from reports.words import homes
from reports.words.voice import Voice

VOICE = Voice("en")


@pytest.fixture(scope="module")
def facts(fresh_marts):
    return queries.read(Desk(fresh_marts, "en", Scrubber(fonts.covered())), "article")


@pytest.fixture(scope="module")
def face(facts, font_cache):
    glyphs = "".join((VOICE.characters(), *strings(facts)))
    return type_of(fonts.faces(glyphs, font_cache))


def spots(count):
    made = [figure("m.c", 1 + i / 50, "ratio", y=i) for i in range(count)]
    return tuple(plot.Spot(1960 + i, f) for i, f in enumerate(made))


@pytest.mark.parametrize("count", [0, 1, 2, 60])
@pytest.mark.parametrize("width", [680, 340])
def test_any_number_of_points_draws(face, count, width):
    line = plot.Line("japan", "Japan", "1.00 in 1960", spots(count))
    chart = plot.RatioPlot((line,), (), "Balanced trade")
    with settings():
        assert b"<svg" in ratios.draw(chart, face, width).raw_svg()


def test_no_series_at_all_draws(facts, face):
    nothing = Trajectory((), (), (), (), (), ())
    empty = replace(
        facts,
        series=(),
        placement=None,
        firms=(),
        moves=(),
        claims=(),
        trajectory=nothing,
    )
    names = {"like", "check", "ranks", "homes", "lag", "phase", "strip"}
    assert set(pictures(empty, VOICE, face, Edition("annual", "v"))) == names


def test_a_line_breaks_where_a_year_is_missing():
    early, late = spots(6)[:2], spots(6)[4:]
    assert ratios.unbroken((*early, *late)) == [list(early), list(late)]


def test_part_of_a_year_is_never_joined(facts):
    for line in like_plot(facts, VOICE, 680).lines:
        assert line.running is not None
        assert line.running.year not in {s.year for s in line.spots}


def test_the_articles_points_are_ringed(facts):
    rings = check_plot(facts, VOICE, 680).rings
    assert [(r.year, r.words) for r in rings] == [
        (2002, "2.03"),
        (2014, "1.29"),
        (2021, "1.46"),
    ]


def test_events_before_the_axis_are_left_out(facts):
    names = [e.name for e in like_plot(facts, VOICE, 680).events]
    assert names == ["1991 agreement", "Financial crisis", "Covid-19"]


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_texts_stay_inside_and_large_enough(facts, face, size):
    for picture in pictures(facts, VOICE, face, Edition("annual", "v")).values():
        root = ET.fromstring(getattr(picture, size))  # noqa: S314 - our own drawing
        width = float(root.get("width"))
        for text in root.iter("text"):
            pixels = float(text.get("font-size"))
            assert pixels >= 10.5
            bold = text.get("font-weight") == "700"
            length = face.width(text.text, pixels, bold)
            place = {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor"), 0.0)
            left = float(text.get("x")) - place * length
            assert left >= -1, text.text
            assert left + length <= width + 1, text.text


def test_centres_move_apart_until_labels_fit():
    centres = spread([10, 11, 40], [20, 20, 20])
    assert centres[1] - centres[0] >= 19.9
    assert centres[2] - centres[1] >= 19.9


def test_a_name_too_long_is_cut(face):
    cut = fit(face, "A" * 120, 12, 90)
    assert cut.endswith("…")
    assert face.width(cut, 12) <= 90


def test_a_missing_glyph_is_an_error(face):
    with settings(), pytest.raises(UserWarning, match="missing from font"):
        type(face)(face.regular, face.bold).width("龘", 12)


def test_a_home_is_drawn_with_and_without_foundries(facts):
    plot = homes.slope_plot(facts, VOICE, 680)
    assert [first for first, _ in plot.headings] == [
        "1990",
        "2000",
        "2010",
        *["2020"] * 2,
    ]
    assert [second for _, second in plot.headings][3:] == ["", "with foundries"]
    drawn = {s.name: [d.column for d in s.dots] for s in plot.slopes}
    assert drawn["Japan"] == [0, 1, 2, 3]
    assert drawn["Taiwan"] == [3, 4]
    assert plot.apart_from == 4
    assert "Netherlands" not in drawn


def test_without_foundries_known_the_note_says_they_are_left_out(facts):
    plain = replace(facts, countries_with_foundries=())
    assert len(homes.slope_plot(plain, VOICE, 680).headings) == 4
    assert "left out" in VOICE.plain(homes.note(plain))
    assert "19" in VOICE.plain(homes.note(facts))


def test_a_narrow_drawing_has_short_names_where_whole_ones_have_no_room(facts):
    names = [
        {slope.name for slope in homes.slope_plot(facts, VOICE, width).slopes}
        for width in (680, 340)
    ]
    assert "United States" in names[0]
    assert "US" in names[1]


@pytest.mark.parametrize("width", [680, 340])
@pytest.mark.parametrize("first", [1.05, 0.95, 0.8])
def test_the_line_of_balance_is_named_where_no_line_runs(face, width, first):
    made = [figure("m.c", first + 0.01 * (i % 5), "ratio", y=i) for i in range(9)]
    low = tuple(plot.Spot(1990 + i, f) for i, f in enumerate(made))
    rest = tuple(
        plot.Spot(1999 + i, figure("m.c", 1.8, "ratio", y=i)) for i in range(9)
    )
    line = plot.Line("japan", "Japan", "1.80 in 2007", (*low, *rest))
    with settings():
        drawn = ratios.draw(plot.RatioPlot((line,), (), "Balanced trade"), face, width)
    label = drawn.written[-1]
    assert not any(map(label.meets, drawn.drawn))
    assert not any(map(label.meets, drawn.written[:-1]))
