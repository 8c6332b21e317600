"""A source's visit to its publisher: what it asks for is landed, or found unchanged."""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from ingest import content
from ingest.clock import TAIPEI
from ingest.download import Download, FetchError, Secret
from ingest.landing import LandingZone
from ingest.source import Feed, Source

if TYPE_CHECKING:
    # Only a visit needs it, and what it stands on takes long to import.
    from ingest.http import Client

_BELIEVED_FOR = timedelta(days=28)
_OLDEST = (1980, 1, 1, 0, 0, 0)
_KEPT_HEADERS = ("etag", "last-modified", "content-type")


class Session:
    """What a source's `fetch` may do: ask, compare with what is known, land.

    `now` is the moment of the visit. `secret` is the publisher's key, None if the
    operator has none. `is_full` asks for whole archives where a source would keep an
    extract. `held_back` are digests of payloads that could not be loaded: they count
    as never fetched.
    """

    def __init__(
        self,
        source: Source,
        zone: LandingZone,
        client: "Client",
        now: datetime,
        secret: str | None = None,
        is_full: bool = False,
        held_back: Sequence[str] = (),
    ) -> None:
        self.source = source
        self.now = now
        self.secret = secret
        self.is_full = is_full
        self._zone = zone
        self._client = client
        self._held_back = frozenset(held_back)
        self._files: list[Path] = []

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was downloaded; what was landed is in the landing zone."""
        for path in self._files:
            path.unlink(missing_ok=True)

    def get(
        self,
        url: str,
        expect: content.Kind,
        params: Mapping[str, str] | None = None,
        secret: Secret | None = None,
        statuses: tuple[int, ...] = (200,),
    ) -> Download:
        """Fetch an address into a temporary file. Raises FetchError in one line."""
        found = self._client.get(url, expect, params, secret, statuses=statuses)
        if found is None:
            raise FetchError(f"{url}: answers that nothing has changed, unasked")
        self._files.append(found.path)
        return found

    def get_changed(
        self, feed: Feed, url: str, expect: content.Kind, part: str = ""
    ) -> Download | None:
        """Fetch an address unless the publisher says that it has not changed.

        None if so, which is then noted in the journal.
        """
        last = self._last(feed, part)
        etag = last.get("etag") if last else None
        found = self._client.get(url, expect, etag=etag)
        if found:
            self._files.append(found.path)
        elif last:
            self._zone.note_unchanged(last, self.now)
        return found

    def get_json(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        secret: Secret | None = None,
        statuses: tuple[int, ...] = (200,),
    ) -> Any:
        """Fetch an address and read its JSON; nothing is landed. Raises FetchError."""
        found = self.get(url, "json", params, secret, statuses)
        return self.read_json(found)

    def read_json(self, found: Download) -> Any:
        """The JSON of a downloaded body. Raises FetchError naming the address."""
        try:
            return json.loads(found.path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        except (ValueError, RecursionError) as error:
            raise FetchError(f"{found.url}: not readable JSON: {error}") from error

    def is_current(
        self, feed: Feed, mark: str, part: str = "", is_final: bool = False
    ) -> bool:
        """Whether the publisher's `mark` of a version is that of the last fetch.

        If so that is noted in the journal. After four weeks no mark is believed, for
        some publishers change figures under an old date, unless it `is_final`: the
        name of a version that is never published anew.
        """
        last = self._last(feed, part)
        if last is None or last.get("mark") != mark:
            return False
        age = self.now - datetime.fromisoformat(last["retrieved_at"])
        # A fetch of a day to come was made by a clock that was wrong.
        if not timedelta() <= age <= _BELIEVED_FOR and not is_final:
            return False
        self._zone.note_unchanged(last, self.now)
        return True

    def last_modified(self, found: Download) -> datetime | None:
        """When the body was last changed, Taipei time, as far as the publisher says."""
        try:
            moment = parsedate_to_datetime(found.headers.get("last-modified", ""))
        except ValueError:
            return None
        if moment.tzinfo is None:
            return None
        return min(moment.astimezone(TAIPEI).replace(tzinfo=None), self.now)

    def land(
        self,
        feed: Feed,
        found: Download,
        part: str = "",
        mark: str | None = None,
        published_at: datetime | None = None,
        path: Path | None = None,
        note: str = "",
    ) -> None:
        """Keep a download, or the file `path` that was made of it, as a payload.

        `mark` is the publisher's sign of the version, `published_at` the moment it
        names for it, `part` tells pieces of a resource apart, `note` is what to know
        about how `path` was made.
        """
        if mark is None or not self.is_current(feed, mark, part):
            self._zone.land(
                source=self.source.name,
                resource=feed.resource,
                payload=path or found.path,
                retrieved_at=self._retrieved_at,
                checked_at=self.now,
                origin=self._origin(feed, found, note),
                published_at=published_at,
                part=part,
                mark=mark,
                etag=found.etag if path is None else None,
            )

    def land_pages(
        self,
        feed: Feed,
        pages: Sequence[Download],
        part: str = "",
        mark: str | None = None,
        published_at: datetime | None = None,
    ) -> None:
        """Keep the pages of one answer as one payload: an archive of the bodies.

        Equal pages give an equal archive.
        """
        path = self._client.folder / f"{uuid4().hex}.pages"
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, page in enumerate(pages, start=1):
                info = zipfile.ZipInfo(f"page-{number:05}.json", _OLDEST)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, page.path.read_bytes())
        self._files.append(path)
        self.land(feed, pages[0], part, mark, published_at, path)

    @cached_property
    def _retrieved_at(self) -> datetime:
        return max([self.now, *self._earlier()])

    def _earlier(self) -> Iterator[datetime]:
        """When each download so far was retrieved.

        A new one never counts as older than these, for the older word does not stand:
        a clock that was set back would hide what the publisher says now.
        """
        mine = {feed.resource for _, feed in self.source.feeds("download")}
        for event in self._zone.events():
            is_ours = event["event"] == "fetch" and event["source"] == self.source.name
            if is_ours and event["resource"] in mine:
                yield datetime.fromisoformat(event["retrieved_at"])

    def _last(self, feed: Feed, part: str) -> dict[str, Any] | None:
        last = self._zone.last_fetch(self.source.name, feed.resource, part)
        return None if last is None or last["sha256"] in self._held_back else last

    def _origin(self, feed: Feed, found: Download, note: str) -> dict[str, Any]:
        said = {name: found.headers.get(name) for name in _KEPT_HEADERS}
        told = vars(feed.provenance) if feed.provenance else {}
        return told | {
            "request": found.url,
            "status": found.status,
            "accessed_on": self.now.date(),
            "compiled_from": note,
            "headers": {name: value for name, value in said.items() if value},
        }
