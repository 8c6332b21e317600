"""All publishers visited side by side: only files are written, failures stay apart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from ingest.http import Client
from ingest.landing import LandingZone
from ingest.masking import masked
from ingest.session import Session
from ingest.source import IngestError, Source

_AT_ONCE = 6


@dataclass(frozen=True)
class Visit:
    """How a visit to a publisher ended; `problem` is None if all went well."""

    source: str
    problem: str | None = None


@dataclass(frozen=True)
class Plan:
    """What all visits of one refresh have in common (see ingest.session.Session)."""

    zone: LandingZone
    client: Client
    now: datetime
    secrets: Mapping[str, str]
    held_back: Sequence[str] = ()
    is_full: bool = False


def visit_all(
    sources: Iterable[Source], plan: Plan, listener: Callable[[str], None]
) -> list[Visit]:
    """Visit every source that has something to fetch; one that fails stops no other.

    `plan.secrets` has the keys by the names that sources declare. Every visit is noted
    in the journal. `listener` is called with the name of each source that is done.
    """
    asked = [s for s in sources if s.fetch and not s.is_without_key(plan.secrets)]
    with ThreadPoolExecutor(_AT_ONCE, "visit") as pool:
        running = [pool.submit(_visit, source, plan, listener) for source in asked]
        return [visit.result() for visit in running]


def _visit(source: Source, plan: Plan, listener: Callable[[str], None]) -> Visit:
    session = Session(
        source,
        plan.zone,
        plan.client,
        plan.now,
        plan.secrets.get(source.secret or ""),
        plan.is_full,
        plan.held_back,
    )
    try:
        with session:
            if source.fetch:
                source.fetch(session)
        problem = None
    except (IngestError, OSError) as error:
        problem = masked(str(error), session.secret)
    except Exception as error:
        # What nobody foresaw in one publisher's bytes must not end all other visits.
        said = masked(f"{type(error).__name__}: {error}", session.secret)
        problem = " ".join(said.split())[:300]
    outcome = "failed" if problem else "complete"
    plan.zone.note_visit(source.name, outcome, problem, plan.now)
    listener(source.name)
    return Visit(source.name, problem)
