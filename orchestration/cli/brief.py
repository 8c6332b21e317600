"""The commands about the brief: make, open, send."""

import webbrowser
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from orchestration.briefs.files import ALWAYS_MADE, Written, newest
from orchestration.cli.outbox import brief_send
from orchestration.cli.terminal import (
    AsJson,
    out,
    print_json,
    require_one_of,
    settings,
    stop,
)
from orchestration.mail_settings import KINDS, LANGUAGES
from orchestration.settings import Settings

app = typer.Typer(
    name="brief", help="Make the brief, or open it.", no_args_is_help=True
)
app.command("send")(brief_send)

Language = Annotated[
    str | None,
    typer.Option("--language", help="zh-TW or en; without it, all of geese.toml."),
]
Kind = Annotated[
    str | None,
    typer.Option("--kind", help="annual, quarterly or monthly."),
]


def print_briefs(written: Sequence[Written]) -> None:
    """Where each brief lies, and its headlines."""
    for brief in written:
        said = f"\n[bold]{brief.kind} {brief.period}, {brief.language}[/bold]"
        out.print(f"{said}  {brief.page}", soft_wrap=True)
        for line in brief.headlines:
            out.print(f"  • {escape(line)}", soft_wrap=True)


@app.command("make")
def brief_make(
    kind: Kind = None,
    period: Annotated[
        str, typer.Option(help="2026-09, 2026-Q3 or 2025; without it, the newest.")
    ] = "",
    language: Language = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="As the data stood on a day."),
    ] = None,
    corrects: Annotated[
        str, typer.Option(help="The version whose brief was wrong.")
    ] = "",
    cause: Annotated[str, typer.Option(help="Why it was wrong.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make briefs from the latest published version: annual and monthly."""
    found = settings()
    if bool(corrects) != bool(cause.strip()):
        raise stop("--corrects and --cause: give both, or neither", code=2)
    from orchestration.briefs import making

    day = as_of.date() if as_of else None
    orders = [
        making.Order(one, period, day, corrects, cause.strip())
        for one in _kinds(kind, period)
    ]
    languages = _languages(found, language)
    written = [making.write(found, lang, one) for one in orders for lang in languages]
    if as_json:
        print_json([vars(brief) for brief in written])
        return
    print_briefs(written)
    out.print(f"\nall briefs  {found.briefs / 'index.html'}", soft_wrap=True)


@app.command("open")
def brief_open(language: Language = None, kind: Kind = None) -> None:
    """Open the newest brief in the browser."""
    found = settings()
    wanted = _languages(found, language)[0]
    (one, *_) = _kinds(kind, "")
    written = newest(found, wanted, one)
    if written is None:
        raise stop(f"no {one} brief in {wanted} yet; run `geese brief make`")
    if not webbrowser.open(written.page.as_uri()):
        raise stop(f"no browser here; open {written.page} yourself")
    out.print(str(written.page), soft_wrap=True)


def _kinds(wanted: str | None, period: str) -> Sequence[str]:
    """The kinds asked for; a period alone tells its kind by its form."""
    if wanted is None:
        if not period:
            return ALWAYS_MADE
        return (
            "quarterly" if "Q" in period else "monthly" if "-" in period else "annual",
        )
    require_one_of("--kind", wanted, KINDS)
    return (wanted,)


def _languages(found: Settings, wanted: str | None) -> Sequence[str]:
    if wanted is None:
        return found.languages
    require_one_of("--language", wanted, LANGUAGES)
    return (wanted,)
