"""A file with the data as they stood on a day, made where it is not there yet."""

from datetime import date
from pathlib import Path

import duckdb

from ingest import clock
from orchestration import building, freshness
from orchestration.resources import lock
from orchestration.settings import Settings

# How sources stand is a matter of today: a look back knows nothing of it.
_NO_STATES = """
create table if not exists ops.source_states (
    source varchar, last_checked timestamp, next_due timestamp, state varchar
)
"""


def looked_back(settings: Settings, day: date) -> Path:
    """Return the file of `geese refresh --as-of`, complete for a brief.

    Raises what building does; then there is no file.
    """
    target = settings.data / "as_of" / f"{day}.duckdb"
    if not target.exists():
        with lock(settings):
            building.build(settings, target, clock.end_of(day), lambda _: None)
    with duckdb.connect(str(target)) as con:
        freshness.record(con, day)
        con.execute(_NO_STATES)
    return target
