"""The brief as assets, one per language, made from the published file alone."""

import json
from collections.abc import Sequence
from pathlib import Path

import dagster as dg
import duckdb

from orchestration import publication
from orchestration.brief_files import Written
from orchestration.errors import OperatorError
from orchestration.landing import OWNERS
from orchestration.settings import Settings
from reports import brief


class NothingPublishedError(OperatorError):
    """No version has been published yet."""


def write(settings: Settings, language: str) -> Written:
    """Make the brief of the latest published version in one language.

    Raises NothingPublishedError if there is none.
    """
    if not settings.latest.exists():
        raise NothingPublishedError(
            f"{settings.published}: nothing is published yet; run `geese refresh`"
        )
    version = settings.latest.resolve()
    with duckdb.connect(str(version), read_only=True) as con:
        made = brief.make(con, version.stem, language, settings.cache / "fonts")
    folder = settings.briefs / made.kind / made.period / version.stem / language
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    _replace(page, made.html)
    facts = {"headlines": made.headlines, "figures": made.figures}
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    _replace(folder / "brief.json", text.encode())
    return Written(language, page, tuple(made.headlines))


def assets(settings: Settings) -> Sequence[dg.AssetsDefinition]:
    """One asset per language, behind the published file."""
    return [_asset(settings, language) for language in settings.languages]


def _asset(settings: Settings, language: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["brief", language.lower().replace("-", "_")],
        deps=[publication.KEY],
        group_name="brief",
        description=f"The brief in {language}: one self-contained page.",
        kinds={"python", "html"},
        owners=OWNERS,
    )
    def make() -> dg.MaterializeResult:
        written = write(settings, language)
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


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)
