"""Raw assets, made in a loop over the sources, and the books they share."""

from collections.abc import Iterator

import dagster as dg

from ingest import loading
from ingest.landing import LandingZone
from ingest.source import Source, all_sources
from orchestration import held_back
from orchestration.assets import landing
from orchestration.assets.landing import OWNERS
from orchestration.assets.previews import table_metadata
from orchestration.resources import POOL, read_warehouse, write_warehouse
from orchestration.settings import Settings

_BOOKS = {
    "payloads": "Every payload that was loaded, with its provenance and licence.",
    "unmapped": "Values outside the codes that are known, with how often they occur.",
    "overrides": "Operators' corrections of printed values, with their reasons.",
    "publications": "Which payload spoke for which rows of a raw table, and when.",
}


def raw_keys(source: Source) -> list[dg.AssetKey]:
    """Asset keys of a source's raw tables."""
    return [dg.AssetKey(["raw", source.raw_name(t)]) for t in source.tables]


def assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """All raw tables, and the books behind them."""
    sources = list(all_sources().values())
    tables = [_tables(source, settings) for source in sources]
    return [*tables, *(_book(name, sources, settings) for name in _BOOKS)]


def _tables(source: Source, settings: Settings) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(
            key,
            deps=[landing.key(source)],
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
            for key, table in zip(raw_keys(source), source.tables, strict=True):
                names = [feed.resource for feed in table.feeds]
                mine = [x for x in loaded if x.payload.resource in names]
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
            if name == "payloads":
                held_back.note(settings.state, held_back.found(con))
            return dg.MaterializeResult(metadata=table_metadata(con, key.path))

    return book
