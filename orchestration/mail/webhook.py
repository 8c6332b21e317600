"""Alerts to a webhook: JSON to an address that is itself a secret, each alert once."""

import logging
from collections.abc import Iterable
from datetime import datetime
from sqlite3 import Connection

import httpx
from pydantic import SecretStr

from ingest.http import trusted
from orchestration.addresses import is_safe
from orchestration.errors import OperatorError
from orchestration.mail.alerts import Alert
from orchestration.mail_settings import WEBHOOK_VARIABLE

_TABLE = """
create table if not exists webhook_posts (
    about text not null, fingerprint text not null, posted_at text not null,
    primary key (about, fingerprint)
)
"""


class WebhookError(OperatorError):
    """The webhook did not take an alert. The message never has its address."""


def post(
    con: Connection, alerts: Iterable[Alert], url: SecretStr, now: datetime
) -> int:
    """Post the alerts that the webhook has not taken yet; returns how many it took.

    Raises WebhookError at the first that it does not take; the next call tries again.
    """
    con.execute(_TABLE)
    posted = 0
    for alert in alerts:
        key = (alert.key.period, alert.key.version)
        query = "select 1 from webhook_posts where (about, fingerprint) = (?, ?)"
        if con.execute(query, key).fetchone():
            continue
        _post(alert, url)
        with con:
            con.execute(
                "insert into webhook_posts values (?, ?, ?)",
                (*key, now.isoformat(" ")),
            )
        posted += 1
    return posted


def _post(alert: Alert, url: SecretStr) -> None:
    address = url.get_secret_value()
    if not is_safe(address):
        raise WebhookError(f"{WEBHOOK_VARIABLE}: not an https:// address; correct it")
    # It writes whole addresses into the log.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    body = {"about": alert.about, "subject": alert.subject, "text": alert.text}
    try:
        answer = httpx.post(
            address, json=body, timeout=20, verify=trusted(), trust_env=False
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = type(error).__name__
        raise WebhookError(
            f"the webhook cannot be reached ({said}); check {WEBHOOK_VARIABLE}"
        ) from None
    if not answer.is_success:
        raise WebhookError(
            f"the webhook answered {answer.status_code}; check {WEBHOOK_VARIABLE}"
        )
