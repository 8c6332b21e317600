"""The command that shows how every source stands: sources."""

from typing import Any

import typer
from rich.markup import escape

from orchestration import source_states
from orchestration.cli.terminal import AsJson, out, print_json, print_rows, settings

app = typer.Typer()


@app.command()
def sources(as_json: AsJson = False) -> None:
    """Show every source: how often it is new, when it was read, and how it stands."""
    found = source_states.rows(settings())
    if as_json:
        print_json(found)
        return
    print_rows(
        [
            {
                "source": row["source"],
                "cadence": row["cadence_days"] and f"{row['cadence_days']} days",
                "last checked": row["last_checked"]
                and f"{row['last_checked']:%Y-%m-%d %H:%M}",
                "last changed": row["last_changed"] and row["last_changed"].date(),
                "next due": row["next_due"] and row["next_due"].date(),
                "days late": row["days_late"] or None,
                "state": row["state"],
            }
            for row in found
        ]
    )
    _print_reasons(found)


def _print_reasons(found: list[dict[str, Any]]) -> None:
    """Why sources stand as they do, those of one reason together."""
    by_reason: dict[str, list[str]] = {}
    for row in found:
        if row["reason"]:
            by_reason.setdefault(row["reason"], []).append(row["source"])
    out.print()
    for reason, named in by_reason.items():
        line = f"[bold]{', '.join(named)}[/bold]  {escape(reason)}"
        out.print(line, soft_wrap=True)
