"""When each piece of news began: told once while it stands, and anew if it comes back.

Kept in `data/state.sqlite`. Lines that are first seen together are one episode; a line
that is no longer found has ended, and the next time it begins another one.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection

from orchestration import state

# A number is never given twice: what is told of an episode is known by it.
_TABLES = """
create table if not exists alert_episodes (
    episode integer primary key autoincrement, about text not null, since text not null
);
create table if not exists alert_lines (
    about text not null, line text not null, episode integer not null,
    primary key (about, line)
);
"""

Found = Mapping[str, Sequence[str]]
"""Lines of news, by what they are about."""


def standing(file: Path, found: Found, now: datetime) -> list[tuple[str, str, list]]:
    """What stands now as (about, episode, its lines), the oldest first; it is noted."""
    if not file.exists() and not any(found.values()):
        return []
    with state.opened(file) as con, con:
        con.executescript(_TABLES)
        _end(con, found)
        for about, lines in found.items():
            _begin(con, about, lines, now)
        rows = con.execute(
            "select episode, about, line from alert_lines order by episode, rowid"
        ).fetchall()
    told: dict[tuple[str, str], list[str]] = {}
    for episode, about, line in rows:
        told.setdefault((about, str(episode)), []).append(line)
    return [(about, episode, lines) for (about, episode), lines in told.items()]


def _end(con: Connection, found: Found) -> None:
    with closing(con.execute("select about, line from alert_lines")) as cursor:
        known = cursor.fetchall()
    ended = [row for row in map(tuple, known) if row[1] not in found.get(row[0], ())]
    con.executemany("delete from alert_lines where (about, line) = (?, ?)", ended)


def _begin(con: Connection, about: str, lines: Sequence[str], now: datetime) -> None:
    query = "select line from alert_lines where about = ?"
    known = {row[0] for row in con.execute(query, (about,))}
    new = [line for line in dict.fromkeys(lines) if line not in known]
    if not new:
        return
    begun = con.execute(
        "insert into alert_episodes (about, since) values (?, ?)",
        (about, now.isoformat(" ")),
    )
    con.executemany(
        "insert into alert_lines values (?, ?, ?)",
        [(about, line, begun.lastrowid) for line in new],
    )
