"""The briefs made so far: the one to compare a new one with, the one to correct."""

from orchestration.briefs.files import Kept, kept
from orchestration.errors import OperatorError
from orchestration.mail import outbox
from orchestration.settings import Settings
from orchestration.warehouse import versions
from orchestration.warehouse.versions import Version
from reports.facts.change_facts import Previous

_DIGESTS = ("models", "python", "requirements")


class NoSuchBriefError(OperatorError):
    """There is no such brief to correct."""


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


def to_correct(
    settings: Settings, kind: str, period: str, version: str, language: str
) -> Kept:
    """The brief of a version that is wrong. Raises NoSuchBriefError."""
    where = f"{kind}/{period or '*'}/{version}/{language}"
    found = [b for b in kept(settings, where) if b.is_regular]
    if not found:
        raise NoSuchBriefError(
            f"--corrects {version}: no {kind} brief in {language} of that"
            f" version{' for ' + period if period else ''}; see"
            f" {settings.briefs / 'index.html'}"
        )
    if found[-1].printed is None:
        raise NoSuchBriefError(
            f"--corrects {version}: {found[-1].page} was made before briefs"
            " kept their figures; it cannot be compared"
        )
    return found[-1]
