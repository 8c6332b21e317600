"""The `geese` command. What a command needs is imported when it is called."""

import sys
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from orchestration.errors import OperatorError


class Place(NamedTuple):
    """The module of `orchestration.cli` that has a command, and what the list says."""

    module: str
    says: str


COMMANDS = {
    "refresh": Place(
        "refresh", "Update the warehouse, check it, publish it and make the briefs."
    ),
    "status": Place(
        "status",
        "Show what is published, from which sources, and how the last refresh went.",
    ),
    "sources": Place(
        "sources",
        "Show every source: how often it is new, when it was read, and how it stands.",
    ),
    "sql": Place(
        "sql",
        "Ask the latest published version a question in SQL; nothing can be changed.",
    ),
    "brief": Place("brief", "Make the brief, or open it."),
    "outbox": Place("outbox", "What was sent by mail, to whom."),
    "unsubscribe": Place(
        "unsubscribe", "Keep an address out of every mailing from now on."
    ),
    "doctor": Place(
        "doctor",
        "Examine this installation and say what to do about each thing that is wrong.",
    ),
    "config": Place("doctor", "Show the settings in force and the folders they imply."),
    "accept": Place("history", "Let a payload that was held back into the warehouse."),
    "override": Place(
        "history",
        "Lay a reasoned correction over a printed number, which stays as it is.",
    ),
    "revisions": Place(
        "history", "Show what publishers have changed of figures already published."
    ),
    "rebuild": Place(
        "history",
        "Make the warehouse anew from the landing zone alone and compare every mart.",
    ),
    "backup": Place(
        "history", "Write everything that cannot be made again into one archive."
    ),
    "restore": Place(
        "history",
        "Unpack an archive into an empty data folder; `geese rebuild` does the rest.",
    ),
    "landing": Place("history", "Look after the landing zone."),
    "versions": Place(
        "versions",
        "List the published versions, newest first, and what was new in each.",
    ),
    "diff": Place(
        "versions",
        "Show what differs between two versions: lost coverage, revisions, news.",
    ),
    "pin": Place(
        "versions",
        "Keep a version whatever keep_versions says, for example because it is cited.",
    ),
    "explain": Place(
        "explain",
        "Show where a printed number comes from, down to the publisher's bytes.",
    ),
    "verdict": Place(
        "verdict",
        "Say whether Taiwan follows Japan's path, by the registered rule, and why.",
    ),
    "selftest": Place(
        "selftest",
        "Plant defects one at a time in a copy and see that each is caught by name.",
    ),
    "checks": Place(
        "checks",
        "Show what the checks found: what failed or could not run, and what to do.",
    ),
}


def loaded(name: str) -> TyperCommand | TyperGroup:
    """The command itself, its module imported now."""
    module = import_module(f"orchestration.cli.{COMMANDS[name].module}")
    around = typer.Typer(add_completion=False)
    around.add_typer(module.app)
    group: Any = typer.main.get_command(around)
    return group.commands[name]


class Commands(TyperGroup):
    """A group that can list its commands without importing them."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        for name, place in COMMANDS.items():
            self.commands[name] = TyperCommand(name, help=place.says)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, and what it was given."""
        name, _, given = super().resolve_command(ctx, args)
        return name, loaded(str(name)), given


app = typer.Typer(
    name="geese",
    cls=Commands,
    help="Flying Geese 雁行: does Taiwan's semiconductor industry follow Japan's path?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def geese() -> None:
    """The command alone does nothing."""


def main() -> None:
    """Run the command: what a user can run into ends in a line, not in a traceback."""
    try:
        app()
    except Exception as error:
        # Only now: the list of commands does without these.
        import duckdb

        from ingest.source import IngestError
        from orchestration.cli.terminal import first_line, stop

        if isinstance(error, OperatorError):
            sys.exit(stop(*str(error).splitlines()).exit_code)
        if isinstance(error, IngestError | duckdb.Error | OSError | UnicodeDecodeError):
            sys.exit(stop(first_line(error)).exit_code)
        raise
