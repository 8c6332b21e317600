"""Short messages in place of a brief whose checks failed."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from ingest import clock
from orchestration import state, status
from orchestration.mail.message import plain
from orchestration.mail.outbox import Key
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
_OF_A_CHECK = "check "
"""How the refresh begins what it says of a check, see orchestration.refresh."""
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
    """When and why the last refresh did not succeed, and whether checks stopped it."""

    at: datetime
    why: str
    by_checks: bool


def stopped(settings: Settings) -> Stop | None:
    """The failure of the last refresh, of the command or the schedule; None if it went.

    The command leaves a file. The schedule only leaves its checks, which name a version
    once it is published.
    """
    last, rows = status.last_refresh(settings), state.newest_checks(settings.state)
    checked = max((str(row["evaluated_at"]) for row in rows), default="")
    if last and last["ended_at"] >= checked.replace(" ", "T"):
        ended_at = datetime.fromisoformat(last["ended_at"])
        if not last["problems"]:
            return None
        (first, *_) = last["problems"]
        return Stop(ended_at, first, by_checks=first.startswith(_OF_A_CHECK))
    failed = status.stopped(settings)
    if not failed:
        return None
    first = min(f"check {row['check_name']} of {row['table_name']}" for row in failed)
    return Stop(datetime.fromisoformat(checked), first, by_checks=True)
