"""Questions to e-Stat: what tables there are, and all pages of one of them.

The key goes into the query, the only place where e-Stat takes it. Refusals stand in
the body, with HTTP status 200 or 403.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ingest.clock import start_of
from ingest.download import Download, Secret
from ingest.masking import masked
from ingest.readers import estat_page
from ingest.readers.estat_page import Page
from ingest.session import Session
from ingest.source import IngestError

_HOST = "https://api.e-stat.go.jp/rest/3.0/app/json"
_STATUSES = (200, 403)
_MOST_CELLS = "100000"
_MOST_PAGES = 100


@dataclass(frozen=True)
class Listed:
    """A table as e-Stat lists it; `updated` is the day of its present version."""

    id: str
    title: str
    updated: date

    @property
    def mark(self) -> str:
        """The publisher's sign of the version."""
        return self.updated.isoformat()

    def published_at(self, now: datetime) -> datetime:
        """When the version was published, not after `now`."""
        return min(start_of(self.updated), now)


def tables(session: Session, statistic: str, words: str) -> list[Listed]:
    """The tables of a statistic (its code) that a search for `words` finds.

    Raises IngestError if it finds none, or e-Stat refuses.
    """
    found: list[Listed] = []
    start: str | None = "1"
    for _ in range(_MOST_PAGES):
        params = {
            "statsCode": statistic,
            "searchWord": words,
            "limit": "1000",
            "startPosition": start,
        }
        answer = session.get(
            f"{_HOST}/getStatsList", "json", params, _secret(session), _STATUSES
        )
        try:
            part, start = _listing(session.read_json(answer), session.secret or "")
        except IngestError as error:
            raise _told(session, answer, f"search for {words}", error) from None
        found += part
        if start is None:
            return found
    raise IngestError(f"e-Stat lists tables of {statistic} without end")


def pages(
    session: Session, table: Listed, params: dict[str, str]
) -> tuple[list[Download], list[Page]]:
    """All pages of what `params` choose of a table, as files and what they say.

    Raises IngestError if e-Stat refuses, or the pages are not one whole version of the
    table, the one that was listed.
    """
    found: list[Download] = []
    said: list[Page] = []
    start: int | None = 1
    while start is not None:
        download, page = _page(session, table, params, start)
        found.append(download)
        said.append(page)
        if page.next_key is not None and page.next_key <= start:
            raise IngestError(
                f"table {table.id}: the page after {start} is to begin at "
                f"{page.next_key}; to be asked again"
            )
        start = page.next_key
    estat_page.check_whole(said)
    if (said[0].table_id, said[0].updated) != (table.id, table.updated):
        raise IngestError(
            f"asked for table {table.id} of {table.updated}, e-Stat sends "
            f"{said[0].table_id} of {said[0].updated}; to be asked again"
        )
    return found, said


def _page(
    session: Session, table: Listed, params: dict[str, str], start: int
) -> tuple[Download, Page]:
    asked = {
        "statsDataId": table.id,
        "lang": "J",
        "metaGetFlg": "Y",
        "limit": _MOST_CELLS,
        "startPosition": str(start),
        **params,
    }
    download = session.get(
        f"{_HOST}/getStatsData", "json", asked, _secret(session), _STATUSES
    )
    try:
        return download, estat_page.read_page(download.path, session.secret or "")
    except IngestError as error:
        raise _told(session, download, f"table {table.id}", error) from None


def _listing(answer: Any, secret: str) -> tuple[list[Listed], str | None]:
    try:
        body = answer["GET_STATS_LIST"]
        estat_page.check_status(body["RESULT"], secret)
        listing = body["DATALIST_INF"]
        next_key = listing.get("RESULT_INF", {}).get("NEXT_KEY")
        found = [_listed(table) for table in estat_page.listed(listing["TABLE_INF"])]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise IngestError(f"not an answer of getStatsList: {error!r}") from error
    return found, str(next_key) if next_key else None


def _listed(table: dict[str, Any]) -> Listed:
    updated = date.fromisoformat(table["UPDATED_DATE"])
    return Listed(str(table["@id"]), estat_page.title(table), updated)


def _told(
    session: Session, answer: Download, what: str, error: IngestError
) -> IngestError:
    """The error with what was asked; e-Stat's own words might hold the key."""
    status = "" if answer.status == 200 else f", HTTP status {answer.status}"
    return IngestError(masked(f"{what}{status}: {error}", session.secret))


def _secret(session: Session) -> Secret:
    return Secret(session.secret or "", query="appId")
