"""How each source stands: last checked, last changed, next due, and what is wrong.

Everything is read from the landing zone's journal; nothing else is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from ingest.landing import LandingZone
from ingest.source import Source

State = Literal[
    "current", "overdue", "failing", "never", "no key", "off", "drop folder", "embedded"
]


@dataclass(frozen=True)
class Standing:
    """One source as the journal tells of it; moments are Taipei time."""

    source: str
    title: str
    cadence_days: int | None
    calendar: str
    last_checked: datetime | None
    last_changed: datetime | None
    next_due: datetime | None
    state: State
    reason: str | None


def standings(
    sources: Iterable[Source],
    zone: LandingZone,
    secrets: Mapping[str, str],
    switched_on: Iterable[str],
    now: datetime,
) -> list[Standing]:
    """Every source's standing. `switched_on` names sources that are off by default."""
    allowed = set(switched_on)
    return [_standing(source, zone, secrets, allowed, now) for source in sources]


def _standing(
    source: Source,
    zone: LandingZone,
    secrets: Mapping[str, str],
    allowed: set[str],
    now: datetime,
) -> Standing:
    mine = [event for event in zone.events() if event.get("source") == source.name]
    told = [event for event in mine if event["event"] in ("fetch", "visit")]
    news = [event for event in mine if event.get("outcome") == "news"]
    visits = [event for event in mine if event["event"] == "visit"]
    changed = _moment(news[-1]["retrieved_at"]) if news else None
    due = None
    if source.cadence_days and changed:
        due = changed + timedelta(days=source.cadence_days)
    state, reason = _state(source, secrets, allowed, visits[-1:], due, now)
    return Standing(
        source=source.name,
        title=source.title,
        cadence_days=source.cadence_days,
        calendar=source.calendar,
        last_checked=_moment(told[-1]["checked_at"]) if told else None,
        last_changed=changed,
        next_due=due,
        state=state,
        reason=reason,
    )


def _state(
    source: Source,
    secrets: Mapping[str, str],
    allowed: set[str],
    last_visit: list[dict],
    due: datetime | None,
    now: datetime,
) -> tuple[State, str | None]:
    if not source.is_on and source.name not in allowed:
        return "off", "its terms are to be checked first; see sources_on in geese.toml"
    if not source.fetch:
        return ("drop folder" if source.feeds("inbox") else "embedded"), None
    if source.is_without_key(secrets):
        return "no key", f"set {source.secret}"
    if not last_visit:
        return "never", "never asked; run `geese refresh --live`"
    if last_visit[0]["outcome"] == "failed":
        return "failing", last_visit[0]["reason"]
    if due and due < now:
        return "overdue", f"usually new every {source.cadence_days} days"
    return "current", None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
