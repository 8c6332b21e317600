"""A page's tree goes in; the same said in plain text comes out, for the mail."""

from collections.abc import Iterator, Sequence

from reports.rendering.blocks import Drawing, Node, cells, is_block

RULE = "-" * 40
# These start a line of their own on the page; here a space keeps words apart.
APART = frozenset({"earlier", "why", "subject"})


def plain(body: Node, drawings: Sequence[Drawing]) -> str:
    """Write a page in plain text, its paragraphs set apart by empty lines."""
    return "\n\n".join(blocks(body, drawings)) + "\n"


def blocks(node: Node, drawings: Sequence[Drawing]) -> Iterator[str]:
    """Yield the paragraphs of a page; a chart is told in words."""
    if node.tag == "svg":
        yield f"[{drawings[int(node.attributes['data-n'])].alt}]"
    elif node.tag == "table":
        yield "\n".join(map(table_line, node.all("tr")))
    elif "keys" in node.classes:
        yield "\n".join(map(key_line, node.all("li")))
    elif "findings" in node.classes:
        for place, item in enumerate(node.all("li"), 1):
            yield f"{place}. " + "\n".join(blocks(item, drawings))
    elif node.tag in ("ul", "ol"):
        yield "\n".join("- " + line(item) for item in node.all("li"))
    elif node.tag == "h2":
        yield f"{RULE}\n{line(node)}"
    elif all(not is_block(child) for child in node.children):
        yield from [line(node)] if line(node) else []
    else:
        for child in node.children:
            yield from [child] if isinstance(child, str) else blocks(child, drawings)


def key_line(item: Node) -> str:
    """Write a key figure: the value, what it is, what it was."""
    parts = [child for child in item.children if isinstance(child, Node)]
    parts.sort(key=lambda part: "earlier" in part.classes)
    return " | ".join(map(line, parts))


def table_line(row: Node) -> str:
    """Write a table's row on one line."""
    return " | ".join(map(line, cells(row)))


def line(node: Node) -> str:
    """Write what an element says on one line."""
    return " ".join("".join(_pieces(node)).split(" ")).strip(" ")


def _pieces(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, str):
            yield child
            continue
        if child.tag == "small" or APART & set(child.classes):
            yield " "
        yield from _pieces(child)
