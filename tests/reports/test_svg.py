"""A drawing keeps its shapes and loses what a strict page forbids."""

import xml.etree.ElementTree as ET

import pytest

from reports.charts.svg import Caption, restyle

RAW = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="340pt" height="100pt" viewBox="0 0 340 100">
<metadata>made today</metadata>
<defs><style type="text/css">*{stroke-linejoin: round}</style></defs>
<g id="figure_1"><g id="text-0">
<text style="font: 700 13px 'Brief Sans TC'; text-anchor: start; fill: #b3261e"
 x="10.123456" y="20" transform="rotate(-0 10 20)">1.75</text></g>
<path id="mabc" d="M 0.00001 1.25 L 2 3" style="fill: none; stroke: #16181d"/>
<use xlink:href="#mabc" style="stroke: #123456"/></g></svg>"""


@pytest.fixture(scope="module")
def root():
    said = Caption("Title <b>", "Words & more")
    return ET.fromstring(restyle(RAW, "like-w", said, {"text-0": "f-1"}))  # noqa: S314 - ours


def test_styles_become_attributes_and_colours_roles(root):
    text = root.find(".//text")
    assert text.get("fill") == "var(--japan)"
    assert text.get("font-size") == "13"
    assert text.get("font-weight") == "700"
    assert not [e for e in root.iter() if e.get("style")]
    assert root.find("metadata") is None


def test_a_colour_without_a_role_stays(root):
    assert root.find(".//use").get("stroke") == "#123456"


def test_texts_point_to_the_figures_they_print(root):
    text = root.find(".//text")
    assert text.get("data-figure") == "f-1"
    assert text.get("class") == "halo"


def test_ids_and_references_carry_the_charts_name(root):
    assert root.find(".//use").get("href") == "#like-w-mabc"
    assert root.find(".//path").get("id") == "like-w-mabc"


def test_the_drawing_is_named_for_screen_readers(root):
    assert root.get("role") == "img"
    assert root.find("title").text == "Title <b>"
    assert root.get("aria-labelledby") == "like-w-t like-w-d"


def test_coordinates_are_short(root):
    assert root.find(".//text").get("x") == "10.1"
    assert root.find(".//text").get("transform") is None
