"""The commands about the brief: make, open."""

import webbrowser
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.markup import escape

from orchestration.brief_files import Written, newest
from orchestration.settings import Settings
from orchestration.terminal import AsJson, out, print_json, settings, stop

app = typer.Typer(no_args_is_help=True)

Language = Annotated[
    str | None,
    typer.Option("--language", help="zh-TW or en; without it, all of geese.toml."),
]


def print_briefs(written: Sequence[Written]) -> None:
    """Where each brief lies, and its headlines."""
    for brief in written:
        out.print(f"\n[bold]{brief.language}[/bold]  {brief.page}", soft_wrap=True)
        for line in brief.headlines:
            out.print(f"  • {escape(line)}", soft_wrap=True)


@app.command("make")
def brief_make(language: Language = None, as_json: AsJson = False) -> None:
    """Make the brief anew from the latest published version."""
    found = settings()
    from orchestration import briefs

    written = [briefs.write(found, lang) for lang in _languages(found, language)]
    if as_json:
        print_json([vars(brief) for brief in written])
        return
    print_briefs(written)


@app.command("open")
def brief_open(language: Language = None) -> None:
    """Open the newest brief in the browser."""
    found = settings()
    wanted = _languages(found, language)[0]
    written = newest(found, wanted)
    if written is None:
        raise stop(f"no brief in {wanted} yet; run `geese brief make`")
    if not webbrowser.open(written.page.as_uri()):
        raise stop(f"no browser here; open {written.page} yourself")
    out.print(str(written.page), soft_wrap=True)


def _languages(found: Settings, wanted: str | None) -> Sequence[str]:
    if wanted is None:
        return found.languages
    if wanted not in ("zh-TW", "en"):
        raise stop(f"--language {wanted}: not one of zh-TW, en", code=2)
    return (wanted,)
