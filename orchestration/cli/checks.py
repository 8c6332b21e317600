"""The command that shows what the checks of a run found: checks."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.markup import escape

from orchestration import state
from orchestration.cli.terminal import (
    AsJson,
    out,
    print_json,
    print_rows,
    settings,
    stop,
)
from orchestration.records import records
from orchestration.warehouse.versions import find
from reports import check_results

app = typer.Typer()

Row = Mapping[str, Any]

_OF_VERSION = """
select * from ops.check_results where run_id = (select run_id from ops.build)
"""


@app.command()
def checks(
    version: Annotated[
        str | None,
        typer.Option(help="A published version, not the run that checked last."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Also what passed.")] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the page to this file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the checks found: what failed or could not run, and what to do."""
    rows = _of_version(version) if version else state.newest_checks(settings().state)
    if not rows:
        raise stop("nothing has been checked yet; run `geese refresh`")
    rows = check_results.in_order(rows)
    if html:
        html.write_text(check_results.page(rows, rows[0]["version"]), encoding="utf-8")
    if as_json:
        print_json(rows)
        return
    published = rows[0]["version"] or "nothing"
    out.print(f"run      {rows[0]['run_id']}, published: {published}", soft_wrap=True)
    passed = sum(bool(row["is_passed"]) for row in rows)
    out.print(f"checks   {passed} of {len(rows)} passed")
    _print_found([row for row in rows if not row["is_passed"]])
    if every:
        shown = ("table_name", "check_name", "checker", "severity", "outcome")
        print_rows([{n: row[n] for n in shown} for row in rows], "\nevery check")


def print_stopped(rows: Sequence[Row]) -> None:
    """Say that readers keep an older version than the last run's, and why."""
    out.print(
        f"[red]stopped[/red]  the last run published nothing: {len(rows)} checks did "
        "not pass; readers keep the last version; `geese checks` says what to do",
        soft_wrap=True,
    )


def _of_version(name: str) -> list[dict[str, Any]]:
    path = find(settings().published, name).path
    with duckdb.connect(str(path), read_only=True) as con:
        return records(con, _OF_VERSION)


def _print_found(rows: Sequence[Row]) -> None:
    for row in rows:
        word = check_results.WORDS[row["outcome"]]
        out.print(
            f"\n[red]{word}[/red]  {row['severity']}  {row['table_name']}  "
            f"[bold]{row['check_name']}[/bold]  {row['checker']}",
            soft_wrap=True,
        )
        out.print(f"  {escape(row['description'] or '')}", soft_wrap=True)
        out.print(
            f"  [italic]{escape(row['what_to_do'] or '')}[/italic]", soft_wrap=True
        )
