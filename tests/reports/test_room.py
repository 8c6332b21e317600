"""Texts of a drawing find a place where no other text stands."""

import pytest

from reports.charts.canvas import Box, Canvas, settings, type_of
from reports.charts.room import Ink, Spare
from reports.fonts import faces

RIGHT, LEFT = Spare((5, 0), "left"), Spare((-5, 0), "right")


@pytest.fixture
def canvas(font_cache):
    with settings():
        drawn = Canvas(Box(200, 100, 0, 0, 0, 0), type_of(faces("", font_cache)))
        drawn.axes.set(xlim=(0, 200), ylim=(0, 100))
        yield drawn


def test_texts_meet_where_they_share_a_pixel():
    one = Ink(0, 0, 10, 10)
    assert one.meets(Ink(9, 9, 20, 20))
    assert not one.meets(Ink(10, 0, 20, 10))
    assert not one.meets(Ink(0, 10, 10, 20))


def test_the_first_place_is_taken_where_it_is_free(canvas):
    assert canvas.free((100, 50), "2020", 12, False, (RIGHT, LEFT)) == RIGHT


def test_a_text_gives_way_to_one_that_stands_there(canvas):
    canvas.text((100, 50), "2020", 12, shift=(5, 0))
    assert canvas.free((100, 50), "2021", 12, False, (RIGHT, LEFT)) == LEFT
    canvas.text((100, 50), "2021", 12, shift=(-5, 0), align="right")
    assert canvas.free((100, 50), "2022", 12, False, (RIGHT, LEFT)) is None


def test_a_place_across_the_edge_is_no_place(canvas):
    assert canvas.free((195, 50), "2020", 12, False, (RIGHT, LEFT)) == LEFT
    assert canvas.free((195, 99), "2020", 12, False, (RIGHT, LEFT)) is None


@pytest.mark.parametrize("coordinates", ["data", "axes fraction"])
def test_a_text_is_noted_where_it_stands(canvas, coordinates):
    at = (100, 50) if coordinates == "data" else (0.5, 0.5)
    canvas.text(at, "ab", 10, align="center", coordinates=coordinates)
    (ink,) = canvas.written
    assert (ink.left + ink.right) / 2 == pytest.approx(100)
    assert ink.bottom < 50 < ink.top


def test_a_text_keeps_off_a_line(canvas):
    canvas.keep_off([(100, 20), (140, 80)])
    assert canvas.free((110, 50), "2020", 12, False, (RIGHT, LEFT)) == LEFT
    canvas.keep_off([(0, 52), (200, 52)])
    assert canvas.free((110, 50), "2020", 12, False, (RIGHT, LEFT)) is None
