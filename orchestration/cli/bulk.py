"""What `geese refresh` does with sources by name, and with whole archives."""

from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.source import all_sources
from orchestration.addresses import NOT_SAFE, is_safe
from orchestration.cli.terminal import out, progress, stop
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.warehouse.bulk import Outcome


def asking(
    found: Settings, live: bool, full: bool, upstreams: str | None, names: list[str]
) -> Settings:
    """The settings of a refresh that asks publishers, if one of the options says so."""
    update: dict[str, Any] = {}
    if live or upstreams or full or names:
        update |= {"mode": "live", "keep_archives": full or found.keep_archives}
    if names:
        update["sources_asked"] = tuple(_source_named(name, found) for name in names)
    if upstreams:
        if not is_safe(upstreams):
            raise stop(f"--upstreams {upstreams}: {NOT_SAFE}", code=2)
        # Made-up figures must never lie in one landing zone with real ones.
        update |= {"upstreams": upstreams, "data": found.data / "trial"}
    return found.model_copy(update=update)


def _source_named(name: str, settings: Settings) -> str:
    """A source by its name, or by a part of the name that only one has.

    Ends the command with one line for a name that no source has, or several have, and
    for a source that is not asked in this installation.
    """
    known = {n: s for n, s in all_sources().items() if s.fetch}
    found = [n for n in known if name == n] or [
        n for n in known if name in n.split("_")
    ]
    if len(found) != 1:
        may = ", ".join(found or known)
        what = "is of several sources" if found else "no such source is asked"
        raise stop(f"--source {name}: {what}; choose of {may}", code=2)
    (source,) = found
    if not (known[source].is_on or source in settings.sources_on):
        raise stop(
            f"--source {name}: {source} is off until a person has read its terms; add "
            "it to sources_on in geese.toml",
            code=2,
        )
    return source


def refresh(settings: Settings, is_silent: bool) -> "Outcome":
    """Bring the bulk tables up to date and say so, unless the caller prints JSON."""
    from orchestration.warehouse import bulk

    with progress("bulk: writing partitions") as tell:
        outcome = bulk.refresh(settings, lambda step: tell(f"bulk: {step}"))
    if outcome.path and not is_silent:
        news = "published" if outcome.is_new else "unchanged, still"
        version = outcome.path.resolve().stem
        made = f", {len(outcome.years)} years made anew" if outcome.is_new else ""
        line = f"[bold]{news} bulk {version}[/bold]{made}  {outcome.path}"
        out.print(line, soft_wrap=True)
    return outcome


def look_back(settings: Settings, day: date) -> None:
    """Build the bulk tables as published by a day, apart from the rest."""
    from ingest import clock
    from orchestration.warehouse import bulk

    with progress("bulk: loading dbt") as tell:
        target = bulk.look_back(settings, clock.end_of(day), tell)
    said = target or "no archive had been published"
    out.print(f"[bold]bulk as published by {day}[/bold]  {said}", soft_wrap=True)
