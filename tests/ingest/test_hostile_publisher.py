"""A publisher that repeats the key, redirects, and sends more than it should."""

import contextlib
import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http import server as web
from urllib.parse import quote, quote_plus

import httpx
import pytest

from ingest import content, fetching
from ingest.answer import unpacked
from ingest.download import FetchError, Secret
from ingest.http import Client, Limits
from ingest.landing import LandingZone
from ingest.questions import estat
from ingest.session import Session
from ingest.source import Feed, IngestError, Source

NOW = datetime(2026, 11, 24, 9)  # noqa: DTZ001 the clock is naive on purpose
CANARY = "canary/4711 +ü"
SECRET = Secret(CANARY, query="appId")
FORMS = (CANARY, quote(CANARY), quote(CANARY, safe=""), quote_plus(CANARY))
HOST = "publisher.test"
URL = f"https://{HOST}/values"
JSON = {"content-type": "application/json"}
QUICK = Limits(attempts=3, first_pause=0.01, longest_pause=1, deadline=20, silence=5)


@dataclass
class Publisher:
    """Gives prepared answers by path, whatever the query: status, headers, body."""

    base: str
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    class Handler(web.BaseHTTPRequestHandler):
        def do_GET(self):
            found.asked.append(self.path)
            path = self.path.partition("?")[0]
            status, headers, body = found.answers[path]
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(
                    name, text.replace("QUERY", self.path.partition("?")[2])
                )
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            # Who asked may have had enough.
            with contextlib.suppress(ConnectionError):
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = web.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Publisher(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(publisher, tmp_path) -> Iterator[Client]:
    with Client(tmp_path / "downloads", publisher.base, QUICK, pace=0) as made:
        yield made


@pytest.fixture
def session(client, tmp_path) -> Session:
    source = Source("model", "A model", ())
    return Session(source, LandingZone(tmp_path / "landing"), client, NOW, CANARY)


def _has_key(told: str) -> bool:
    forms = {*FORMS, *(form.lower() for form in FORMS)}
    return any(form in told for form in forms)


def _moves(publisher, status: int, body: bytes) -> None:
    """A redirect within the host that takes the whole query along, key included."""
    location = {"location": f"https://{HOST}/new?QUERY"}
    publisher.answers[f"/{HOST}/values"] = (302, location, b"")
    publisher.answers[f"/{HOST}/new"] = (status, JSON, body)


def test_a_key_in_a_redirect_is_in_no_record(publisher, session, tmp_path):
    _moves(publisher, 200, b"[1]")
    found = session.get(URL, "json", {"page": "1"}, SECRET)
    session.land(Feed("values.json", "download"), found)
    assert publisher.asked[-1].count("appId=") == 1
    assert quote_plus(CANARY) in publisher.asked[-1]
    assert found.url == f"https://{HOST}/new?page=1"
    kept = [file for file in (tmp_path / "landing").rglob("*") if file.is_file()]
    assert len(kept) >= 2
    assert not any(_has_key(file.read_text(encoding="utf-8")) for file in kept)


@pytest.mark.parametrize(("status", "body"), [(404, b"{}"), (503, b"{}"), (200, b"")])
def test_a_key_in_a_redirect_is_in_no_error(publisher, client, status, body):
    _moves(publisher, status, body)
    with pytest.raises(FetchError) as refused:
        client.get(URL, "json", {"page": "1"}, SECRET)
    assert f"https://{HOST}/new?page=1:" in str(refused.value)


def test_a_key_that_a_redirect_calls_otherwise_is_masked(publisher, session):
    location = {"location": f"https://{HOST}/new?token={quote_plus(CANARY)}"}
    publisher.answers[f"/{HOST}/values"] = (302, location, b"")
    publisher.answers[f"/{HOST}/new"] = (200, JSON, b"[1,,]")
    with pytest.raises(FetchError, match="not readable JSON") as refused:
        session.get_json(URL, secret=SECRET)
    assert f"https://{HOST}/new?token=***:" in str(refused.value)


def test_another_port_is_another_publisher(publisher, client):
    location = {"location": f"https://{HOST}:8443/values"}
    publisher.answers[f"/{HOST}/values"] = (302, location, b"")
    with pytest.raises(FetchError, match=f"sends us to {HOST}:8443/values"):
        client.get(URL, "json", secret=SECRET)
    assert len(publisher.asked) == 1


@pytest.mark.parametrize("form", [*FORMS, *(quote(f).lower() for f in FORMS[:1])])
@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("before", [0, 90, 190, 505, 590])
def test_a_quoted_key_is_masked_before_the_quotation_is_cut(
    publisher, client, form, status, before
):
    # Markup is left out of the quotation, so that each cut can meet the key.
    filler = "<" + "b" * (before - 2) + ">" if before > 200 else "x" * before
    body = f"<html>{filler}{form}</html>".encode()
    publisher.answers[f"/{HOST}/values"] = (status, {"content-type": "text/html"}, body)
    with pytest.raises(FetchError) as refused:
        client.get(URL, "json", secret=SECRET)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("before", [0, 195])
def test_a_key_in_a_refusal_of_e_stat_is_masked_before_it_is_cut(
    publisher, session, before
):
    said = {"STATUS": 100, "ERROR_MSG": "x" * before + CANARY}
    listed = json.dumps({"GET_STATS_LIST": {"RESULT": said}}).encode()
    data = json.dumps({"GET_STATS_DATA": {"RESULT": said}}).encode()
    root = "/api.e-stat.go.jp/rest/3.0/app/json"
    publisher.answers[f"{root}/getStatsList"] = (200, JSON, listed)
    publisher.answers[f"{root}/getStatsData"] = (200, JSON, data)
    table = estat.Listed("1", "A table", NOW.date())
    for ask in (
        lambda: estat.tables(session, "1", "words"),
        lambda: estat.pages(session, table, {}),
    ):
        with pytest.raises(IngestError, match="STATUS 100") as refused:
            ask()
        assert "cana" not in str(refused.value)


def _asks_json(session):
    session.get_json(URL, secret=SECRET)


def _fails_unforeseen(_):
    raise TypeError(f"1 < '{CANARY}'\nor 2")


def _fails_foreseen(_):
    raise IngestError(f"a table called {quote_plus(CANARY)}")


@pytest.mark.parametrize(
    ("fetch", "said"),
    [
        (_asks_json, f"{URL}: not readable JSON: maximum recursion"),
        (_fails_unforeseen, "TypeError: 1 < '***' or 2"),
        (_fails_foreseen, "a table called ***"),
    ],
)
def test_a_publisher_nobody_foresaw_ends_no_visit_to_another(
    publisher, client, tmp_path, fetch, said
):
    publisher.answers[f"/{HOST}/values"] = (200, JSON, b"[" * 200_000)
    zone = LandingZone(tmp_path / "landing")
    bad = Source("bad", "Bad", (), fetch=fetch, secret="KEY")  # noqa: S106 a name
    good = Source("good", "Good", (), fetch=lambda _: None)
    plan = fetching.Plan(zone, client, NOW, {"KEY": CANARY})
    failed, well = fetching.visit_all([bad, good], plan, lambda _: None)
    assert failed.problem.startswith(said)
    assert "\n" not in failed.problem
    assert well == fetching.Visit("good")
    noted = {e["source"]: (e["outcome"], e["reason"]) for e in zone.events()}
    assert noted == {"bad": ("failed", failed.problem), "good": ("complete", None)}


@pytest.mark.parametrize(
    "moment", ["Thu, 06 Aug 2037 01:00:00 -0000", "Thu, 06 Aug 2037 01:00:00"]
)
def test_a_date_without_a_zone_to_come_back_at_is_utc(publisher, client, moment):
    publisher.answers[f"/{HOST}/values"] = (503, {"retry-after": moment}, b"")
    with pytest.raises(FetchError, match=r"answers 503; asks to wait \d+ s"):
        client.get(URL, "json")


@pytest.mark.parametrize(
    "after",
    [b"x", b"\0" * 3_000_000, gzip.compress(b"[2]")],
    ids=["a byte", "many bytes", "another packed body"],
)
def test_what_follows_a_packed_body_is_refused_and_not_gathered(
    publisher, client, tmp_path, after
):
    packed = JSON | {"content-encoding": "gzip"}
    body = gzip.compress(b"[1]") + after
    publisher.answers[f"/{HOST}/values"] = (200, packed, body)
    with pytest.raises(FetchError) as refused:
        client.get(URL, "json")
    assert str(refused.value) == f"{URL}: goes on after the end of what is packed"
    assert list((tmp_path / "downloads").iterdir()) == []
    assert len(publisher.asked) == 1


def test_what_follows_a_packed_body_in_a_later_piece_is_refused():
    pieces = (gzip.compress(b"[1]"), b"x" * 100)
    answer = httpx.Response(
        200, headers={"content-encoding": "gzip"}, stream=_Pieces(pieces)
    )
    with pytest.raises(content.UnexpectedError, match="goes on after the end"):
        list(unpacked(answer))


class _Pieces(httpx.SyncByteStream):
    def __init__(self, pieces):
        self.pieces = pieces

    def __iter__(self):
        return iter(self.pieces)


@pytest.mark.parametrize(
    ("expect", "kind", "body"),
    [
        ("json", "application/json", b"[1" + b" " * 5_000 + b"]"),
        ("html", "text/html", b"<html>" + b" " * 5_000),
    ],
)
def test_what_is_read_whole_has_a_limit_of_its_own(
    publisher, tmp_path, expect, kind, body
):
    publisher.answers[f"/{HOST}/values"] = (200, {"content-type": kind}, body)
    limits = Limits(attempts=1, page_bytes=4_000)
    with (
        Client(tmp_path / "downloads", publisher.base, limits, pace=0) as client,
        pytest.raises(FetchError, match="more than 4,000 bytes; refused"),
    ):
        client.get(URL, expect)


def test_a_table_of_rows_may_be_larger_than_a_page(publisher, tmp_path):
    kind = {"content-type": "text/csv"}
    publisher.answers[f"/{HOST}/values"] = (200, kind, b"year\n" * 1_000)
    limits = Limits(attempts=1, page_bytes=4_000)
    with Client(tmp_path / "downloads", publisher.base, limits, pace=0) as client:
        assert client.get(URL, "csv").path.stat().st_size == 5_000
