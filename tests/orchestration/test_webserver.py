"""The webserver obeys its own pages, and no other page that a browser has open."""

import threading
import time

import dagster as dg
import httpx
import pytest
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import EmptyWorkspaceTarget
from dagster._daemon.asset_daemon import (
    get_auto_materialize_paused,
    set_auto_materialize_paused,
)
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from orchestration.webserver import GuardedWebserver, main

PAUSE = "mutation { setAutoMaterializePaused(paused: true) }"
PROXIED = "https://ui.example.org"


@pytest.fixture(scope="module")
def instance():
    with dg.instance_for_test() as instance:
        yield instance


@pytest.fixture(scope="module")
def own(instance):
    """The origin of a server that runs."""
    with WorkspaceProcessContext(instance, EmptyWorkspaceTarget()) as context:
        app = GuardedWebserver(context, ["ui.example.org"]).create_asgi_app()
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(30)


@pytest.fixture
def browser(own, instance):
    set_auto_materialize_paused(instance, False)
    with httpx.Client(base_url=own, trust_env=False) as client:
        yield client


def _put(headers, own):
    """Headers with the server's own origin and port where they name them."""
    port = own.rsplit(":", 1)[1]
    return {
        name: value.replace("<own>", own).replace("<port>", port)
        for name, value in headers.items()
    }


def _is_paused(instance):
    return get_auto_materialize_paused(instance)


def _refused(answer, instance):
    return answer.status_code in (400, 403) and not _is_paused(instance)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "<own>", "Sec-Fetch-Site": "same-origin"},
        {"Host": "localhost:<port>", "Origin": "http://localhost:<port>"},
        {"Host": "ui.example.org", "Origin": PROXIED},
        # A proxy may ask by the address of this machine.
        {"Origin": PROXIED, "Sec-Fetch-Site": "same-origin"},
        {"Content-Type": "application/json; charset=utf-8"},
    ],
)
def test_its_own_pages_and_programs_are_obeyed(browser, own, instance, headers):
    sent = _put(headers, own)
    answer = browser.post("/graphql", json={"query": PAUSE}, headers=sent)
    assert answer.json() == {"data": {"setAutoMaterializePaused": True}}
    assert _is_paused(instance)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:3000", "Origin": "http://evil.example:3000"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Origin": "<own>.evil.example"},
        {"Origin": "http://ui.example.org"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "text/plain; application/json"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_no_other_page_is_obeyed(browser, own, instance, headers):
    sent = _put(headers, own)
    answer = browser.post("/graphql", json={"query": PAUSE}, headers=sent)
    assert _refused(answer, instance)


@pytest.mark.parametrize("headers", [{}, {"Host": "evil.example"}])
@pytest.mark.parametrize("path", ["/graphql", "/%67raphql"])
def test_a_link_or_a_picture_commands_nothing(browser, instance, path, headers):
    answer = browser.get(path, params={"query": PAUSE}, headers=headers)
    assert _refused(answer, instance)


@pytest.mark.parametrize(
    ("content_type", "params", "body"),
    [
        ("application/graphql", {}, PAUSE),
        ("text/plain", {"query": PAUSE}, ""),
    ],
)
def test_a_form_commands_nothing(browser, instance, content_type, params, body):
    answer = browser.post(
        "/graphql", params=params, content=body, headers={"Content-Type": content_type}
    )
    assert _refused(answer, instance)


def test_what_dagster_takes_by_other_addresses_is_guarded_too(browser, own):
    asked = "/report_asset_materialization/some/asset"
    said = browser.post(asked, json={}, headers={"Origin": "http://evil.example"})
    assert said.status_code == 403
    assert browser.post(asked, json={}, headers={"Origin": own}).status_code == 200


def test_pages_open_from_the_address_bar_only(browser):
    assert browser.get("/server_info").status_code == 200
    typed = browser.get("/server_info", headers={"Sec-Fetch-Site": "none"})
    assert typed.status_code == 200
    framed = browser.get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert framed.status_code == 403


def test_a_websocket_is_for_its_own_pages(own):
    address = f"{own.replace('http', 'ws')}/graphql"
    asked = {"subprotocols": ["graphql-ws"], "open_timeout": 20}
    with connect(address, origin=own, **asked) as page:
        page.send('{"type": "connection_init"}')
        assert page.recv(20) == '{"type":"connection_ack"}'
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(address, origin="http://evil.example", **asked),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("name", ["*", "https://ui.example.org"])
def test_a_further_name_is_a_name(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["-p", "3000", "-w", "workspace.yaml", "--name", name])
    assert ended.value.code == 2
    assert "a name such as" in capsys.readouterr().err
