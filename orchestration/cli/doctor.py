"""The commands about the installation itself: doctor, config."""

import re
from typing import Any

import typer
from rich.markup import escape

from ingest.source import all_sources
from orchestration.cli.terminal import AsJson, out, print_json, settings
from orchestration.findings import Finding
from orchestration.mail_settings import PASSWORD_VARIABLE, WEBHOOK_VARIABLE
from orchestration.resources import current_settings, secrets_set
from orchestration.settings import Settings, SettingsError

WARNINGS_ONLY = 3
"""Exit code when something deserves a look but nothing is broken."""

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}

app = typer.Typer()


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Examine this installation and say what to do about each thing that is wrong."""
    from orchestration.doctor import examine

    try:
        findings = examine(current_settings())
    except SettingsError as error:
        findings = [Finding("config", "error", str(error), "correct that line")]
    if as_json:
        print_json([vars(finding) for finding in findings])
    for finding in () if as_json else findings:
        colour = _COLOURS[finding.level]
        out.print(
            f"[{colour}]{finding.level:8}[/{colour}]{finding.about:9} "
            f"{escape(finding.found)}",
            soft_wrap=True,
        )
        if finding.what_to_do:
            out.print(f"{'':17} → {escape(finding.what_to_do)}", soft_wrap=True)
    levels = {finding.level for finding in findings}
    if "error" in levels:
        raise typer.Exit(1)
    if "warning" in levels:
        raise typer.Exit(WARNINGS_ONLY)


@app.command()
def config(as_json: AsJson = False) -> None:
    """Show the settings in force and the folders they imply."""
    found = settings()
    keys = {s.secret for s in all_sources().values() if s.secret}
    keys |= {PASSWORD_VARIABLE, WEBHOOK_VARIABLE}
    set_now = secrets_set()
    shown = _masked(found) | {
        "latest": str(found.latest),
        "briefs": str(found.briefs),
        **{name: "set" if name in set_now else "not set" for name in sorted(keys)},
    }
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        out.print(f"{name:19} {escape(str(value))}", soft_wrap=True)


def _masked(found: Settings) -> dict[str, Any]:
    """The settings as plain values; of a proxy's user and password nothing is shown."""
    shown = found.model_dump(mode="json")
    for name in ("proxy", "upstreams"):
        if shown[name]:
            shown[name] = re.sub(r"//[^/]*@", "//…@", shown[name])
    return shown
