"""What the operators should hear of, each thing once, through the same outbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime

from ingest import clock
from orchestration import failed_runs, heartbeat, held_back, source_states, state
from orchestration.mail import episodes, notices
from orchestration.mail.alert_texts import WORDS
from orchestration.mail.message import address, plain
from orchestration.mail.outbox import Key
from orchestration.mail.postman import Item, require_mail
from orchestration.mail_settings import Recipient
from orchestration.settings import Settings
from orchestration.warehouse import freshness

News = tuple[str, str]
"""What it is about, a key of `WORDS`, and a line that says what."""


@dataclass(frozen=True)
class Alert:
    """One piece of news, `about` a key of `WORDS`; `episode` numbers its beginning."""

    about: str
    lines: tuple[str, ...]
    episode: str

    @property
    def key(self) -> Key:
        """The row it takes in the outbox, however often it is found."""
        return Key("alert", self.about.replace(" ", "_"), self.episode, "mul")

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
    """Everything that deserves an operator's look now.

    What stood at the last call is the same alert again, also when part of it has ended;
    what comes back after it had ended is a new one.
    """
    found: dict[str, list[str]] = {}
    for about, line in _news(settings):
        found.setdefault(about, []).append(line)
    return [
        Alert(about, tuple(lines), episode)
        for about, episode, lines in episodes.standing(
            settings.state, found, clock.now()
        )
    ]


def items(settings: Settings) -> list[Item]:
    """A message per alert and operator. Raises PostmanError without a `[mail]`."""
    mail = require_mail(settings)
    return [
        (alert.key, address(_content(alert), mail, Recipient(address=operator)))
        for alert in collect(settings)
        for operator in mail.operators
    ]


def _news(settings: Settings) -> Iterator[News]:
    stop = notices.stopped(settings)
    yield from _stopped(settings, stop)
    yield from _failed_runs(settings, stop)
    yield from _silent(settings)
    yield from (("quarantine", x) for x in held_back.noted(settings.state))
    yield from _unread(settings)
    yield from _late(settings)
    yield from _verdicts(settings)


def _stopped(settings: Settings, stop: notices.Stop | None) -> Iterator[News]:
    """What stops the publication; another success before it makes it news again."""
    if stop is not None:
        about = "publication stopped" if stop.by_checks else "refresh failed"
        before = heartbeat.last(settings) or "never"
        yield about, f"{stop.why} (last success: {before})"


def _failed_runs(settings: Settings, stop: notices.Stop | None) -> Iterator[News]:
    """Scheduled jobs that fail, but no refresh that is told of or went well since."""
    last = heartbeat.last(settings)
    for run in failed_runs.standing(settings.state):
        is_past = last is not None and last > run.since
        if run.job == "refresh" and (stop or is_past):
            continue
        yield "run failed", f"{run.job}, since {run.since}: {run.said}"


def _silent(settings: Settings) -> Iterator[News]:
    """The heart that stopped. A machine that is off cannot say so: see operators.md."""
    if heartbeat.is_silent(settings, clock.now()):
        yield "no refresh", f"none succeeded since {heartbeat.last(settings)}"


def _unread(settings: Settings) -> Iterator[News]:
    for found in state.failing(settings.state, source_states.WAS_READ):
        source = found["table_name"].removeprefix("landing.")
        yield "sources unread", f"{source}: {found['description']}"


def _late(settings: Settings) -> Iterator[News]:
    """Sources that bring nothing, and series that are missing from what came."""
    for found in source_states.collect(settings):
        if found.state == "overdue":
            yield "late data", f"{found.source}: due {found.next_due:%Y-%m-%d}"
    for row in freshness.late_series(settings):
        due = f"{row['next_period']} was due {row['due_on']}"
        yield "late data", f"{row['series_id']}: {due}"


def _verdicts(settings: Settings) -> Iterator[News]:
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
    yield from (("verdict changed", line) for line in changed.values())


def _content(alert: Alert) -> bytes:
    date = format_datetime(clock.now().replace(tzinfo=clock.TAIPEI))
    return plain(alert.subject, alert.text, date)
