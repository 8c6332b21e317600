"""Landing and raw assets, one pair per source, made in a loop."""

from collections.abc import Iterator

import dagster as dg

from ingest import clock, embedded, loading, overrides
from ingest.landing import LandingZone
from ingest.source import Source, all_sources
from orchestration.previews import table_metadata
from orchestration.resources import read_warehouse, write_warehouse
from orchestration.settings import Settings

OWNERS = ["team:warehouse"]
POOL = "warehouse"

_BOOKS = {
    "payloads": "Every payload that was loaded, with its provenance and licence.",
    "overrides": "Operators' corrections of printed values, with their reasons.",
    "publications": "Which payload spoke for which rows of a raw table, and when.",
}


def landing_key(source: Source) -> dg.AssetKey:
    """Asset key of a source's payloads."""
    return dg.AssetKey(["landing", source.name])


def raw_keys(source: Source) -> list[dg.AssetKey]:
    """Asset keys of a source's raw tables."""
    return [dg.AssetKey(["raw", source.raw_name(t)]) for t in source.tables]


def assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """All landing and raw assets, and the books behind the latter."""
    sources = list(all_sources().values())
    made = [
        make(source, settings) for source in sources for make in (_landing, _tables)
    ]
    return [*made, *(_book(name, sources, settings) for name in _BOOKS)]


def _landing(source: Source, settings: Settings) -> dg.AssetsDefinition:
    @dg.asset(
        key=landing_key(source),
        group_name="landing",
        description=f"{source.title}: the publisher's files, as received.",
        kinds={"python", "csv"},
        owners=OWNERS,
    )
    def land() -> dg.MaterializeResult:
        zone = LandingZone(settings.landing)
        payloads = embedded.land(source, zone, clock.now())
        return dg.MaterializeResult(
            metadata={
                "payloads": len(payloads),
                "bytes": sum(p.path.stat().st_size for p in payloads),
                "files": dg.MetadataValue.md(
                    "\n".join(f"- `{p.resource}` {p.sha256[:12]}…" for p in payloads)
                ),
            }
        )

    return land


def _tables(source: Source, settings: Settings) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(
            key,
            deps=[landing_key(source)],
            group_name="raw",
            description=f"{table.meaning}. Rows carry both clocks (ingest.vintages).",
            kinds={"python", "duckdb"},
            owners=OWNERS,
        )
        for key, table in zip(raw_keys(source), source.tables, strict=True)
    ]

    @dg.multi_asset(name=f"raw_{source.name}", specs=specs, pool=POOL)
    def load() -> Iterator[dg.MaterializeResult]:
        zone = LandingZone(settings.landing)
        with write_warehouse(settings) as con:
            loaded = loading.load(con, source, zone)
            overrides.load(con, source, zone)
            for key, table in zip(raw_keys(source), source.tables, strict=True):
                mine = [x for x in loaded if x.payload.resource == table.resource]
                held = [x.held_back for x in mine if x.held_back]
                yield dg.MaterializeResult(
                    asset_key=key,
                    metadata=table_metadata(con, key.path)
                    | {
                        "rows_opened": sum(x.rows_opened for x in mine),
                        "rows_closed": sum(x.rows_closed for x in mine),
                        "held_back": "; ".join(held) or "nothing",
                    },
                )

    return load


def _book(name: str, sources: list[Source], settings: Settings) -> dg.AssetsDefinition:
    """A table that all sources' loads write together."""
    key = dg.AssetKey(["raw", name])

    @dg.asset(
        key=key,
        deps=[key for source in sources for key in raw_keys(source)],
        group_name="raw",
        description=_BOOKS[name],
        kinds={"python", "duckdb"},
        owners=OWNERS,
        pool=POOL,
    )
    def book() -> dg.MaterializeResult:
        with read_warehouse(settings) as con:
            return dg.MaterializeResult(metadata=table_metadata(con, key.path))

    return book
