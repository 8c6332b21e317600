"""The words at the right end of each line: its name and its last values."""

from typing import NamedTuple

from reports.charts.canvas import Canvas, Type, fit, spread
from reports.charts.plot import Line, Size
from reports.facts.figures import Figure

# Room for a line's name, as a part of the drawing's width.
NAME_SHARE = 0.25


class Row(NamedTuple):
    """One line of words, its size in pixels, and the figure it prints."""

    words: str
    pixels: float
    bold: bool
    figure: Figure | None


def width(line: Line, face: Type, size: Size) -> float:
    """Return the room that a line's words need, in pixels."""
    rows = _rows(line, face, size) if line.spots else []
    return max((face.width(r.words, r.pixels, r.bold) for r in rows), default=0)


def write(canvas: Canvas, lines: tuple[Line, ...], year: float, size: Size) -> None:
    """Write each line's name and last values beside its end, without overlaps.

    `year` is where the axis ends.
    """
    lines = tuple(line for line in lines if line.spots)
    blocks = [_rows(line, canvas.face, size) for line in lines]
    heights = [size.line * len(rows) + 6 for rows in blocks]
    wanted = [canvas.pixel(year, line.spots[-1].value)[1] for line in lines]
    centres = spread(wanted, heights)
    for line, rows, height, centre in zip(lines, blocks, heights, centres, strict=True):
        at = (year, line.spots[-1].value)
        start = centre - canvas.pixel(*at)[1] + (height - 6) / 2
        for place, row in enumerate(rows):
            canvas.text(
                at,
                row.words,
                row.pixels,
                line.role,
                (12, start - (place + 0.75) * size.line),
                bold=row.bold,
                figure=row.figure,
            )


def _rows(line: Line, face: Type, size: Size) -> list[Row]:
    name = fit(face, line.name, size.text, size.width * NAME_SHARE, bold=True)
    rows = [
        Row(name, size.text, True, None),
        Row(line.last, size.text, True, line.spots[-1].figure),
    ]
    if line.running:
        value, *months = line.running.words.split("\n")
        rows.append(Row(value, size.small, False, line.running.figure))
        rows += [Row(words, size.small, False, None) for words in months]
    return rows
