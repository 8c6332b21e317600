"""What the operators should hear of, each thing once, through the same outbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime

from ingest import clock
from orchestration import failed_runs, heartbeat, notices, source_states, state, status
from orchestration.alert_texts import WORDS
from orchestration.mail_message import address, digest, plain
from orchestration.mail_settings import Recipient
from orchestration.outbox import Key
from orchestration.postman import Item, require_mail
from orchestration.settings import Settings


@dataclass(frozen=True)
class Alert:
    """One piece of news, `about` a key of `WORDS`; the same `lines` again are none."""

    about: str
    lines: tuple[str, ...]

    @property
    def key(self) -> Key:
        """The row it takes in the outbox, however often it is found."""
        fingerprint = digest("\n".join(self.lines).encode())[:12]
        return Key("alert", self.about.replace(" ", "_"), fingerprint, "mul")

    @property
    def subject(self) -> str:
        """Both languages on one line."""
        words = WORDS[self.about]
        return f"雁行 Flying Geese: {words.title_zh} / {words.title_en}"

    @property
    def text(self) -> str:
        """What happened, and what to do in both languages."""
        words = WORDS[self.about]
        told = (words.title_zh, words.title_en, "", *self.lines, "")
        return "\n".join([*told, words.advice_zh, words.advice_en, ""])


def collect(settings: Settings) -> list[Alert]:
    """Everything that deserves an operator's look now."""
    return [
        *_stopped(settings),
        *_failed_runs(settings),
        *_silent(settings),
        *_from_last_refresh(settings),
        *_late(settings),
        *_verdicts(settings),
    ]


def items(settings: Settings) -> list[Item]:
    """A message per alert and operator. Raises PostmanError without a `[mail]`."""
    mail = require_mail(settings)
    return [
        (alert.key, address(_content(alert), mail, Recipient(address=operator)))
        for alert in collect(settings)
        for operator in mail.operators
    ]


def _stopped(settings: Settings) -> Iterator[Alert]:
    stop = notices.stopped(settings)
    if stop is not None:
        about = "publication stopped" if "check" in stop.why else "refresh failed"
        yield Alert(about, (stop.why,))


def _failed_runs(settings: Settings) -> Iterator[Alert]:
    """Scheduled jobs that fail, but no refresh that is told of or went well since."""
    stop, last = notices.stopped(settings), heartbeat.last(settings)
    for run in failed_runs.standing(settings.state):
        is_past = last is not None and last > run.since
        if run.job == "refresh" and (stop or is_past):
            continue
        yield Alert("run failed", (f"{run.job}, since {run.since}: {run.said}",))


def _silent(settings: Settings) -> Iterator[Alert]:
    """The heart that stopped. A machine that is off cannot say so: see operators.md."""
    if heartbeat.is_silent(settings, clock.now()):
        yield Alert("no refresh", (f"none succeeded since {heartbeat.last(settings)}",))


def _from_last_refresh(settings: Settings) -> Iterator[Alert]:
    last = status.last_refresh(settings) or {}
    if last.get("held_back"):
        yield Alert("quarantine", tuple(last["held_back"]))
    if last.get("unread"):
        yield Alert("sources unread", tuple(last["unread"]))


def _late(settings: Settings) -> Iterator[Alert]:
    late = [s for s in source_states.collect(settings) if s.state == "overdue"]
    if late:
        lines = tuple(f"{s.source}: due {s.next_due:%Y-%m-%d}" for s in late)
        yield Alert("late data", lines)


def _verdicts(settings: Settings) -> Iterator[Alert]:
    """What the newest run of a hypothesis changed.

    Runs of one version are the look back over earlier years, no news.
    """
    last: dict[tuple[str, str], tuple[str, str]] = {}
    changed: dict[str, str] = {}
    runs = state.verdict_runs(settings.state) if settings.state.exists() else []
    for hypothesis, sha256, year, *_, standing_class, _, _, version, _ in runs:
        was, of = last.get((hypothesis, sha256), (standing_class, version))
        changed.pop(hypothesis, None)
        if was != standing_class and of != version:
            changed[hypothesis] = f"{hypothesis}: was {was}, {standing_class} in {year}"
        last[hypothesis, sha256] = standing_class, version
    if changed:
        yield Alert("verdict changed", tuple(changed.values()))


def _content(alert: Alert) -> bytes:
    date = format_datetime(clock.now().replace(tzinfo=clock.TAIPEI))
    return plain(alert.subject, alert.text, date)
