"""The client against every way in which an answer can go wrong on its way."""

import logging
import time

import pytest

from ingest.download import FetchError, Secret
from ingest.http import Client, Limits
from tests.upstreams.server import running
from tests.upstreams.world import World

HOST = "api.worldbank.org"
URL = f"https://{HOST}/v2/en/country/JPN/indicator/BX.GSR.ROYL.CD"
PARAMS = {"format": "json", "per_page": "1000"}
CANARY = "canary-4711"
QUICK = Limits(
    attempts=2,
    first_pause=0.01,
    longest_pause=5,
    deadline=20,
    silence=5,
    bytes=50_000_000,
)


@pytest.fixture(scope="module")
def served():
    world = World()
    with running(world) as base:
        yield world, base


@pytest.fixture
def world(served):
    served[0].clear()
    yield served[0]
    served[0].clear()


@pytest.fixture
def client(served, tmp_path):
    with Client(tmp_path, served[1], QUICK, pace=0) as made:
        yield made


def test_a_good_answer_is_a_file_on_disk(world, client):
    found = client.get(URL, "json", PARAMS)
    assert found.path.read_bytes().startswith(b"[{")
    assert found.url == f"{URL}?format=json&per_page=1000"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("reset", "peer closed|reset|disconnected|ReadError|incomplete"),
        ("truncated_body", "peer closed|incomplete"),
        ("truncated_gzip", "packed body is cut off|incomplete"),
        ("gzip_bomb", "more than 50,000,000 bytes; refused"),
        ("wrong_content_type", "answers with .* instead of json"),
        ("html_outage", "a web page instead of json: Synthetic outage"),
        ("empty_200", "empty body"),
        ("status_500", "answers 500"),
        ("status_502_html", "answers 502"),
        ("quota_403", "answers 403 .*asks to wait 3600 s"),
        ("redirect_to_html", r"sends us to www\.wto\.org/error/error_404\.htm"),
        ("oversized", "peer closed|incomplete|more than"),
    ],
)
def test_a_bad_answer_is_refused_in_one_line_and_leaves_no_file(
    world, client, tmp_path, fault, said
):
    world.fault(HOST, fault)
    with pytest.raises(FetchError, match=said) as refused:
        client.get(URL, "json", PARAMS)
    assert "\n" not in str(refused.value)
    assert URL in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "fault", ["reset", "status_500", "status_503_retry_after", "rate_limit_429"]
)
def test_what_passes_by_is_asked_for_again(world, client, fault):
    world.fault(HOST, fault, times=1)
    assert client.get(URL, "json", PARAMS).status == 200


def test_a_publisher_that_says_when_to_come_back_is_obeyed(world, client, monkeypatch):
    slept = []
    monkeypatch.setattr("ingest.http.time.sleep", slept.append)
    world.fault(HOST, "rate_limit_429", times=1)
    client.get(URL, "json", PARAMS)
    assert slept == [1.0]


def test_a_body_that_never_ends_is_given_up(world, served, tmp_path):
    world.fault(HOST, "slow_body")
    quick = Limits(attempts=1, deadline=0.3, silence=5)
    with (
        Client(tmp_path, served[1], quick, pace=0) as client,
        pytest.raises(FetchError, match="not finished after 0 s"),
    ):
        client.get(URL, "json", PARAMS)


def test_an_address_where_nobody_answers_is_told(tmp_path):
    with (
        Client(tmp_path, "http://127.0.0.1:9", QUICK, pace=0) as client,
        pytest.raises(FetchError, match=f"{URL}: .*refused"),
    ):
        client.get(URL, "json")


def test_two_requests_to_one_host_keep_their_distance(world, served, tmp_path):
    started = time.monotonic()
    with Client(tmp_path, served[1], QUICK, pace=0.3) as client:
        for _ in range(2):
            client.get(URL, "json", PARAMS)
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize(
    "secret", [Secret(CANARY, header="X-Key"), Secret(CANARY, query="appId")]
)
@pytest.mark.parametrize("fault", [None, "status_500", "reset", "html_outage"])
def test_a_key_goes_only_to_the_publisher(
    world, client, tmp_path, caplog, secret, fault
):
    caplog.set_level(logging.DEBUG)
    told = [repr(secret)]
    if fault:
        world.fault(HOST, fault)
    try:
        found = client.get(URL, "json", PARAMS, secret)
        told += [found.url, repr(found)]
    except FetchError as error:
        told += [str(error), repr(error)]
    asked = world.asked(HOST)[-1]
    assert CANARY in {**asked.query, **asked.headers}.values()
    assert CANARY not in "".join([*told, caplog.text])


def test_a_key_that_the_publisher_repeats_is_masked(world, client):
    with pytest.raises(FetchError) as refused:
        client.get(f"https://{HOST}/{CANARY}", "json", secret=Secret(CANARY, "X-Key"))
    assert CANARY not in str(refused.value)
