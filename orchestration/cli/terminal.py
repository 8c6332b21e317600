"""How the command speaks: tables, JSON, progress, and one line for what is wrong."""

import csv
import json
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from unicodedata import category

import duckdb
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from orchestration.resources import current_settings
from orchestration.settings import Settings, SettingsError

# Into a pipe or a file goes what a wide terminal would show.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

Row = dict[str, Any]

_NOTHING_ELSE: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "lock_configuration": "true",
}

_FEW = 5
_SQUEEZABLE = 1.4
"""A table this much too wide is still readable with its cells cut short."""


def stop(*lines: str, code: int = 1) -> typer.Exit:
    """Say on standard error what is wrong; the caller raises what is returned."""
    for line in lines:
        err.print(f"[red]geese:[/red] {escape(_printable(line))}", soft_wrap=True)
    return typer.Exit(code)


def require_one_of(option: str, value: str | None, known: Sequence[str]) -> None:
    """Stop with a line if an option's value is none of those known."""
    if value is not None and value not in known:
        raise stop(f"{option} {value}: not one of {', '.join(known)}", code=2)


def settings() -> Settings:
    """The settings in force, or the end of the command with what is wrong in them."""
    try:
        return current_settings()
    except SettingsError as error:
        raise stop(str(error), code=2) from None


@contextmanager
def open_published(
    found: Settings, bulk: bool = False, target: Path | None = None
) -> Generator[duckdb.DuckDBPyConnection]:
    """The latest version for reading; SQL asked of it reaches nothing else.

    A `target`, a file that is not there yet, may be written. `bulk` means the file of
    the bulk tables.
    """
    latest = found.latest_bulk if bulk else found.latest
    if not latest.exists():
        what = "refresh --source baci --full" if bulk else "refresh"
        raise stop(f"nothing is published yet; run `geese {what}`")
    with duckdb.connect(
        str(latest.resolve()),
        read_only=True,
        config={} if target else _NOTHING_ELSE,
    ) as con:
        if target:
            # In this order: what is closed cannot be opened any more.
            con.execute("set allowed_paths = ?", [[str(target)]])
            con.execute("set enable_external_access = false")
            con.execute("set lock_configuration = true")
        yield con


def distinct(names: Sequence[str]) -> list[str]:
    """Column names, those that repeat numbered."""
    return [
        name if name not in names[:place] else f"{name}_{place + 1}"
        for place, name in enumerate(names)
    ]


def first_line(error: Exception) -> str:
    """The first line of another library's message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def print_json(value: Any) -> None:
    """JSON on standard output, dates as ISO strings."""
    out.file.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def print_csv(rows: Sequence[Row], names: Sequence[str]) -> None:
    """CSV on standard output."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows([names, *(row.values() for row in rows)])


def print_rows(rows: Sequence[Row], title: str | None = None) -> None:
    """A table, or where the terminal is too narrow each row under the other."""
    if not rows:
        out.print(title or "", "no rows")
        return
    widths = [
        max(len(name), *(len(shown(row[name])) for row in rows)) for name in rows[0]
    ]
    excess = (sum(widths) + 2 * len(widths)) / out.width
    if excess > (1 if len(rows) <= _FEW else _SQUEEZABLE):
        _print_upright(rows, title)
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in rows[0]:
        numeric = any(isinstance(row[name], int | float) for row in rows)
        table.add_column(
            escape(shown(name)),
            justify="right" if numeric else "left",
            no_wrap=len(widths) > 6,
        )
    for row in rows:
        table.add_row(*(escape(shown(value)) for value in row.values()))
    out.print(table)


def _print_upright(rows: Sequence[Row], title: str | None) -> None:
    if title:
        out.print(f"[italic]{title}[/italic]")
    margin = max(len(name) for name in rows[0])
    for row in rows:
        for name, value in row.items():
            out.print(f"{escape(shown(name)):{margin}}  {escape(shown(value))}")
        out.print()


def shown(value: object) -> str:
    """A value as a person reads it; nothing is an en dash."""
    if value is None:
        return "–"
    return f"{value:.4f}" if isinstance(value, float) else _printable(str(value))


def _printable(text: str) -> str:
    """Text without what commands a terminal; publishers could send that."""
    return "".join(c for c in text if c in "\n\t" or category(c) != "Cc")


@contextmanager
def progress(first: str) -> Generator[Callable[[str], None]]:
    """Show what is being done and for how long; call the result with each step."""
    display = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    with display:
        task = display.add_task(first)
        yield lambda step: display.update(task, description=step.replace("__", " "))
