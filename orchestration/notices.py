"""Short messages in place of a brief whose checks failed."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from ingest import clock
from orchestration.mail_message import plain
from orchestration.outbox import Key
from orchestration.settings import Settings

_SUBJECTS = {
    "zh-TW": "本期簡報暫緩發布",
    "en": "This brief is withheld",
}
_TEXTS = {
    "zh-TW": """\
資料更新於 {day} 未通過檢查，本期簡報因此暫緩發布。

目前仍以 {version} 版為準，其數字不受影響。
問題排除、資料重新通過檢查後，簡報將照常寄出。
""",
    "en": """\
The update of {day} did not pass its checks, so this brief is withheld.

Version {version} stays in force and its figures are unaffected. The brief will be sent
once the data pass their checks again.
""",
}
_NO_VERSION = {"zh-TW": "先前（尚無）", "en": "(none published yet)"}


@dataclass(frozen=True)
class Withheld:
    """The notice of one stopped publication: one a reader until a version follows."""

    stopped_at: datetime
    version: str

    def key(self, language: str) -> Key:
        """The row it takes in the outbox."""
        return Key("notice", "withheld", self.version or "none", language)

    def content(self, language: str) -> bytes:
        """The unaddressed message in one language."""
        text = _TEXTS[language].format(
            day=self.stopped_at.date(), version=self.version or _NO_VERSION[language]
        )
        date = format_datetime(self.stopped_at.replace(tzinfo=clock.TAIPEI))
        return plain(_SUBJECTS[language], text, date)


def withheld(settings: Settings) -> Withheld | None:
    """The notice that is due if the last refresh failed, else None."""
    stop = stopped(settings)
    if stop is None:
        return None
    version = settings.latest.resolve().stem if settings.latest.exists() else ""
    return Withheld(stop.at, version)


@dataclass(frozen=True)
class Stop:
    """When and why the last refresh did not succeed."""

    at: datetime
    why: str


def stopped(settings: Settings) -> Stop | None:
    """The failure of the last refresh, of the command or the schedule; None if it went.

    The command leaves a file. The schedule only leaves its checks, which name a version
    once it is published.
    """
    told = settings.data / "last_refresh.json"
    last = json.loads(told.read_text(encoding="utf-8")) if told.exists() else None
    checked = _last_checked(settings)
    if last and (not checked or last["ended_at"] >= checked[0].replace(" ", "T")):
        ended_at = datetime.fromisoformat(last["ended_at"])
        return Stop(ended_at, last["problems"][0]) if last["problems"] else None
    if checked and checked[1]:
        return Stop(datetime.fromisoformat(checked[0]), checked[1])
    return None


def _last_checked(settings: Settings) -> tuple[str, str | None] | None:
    """When the checks of the last run ended, and a failed one if that stopped it."""
    if not settings.state.exists():
        return None
    with closing(sqlite3.connect(settings.state, timeout=30)) as con:
        if not con.execute(
            "select 1 from sqlite_master where name = 'check_results'"
        ).fetchone():
            return None
        return con.execute(
            """select evaluated_at, min(case when version is null and not is_passed
            and severity = 'ERROR' then 'check ' || check_name || ' of ' || table_name
            end) from check_results group by run_id, evaluated_at
            order by evaluated_at desc limit 1"""
        ).fetchone()
