"""Addresses that want no mail: in `data/state.sqlite`, never in the landing zone."""

import sqlite3
from datetime import datetime


def add(con: sqlite3.Connection, address: str, now: datetime) -> None:
    """Keep an address out from now on; nothing queued goes to it any more."""
    with con:
        con.execute(
            "insert or ignore into unsubscribed values (?, ?)",
            (address.lower(), now.isoformat(" ")),
        )


def remove(con: sqlite3.Connection, address: str) -> bool:
    """Take an unsubscription back; False if there is none."""
    with con:
        done = con.execute(
            "delete from unsubscribed where address = ?", (address.lower(),)
        )
    return bool(done.rowcount)


def has(con: sqlite3.Connection, address: str) -> bool:
    """Whether this address wants no mail."""
    found = con.execute(
        "select 1 from unsubscribed where address = ?", (address.lower(),)
    )
    return found.fetchone() is not None
