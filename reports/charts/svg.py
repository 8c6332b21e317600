"""Matplotlib's SVG goes in; a small, labelled SVG for a strict page comes out.

Inline styles become presentation attributes, because the page's policy forbids them;
colours become the CSS variables of their roles; ids carry the chart's name.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass

from reports.palette import LIGHT

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
VARIABLE = {value: f"var(--{role})" for role, value in LIGHT.items()}
DEFAULTS = {
    ("text-anchor", "start"),
    ("stroke-dashoffset", "0"),
    ("stroke-linejoin", "miter"),
}
# The page names the typeface once; a drawing that named it again would only grow.
DROPPED = {"font-family", "font-style", "font-variant", "font-stretch"}


@dataclass(frozen=True)
class Caption:
    """What a screen reader says of a drawing."""

    title: str
    description: str


def restyle(raw: bytes, name: str, caption: Caption, marks: Mapping[str, str]) -> str:
    """Return the drawing for the page.

    `name` prefixes every id; `marks` maps group ids of texts to figure anchors.
    """
    root = ET.fromstring(raw)  # noqa: S314 - drawn here, never received
    width, height = (root.get("viewBox") or "").split()[2:]
    tidy(root, name, marks)
    _label(root, name, caption, width, height)
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        element.text = (element.text or "").strip() or None
        element.tail = None
    return ET.tostring(root, encoding="unicode")


def _label(
    root: ET.Element, name: str, caption: Caption, width: str, height: str
) -> None:
    root.attrib.clear()
    root.attrib.update(
        {
            "viewBox": f"0 0 {width} {height}",
            "width": width,
            "height": height,
            "role": "img",
            "stroke-linejoin": "round",
            "aria-labelledby": f"{name}-t {name}-d",
        }
    )
    for place, (tag, words) in enumerate(
        (("title", caption.title), ("desc", caption.description))
    ):
        element = ET.Element(tag, id=f"{name}-{tag[0]}")
        element.text = words
        root.insert(place, element)


def tidy(parent: ET.Element, name: str, marks: Mapping[str, str]) -> None:
    """Restyle all below `parent`, and lift the children of groups left empty-handed."""
    for child in list(parent):
        if _is_noise(child):
            parent.remove(child)
            continue
        group = child.attrib.pop("id", "")
        if group in marks:
            _mark(child, marks[group])
        elif group and child.tag in (f"{SVG}path", f"{SVG}clipPath"):
            child.set("id", f"{name}-{group}")
        _spread_style(child)
        point_inside(child, name)
        shorten(child)
        tidy(child, name, marks)
        if child.tag == f"{SVG}g" and not child.attrib:
            _lift(parent, child)


def _is_noise(element: ET.Element) -> bool:
    if element.tag == f"{SVG}metadata":
        return True
    return element.tag == f"{SVG}defs" and element.find(f"{SVG}style") is not None


def _mark(group: ET.Element, anchor: str) -> None:
    for text in group.iter(f"{SVG}text"):
        # The page's style draws these with a halo in the colour of the paper.
        text.set("class", "halo")
        if anchor:
            text.set("data-figure", anchor)


def _spread_style(element: ET.Element) -> None:
    for declaration in element.attrib.pop("style", "").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if not key or key in DROPPED or (key, value) in DEFAULTS:
            continue
        if key == "font":
            spread_font(element, value)
        else:
            element.set(key, VARIABLE.get(value, value.removesuffix("px")))


def spread_font(element: ET.Element, shorthand: str) -> None:
    """Split `font: 700 13px 'Name'`, of which only weight and size matter."""
    size = re.search(r"([\d.]+)px", shorthand)
    if size:
        element.set("font-size", size[1])
    if re.search(r"\b(bold|700)\b", shorthand):
        element.set("font-weight", "700")


def point_inside(element: ET.Element, name: str) -> None:
    """Make references point at the prefixed ids."""
    reference = element.attrib.pop(f"{XLINK}href", None)
    if reference:
        element.set("href", f"#{name}-{reference[1:]}")
    clip = element.get("clip-path")
    if clip:
        element.set("clip-path", clip.replace("#", f"#{name}-"))


def shorten(element: ET.Element) -> None:
    """Round coordinates to a tenth of a pixel and drop turns by nothing."""
    if re.fullmatch(r"rotate\(-0 .*\)", element.get("transform", "")):
        del element.attrib["transform"]
    for key in ("x", "y", "d", "transform"):
        value = element.get(key)
        if value:
            element.set(key, re.sub(r"-?\d+\.\d+", _tenth, " ".join(value.split())))


def _tenth(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _lift(parent: ET.Element, group: ET.Element) -> None:
    place = list(parent).index(group)
    parent.remove(group)
    for offset, child in enumerate(list(group)):
        parent.insert(place + offset, child)
