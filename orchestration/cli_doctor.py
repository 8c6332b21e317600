"""The command about the installation itself: `geese doctor`."""

import typer
from rich.markup import escape

from orchestration.resources import current_settings
from orchestration.settings import SettingsError
from orchestration.terminal import AsJson, out, print_json

WARNINGS_ONLY = 3
"""Exit code when something deserves a look but nothing is broken."""

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}

app = typer.Typer()


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Examine this installation and say what to do about each thing that is wrong."""
    from orchestration.doctor import Finding, examine

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
