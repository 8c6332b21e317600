"""Whether the newest refresh was stopped by checks, as the next brief tells it."""

from datetime import datetime

from orchestration import status
from orchestration.settings import Settings
from reports.words.halts import Halt


def halt(settings: Settings) -> Halt | None:
    """Return the checks that keep the newest run from readers, None if none does."""
    failed = status.stopped(settings)
    if not failed:
        return None
    last = max(datetime.fromisoformat(str(row["evaluated_at"])) for row in failed)
    checks = (f"{row['table_name']}: {row['check_name']}" for row in failed)
    return Halt(last.date(), tuple(checks))
