"""Landing assets: embedded files, the drop folder and the publishers, in one step."""

from collections.abc import Generator, Iterator
from typing import Any

import dagster as dg

from ingest import bulk, clock, embedded, fetching, inbox, standing
from ingest.books import quarantine
from ingest.http import Client
from ingest.landing import LandingZone
from ingest.payload import Payload
from ingest.source import Source, all_sources
from orchestration import source_states
from orchestration.addresses import is_of_this_machine
from orchestration.checks.outcomes import record
from orchestration.readiness import check_room, set_aside_damaged
from orchestration.resources import (
    PATIENCE_OF_RUNS,
    lock,
    read_warehouse,
    secrets,
)
from orchestration.settings import Settings

OWNERS = ["team:warehouse"]
LOCK = "installation"
ON_TIME = "arrives_on_time"

_CHECKED = (
    "The publisher answered as its contract says and no dropped file was rejected. If "
    "not, the figures that stood before stay; see `geese sources`."
)
_ON_TIME = (
    "Something new came when the publisher's calendar said. If not, look at the "
    "publisher's own page; the figures that stood before stay; see `geese sources`."
)


def key(source: Source) -> dg.AssetKey:
    """Asset key of a source's payloads."""
    return dg.AssetKey(["landing", source.name])


def assets(settings: Settings) -> dg.AssetsDefinition:
    """Every source's payloads. A source that fails is told by its check, a warning."""
    sources = list(all_sources().values())
    specs = [
        dg.AssetSpec(
            key(source),
            group_name="landing",
            description=f"{source.title}: the publisher's files, as received.",
            kinds={"python"},
            owners=OWNERS,
        )
        for source in sources
    ]
    checks = [
        dg.AssetCheckSpec(name, asset=key(source), description=said)
        for source in sources
        for name, said in ((source_states.WAS_READ, _CHECKED), (ON_TIME, _ON_TIME))
    ]

    @dg.multi_asset(
        name="landing",
        specs=specs,
        check_specs=checks,
        can_subset=True,
        required_resource_keys={LOCK},
    )
    def land(
        context: dg.AssetExecutionContext,
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        asked = [s for s in sources if key(s) in context.selected_asset_keys]
        check_room(settings)
        aside = set_aside_damaged(settings, clock.now())
        if aside:
            context.log.warning(f"the build file is damaged, now {aside}; made anew")
        zone = LandingZone(settings.landing)
        for payload in zone.finish_interrupted():
            context.log.warning(f"finished an interrupted landing: {payload.path}")
        landed = {s.name: embedded.land(s, zone, clock.now()) for s in asked}
        problems = _dropped(asked, zone, settings)
        for visit in _visits(asked, zone, settings, context):
            if visit.problem:
                problems.setdefault(visit.source, []).append(visit.problem)
        checked = [_check(source, problems.get(source.name, [])) for source in asked]
        record(settings.state, context.run.run_id, checked, _CHECKED)
        punctual = [_on_time(found) for found in _standings(settings, asked)]
        record(settings.state, context.run.run_id, punctual, _ON_TIME)
        for source in asked:
            yield dg.MaterializeResult(
                asset_key=key(source), metadata=_metadata(source, zone, landed)
            )
        yield from (*checked, *punctual)

    return land


def held_by_run(settings: Settings) -> dg.ResourceDefinition:
    """The installation's lock, for as long as a run lasts that lands something.

    A run that is due waits for a command that is at work: nobody starts it again.
    """

    @dg.resource(description="Nobody else builds, publishes or copies meanwhile")
    def installation(_: dg.InitResourceContext) -> Generator[None]:
        with lock(settings, PATIENCE_OF_RUNS):
            yield

    return installation


def _check(source: Source, problems: list[str]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key(source),
        check_name=source_states.WAS_READ,
        passed=not problems,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(problems) or None,
        metadata={"checker": "ingest"},
    )


def _standings(settings: Settings, asked: list[Source]) -> list[standing.Standing]:
    names = {source.name for source in asked}
    return [s for s in source_states.collect(settings) if s.source in names]


def _on_time(found: standing.Standing) -> dg.AssetCheckResult:
    late = source_states.days_late(found, clock.now())
    return dg.AssetCheckResult(
        asset_key=dg.AssetKey(["landing", found.source]),
        check_name=ON_TIME,
        passed=found.state != "overdue",
        severity=dg.AssetCheckSeverity.WARN,
        description=source_states.lateness(found, clock.now()),
        metadata={"checker": "ingest", "days_late": late},
    )


def _dropped(
    sources: list[Source], zone: LandingZone, settings: Settings
) -> dict[str, list[str]]:
    """Take what lies in the drop folder; what was rejected, by source."""
    taken = [
        file
        for source in sources
        for file in inbox.take(source, settings.inbox / source.name, zone, clock.now())
    ]
    problems: dict[str, list[str]] = {}
    for file in taken:
        if file.problem:
            problems.setdefault(file.source, []).append(file.problem)
    return problems


def _visits(
    sources: list[Source],
    zone: LandingZone,
    settings: Settings,
    context: dg.AssetExecutionContext,
) -> list[fetching.Visit]:
    if settings.mode != "live":
        return []
    held: list[str] = []
    if settings.warehouse.exists():
        with read_warehouse(settings) as con:
            held = [digest for digest, _, _ in quarantine(con)]
    held += [digest for digest, _, _ in bulk.held_back(settings.bulk)]
    asked = [s for s in sources if s.is_on or s.name in settings.sources_on]
    if settings.sources_asked:
        asked = [s for s in asked if s.name in settings.sources_asked]
    with Client(
        settings.cache / "downloads",
        settings.upstreams,
        # A server on this machine needs no sparing.
        pace=0.0 if settings.upstreams else 1.0,
        proxy=settings.proxy,
    ) as client:
        plan = fetching.Plan(
            zone, client, clock.now(), keys_for(settings), held, settings.keep_archives
        )
        return fetching.visit_all(
            asked, plan, lambda name: context.log.info(f"visited {name}")
        )


def keys_for(settings: Settings) -> dict[str, str]:
    """The publishers' keys; made-up ones for a stand-in that is not of this machine."""
    real = secrets()
    if settings.upstreams and not is_of_this_machine(settings.upstreams):
        return dict.fromkeys(real, "made-up")
    return real


def _metadata(
    source: Source, zone: LandingZone, landed: dict[str, list[Payload]]
) -> dict[str, Any]:
    payloads = landed[source.name] or [d.payload for d in zone.deliveries(source.name)]
    newest = payloads[-20:]
    return {
        "payloads": len(payloads),
        "bytes": sum(p.path.stat().st_size for p in payloads),
        "files": dg.MetadataValue.md(
            "\n".join(f"- `{p.label}` {p.sha256[:12]}…" for p in newest)
        ),
    }
