"""A simulated world, served, and a client without manners to look at it."""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.upstreams.server import running
from tests.upstreams.world import World


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def base(world) -> Iterator[str]:
    with running(world) as base:
        yield base


@pytest.fixture
def ask(base) -> Ask:
    """Ask the simulator for `HOST/PATH?QUERY`."""

    def ask(target: str, method: str = "GET", **headers: str) -> Answer:
        line = http.client.HTTPConnection(urlsplit(base).netloc, timeout=5)
        try:
            line.request(method, f"/{target}", headers=headers)
            response = line.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            line.close()

    return ask
