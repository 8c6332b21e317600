"""A brief's page goes in; the same brief as a tagged PDF, and its charts as PNG."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst

from reports.brief import Brief
from reports.fonts import Face
from reports.rendering.blocks import (
    Drawing,
    Node,
    cells,
    is_outside,
    is_signpost,
    read,
    without,
)
from reports.rendering.templating import TEMPLATES
from reports.words.voice import Voice

# A typographic point is a pixel of the drawing: 72 of them make an inch.
DOTS = 72
# Folded away on the page: data behind charts, and what only screen readers need.
LEFT_OUT = frozenset({"quiet", "narrow"})
NOTE_WORDS = ("title", "intro", "printed", "id")


class TypesettingError(RuntimeError):
    """The typesetter met something it could only warn of, such as a missing font."""


def make(brief: Brief) -> bytes:
    """Set a brief's page as PDF/UA-1, with a closing list of its figures.

    Raises `TypesettingError` on any warning and `typst.TypstError` on any fault.
    """
    sheet, voice = read(brief.html), Voice(brief.language)
    body = without(sheet.body, _is_left_out)
    day = brief.day
    page = {
        "title": sheet.title,
        "language": sheet.language.partition("-")[0],
        "region": sheet.language.partition("-")[2] or None,
        "date": [day.year, day.month, day.day] if day else None,
        "body": element(body),
        "drawings": [_drawing(drawing) for drawing in sheet.drawings],
        "notes": {n: voice(f"data_notes.{n}") for n in NOTE_WORDS}
        | {"rows": printed(body, brief.figures)},
    }
    options = {"format": "pdf", "pdf_standards": ["ua-1"]}
    return _compile("brief.typ", page, brief.faces, **options)[0]


def charts(
    drawings: Sequence[Drawing], faces: Sequence[Face], width: int
) -> tuple[bytes, ...]:
    """Draw each drawing on white, `width` dots wide, as PNG."""
    if not drawings:
        return ()
    resolution = DOTS * width / drawings[0].width
    pages = [_drawing(drawing) for drawing in drawings]
    return _compile("charts.typ", pages, faces, format="png", ppi=resolution)


def _is_left_out(node: Node) -> bool:
    is_apart = node.tag == "details" or is_signpost(node)
    return is_apart or bool(LEFT_OUT & set(node.classes))


def _drawing(drawing: Drawing) -> dict[str, str | float]:
    size = {"width": drawing.width, "height": drawing.height}
    return {"svg": drawing.svg, "alt": drawing.alt} | size


def element(node: Node | str) -> dict[str, Any] | str:
    """Write a tree as the template reads it."""
    if isinstance(node, str):
        return node
    written: dict[str, Any] = {
        "tag": node.tag,
        "class": node.classes,
        "children": [element(child) for child in node.children],
    }
    if node.tag == "svg":
        written["n"] = int(node.attributes["data-n"])
    if node.tag in ("td", "th"):
        names = ("colspan", "rowspan")
        written |= {name: int(node.attributes.get(name, 1)) for name in names}
    if node.tag == "table":
        written["columns"] = width(node)
    if node.tag == "a" and is_outside(node):
        written["href"] = node.attributes["href"]
    return written


def width(table: Node) -> int:
    """Return how many columns a table has."""
    spans = [
        sum(int(c.attributes.get("colspan", 1)) for c in cells(row))
        for row in table.all("tr")
    ]
    return max(spans, default=1)


def printed(body: Node, figures: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return every figure of the running text, as first printed, with its id.

    Those in large type come first; tables carry their own headings.
    """
    ids = {target: figure_id for figure_id, target in figures.items()}
    text = without(body, lambda node: node.tag == "table")
    first = [n for keys in text.all("ul", "keys") for n in keys.all("span", "n")]
    shown = {
        ids[node.figure]: node.text
        for node in reversed([*first, *text.all("span", "n")])
    }
    return [(shown[name], name) for name in reversed(shown)]


def _compile(
    template: str, data: object, faces: Sequence[Face], **options: Any
) -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory() as empty:
        # An empty root, and no folder of packages: nothing can be read or fetched.
        compiler = typst.Compiler(
            (TEMPLATES / template).read_bytes(),
            root=empty,
            font_paths=_fonts(faces[0].ttf.parent),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            package_path=empty,
            package_cache_path=empty,
        )
        made, warnings = compiler.compile_with_warnings(timestamp=0, **options)
    if warnings or made is None:
        said = "; ".join(w.message for w in warnings)
        raise TypesettingError(f"{template}: {said or 'nothing was made'}")
    return tuple(made) if isinstance(made, list) else (made,)


@cache
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder)],
    )
