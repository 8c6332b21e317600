"""The installation's settings: `geese.toml`, checked, and the folders it implies."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingest.source import all_sources
from orchestration.addresses import NOT_SAFE, is_safe
from orchestration.cron import CronLine
from orchestration.errors import OperatorError
from orchestration.mail_settings import (
    LANGUAGES,
    PASSWORD_VARIABLE,
    WEBHOOK_VARIABLE,
    Language,
    Mail,
    Recipient,
)

CHECKOUT = Path(__file__).resolve().parent.parent
DBT_PROJECT = (CHECKOUT / "dbt_project").resolve()


_MEMORY = r"[1-9]\d{0,5}(\.\d+)? ?(MB|GB|MiB|GiB)|[1-9]\d?%"
"""A size, or a share of what the machine has, as DuckDB reads it."""


class SettingsError(OperatorError):
    """A wrong setting. The message is one line: where, what, what to do."""


class Settings(BaseModel):
    """What `geese.toml` may say. Paths are absolute once loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path = CHECKOUT / "data"
    mode: Literal["embedded", "live"] = "embedded"
    engine: Literal["duckdb", "spark"] = "duckdb"
    sources_on: tuple[str, ...] = ()
    sources_asked: tuple[str, ...] = ()
    keep_archives: bool = False
    keep_versions: int = Field(default=30, ge=2)
    memory_limit: str = Field(default="50%", pattern=_MEMORY)
    spill: Path | None = None
    proxy: str | None = None
    upstreams: str | None = None
    languages: tuple[Language, ...] = LANGUAGES
    refresh_cron: CronLine = "0 9 * * 1"
    webserver_port: int = Field(default=3000, ge=1024, le=65535)
    readonly_port: int = Field(default=3001, ge=1024, le=65535)
    keys_expire: dict[str, date] = {}
    mail: Mail | None = None

    @field_validator("keys_expire")
    @classmethod
    def _are_keys(cls, days: dict[str, date]) -> dict[str, date]:
        known = {s.secret for s in all_sources().values() if s.secret}
        known |= {PASSWORD_VARIABLE, WEBHOOK_VARIABLE}
        unknown = set(days) - known
        if unknown:
            raise ValueError(
                f"no such key: {', '.join(sorted(unknown))}; "
                f"known: {', '.join(sorted(known))}"
            )
        return days

    @field_validator("upstreams")
    @classmethod
    def _is_safe(cls, address: str | None) -> str | None:
        if address and not is_safe(address):
            raise ValueError(NOT_SAFE)
        return address

    @field_validator("sources_on", "sources_asked")
    @classmethod
    def _are_sources(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = set(names) - set(all_sources())
        if unknown:
            raise ValueError(f"no such source: {', '.join(sorted(unknown))}")
        return names

    @field_validator("languages")
    @classmethod
    def _are_languages(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        if not languages or len(set(languages)) < len(languages):
            raise ValueError("name one or two languages, each once")
        return languages

    @property
    def landing(self) -> Path:
        """Payloads as received, and their journal."""
        return self.data / "landing"

    @property
    def inbox(self) -> Path:
        """Where people drop files, a folder for each source."""
        return self.data / "inbox"

    @property
    def warehouse(self) -> Path:
        """The build file: one writer, no readers."""
        return self.data / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """Published versions, read-only, and the link to the latest."""
        return self.data / "published"

    @property
    def latest(self) -> Path:
        """The version that readers open."""
        return self.published / "latest.duckdb"

    @property
    def briefs(self) -> Path:
        """Briefs by kind, period, version and language."""
        return self.data / "briefs"

    @property
    def outbox(self) -> Path:
        """What went out by mail, byte for byte, and what a dry run wrote."""
        return self.data / "outbox"

    @property
    def state(self) -> Path:
        """The installation's own history, which nothing else brings back."""
        return self.data / "state.sqlite"

    @property
    def bulk(self) -> Path:
        """Bulk sources: partitions, their book, the build file and published ones.

        All of it can be made again from the landing zone.
        """
        return self.data / "bulk"

    @property
    def latest_bulk(self) -> Path:
        """The bulk tables that readers open."""
        return self.bulk / "published" / "latest.duckdb"

    @property
    def limits(self) -> dict[str, str]:
        """What DuckDB may hold in memory for bulk work, and where it puts the rest."""
        folder = self.spill or self.cache / "spill"
        return {"memory_limit": self.memory_limit, "temp_directory": str(folder)}

    @property
    def cache(self) -> Path:
        """What can be made again: fonts, dbt's target folder, unfinished downloads."""
        return self.data / "cache"

    @property
    def lake(self) -> Path:
        """Parquet that DuckDB and Spark both read; made anew by each run on Spark."""
        return self.cache / "lake"

    @property
    def bulk_lake(self) -> Path:
        """What Spark has made of whole archives."""
        return self.cache / "lake_bulk"

    @property
    def dagster(self) -> Path:
        """Dagster's run storage."""
        return self.data / "dagster"


def load(file: Path, must_exist: bool = False) -> Settings:
    """Read a settings file; a missing file means the defaults unless it must exist.

    Raises SettingsError for a file that is not TOML, an unknown name or a bad value.
    """
    if not file.exists() and not must_exist:
        return Settings(data=file.parent / "data")
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
        if not isinstance(found.get("data", ""), str):
            raise SettingsError(f"{file}: setting 'data': not a path in quotes")
        found["data"] = (file.parent / found.get("data", "data")).resolve()
        if isinstance(found.get("spill"), str):
            found["spill"] = (file.parent / found["spill"]).resolve()
        _make_absolute(found.get("mail"), file.parent)
        return Settings(**found)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: {error}; correct the line") from error
    except ValidationError as error:
        raise SettingsError(f"{file}: {_first_problem(error)}") from error


def _make_absolute(mail: Any, folder: Path) -> None:
    for name in ("ca_file", "password_file"):
        if isinstance(mail, dict) and isinstance(mail.get(name), str):
            mail[name] = (folder / mail[name]).resolve()


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"unknown setting {name!r}; {_known(first['loc'])}"
    # A whole table would be long, and people write into it what should not be there.
    if isinstance(first["input"], dict):
        return f"setting {name!r}: {first['msg']}"
    return f"setting {name!r}: {first['msg']} (found {first['input']!r})"


def _known(place: tuple[int | str, ...]) -> str:
    if place == ("mail", "password"):
        return f"no secrets here; set {PASSWORD_VARIABLE} or mail.password_file"
    inside: type[BaseModel] = Settings
    if place[0] == "mail":
        inside = Recipient if "recipients" in place else Mail
    return f"known: {', '.join(inside.model_fields)}"
