"""Facts and an edition go in; what its page, print and mail say comes out."""

from dataclasses import dataclass

from reports.facts.change_facts import Changes
from reports.facts.facts import Facts, Source
from reports.kinds import ANNUAL, MONTHLY, Edition, said_period
from reports.pictures import month_pictures
from reports.pictures.credits import BEHIND, credits_of
from reports.pictures.pictures import components, ic_series
from reports.words import (
    change_words,
    findings,
    gaps,
    headings,
    homes,
    lag_words,
    limits,
    month_tables,
    month_words,
    phase_words,
    tables,
    technology_words,
    verdict_tables,
    verdict_words,
)
from reports.words.corrections import Correction
from reports.words.halts import Halt
from reports.words.halts import said as said_halt
from reports.words.headings import KeyFigure
from reports.words.phrases import Phrase


@dataclass(frozen=True)
class Content:
    """What a brief says, in no language yet; `changes` is None for a first brief."""

    facts: Facts
    edition: Edition
    changes: Changes | None = None
    corrections: tuple[Correction, ...] = ()
    halt: Halt | None = None

    @property
    def headline(self) -> Phrase:
        """The finding that the brief leads with."""
        if self.edition.kind == ANNUAL:
            return findings.headline(self.facts)
        return month_words.headline(self.facts, self.edition)

    @property
    def dek(self) -> Phrase:
        """The standfirst."""
        if self.edition.kind == ANNUAL:
            return headings.dek(self.facts)
        return month_words.dek(self.edition)

    @property
    def findings(self) -> tuple[findings.Finding, findings.Finding, findings.Finding]:
        """The three findings, in the order they are printed."""
        if self.edition.kind == ANNUAL:
            return findings.findings(self.facts)
        return month_words.findings(self.facts, self.edition)

    @property
    def key_figures(self) -> tuple[KeyFigure, ...]:
        """Up to four key figures."""
        if self.edition.kind == ANNUAL:
            return headings.key_figures(self.facts)
        return month_words.key_figures(self.facts, self.edition)

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files behind the page; a flash shows those of its months alone."""
        if self.edition.kind != MONTHLY:
            return self.facts.sources
        cells = {cell.source for cell in self.facts.technology.cells}
        behind = {*BEHIND["months"], *cells}
        return tuple(s for s in self.facts.sources if s.source in behind)

    def named(self) -> dict:
        """Return what the template prints, by name."""
        facts, edition = self.facts, self.edition
        return {
            "facts": facts,
            "edition": edition,
            "shows": edition.shows,
            "said_period": said_period(edition),
            "headline": self.headline,
            "dek": self.dek,
            "as_of": headings.as_of(facts),
            "credits": credits_of(facts),
            "key_figures": self.key_figures,
            "findings": self.findings,
            "sources": self.sources,
            "limits": limits.limits(facts),
            "corrections": self.corrections,
            "halted": said_halt(self.halt),
            "lacking": [gaps.said(g, edition) for g in gaps.gaps(facts, edition)],
            "technology_said": technology_words.said(facts.technology),
            "technology_rows": technology_words.rows(facts.technology),
            "changes": self.changes,
            "changes_intro": change_words.intro(self.changes, edition.as_of),
            "change_parts": change_words.parts(self.changes),
            "change_sums": change_words.sums(self.changes),
            "level_change": change_words.level,
            "change_code": change_words.code(self.changes),
            **_months(facts, edition),
            **_years(facts),
            **_verdict(facts),
        }


def _months(facts: Facts, edition: Edition) -> dict:
    if not edition.shows("months"):
        return {}
    return {
        "months_title": month_pictures.title(facts, edition),
        "month_series": month_tables.drawn(facts, edition),
        "month_rows": month_tables.month_rows(facts, edition),
        "key_rows": month_tables.key_rows(facts, edition),
    }


def _years(facts: Facts) -> dict:
    years = facts.table_years
    return {
        "like_title": headings.like_title(facts),
        "like_table": tables.ratio_table(ic_series(facts)),
        "check_title": headings.check_title(facts),
        "check_table": tables.ratio_table(components(facts)),
        "ranks_title": headings.ranks_title(facts),
        "ranks_note": headings.ranks_note(facts),
        "rank_rows": tables.rank_rows(facts),
        "home_rows": tables.home_rows(facts),
        "homes_title": homes.title(facts),
        "homes_note": homes.note(facts),
        "home_columns": homes.columns(facts),
        "home_shares": homes.table(facts),
        "firm_rows": tables.firm_rows(facts),
        "table_years": years,
        "claim_rows": tables.claim_rows(facts),
        "odd_rows": tables.odd_rows(facts),
        "tally": tables.tally(facts),
    }


def _verdict(facts: Facts) -> dict:
    found = facts.trajectory
    confirmatory, shown = found.answer(verdict_words.CONFIRMATORY), found.shown
    return {
        "verdict_title": verdict_words.title(found),
        "verdict_question": verdict_words.question(found),
        "verdict_body": verdict_words.statement(confirmatory) if confirmatory else (),
        "verdict_lacks": verdict_words.lacks(confirmatory),
        "verdict_standing": verdict_words.standing(confirmatory),
        "lag_title": lag_words.lag_title(found),
        "lag_body": lag_words.lag_body(facts),
        "phase_title": phase_words.phase_title(found),
        "phase_note": phase_words.phase_note(found),
        "signs_body": verdict_words.signs_body(found),
        "sign_rows": verdict_tables.sign_rows(found),
        "shown_title": verdict_words.shown_title(shown) if shown else None,
        "shown_body": verdict_words.shown_body(found, shown) if shown else (),
        "question_rows": verdict_tables.question_rows(found),
    }
