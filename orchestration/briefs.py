"""The brief as assets, one per language, made from the published file alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import duckdb

from orchestration import publication
from orchestration.errors import OperatorError
from orchestration.landing import OWNERS
from orchestration.settings import Settings
from reports import brief, letter, pdf


class NothingPublishedError(OperatorError):
    """No version has been published yet."""


@dataclass(frozen=True)
class Written:
    """A brief on disk."""

    language: str
    page: Path
    headlines: tuple[str, ...]


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
    document = pdf.make(made)
    _replace(folder / "brief.pdf", document)
    _replace(folder / "mail.eml", letter.make(made, document))
    facts = {"headlines": made.headlines, "figures": made.figures}
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    _replace(folder / "brief.json", text.encode())
    return Written(language, page, tuple(made.headlines))


def newest(settings: Settings, language: str) -> Written | None:
    """The brief of the latest published version, if it has been made."""
    if not settings.latest.exists():
        return None
    version = settings.latest.resolve().stem
    pages = sorted(settings.briefs.glob(f"*/*/{version}/{language}/index.html"))
    if not pages:
        return None
    facts = json.loads(pages[-1].with_name("brief.json").read_text(encoding="utf-8"))
    return Written(language, pages[-1], tuple(facts["headlines"]))


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
