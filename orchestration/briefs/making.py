"""One brief, made from the published file and put where the archive finds it."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.briefs import archive, halted, index
from orchestration.briefs.files import RECORD, Written
from orchestration.errors import OperatorError
from orchestration.settings import Settings
from orchestration.warehouse.looks_back import looked_back
from orchestration.whole_files import replace
from reports import brief, kinds
from reports.kinds import Edition
from reports.rendering import letter, pdf


class NothingPublishedError(OperatorError):
    """No version has been published yet."""


class CannotBriefError(OperatorError):
    """Such a brief cannot be made. The message says why, and what to ask for."""


@dataclass(frozen=True)
class Order:
    """Which brief is wanted: the newest of its kind where nothing else is said.

    `corrects` names the version whose brief was wrong, `cause` why.
    """

    kind: str = kinds.ANNUAL
    period: str = ""
    as_of: date | None = None
    corrects: str = ""
    cause: str = ""


def write(settings: Settings, language: str, order: Order | None = None) -> Written:
    """Make one brief in one language, and the list of all briefs anew.

    Raises NothingPublishedError if no version is published, CannotBriefError for a
    period without figures or a brief to correct that is not there.
    """
    order = order or Order()
    file = _file(settings, order)
    wrong = None
    period = order.period
    if order.corrects:
        wrong = archive.to_correct(
            settings, order.kind, order.period, order.corrects, language
        )
        period = wrong.period
    version = f"{order.as_of}" if order.as_of else file.stem
    edition = Edition(
        order.kind, version, period, order.as_of, order.corrects, order.cause
    )
    previous = None
    if not order.as_of:
        previous = archive.previous(settings, order.kind, version)
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            made = brief.make(
                con,
                edition,
                language,
                settings.cache / "fonts",
                previous,
                wrong.printed if wrong else None,
                None if order.as_of else halted.halt(settings),
            )
    except kinds.UnknownPeriodError as error:
        raise CannotBriefError(str(error)) from error
    written = _write(settings, made)
    index.write(settings)
    return written


def _file(settings: Settings, order: Order) -> Path:
    if order.as_of:
        return looked_back(settings, order.as_of)
    if not settings.latest.exists():
        raise NothingPublishedError(
            f"{settings.published}: nothing is published yet; run `geese refresh`"
        )
    return settings.latest.resolve()


def _write(settings: Settings, made: brief.Brief) -> Written:
    period = made.period or "none"
    key = made.edition.key
    folder = settings.briefs / made.kind / period / key / made.language
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    replace(page, made.html)
    document = pdf.make(made)
    replace(folder / "brief.pdf", document)
    replace(folder / "mail.eml", letter.make(made, document))
    facts = {
        "kind": made.kind,
        "period": made.period,
        "version": made.edition.version,
        "language": made.language,
        "title": made.title,
        "headlines": made.headlines,
        "figures": made.figures,
        "printed": made.printed,
    }
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    replace(folder / RECORD, text.encode())
    return Written(made.kind, period, key, made.language, page, tuple(made.headlines))


def completes_a_quarter(settings: Settings) -> bool:
    """Whether the newest month of Taiwan's chip trade is the last of its quarter."""
    if not settings.latest.exists():
        return False
    with duckdb.connect(str(settings.latest.resolve()), read_only=True) as con:
        ((month,),) = con.execute(
            """select max(month(period_start_date))
            from (
                select period_start_date from marts.balance_ratios
                where economy_code = 'TWN' and product_set = 'ic'
                    and period_kind = 'monthly' and balance_ratio is not null
                order by period_start_date desc limit 1
            )"""
        ).fetchall()
    return month is not None and month % 3 == 0
