"""Workbooks as publishers send them: furigana, and the same bytes each time."""

import io
import re
import zipfile
from datetime import datetime

from openpyxl import Workbook

_WRITTEN = datetime(2026, 8, 1)  # noqa: DTZ001
_PACKED = (2026, 8, 1, 0, 0, 0)
_INLINE = re.compile(r' t="inlineStr"><is><t( [^>]*)?>(.*?)</t></is>', re.DOTALL)
_CHANGED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*")
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_TEXTS = "xl/sharedStrings.xml"


def packed(book: Workbook, readings: dict[str, str] | None = None) -> bytes:
    """The workbook's bytes; `readings` are the furigana of words in it."""
    book.properties.title = "synthetic"
    book.properties.created = _WRITTEN
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old:
        members = {name: old.read(name).decode() for name in old.namelist()}
    texts: list[str] = []

    def shared(found: re.Match[str]) -> str:
        texts.append(found[2])
        return f' t="s"><v>{len(texts) - 1}</v>'

    for name in members:
        if name.startswith("xl/worksheets/"):
            members[name] = _INLINE.sub(shared, members[name])
    # Saving sets the moment of the change anew.
    moment = rf"\g<1>{_WRITTEN.isoformat()}Z"
    members["docProps/core.xml"] = _CHANGED.sub(moment, members["docProps/core.xml"])
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/{_TEXTS}" ContentType="{_KIND}"/></Types>'
    )
    members[_TEXTS] = _table(texts, readings or {})
    return _zip(members)


def _table(texts: list[str], readings: dict[str, str]) -> str:
    """The texts that cells refer to by their place, each with its furigana."""
    items = []
    for text in texts:
        spoken = readings.get(text)
        reading = (
            f'<rPh sb="0" eb="{len(text)}"><t>{spoken}</t></rPh>' if spoken else ""
        )
        items.append(f'<si><t xml:space="preserve">{text}</t>{reading}</si>')
    return f'<?xml version="1.0"?><sst xmlns="{_SPACE}">{"".join(items)}</sst>'


def _zip(members: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, body in members.items():
            info = zipfile.ZipInfo(name, _PACKED)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return held.getvalue()
