"""What is wrong with an installation, or soon will be, and what to do about each."""

import fcntl
import importlib.metadata
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from ingest import clock
from ingest.landing import LandingZone
from ingest.source import IngestError
from orchestration import doctor_keys, heartbeat
from orchestration.errors import OperatorError
from orchestration.findings import Finding
from orchestration.mail import outbox
from orchestration.mail.server import MailServer
from orchestration.readiness import bytes_needed
from orchestration.resources import smtp_password, webhook_url
from orchestration.settings import CHECKOUT, Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

_SILENT_DAEMON = timedelta(minutes=5)
_PATIENCE_WITH_SERVER = 15
_AN_HOUR = 3600
_WAS_WRONG = "see `A clock that was wrong` in docs/operators.md"


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; a look that itself fails is a finding."""
    found = []
    for about, look in LOOKS.items():
        try:
            found += look(settings)
        except (OSError, OperatorError) as error:
            said = str(error).splitlines()[0]
            found.append(Finding(about, "error", said, "correct what it names"))
    return found


def _folder(settings: Settings) -> Iterator[Finding]:
    data = settings.data
    if not data.exists():
        yield Finding("folder", "warning", f"{data}: not there", "run `geese refresh`")
        return
    inside = [data, settings.landing, settings.published, settings.briefs]
    for path in (path for path in inside if path.exists()):
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            advice = f"make it yours: chown -R $(id -un) {path}"
            yield Finding("folder", "error", f"{path}: cannot be written", advice)
    yield Finding("folder", "ok", str(data))


def _access(settings: Settings) -> Iterator[Finding]:
    """Who reads what tells of readers and keys: nobody but the owner should."""
    private = [settings.state, settings.outbox]
    if settings.mail and settings.mail.password_file:
        private.append(settings.mail.password_file)
    shared = [p for p in private if p.exists() and p.stat().st_mode & 0o077]
    for path in shared:
        said = f"{path}: others can read it"
        yield Finding("access", "warning", said, f"run chmod go= {path}")
    if not shared:
        yield Finding("access", "ok", "addresses and passwords are the owner's alone")


def _disk(settings: Settings) -> Iterator[Finding]:
    home = next(p for p in (settings.data, *settings.data.parents) if p.exists())
    free, needed = shutil.disk_usage(home).free, bytes_needed(settings)
    said = f"{free // 1_000_000} MB free, a refresh needs {needed // 1_000_000} MB"
    if free < needed:
        advice = "free some, or lower keep_versions; data/landing is never removed"
        yield Finding("disk", "error", said, advice)
    elif free < 4 * needed:
        yield Finding("disk", "warning", said, "plan for a larger disk")
    else:
        yield Finding("disk", "ok", said)


def _lock(settings: Settings) -> Iterator[Finding]:
    for path in (settings.data / "refresh.lock", settings.outbox / ".lock"):
        if not path.exists():
            continue
        with path.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                advice = f"wait, or see who holds it: fuser -v {path}"
                yield Finding("lock", "warning", f"{path}: a command runs", advice)
                continue
        yield Finding("lock", "ok", f"{path}: free")


def _refresh(settings: Settings) -> Iterator[Finding]:
    from orchestration.mail.notices import stopped

    stop = stopped(settings)
    if stop is not None:
        said = f"stopped at {stop.at}: {stop.why}"
        advice = "correct the cause, then run `geese refresh`"
        yield Finding("refresh", "error", said, advice)
    last = heartbeat.last(settings)
    if last is None:
        yield Finding("refresh", "warning", "none yet", "run `geese refresh`")
    elif heartbeat.is_silent(settings, clock.now()):
        advice = "run `make up`, or have cron run `geese refresh`"
        yield Finding("refresh", "error", f"none succeeded since {last}", advice)
    else:
        yield Finding("refresh", "ok", f"last succeeded at {last}")


def _published(settings: Settings) -> Iterator[Finding]:
    if not settings.latest.exists():
        yield Finding("published", "warning", "nothing yet", "run `geese refresh`")
        return
    file = settings.latest.resolve()
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            con.execute("select version from ops.publication").fetchall()
    except duckdb.Error:
        advice = "run `geese refresh --force`"
        yield Finding("published", "error", f"{file}: damaged", advice)
    else:
        yield Finding("published", "ok", file.stem)


def _daemon(settings: Settings) -> Iterator[Finding]:
    if not (settings.dagster / "dagster.yaml").exists():
        yield Finding("daemon", "ok", "never ran here")
        return
    import dagster as dg

    from orchestration.resources import prepare_environment

    prepare_environment(settings)
    try:
        with dg.DagsterInstance.get() as instance:
            beats = instance.get_daemon_heartbeats()
            waits_until = _newest_tick(instance)
    except Exception as error:  # whatever its driver raises
        # Their texts quote addresses, perhaps with a password.
        said = f"the run storage cannot be read ({type(error).__name__})"
        yield Finding(
            "daemon", "error", said, "check GEESE_POSTGRES_URL, or its server"
        )
        return
    if not beats:
        yield Finding("daemon", "ok", "never ran here; refreshes run by command")
        return
    if waits_until > datetime.now(clock.TAIPEI).timestamp() + _AN_HOUR:
        day = f"{datetime.fromtimestamp(waits_until, clock.TAIPEI):%Y-%m-%d %H:%M}"
        said = f"a schedule that ran under a clock ahead waits until {day}"
        yield Finding("daemon", "error", said, _WAS_WRONG)
    newest = max(beat.timestamp for beat in beats.values())
    silent = timedelta(seconds=datetime.now(clock.TAIPEI).timestamp() - newest)
    said = f"last sign of life {silent.total_seconds():.0f} s ago"
    if silent > _SILENT_DAEMON:
        advice = "start it with `make up`, unless cron runs `geese refresh`"
        yield Finding("daemon", "warning", said, advice)
    else:
        yield Finding("daemon", "ok", said)


def _newest_tick(instance: "DagsterInstance") -> float:
    """When a schedule or sensor was last evaluated, in seconds since 1970."""
    ticks = [
        tick.timestamp
        for found in instance.all_instigator_state()
        for tick in instance.get_ticks(
            found.instigator_origin_id, found.selector_id, limit=1
        )
    ]
    return max(ticks, default=0.0)


def _clock(settings: Settings) -> Iterator[Finding]:
    try:
        ZoneInfo("Asia/Taipei")
    except ZoneInfoNotFoundError:
        yield Finding("clock", "error", "no Asia/Taipei", "add the package tzdata")
        return
    today = f"{clock.now().date()}"
    days = {
        "a version": [p.stem[:10] for p in settings.published.glob("*-*-*.*.duckdb")],
        "a line of the journal": list(_days_told(settings)),
    }
    ahead = {what: max(found, default="") for what, found in days.items()}
    for what, newest in ahead.items():
        if newest > today:
            said = f"it is {today}, but {what} is of {newest}"
            advice = f"set the clock; if it was wrong then: {_WAS_WRONG}"
            yield Finding("clock", "error", said, advice)
            return
    yield Finding("clock", "ok", f"{clock.now()} in Asia/Taipei")


def _days_told(settings: Settings) -> Iterator[str]:
    """The days on which the journal says that something was asked or decided."""
    try:
        events = LandingZone(settings.landing).events()
    except IngestError:
        return  # `geese landing verify` names the damage
    for event in events:
        yield str(event.get("checked_at") or event.get("decided_at") or "")[:10]


def _packages(_: Settings) -> Iterator[Finding]:
    locked = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    # One package may have several lines, each for other systems.
    pins: dict[str, set[str]] = {}
    for name, version, marker in re.findall(r"(?m)^([\w.-]+)==([^ ;\\]+)( ;)?", locked):
        pins.setdefault(name, {"none"} if marker else set()).add(version)
    wrong = [
        f"{name} {_installed(name)}, locked {', '.join(sorted(versions - {'none'}))}"
        for name, versions in pins.items()
        if _installed(name) not in versions
    ]
    if wrong:
        advice = "make .venv anew: rm -r .venv && make brief"
        yield Finding("packages", "error", f"{len(wrong)} differ: {wrong[0]}", advice)
    else:
        yield Finding("packages", "ok", f"{len(pins)} as locked")


def _installed(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.mail is None:
        yield Finding("mail", "ok", "no [mail]: nothing is sent")
        return
    if settings.mail.webhook:
        webhook_url()
    quick = min(settings.mail.timeout_seconds, _PATIENCE_WITH_SERVER)
    mail = settings.mail.model_copy(update={"timeout_seconds": quick})
    server = MailServer(mail, smtp_password(mail))
    try:
        server.connect()
    except OperatorError as error:
        advice = "correct [mail] or the server; mails stay queued until then"
        yield Finding("mail", "error", str(error), advice)
        return
    finally:
        server.quit()
    yield Finding("mail", "ok", f"{mail.host}:{mail.port} takes our mail")


def _outbox(settings: Settings) -> Iterator[Finding]:
    if not settings.state.exists():
        return
    with outbox.opened(settings.state) as con:
        for state in ("uncertain", "failed", "sending", "queued"):
            count = len(outbox.rows(con, [state]))
            advice = "see `geese outbox list`, then `geese outbox resolve`"
            if state in ("queued", "sending"):
                advice = "run `geese brief send --deliver`"
            if count:
                yield Finding("outbox", "warning", f"{count} mails {state}", advice)


LOOKS: dict[str, Callable[[Settings], Iterator[Finding]]] = {
    "folder": _folder,
    "access": _access,
    "disk": _disk,
    "lock": _lock,
    "refresh": _refresh,
    "published": _published,
    "daemon": _daemon,
    "clock": _clock,
    "packages": _packages,
    "keys": doctor_keys.keys,
    "expiry": doctor_keys.expiry,
    "mail": _mail,
    "outbox": _outbox,
}
