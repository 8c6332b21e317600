"""The commands about mail: brief send, outbox list, outbox resolve."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import clock
from orchestration.cli.terminal import (
    AsJson,
    out,
    print_json,
    print_rows,
    progress,
    require_one_of,
    settings,
    stop,
)
from orchestration.mail_settings import KINDS, LANGUAGES
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.mail.postman import Item

PARTIAL = 3
"""Exit code when something was sent, but not everything, or nobody knows."""

Deliver = Annotated[
    bool, typer.Option("--deliver", help="Send by mail what is only written else.")
]

app = typer.Typer(
    name="outbox", help="What was sent by mail, to whom.", no_args_is_help=True
)


def brief_send(
    kind: Annotated[
        str | None, typer.Option(help="annual, quarterly or monthly; else all.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="zh-TW or en; else both.")
    ] = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Also to readers who had an older version."),
    ] = False,
    deliver: Deliver = False,
    as_json: AsJson = False,
) -> None:
    """Write the mails that are due; with --deliver, send them to their recipients.

    Each reader gets a brief of a kind and period once, and corrections always.
    """
    found = settings()
    from orchestration.mail import postman
    from orchestration.runs import delivery

    require_one_of("--kind", kind, KINDS)
    require_one_of("--language", language, LANGUAGES)
    if deliver:
        delivery.make_awaited(found)
    items = postman.due_items(found, postman.Wanted(kind, language))
    _write_or_send(found, items, deliver, as_json, again)


@app.command("alert")
def outbox_alert(deliver: Deliver = False, as_json: AsJson = False) -> None:
    """Write what mail.operators should hear of, each thing once; --deliver sends it."""
    found = settings()
    from orchestration.mail import alerts
    from orchestration.runs import delivery

    if deliver:
        with progress("sending") as tell:
            ended = delivery.alert(found, tell)
        _tell_ends(ended, as_json)
    else:
        _write_or_send(found, alerts.items(found), False, as_json)


def _write_or_send(
    found: Settings,
    items: "list[Item]",
    deliver: bool,
    as_json: bool,
    again: bool = False,
) -> None:
    from orchestration.mail import dry_run
    from orchestration.runs import delivery

    if deliver:
        with progress("sending") as tell:
            ended = delivery.send(found, items, tell, again)
        _tell_ends(ended, as_json)
        return
    written = dry_run.write(found, items, again)
    if as_json:
        print_json({"sent": 0, "dry_run": [str(path) for path in written]})
        return
    for path in written:
        out.print(str(path), soft_wrap=True)
    out.print(f"dry run: {len(written)} mails written, nothing sent; add --deliver")


def _tell_ends(ended: Counter[str], as_json: bool) -> None:
    if as_json:
        print_json({state: ended[state] for state in ("sent", "failed", "uncertain")})
    else:
        out.print(
            f"{ended['sent']} sent, {ended['failed']} failed, "
            f"{ended['uncertain']} uncertain"
        )
    if ended["failed"] or ended["uncertain"]:
        raise stop("not all is sent; `geese outbox list` says what to do", code=PARTIAL)


@app.command("list")
def outbox_list(
    state: Annotated[
        str | None,
        typer.Option(help="queued, sent, failed, uncertain, superseded, …; else all."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what went out, to whom, and what became of it."""
    found = settings()
    from orchestration.mail import outbox

    require_one_of("--state", state, outbox.STATES)
    with outbox.opened(found.state) as con:
        rows = outbox.rows(con, [state] if state else outbox.STATES)
    if as_json:
        print_json(rows)
        return
    shown = ("id", "kind", "period", "version", "language", "recipient")
    print_rows(
        [{n: row[n] for n in (*shown, "state", "attempts", "said")} for row in rows]
    )
    in_doubt = [row for row in rows if row["state"] in ("uncertain", "failed")]
    if in_doubt:
        out.print(
            "decide with `geese outbox resolve ID --resend --why …`, or --sent if you "
            "know that it arrived",
            soft_wrap=True,
        )


@app.command("resolve")
def outbox_resolve(
    mail_id: Annotated[int, typer.Argument(metavar="ID", help="From outbox list.")],
    why: Annotated[str, typer.Option(help="How you know; kept for the record.")],
    sent: Annotated[bool, typer.Option("--sent", help="It did arrive.")] = False,
    resend: Annotated[
        bool, typer.Option("--resend", help="Queue the same bytes once more.")
    ] = False,
) -> None:
    """Decide about a mail that failed or is uncertain, or send one once more."""
    found = settings()
    from orchestration.mail import outbox, postman

    if sent == resend:
        raise stop("say either --sent or --resend", code=2)
    with postman.only_sender(found) as con:
        state = outbox.resolve(con, mail_id, resend, why, clock.now())
    out.print(f"mail {mail_id} is {state}")
