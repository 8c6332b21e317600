"""The page that lists all briefs, written anew with every brief."""

import json
from pathlib import Path

from orchestration.briefs import files
from orchestration.briefs.files import Kept
from orchestration.settings import Settings
from orchestration.whole_files import replace
from reports import archive

# A title with the size and time of the record that it was read from.
Title = tuple[str, int, int]


def write(settings: Settings) -> None:
    """Write `briefs/index.html` from the briefs that lie there.

    Records hold every figure: each is read once, and only its title remembered.
    """
    known, titles = _known(settings), {}
    entries = []
    for brief in files.kept(settings):
        link = brief.page.relative_to(settings.briefs).as_posix()
        titles[link] = _title(brief, known.get(link))
        entries.append(
            archive.Entry(
                kind=brief.kind,
                period=brief.period,
                key=brief.key,
                language=brief.language,
                title=titles[link][0],
                link=link,
            )
        )
    replace(settings.briefs / "index.html", archive.render(entries))
    settings.cache.mkdir(parents=True, exist_ok=True)
    replace(_file(settings), json.dumps(titles, ensure_ascii=False).encode())


def _file(settings: Settings) -> Path:
    return settings.cache / "brief_titles.json"


def _known(settings: Settings) -> dict[str, Title]:
    """The titles read before; nothing where the cache was emptied or is damaged."""
    try:
        found = json.loads(_file(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return {link: (title, size, at) for link, (title, size, at) in found.items()}


def _title(brief: Kept, known: Title | None) -> Title:
    found = brief.record.stat()
    size, at = found.st_size, found.st_mtime_ns
    if known and known[1:] == (size, at):
        return known
    return brief.title, size, at
