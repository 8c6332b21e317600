"""What is published, from what, and how the last refresh went."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest import clock
from orchestration import heartbeat, held_back, source_states, state
from orchestration.records import Row, records
from orchestration.settings import Settings
from orchestration.warehouse import freshness
from orchestration.warehouse.package import CHECKS
from orchestration.whole_files import replace

_SERIES = """
select
    economy_code as economy, product_set,
    min(period) as first,
    max(case when period_kind = 'annual' then period end) as last_year,
    max_by(period, period_end_date) as newest,
    max_by(balance_ratio, period_end_date) as ratio,
    max(published_on) as published_on
from marts.balance_ratios join marts.definitions using (definition)
where period_kind <> 'monthly' and comparison_group = 'national_customs'
group by all order by all
"""
_SOURCES = """
select source, resource as file, row_count as rows, accessed_on, unit,
    attribution_en as attribution
from meta.sources order by source, resource
"""
_CHECKS = """
select count(*) as ran, count(*) filter (is_passed) as passed,
    count(*) filter (not is_passed) as warnings
from ops.check_results
where run_id = (select run_id from ops.build)
"""


@dataclass(frozen=True)
class Outcome:
    """How a refresh went.

    `problems` has one line per failure, empty after success; `unread` one per source
    that could not be read; `held_back` one per payload that waits for a person.
    `run_id` is None if nothing had changed, so that nothing ran.
    """

    run_id: str | None
    problems: tuple[str, ...]
    unread: tuple[str, ...]
    held_back: tuple[str, ...]
    version: str | None
    is_new_version: bool

    @property
    def is_whole(self) -> bool:
        """Published, from every source and payload, and nothing failed on the way."""
        return not (self.problems or self.unread or self.held_back)


def collect(settings: Settings) -> dict[str, Any]:
    """Everything `geese status` shows, as plain values.

    `published` is None before the first refresh, `last_refresh` before any command's,
    `last_success` before any that went well, a schedule's included; `stopped`
    has the checks that keep the run that checked last from being published. In
    `published` a row of `freshness` is a series as it stands today.
    """
    return {
        "data": str(settings.data),
        "mode": settings.mode,
        "last_refresh": last_refresh(settings),
        "last_success": heartbeat.last(settings),
        "held_back": held_back.noted(settings.state),
        "stopped": stopped(settings),
        "checks_page": _checks_page(settings),
        "published": _published(settings),
        "late": [*_late_sources(settings), *_late_series(settings)],
    }


def stopped(settings: Settings) -> list[Row]:
    """The checks that failed in the newest run, if it published nothing for them."""
    found = state.newest_checks(settings.state)
    return [x for x in found if not x["is_passed"] and x["severity"] == "ERROR"]


def _checks_page(settings: Settings) -> str | None:
    page = settings.state.with_name(CHECKS)
    return str(page) if page.exists() else None


def note_refresh(settings: Settings, ended_at: datetime, outcome: Outcome) -> None:
    """Remember how a refresh went, for the next `geese status`."""
    facts = {
        "ended_at": ended_at.isoformat(),
        "problems": list(outcome.problems),
        "unread": list(outcome.unread),
        "held_back": list(outcome.held_back),
    }
    told = json.dumps(facts, ensure_ascii=False)
    replace(_last_refresh(settings), told.encode())


def last_refresh(settings: Settings) -> dict[str, Any] | None:
    """What `note_refresh` noted last; None before any refresh."""
    path = _last_refresh(settings)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def _last_refresh(settings: Settings) -> Path:
    return settings.data / "last_refresh.json"


def _late_sources(settings: Settings) -> list[str]:
    return [
        f"{found.source}: {source_states.lateness(found, clock.now())}"
        for found in source_states.collect(settings)
        if found.state == "overdue"
    ]


def _late_series(settings: Settings) -> list[str]:
    return [
        f"{row['series_id']}: {freshness.told(row)}"
        for row in freshness.late_series(settings)
    ]


def _published(settings: Settings) -> dict[str, Any] | None:
    if not settings.latest.exists():
        return None
    with duckdb.connect(str(settings.latest.resolve()), read_only=True) as con:
        version = records(con, "select version, published_at from ops.publication")[0]
        return version | {
            "path": str(settings.latest.resolve()),
            "checks": records(con, _CHECKS)[0],
            "series": records(con, _SERIES),
            "sources": records(con, _SOURCES),
            "freshness": freshness.every_series(con, settings, clock.now().date()),
        }
