"""A file with the data as they stood on a day, made where it is not there yet."""

from datetime import date
from pathlib import Path

import duckdb

from ingest import clock
from orchestration.resources import lock
from orchestration.settings import Settings
from orchestration.warehouse import building, freshness
from orchestration.warehouse.building import Listener

# How sources stand is a matter of today: a look back knows nothing of it.
_NO_STATES = """
create table if not exists ops.source_states (
    source varchar, last_checked timestamp, next_due timestamp, state varchar
)
"""


def look_back(settings: Settings, day: date, listener: Listener) -> Path:
    """Build the file with the data as of a day's end; raises what building does."""
    target = _file(settings, day)
    with lock(settings):
        building.build(settings, target, clock.end_of(day), listener)
    return target


def looked_back(settings: Settings, day: date) -> Path:
    """Return the file of `geese refresh --as-of`, complete for a brief.

    Raises what building does; then there is no file.
    """
    target = _file(settings, day)
    if not target.exists():
        look_back(settings, day, lambda _: None)
    with duckdb.connect(str(target)) as con:
        freshness.record(con, settings, day)
        con.execute(_NO_STATES)
    return target


def _file(settings: Settings, day: date) -> Path:
    return settings.data / "as_of" / f"{day}.duckdb"
