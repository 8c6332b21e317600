"""The briefs made so far: the one to compare a new one with, the one to correct."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import outbox, versions
from orchestration.errors import OperatorError
from orchestration.settings import Settings
from reports.change_facts import Previous

if TYPE_CHECKING:
    from orchestration.briefs import Order

_REGULAR = re.compile(r"\d{4}-\d\d-\d\d\.\d+")
_DIGESTS = ("models", "python", "requirements")


class NoSuchBriefError(OperatorError):
    """There is no such brief to correct."""


@dataclass(frozen=True)
class Kept:
    """A brief in the archive; `printed` has each figure's text and value by its id.

    `key` is the version, or what stands in its place for a look back or a correction.
    """

    kind: str
    period: str
    key: str
    language: str
    page: Path
    title: str
    printed: Mapping[str, tuple[str, float | None]] | None

    @property
    def is_regular(self) -> bool:
        """Whether it is no look back and no correction."""
        return bool(_REGULAR.fullmatch(self.key))


def kept(settings: Settings, pattern: str = "*/*/*/*") -> list[Kept]:
    """The briefs whose kind/period/version/language match a pattern, by path."""
    paths = sorted(settings.briefs.glob(f"{pattern}/brief.json"))
    return [_read(path) for path in paths]


def _read(path: Path) -> Kept:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    kind, period, key, language = path.parts[-5:-1]
    printed = told.get("printed")
    return Kept(
        kind=kind,
        period=period,
        key=key,
        language=language,
        page=path.with_name("index.html"),
        title=told.get("title") or told["headlines"][0],
        printed=printed
        and {name: (text, value) for name, (text, value) in printed.items()},
    )


def previous(settings: Settings, kind: str, version: str) -> Previous | None:
    """The newest brief of a kind that an earlier version gave, if its file is kept.

    Where earlier ones were sent, it is the newest of those: that is what readers have.
    """
    names = [one.name for one in versions.published(settings.published)]
    earlier = names[names.index(version) + 1 :]
    found = [b for b in kept(settings, f"{kind}/*/*/*") if b.key in earlier]
    if not found:
        return None
    sent = _sent(settings, kind)
    found = [b for b in found if (b.period, b.key) in sent] or found
    last = min(found, key=lambda b: (earlier.index(b.key), *_backwards(b.period)))
    file = settings.published / f"{last.key}.duckdb"
    digests = _digests(settings, last.key, version)
    return Previous(last.key, last.period, file, digests)


def _sent(settings: Settings, kind: str) -> set[tuple[str, str]]:
    """Period and version of every brief of a kind that reached a recipient."""
    if not settings.state.exists():
        return set()
    with outbox.opened(settings.state) as con:
        rows = con.execute(
            "select distinct period, version from mails"
            " where kind = ? and state = 'sent'",
            (kind,),
        ).fetchall()
    return {(row["period"], row["version"]) for row in rows}


def _backwards(period: str) -> tuple[int, ...]:
    return tuple(-ord(character) for character in period)


def _digests(settings: Settings, old: str, new: str) -> dict[str, tuple[str, str]]:
    before, after = (_manifest(settings.published / name) for name in (old, new))
    found = {
        name: tuple(
            told.get("code", {}).get(f"{name}_sha256", "") for told in (before, after)
        )
        for name in _DIGESTS
    }
    found["settings"] = tuple(
        told.get("settings_sha256", "") for told in (before, after)
    )
    return {name: (pair[0], pair[1]) for name, pair in found.items() if all(pair)}


def _manifest(folder: Path) -> dict[str, Any]:
    file = folder / "manifest.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def to_correct(settings: Settings, order: "Order", language: str) -> Kept:
    """The brief that an order corrects. Raises NoSuchBriefError."""
    where = f"{order.kind}/{order.period or '*'}/{order.corrects}/{language}"
    found = [b for b in kept(settings, where) if b.is_regular]
    if not found:
        raise NoSuchBriefError(
            f"--corrects {order.corrects}: no {order.kind} brief in {language} of that"
            f" version{' for ' + order.period if order.period else ''}; see"
            f" {settings.briefs / 'index.html'}"
        )
    if found[-1].printed is None:
        raise NoSuchBriefError(
            f"--corrects {order.corrects}: {found[-1].page} was made before briefs"
            " kept their figures; it cannot be compared"
        )
    return found[-1]
