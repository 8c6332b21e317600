"""What a publisher's page and its answers say of the files behind the links."""

from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit


@dataclass(frozen=True)
class Link:
    """An address, and the text of its table row, or of the link where there is none."""

    address: str
    words: str


def links(path: Path, page: str) -> list[Link]:
    """The links of a downloaded page to its own host; `page` is its address.

    Others are passed over: a page must not send us to another publisher.
    """
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8", errors="replace"))
    reader.close()
    reader.end_row()
    return [
        Link(urljoin(page, href), words)
        for href, words in reader.found
        if _is_own(page, href)
    ]


def _is_own(page: str, href: str) -> bool:
    try:
        target = urlsplit(urljoin(page, href))
    except ValueError:
        return False
    return (target.scheme, target.netloc) == ("https", urlsplit(page).netloc)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._words: list[str] = []
        self._hrefs: list[str] = []
        self._is_in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr" or (tag == "a" and not self._is_in_row):
            self.end_row()
            self._is_in_row = tag == "tr"
        href = dict(attrs).get("href") if tag == "a" else None
        if href:
            self._hrefs.append(href)

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr" or (tag == "a" and not self._is_in_row):
            self.end_row()

    def end_row(self) -> None:
        """What was read since the last row or link belongs together."""
        words = " ".join(" ".join(self._words).split())
        self.found += [(href, words) for href in self._hrefs]
        self._words, self._hrefs, self._is_in_row = [], [], False
