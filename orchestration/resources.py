"""The only reader and writer of the environment, and what runs need from outside."""

import fcntl
import json
import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
from pydantic import SecretStr

from ingest.source import all_sources
from orchestration import settings, state
from orchestration.errors import OperatorError
from orchestration.mail_settings import PASSWORD_VARIABLE, WEBHOOK_VARIABLE, Mail
from orchestration.settings import CHECKOUT, Settings, SettingsError

POSTGRES_URL = "GEESE_POSTGRES_URL"
_POSTGRES = f"""
storage:
  postgres:
    postgres_url:
      env: {POSTGRES_URL}
"""
_SQLITE = """
event_log_storage:
  module: orchestration.runs.event_log
  class: EventLog
  config:
    base_dir: {folder}
"""


PATIENCE_OF_RUNS = 3600.0
"""Seconds that a scheduled run waits for the lock; less than a run may last."""

_held: set[Path] = set()
"""Locks of installations that this process holds."""

POOL = "warehouse"
"""Dagster's pool of the steps that write the build file: one at a time."""


def current_settings() -> Settings:
    """The settings in force: `geese.toml` of the checkout, or the file GEESE_CONFIG.

    GEESE_DATA, if set, replaces the data folder. Raises SettingsError.
    """
    found = settings.load(settings_file(), must_exist="GEESE_CONFIG" in os.environ)
    folder = os.environ.get("GEESE_DATA")
    if folder:
        found = found.model_copy(update={"data": Path(folder).expanduser().resolve()})
    return found


def settings_file() -> Path:
    """The settings file in force: GEESE_CONFIG, or that of the checkout."""
    return Path(os.environ.get("GEESE_CONFIG", CHECKOUT / "geese.toml")).expanduser()


def secrets() -> dict[str, str]:
    """The publishers' keys that are set, by the names that sources declare."""
    named = {source.secret for source in all_sources().values() if source.secret}
    return {name: os.environ[name] for name in named if os.environ.get(name)}


def secrets_set() -> set[str]:
    """Names of the secrets that the environment holds, the publishers' and ours."""
    ours = (PASSWORD_VARIABLE, WEBHOOK_VARIABLE)
    return {*secrets(), *(name for name in ours if os.environ.get(name))}


def webhook_url() -> SecretStr:
    """The address that alerts are posted to, a secret. Raises SettingsError."""
    if not os.environ.get(WEBHOOK_VARIABLE):
        raise SettingsError(
            f"setting 'mail.webhook': no address; set {WEBHOOK_VARIABLE}"
        )
    return SecretStr(os.environ[WEBHOOK_VARIABLE])


def smtp_password(mail: Mail) -> SecretStr | None:
    """The password of the mail server: GEESE_SMTP_PASSWORD, or else the file's line.

    None if the server wants no user. Raises SettingsError, never with the password.
    """
    if not mail.username:
        return None
    if os.environ.get(PASSWORD_VARIABLE):
        return SecretStr(os.environ[PASSWORD_VARIABLE])
    if mail.password_file is None:
        raise SettingsError(
            f"setting 'mail.username': no password; set {PASSWORD_VARIABLE} or "
            "mail.password_file"
        )
    return SecretStr(_own_line(mail.password_file))


def _own_line(file: Path) -> str:
    try:
        if file.stat().st_mode & 0o077:
            raise SettingsError(f"{file}: others can read it; run chmod 600 {file}")
        line = file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        # The error of a wrong encoding quotes the bytes.
        raise SettingsError(f"{file}: cannot be read as a line of UTF-8") from None
    if not line or not line.isprintable():
        raise SettingsError(f"{file}: not one line with a password")
    return line


def prepare_environment(found: Settings) -> None:
    """Point Dagster, dbt and Great Expectations at this installation, silently.

    Runs are kept in the PostgreSQL that the variable GEESE_POSTGRES_URL names, or in
    SQLite beside the data. None of them may phone home.
    """
    found.dagster.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = (CHECKOUT / "dagster.yaml").read_text(encoding="utf-8")
    if os.environ.get(POSTGRES_URL):
        told += _POSTGRES
    else:
        folder = json.dumps(str(found.dagster / "history" / "runs"))
        told += _SQLITE.format(folder=folder)
    (found.dagster / "dagster.yaml").write_text(told, encoding="utf-8")
    os.environ |= {
        "DAGSTER_HOME": str(found.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "true",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }


def environment() -> dict[str, str]:
    """The environment that a server is started with: this process's own."""
    return dict(os.environ)


class NoFolderError(OperatorError):
    """The data folder is none."""


class BusyError(OperatorError):
    """Another command is changing this installation."""


@contextmanager
def lock(found: Settings, patience: float = 0) -> Generator[None]:
    """Keep others from building, publishing or copying at the same time.

    What holds the lock in this process may take it again. Raises BusyError if someone
    else still does after `patience` seconds, NewerFormatError if a newer release has
    written here, NoFolderError if the data folder is a file.
    """
    if found.data.is_file():
        raise NoFolderError(
            f"{found.data}: is a file; `data` in geese.toml names a folder"
        )
    state.check_format(found.state)
    found.data.mkdir(parents=True, exist_ok=True)
    path = found.data / "refresh.lock"
    said = f"{path}: another refresh is running; try again when it has ended"
    if path in _held:
        yield
        return
    with alone(path, BusyError(said), patience):
        _held.add(path)
        try:
            yield
        finally:
            _held.remove(path)


@contextmanager
def alone(path: Path, busy: OperatorError, patience: float = 0) -> Generator[None]:
    """Hold a lock file. Raises `busy` if another process still does after seconds."""
    end = time.monotonic() + patience
    with path.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= end:
                    raise busy from error
                time.sleep(0.2)
        yield


def point_dbt_at(warehouse: Path) -> None:
    """Tell dbt's profile which file to build in."""
    os.environ["GEESE_WAREHOUSE"] = str(warehouse)


def limit_dbt(limits: Mapping[str, str]) -> None:
    """Tell dbt's profile of bulk models what DuckDB may hold, and where it spills."""
    os.environ["GEESE_MEMORY_LIMIT"] = limits["memory_limit"]
    os.environ["GEESE_SPILL_FOLDER"] = limits["temp_directory"]


def write_warehouse(found: Settings) -> duckdb.DuckDBPyConnection:
    """A connection to the build file that may write; only one can exist."""
    found.warehouse.parent.mkdir(parents=True, exist_ok=True)
    return duckdb.connect(str(found.warehouse))


def read_warehouse(found: Settings) -> duckdb.DuckDBPyConnection:
    """A read-only connection to the build file, for checks between two writers."""
    return duckdb.connect(str(found.warehouse), read_only=True)
