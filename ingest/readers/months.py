"""The months of a series, written YYYY-MM."""

import re
from collections.abc import Iterable

from ingest.source import IngestError


def check_gapless(months: Iterable[str]) -> None:
    """Raise IngestError for what is no month, and for a month that is left out.

    It tells a lost year, and a month dated years ahead, without looking at the clock.
    """
    months = list(months)
    for month in months:
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month or ""):
            raise IngestError(
                f"lists {month!r} as a month, not YYYY-MM; fetch it again"
            )
    listed = {12 * int(month[:4]) + int(month[5:]) - 1 for month in months}
    if not listed:
        return
    lacking = set(range(min(listed), max(listed))) - listed
    if lacking:
        year, month = divmod(min(lacking), 12)
        raise IngestError(
            f"lists {len(listed)} months, but not {year}-{month + 1:02} among them; "
            "fetch it again"
        )
