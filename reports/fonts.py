"""The characters of a brief go in; two small cached font files come out."""

import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "Brief Sans TC"
WEIGHTS = (400, 700)
# Noto Sans TC, OFL-1.1. The package that carries it has one author: the digest pins it.
SOURCE_SHA256 = "864727d210d54f2537bbe23b3a839436c3992af72de9322af5270897246bd44f"
RECIPE = "1"
ALWAYS = frozenset(map(ord, "".join(map(chr, range(0x20, 0x7F))) + "\xa0–−〓…年月日"))
# The font draws these full width, which tears English words apart.
CURLY_QUOTES = (0x2018, 0x2019, 0x201C, 0x201D)
# Names of the font a cut keeps: its own, its version, and the licence it comes under.
KEPT_NAMES = {0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17}
NAMED_STYLE = {400: "Regular", 700: "Bold"}


class FontError(RuntimeError):
    """The font is not the one this brief was designed and checked with."""


@dataclass(frozen=True)
class Face:
    """One weight as TrueType, for drawing and measuring."""

    weight: int
    ttf: Path


@dataclass(frozen=True)
class WebFace:
    """One weight as WOFF2, for a page."""

    weight: int
    woff2: Path


def source() -> Path:
    """Return the variable font's path. Raises `FontError` if its bytes differ."""
    folder = files("justmytype_intl_cjk") / "fonts/ofl/notosanstc"
    path = Path(str(folder / "NotoSansTC[wght].ttf"))
    _check(path)
    return path


@cache
def _check(path: Path) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        raise FontError(f"{path.name} has digest {digest}, not {SOURCE_SHA256}")


@cache
def covered() -> frozenset[int]:
    """Return the code points the font can draw."""
    with TTFont(source(), lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def faces(text: str, cache_folder: Path) -> tuple[Face, ...]:
    """Return the faces that draw `text`, from the cache or made now.

    Raises `FontError` when a character is not in the font: the scrubber replaces
    those of the warehouse before this point, so one here is in a catalogue.
    """
    characters = frozenset(ord(c) for c in text if c >= " ") | ALWAYS
    missing = sorted(characters - covered())
    if missing:
        raise FontError("not in font: " + " ".join(f"U+{c:04X}" for c in missing))
    folder = cache_folder / _cache_key(characters)
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_face(characters, weight, folder) for weight in WEIGHTS)


def slim(
    whole: tuple[Face, ...], text: str, bold: str, cache_folder: Path
) -> tuple[WebFace, ...]:
    """Return faces cut from those given to what a page sets in each.

    The regular one draws `text`, the bold one `bold`, the part of it set in bold.
    """
    set_in = {400: text, 700: bold}
    return tuple(_slimmed(face, set_in[face.weight], cache_folder) for face in whole)


def _slimmed(face: Face, text: str, cache_folder: Path) -> WebFace:
    characters = frozenset(ord(c) for c in text if c >= " ") | ALWAYS
    folder = cache_folder / _cache_key(characters)
    folder.mkdir(parents=True, exist_ok=True)
    woff2 = folder / f"BriefSansTC-{face.weight}-slim.woff2"
    if not woff2.exists():
        with TTFont(face.ttf, recalcTimestamp=False, lazy=True) as font:
            _subset(font, characters)
            write(font, woff2, "woff2")
    return WebFace(face.weight, woff2)


def _cache_key(characters: Iterable[int]) -> str:
    recipe = json.dumps([RECIPE, SOURCE_SHA256, sorted(characters)])
    return hashlib.sha256(recipe.encode()).hexdigest()[:16]


def _face(characters: Iterable[int], weight: int, folder: Path) -> Face:
    ttf = folder / f"BriefSansTC-{weight}.ttf"
    if not ttf.exists():
        with TTFont(source(), recalcTimestamp=False, lazy=True) as font:
            write(instance(font, characters, weight), ttf, None)
    return Face(weight, ttf)


def write(font: TTFont, path: Path, flavour: str | None) -> None:
    """Write whole or not at all: another run may be reading the cache."""
    font.flavor = flavour
    buffer = io.BytesIO()
    font.save(buffer)
    with NamedTemporaryFile(dir=path.parent, delete=False) as draft:
        draft.write(buffer.getvalue())
    Path(draft.name).replace(path)


def instance(font: TTFont, characters: Iterable[int], weight: int) -> TTFont:
    """Cut the variable font down to `characters` at one weight."""
    use_proportional_quotes(font)
    _subset(font, characters)
    cut = instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    rename(cut, weight)
    return cut


def _subset(font: TTFont, characters: Iterable[int]) -> None:
    options = subset.Options()
    options.layout_features = ["kern", "ccmp", "locl", "mark", "mkmk"]
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.name_IDs = sorted(KEPT_NAMES)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=sorted(characters))
    subsetter.subset(font)


def use_proportional_quotes(font: TTFont) -> None:
    """Point the curly quotes at the narrow glyphs the font hides behind `pwid`."""
    narrow = _proportional_glyphs(font)
    for table in font["cmap"].tables:
        if not table.isUnicode() or table.format == 14:
            continue
        for quote in CURLY_QUOTES:
            glyph = table.cmap.get(quote)
            if glyph in narrow:
                table.cmap[quote] = narrow[glyph]


def _proportional_glyphs(font: TTFont) -> dict[str, str]:
    gsub = font["GSUB"].table
    narrow: dict[str, str] = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag != "pwid":
            continue
        for index in record.Feature.LookupListIndex:
            for table in gsub.LookupList.Lookup[index].SubTable:
                narrow.update(getattr(table, "ExtSubTable", table).mapping)
    return narrow


def rename(font: TTFont, weight: int) -> None:
    """Name the cut so that no program takes it for the installed full family."""
    style = NAMED_STYLE[weight]
    plain = f"BriefSansTC-{style}"
    names = {1: FAMILY, 2: style, 3: plain, 4: f"{FAMILY} {style}", 6: plain}
    names |= {16: FAMILY, 17: style}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    bold = weight == 700
    # The tables' fields exist only once the font is read.
    metrics: Any = font["OS/2"]
    metrics.usWeightClass = weight
    metrics.fsSelection &= ~0b1100001
    metrics.fsSelection |= 0b100000 if bold else 0b1000000
    head: Any = font["head"]
    head.macStyle = int(bold)
    if "STAT" in font:
        del font["STAT"]
