"""The command that shows what is published and how the last refresh went: status."""

from datetime import datetime
from typing import Any

import typer
from rich.markup import escape

from orchestration import status as status_of
from orchestration.cli.checks import print_stopped
from orchestration.cli.terminal import AsJson, out, print_json, print_rows, settings

app = typer.Typer()


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show what is published, from which sources, and how the last refresh went."""
    found = status_of.collect(settings())
    if as_json:
        print_json(found)
        return
    last, published = found["last_refresh"], found["published"]
    out.print(f"data     {found['data']} ({found['mode']})", soft_wrap=True)
    line = _refresh_line(last, found["last_success"])
    out.print(f"refresh  {line}", soft_wrap=True)
    if found["stopped"]:
        print_stopped(found["stopped"])
    if published is None:
        out.print("version  nothing published yet; run `geese refresh`")
        return
    checks = published["checks"]
    out.print(
        f"version  [bold]{published['version']}[/bold] of {published['published_at']}"
    )
    out.print(
        f"checks   {checks['passed']} of {checks['ran']} passed, "
        f"{checks['warnings']} warnings  {found['checks_page'] or ''}",
        soft_wrap=True,
    )
    print_rows(published["series"], "\nratios")
    series = [x for x in published["freshness"] if x["alias"] and x["is_followed"]]
    print_rows([_against_calendar(x) for x in series], "\nseries")
    for why in sorted({x["reason"] for x in series if x["state"] == "not awaited"}):
        out.print(f"not awaited  {escape(why)}", soft_wrap=True)
    shown = ("source", "file", "rows", "accessed_on")
    print_rows([{n: row[n] for n in shown} for row in published["sources"]], "\nfiles")
    for line in found["late"]:
        out.print(f"[yellow]late[/yellow]  {escape(line)}", soft_wrap=True)
    told = [("unread", x) for x in last["unread"]] if last else []
    told += [("held back", x) for x in found["held_back"]]
    for name, line in told:
        out.print(f"[red]{name}[/red]  {escape(line)}", soft_wrap=True)


def _against_calendar(row: dict[str, Any]) -> dict[str, Any]:
    """What is shown of a series with a short name; `--json` has all of all series."""
    return {
        "series": row["alias"],
        "newest": row["newest_period"],
        "next": row["next_period"],
        "due": row["due_on"],
        "days late": row["days_late"] or None,
        "state": row["state"],
    }


def _refresh_line(last: dict[str, Any] | None, success: datetime | None) -> str:
    """How the last one went: the command's, unless a schedule's succeeded since."""
    if success and (last is None or last["ended_at"] < success.isoformat()):
        return f"{success} in Asia/Taipei, succeeded"
    if last is None:
        return "never"
    ended = f"{datetime.fromisoformat(last['ended_at'])} in Asia/Taipei"
    if not last["problems"]:
        return f"{ended}, succeeded"
    return f"{ended}, [red]failed[/red]: {escape(last['problems'][0])}"
