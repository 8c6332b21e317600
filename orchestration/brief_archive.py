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
from orchestration.versions import Version
from reports.change_facts import Previous

if TYPE_CHECKING:
    from orchestration.briefs import Order

_REGULAR = re.compile(r"\d{4}-\d\d-\d\d\.\d+")
_DIGESTS = ("models", "python", "requirements")


class NoSuchBriefError(OperatorError):
    """There is no such brief to correct."""


@dataclass(frozen=True)
class Kept:
    """A brief in the archive, known by its folder; what it says is read when asked.

    `key` is the version, or what stands in its place for a look back or a correction.
    """

    kind: str
    period: str
    key: str
    language: str
    page: Path

    @property
    def is_regular(self) -> bool:
        """Whether it is no look back and no correction."""
        return bool(_REGULAR.fullmatch(self.key))

    @property
    def title(self) -> str:
        """Its headline."""
        told = self._told()
        return told.get("title") or told["headlines"][0]

    @property
    def printed(self) -> Mapping[str, tuple[str, float | None]] | None:
        """Each figure's text and value by its id; None if it was made without them."""
        found = self._told().get("printed")
        return found and {name: (text, value) for name, (text, value) in found.items()}

    def _told(self) -> dict[str, Any]:
        file = self.page.with_name("brief.json")
        return json.loads(file.read_text(encoding="utf-8"))


def kept(settings: Settings, pattern: str = "*/*/*/*") -> list[Kept]:
    """The briefs whose kind/period/version/language match a pattern, by path."""
    paths = sorted(settings.briefs.glob(f"{pattern}/brief.json"))
    return [Kept(*p.parts[-5:-1], page=p.with_name("index.html")) for p in paths]


def previous(settings: Settings, kind: str, version: str) -> Previous | None:
    """The newest brief of a kind that an earlier version gave, if its file is kept.

    Where earlier ones were sent, it is the newest of those: that is what readers have.
    """
    known = {one.name: one for one in versions.published(settings.published)}
    newest_first = list(known)
    earlier = newest_first[newest_first.index(version) + 1 :]
    found = [b for b in kept(settings, f"{kind}/*/*/*") if b.key in earlier]
    if not found:
        return None
    sent = _sent(settings, kind)
    found = [b for b in found if (b.period, b.key) in sent] or found
    last = max(found, key=lambda b: (-earlier.index(b.key), b.period))
    digests = _digests(known[last.key], known[version])
    return Previous(last.key, last.period, known[last.key].path, digests)


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


def _digests(old: Version, new: Version) -> dict[str, tuple[str, str]]:
    """What the versions were made with, before and after, where both tell."""
    before, after = _made_with(old), _made_with(new)
    return {name: (before[name], after[name]) for name in before.keys() & after.keys()}


def _made_with(version: Version) -> dict[str, str]:
    told = version.manifest
    found = {name: told.get("code", {}).get(f"{name}_sha256") for name in _DIGESTS}
    found["settings"] = told.get("settings_sha256")
    return {name: digest for name, digest in found.items() if digest}


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
