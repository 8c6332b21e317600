"""The command for a reader who wants no mail: unsubscribe."""

from typing import Annotated

import typer

from ingest import clock
from orchestration.cli.terminal import out, settings, stop

app = typer.Typer()


@app.command()
def unsubscribe(
    address: Annotated[str, typer.Argument(help="The address, as in geese.toml.")],
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
) -> None:
    """Keep an address out of every mailing from now on."""
    found = settings()
    from orchestration.mail import outbox, unsubscribed
    from orchestration.mail_settings import normal_address

    try:
        known = normal_address(address)
    except ValueError as error:
        raise stop(f"{address!r}: {error}", code=2) from None
    with outbox.opened(found.state) as con:
        if not undo:
            unsubscribed.add(con, known, clock.now())
        elif not unsubscribed.remove(con, known):
            raise stop(f"{known}: had not unsubscribed")
    out.print(f"{known} gets {'mail again' if undo else 'no mail any more'}")
