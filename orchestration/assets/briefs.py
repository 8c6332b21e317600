"""Briefs as assets, one per kind and language, made from the published file alone."""

from collections.abc import Sequence

import dagster as dg

from orchestration.assets import publication
from orchestration.assets.landing import OWNERS
from orchestration.briefs.making import Order, completes_a_quarter, write
from orchestration.settings import Settings
from reports import kinds


def assets(settings: Settings) -> Sequence[dg.AssetsDefinition]:
    """One asset per kind and language, behind the published file."""
    return [
        _asset(settings, kind, language)
        for kind in kinds.KINDS
        for language in settings.languages
    ]


def _asset(settings: Settings, kind: str, language: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["brief", kind, language.lower().replace("-", "_")],
        deps=[publication.KEY],
        group_name="brief",
        description=f"The {kind} brief in {language}: one self-contained page.",
        kinds={"python", "html"},
        owners=OWNERS,
    )
    def make() -> dg.MaterializeResult:
        if kind == kinds.QUARTERLY and not completes_a_quarter(settings):
            return dg.MaterializeResult(metadata={"made": "none: no quarter is new"})
        written = write(settings, language, Order(kind))
        return dg.MaterializeResult(
            metadata={
                "page": dg.MetadataValue.path(written.page),
                "bytes": written.page.stat().st_size,
                "headlines": dg.MetadataValue.md(
                    "\n".join(f"- {line}" for line in written.headlines)
                ),
            }
        )

    return make
