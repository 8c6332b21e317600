"""Which class stands: annual runs are remembered, and two in a row change it.

A run is the first verdict on a year of data that could be published; whatever is
published later in that year repeats it. The runs are kept in `data/state.sqlite`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

import duckdb

from analysis import hypotheses
from analysis.hypotheses import Rule
from analysis.standing import INSUFFICIENT, AnnualClass, Standing, standing
from orchestration import comments, state


@dataclass(frozen=True)
class Run:
    """One annual run of one hypothesis, and the class that stands after it.

    `data_year` is the last year of the window; a verdict without one is no run. A
    changed hypothesis, with another digest, starts anew.
    """

    hypothesis: str
    hypothesis_sha256: str
    data_year: int
    evidence_class: str
    donors: int
    p_value: float | None
    best_lag: int | None
    standing_class: str
    standing_since: int
    is_provisional: bool
    version: str
    recorded_at: datetime


_TODAY = """
select hypothesis, hypothesis_sha256, evidence_class, donors, p_value, best_lag,
    window_to as data_year
from marts.trajectory_verdicts
where purpose <> 'descriptive' and window_to is not null
order by all
"""


def note(
    con: duckdb.DuckDBPyConnection, file: Path, version: str, moment: datetime
) -> list[Run]:
    """Append the runs that a build file brings to the history; returns them.

    A build file without verdicts brings none.
    """
    exists = con.execute(
        "select 1 from duckdb_tables() where table_name = 'trajectory_verdicts'"
    ).fetchone()
    if not exists:
        return []
    registered = hypotheses.load().hypotheses
    known = [Run(*row) for row in state.verdict_runs(file)]
    added = []
    for name, digest, found, donors, p, lag, year in con.execute(_TODAY).fetchall():
        mine = [
            r for r in known if (r.hypothesis, r.hypothesis_sha256) == (name, digest)
        ]
        if name not in registered or not is_new(mine, year, found):
            continue
        run = AnnualClass(year, found, donors)
        stands = _after(mine, run, registered[name].rule)
        told = (stands.evidence_class, stands.since, stands.is_provisional)
        added.append(
            Run(name, digest, year, found, donors, p, lag, *told, version, moment)
        )
    state.note_verdict_runs(file, [astuple(run) for run in added])
    return added


def is_new(runs: Sequence[Run], year: int, evidence_class: str) -> bool:
    """Whether a verdict is a run of its own, after `runs` of the same hypothesis.

    It is on a newer year, or the first with data enough, on the same year or, if a
    later one was only thought to be there, on an earlier one.
    """
    if not runs or year > runs[-1].data_year:
        return True
    was_lacking = runs[-1].evidence_class == INSUFFICIENT
    return was_lacking and evidence_class != INSUFFICIENT


_MEANINGS = {
    "hypothesis": "Name of the registered hypothesis",
    "hypothesis_sha256": "Digest of its registration; another one starts anew",
    "data_year": "Last year of the window",
    "evidence_class": "What the data of that year say",
    "donors": "Comparison economies",
    "p_value": "The larger of the two ranks; NULL where there is no test",
    "best_lag": "Years by which the target is behind, where it is nearest",
    "standing_class": "The class that stands after this run",
    "standing_since": "Data year since which it stands",
    "is_provisional": "Whether a further year must still confirm it",
    "version": "Version that the run published",
    "recorded_at": "When the run was recorded, Asia/Taipei",
}


def copy_into(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Write the history to `ops.verdict_history` of a build file."""
    con.execute("create schema if not exists ops")
    con.execute(
        """create or replace table ops.verdict_history (
            hypothesis varchar, hypothesis_sha256 varchar, data_year integer,
            evidence_class varchar, donors integer, p_value double, best_lag integer,
            standing_class varchar, standing_since integer, is_provisional boolean,
            version varchar, recorded_at timestamp
        )"""
    )
    meaning = (
        "Annual runs of every hypothesis, oldest first, and the class that stood after "
        "each: it changes when two runs of consecutive years give another"
    )
    comments.write(con, "ops.verdict_history", meaning, _MEANINGS)
    rows = state.verdict_runs(file)
    if rows:
        places = ", ".join("?" for _ in fields(Run))
        con.executemany(f"insert into ops.verdict_history values ({places})", rows)


def _after(runs: Iterable[Run], newest: AnnualClass, rule: Rule) -> Standing:
    """The class that stands, of each year the last run."""
    by_year = {
        r.data_year: AnnualClass(r.data_year, r.evidence_class, r.donors)
        for r in runs
        if r.data_year <= newest.year
    }
    by_year[newest.year] = newest
    found = standing([by_year[year] for year in sorted(by_year)], rule)
    if found is None:
        raise ValueError("there is always the newest run")
    return found
