"""The commands about published versions: versions, diff, pin."""

from typing import Annotated, Any

import typer

from orchestration import state
from orchestration.cli.terminal import (
    AsJson,
    out,
    print_json,
    print_rows,
    settings,
    stop,
)
from orchestration.settings import Settings
from orchestration.warehouse import differences
from orchestration.warehouse.versions import Version, find, published

app = typer.Typer()


@app.command("versions")
def list_versions(as_json: AsJson = False) -> None:
    """List the published versions, newest first, and what was new in each."""
    found = settings()
    pins = state.pins(found.state)
    rows = [_row(version, pins) for version in published(found.published)]
    if as_json:
        print_json(rows)
        return
    print_rows(rows)


def _row(version: Version, pins: dict[str, str]) -> dict[str, Any]:
    told = version.manifest
    changes = told.get("changes", [])
    counts = {tier: 0 for tier in ("severe", "revision", "news")}
    for change in changes:
        counts[change["tier"]] += max(change["rows"], 1)
    return {
        "version": version.name,
        "payloads": len(told.get("inputs", [])),
        "checks": told.get("checks", {}).get("ran"),
        "warnings": len(told.get("checks", {}).get("warnings", [])),
        **counts,
        "pinned": pins.get(version.name),
    }


@app.command()
def diff(
    old: Annotated[
        str, typer.Argument(help="A version; without it, the one before the newest.")
    ] = "",
    new: Annotated[str, typer.Argument(help="A later one, or latest.")] = "latest",
    as_json: AsJson = False,
) -> None:
    """Show what differs between two versions: lost coverage, revisions, news."""
    folder = settings().published
    if not old and len(published(folder)) < 2:
        raise stop("there is no version before the newest; see `geese versions`")
    before = find(folder, old) if old else published(folder)[1]
    found = differences.between(before.path, find(folder, new).path)
    if as_json:
        print_json([vars(difference) for difference in found])
        return
    if not found:
        out.print("no mart differs")
        return
    print_rows(
        [
            vars(one)
            | {"effect": None if one.effect is None else f"{100 * one.effect:.2f} %"}
            for one in found
        ]
    )


@app.command()
def pin(
    version: Annotated[str, typer.Argument(help="The version to keep for ever.")],
    why: Annotated[str, typer.Option(help="Why, e.g. where it is cited.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Unpin it.")] = False,
) -> None:
    """Keep a version whatever keep_versions says, for example because it is cited."""
    found: Settings = settings()
    kept = find(found.published, version)
    if remove:
        state.unpin(found.state, kept.name)
        out.print(f"{kept.name} may be removed when it is old enough")
        return
    if not why.strip():
        raise stop("--why: say why it must be kept", code=2)
    from ingest import clock

    state.pin(found.state, kept.name, why.strip(), clock.now())
    out.print(f"{kept.name} is kept for ever")
