"""The job that sends: what operators should hear of, and the briefs that are due."""

from collections import Counter
from collections.abc import Callable

import dagster as dg

from ingest import clock
from orchestration.briefs import making
from orchestration.errors import OperatorError
from orchestration.mail import alerts, notices, outbox, postman, waiting, webhook
from orchestration.mail.postman import Item, Wanted
from orchestration.resources import current_settings, smtp_password, webhook_url
from orchestration.settings import Settings


class UndeliveredError(OperatorError):
    """Some mail failed or may have got lost."""


def make_awaited(settings: Settings) -> None:
    """Make the briefs that waited for figures anew, from the latest version."""
    mail = postman.require_mail(settings)
    if not settings.latest.exists():
        return
    version = settings.latest.resolve().stem
    for kind, period in waiting.owed(settings, mail.deadline_days, clock.now()):
        for language in settings.languages:
            folder = settings.briefs / kind / period / version / language
            if not (folder / "mail.eml").exists():
                making.write(settings, language, making.Order(kind, period))


def send(
    settings: Settings,
    items: list[Item],
    tell: Callable[[str], None],
    again: bool = False,
) -> Counter[str]:
    """Queue these mails and send all that is queued; how many ended in which state.

    Raises OperatorError if nothing can be sent; what was queued then stays.
    """
    password = smtp_password(postman.require_mail(settings))
    with postman.only_sender(settings) as con:
        for line in postman.note_waiting(settings, con):
            tell(line)
        postman.queue(settings, con, items, again)
        return postman.deliver(settings, con, password, tell)


def alert(settings: Settings, tell: Callable[[str], None]) -> Counter[str]:
    """Mail and post what is new to the operators; neither way stops the other.

    Raises OperatorError.
    """
    lost = None
    if postman.require_mail(settings).webhook:
        try:
            with outbox.opened(settings.state) as con:
                found = alerts.collect(settings)
                webhook.post(con, found, webhook_url(), clock.now())
        except OperatorError as error:
            lost = error
    ended = send(settings, alerts.items(settings), tell)
    if lost:
        raise lost
    return ended


@dg.op(description="Tell the operators what is new to them")
def tell_operators(context: dg.OpExecutionContext) -> None:
    """Send the alerts. Raises OperatorError."""
    settings = current_settings()
    _whole(alert(settings, context.log.info))


@dg.op(description="Send the briefs that are due; each reader gets each period once")
def send_briefs(context: dg.OpExecutionContext) -> None:
    """Send the briefs. Raises OperatorError."""
    settings = current_settings()
    if not settings.latest.exists() and notices.withheld(settings) is None:
        context.log.info("nothing is published yet")
        return
    make_awaited(settings)
    items = postman.due_items(settings, Wanted())
    _whole(send(settings, items, context.log.info))


def _whole(ended: Counter[str]) -> None:
    if ended["failed"] or ended["uncertain"]:
        raise UndeliveredError(
            f"{ended['failed']} mails failed, {ended['uncertain']} are uncertain; "
            "`geese outbox list` says what to do"
        )


@dg.job(name="deliver", executor_def=dg.in_process_executor)
def DELIVER() -> None:  # noqa: N802 - a constant like the other jobs
    """Mail the alerts and the briefs; one that fails does not stop the other."""
    tell_operators()
    send_briefs()
