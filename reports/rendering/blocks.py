"""The page goes in; its body as a tree comes out, for the PDF and the mail to set."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

from reports.fonts import FAMILY
from reports.palette import LIGHT

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "wbr"})
INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "small", "span", "strong", "time", "br"}
)
SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
WORDS = re.compile(r"<(title|desc)\b[^>]*>(.*?)</\1>", re.DOTALL)
SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
HALO = f'paint-order="stroke" stroke="{LIGHT["paper"]}" stroke-width="4"'


@dataclass
class Node:
    """An element: its tag, its attributes and what it holds, in order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """The element's classes."""
        return self.attributes.get("class", "").split()

    @property
    def figure(self) -> str:
        """The link target of the figure that the element prints, "" for none."""
        name = self.attributes.get("data-figure") or self.attributes.get("id", "")
        return name if name.startswith("f-") else ""

    @property
    def text(self) -> str:
        """Everything the element says."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def find(self, tag: str, name: str = "") -> "Node | None":
        """Return the first element below with this tag and, if given, class."""
        return next(self.all(tag, name), None)

    def all(self, tag: str, name: str = "") -> "Iterator[Node]":
        """Yield the elements below with this tag and, if given, class."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag == tag and (not name or name in child.classes):
                    yield child
                yield from child.all(tag, name)


@dataclass(frozen=True)
class Drawing:
    """One SVG of the page in literal colours; width and height in its own pixels."""

    svg: str
    title: str
    description: str
    width: float
    height: float

    @property
    def alt(self) -> str:
        """What is said in the drawing's place."""
        return " – ".join(filter(None, (self.title, self.description)))


@dataclass(frozen=True)
class Sheet:
    """A page's language and title, its body, and the SVGs that `svg` nodes number."""

    language: str
    title: str
    body: Node
    drawings: tuple[Drawing, ...]


class _Builder(HTMLParser):
    """Builds the tree; text is decoded, so a tag within a name stays text."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {key: value or "" for key, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            closed = self.open.pop()
            if closed.tag != tag:
                raise ValueError(f"page: </{tag}> where </{closed.tag}> should stand")

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


@lru_cache(maxsize=1)
def read(html: bytes) -> Sheet:
    """Read a page of ours; PDF and mail share what was read, and leave it as it is.

    Raises `ValueError` where its elements do not nest.
    """
    page = html.decode()
    drawings = tuple(map(drawing, SVG.findall(page)))
    numbers = iter(range(len(drawings)))
    builder = _Builder()
    builder.feed(SVG.sub(lambda _: f'<svg data-n="{next(numbers)}"></svg>', page))
    builder.close()
    root, title = builder.root.find("html"), builder.root.find("title")
    body = builder.root.find("main")
    if root is None or title is None or body is None:
        raise ValueError("page: no html, title or main element")
    return Sheet(root.attributes["lang"], title.text, tidy(body), drawings)


def drawing(svg: str) -> Drawing:
    """Give an SVG of the page its colours, halo and typeface literally.

    Outside the page there are neither its variables nor its rules.
    """
    words = {name: unescape(text) for name, text in WORDS.findall(svg)}
    width, height = map(float, SIZE.findall(svg)[0])
    literal = re.sub(r"var\(--(\w+)\)", lambda found: LIGHT[found[1]], svg)
    literal = literal.replace('class="halo"', HALO)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" font-family="{FAMILY}"'
    return Drawing(
        svg=head + literal.removeprefix("<svg"),
        title=words.get("title", ""),
        description=words.get("desc", ""),
        width=width,
        height=height,
    )


def tidy(node: Node) -> Node:
    """Drop the white space that only lays out the source of the page."""
    kept: list[Node | str] = []
    for child in node.children:
        piece = re.sub(r"[ \t\r\n]+", " ", child) if isinstance(child, str) else child
        kept.append(tidy(piece) if isinstance(piece, Node) else piece)
    if node.tag not in INLINE:
        kept = _trimmed(kept)
    node.children = [child for child in kept if child != ""]
    return node


def _trimmed(children: "list[Node | str]") -> "list[Node | str]":
    """Strip text where it meets the edge of a block."""
    trimmed = list(children)
    for place, child in enumerate(trimmed):
        if not isinstance(child, str):
            continue
        before = trimmed[place - 1] if place else None
        after = trimmed[place + 1] if place + 1 < len(trimmed) else None
        text = child.lstrip(" ") if is_block(before) else child
        trimmed[place] = text.rstrip(" ") if is_block(after) else text
    return trimmed


def is_block(node: "Node | str | None") -> bool:
    """Whether text ends here: at a block, or where there is nothing more."""
    return node is None or (isinstance(node, Node) and node.tag not in INLINE)


def without(node: Node, is_unwanted: Callable[[Node], bool]) -> Node:
    """Return a copy of the tree that lacks the elements not wanted."""
    kept = [
        without(child, is_unwanted) if isinstance(child, Node) else child
        for child in node.children
        if isinstance(child, str) or not is_unwanted(child)
    ]
    return Node(node.tag, node.attributes, kept)


def is_outside(link: Node) -> bool:
    """Whether a link leads to the web, and not to a place near the page."""
    return link.attributes.get("href", "").startswith(("https://", "http://"))


def is_signpost(node: Node) -> bool:
    """Whether a paragraph is only a link to a page that lies beside this one."""
    only = node.children[0] if len(node.children) == 1 else None
    is_link = isinstance(only, Node) and only.tag == "a"
    return node.tag == "p" and is_link and not is_outside(only)


def cells(row: Node) -> list[Node]:
    """Return the cells of a table's row."""
    return [c for c in row.children if isinstance(c, Node) and c.tag in ("td", "th")]
