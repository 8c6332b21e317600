"""The months of a series, written YYYY-MM."""

from collections.abc import Iterable

from ingest.source import IngestError


def check_gapless(months: Iterable[str]) -> None:
    """Raise IngestError if a month between the first and the last is not listed.

    It tells a lost year, and a month dated years ahead, without looking at the clock.
    """
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
