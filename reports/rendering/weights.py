"""A page goes in; the text that it sets in bold comes out, for the bold face."""

import re
from collections.abc import Iterator

from reports.rendering.blocks import Node, read

# What the stylesheet and the browser set in bold, by tag and by class.
TAGS = frozenset({"b", "cite", "dt", "h1", "h2", "h3", "strong"})
CLASSES = frozenset({"claim", "kicker", "status"})
DRAWN = re.compile(r'<text\b[^>]*font-weight="700"[^>]*>(.*?)</text>', re.DOTALL)


def bold_text(html: bytes) -> str:
    """Return all that a page of ours sets in bold, in no useful order."""
    sheet = read(html)
    drawn = (text for d in sheet.drawings for text in DRAWN.findall(d.svg))
    return "".join((*_bold(sheet.body, is_top=False), *drawn))


def _bold(node: Node, *, is_top: bool) -> Iterator[str]:
    """Yield the bold texts; heads of rows are bold in the table of firms alone."""
    is_top = is_top or "top" in node.classes
    is_bold = node.tag in TAGS or (node.tag == "th" and is_top)
    if is_bold or CLASSES.intersection(node.classes):
        yield node.text
        return
    for child in node.children:
        if isinstance(child, Node):
            yield from _bold(child, is_top=is_top)
