"""The simulator as one local server: `http://127.0.0.1:PORT/HOST/PATH?QUERY`."""

import contextlib
import hashlib
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.upstreams import catalogue, control, faults, wire
from tests.upstreams.world import Asked, World

_ERROR_PAGE = f"/{faults.ERROR_PAGE}"


def app(world: World) -> "Upstreams":
    """Every publisher of a world, behind the faults, with the control endpoints."""
    routes = [
        *control.routes(world),
        *(route for module in catalogue.modules() for route in module.routes(world)),
        Route(_ERROR_PAGE, lambda _: HTMLResponse(faults.HTML)),
    ]
    return Upstreams(Starlette(routes=routes), world)


class Upstreams:
    """Takes each publisher's whole answer, spoils it as asked, logs and sends it."""

    def __init__(self, publishers: Starlette, world: World):
        self.publishers = publishers
        self.world = world

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        _, host, *_ = f"{scope['path']}/".split("/")
        if host in ("", "_control"):
            await self.publishers(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        target = f"{scope['path']}?{unquote(query)}"
        # The page that a redirect leads to must not redirect again.
        spared = scope["path"] == _ERROR_PAGE
        names = () if spared else self.world.begin(host, target)
        reply = await self._answered(scope, receive)
        for name in names:
            reply = faults.REPLIES.get(name, lambda same: same)(reply)
        self.world.log.append(_asked(scope, host, query, reply, names))
        sender = next((wire.SENDERS[n] for n in names if n in wire.SENDERS), wire.whole)
        line = wire.Wire(
            send,
            scope["state"]["transport"],
            self.world.drip_pieces,
            self.world.drip_seconds,
        )
        await sender(line, reply.status, reply.headers, reply.body)

    async def _answered(self, scope: Any, receive: Any) -> faults.Reply:
        """The publisher's whole answer."""
        parts: list[dict[str, Any]] = []

        async def keep(message: dict[str, Any]) -> None:
            parts.append(message)

        try:
            await self.publishers(scope, receive, keep)
        except Exception:
            # Not a simulated outage: `running` raises it when the test is over.
            self.world.errors.append(traceback.format_exc())
        start, *bodies = parts
        headers = {
            k.decode("latin-1"): v.decode("latin-1") for k, v in start["headers"]
        }
        body = b"".join(part.get("body", b"") for part in bodies)
        return faults.Reply(start["status"], headers, body)


def _asked(
    scope: Any, host: str, query: str, reply: faults.Reply, names: tuple[str, ...]
) -> Asked:
    return Asked(
        method=scope["method"],
        host=host,
        path=scope["path"].removeprefix(f"/{host}"),
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers={k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]},
        status=reply.status,
        faults=names,
        body_sha256=hashlib.sha256(reply.body).hexdigest(),
    )


@contextlib.contextmanager
def running(world: World, port: int = 0) -> Iterator[str]:
    """Serve a world on loopback while the block runs.

    Args:
        world: the world to serve.
        port: the port; 0 takes a free one.

    Yields:
        The base URL, without a slash at its end.

    Raises:
        RuntimeError: a publisher module failed by itself while answering.
    """
    # Listening from here on: what connects early waits until the server runs.
    listening = socket.create_server(("127.0.0.1", port))
    number = listening.getsockname()[1]
    server = uvicorn.Server(_config(app(world)))

    def serve() -> None:
        with listening:
            server.run([listening])

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{number}"
    finally:
        # It ends by itself; a thousand tests would wait a fifth of a second each.
        server.should_exit = True
    if world.errors:
        raise RuntimeError(f"the simulator itself failed:\n{world.errors[0]}")


def _config(application: Callable[..., Any]) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http=wire.OpenWire,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        server_header=False,
        timeout_graceful_shutdown=1,
    )
