"""The page that lists all briefs, written anew with every brief."""

from orchestration import brief_archive
from orchestration.settings import Settings
from orchestration.whole_files import replace
from reports import archive


def write(settings: Settings) -> None:
    """Write `briefs/index.html` from the briefs that lie there."""
    entries = [
        archive.Entry(
            kind=brief.kind,
            period=brief.period,
            key=brief.key,
            language=brief.language,
            title=brief.title,
            link=brief.page.relative_to(settings.briefs).as_posix(),
        )
        for brief in brief_archive.kept(settings)
    ]
    replace(settings.briefs / "index.html", archive.render(entries))
