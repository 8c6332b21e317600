"""`python -m orchestration.webserver`: Dagster's webserver, for its own pages alone.

Dagster's server carries out what any web page asks of it: it looks at neither Host nor
Origin, and takes mutations by GET. So this one refuses

    a Host that is not this machine's (400), whatever a foreign name resolves to;
    what a page of another origin sent, links included (403);
    /graphql by any way that a form, link or picture of another page could use (403).

What is no browser sends neither Origin nor Sec-Fetch-Site and is served.
"""

import argparse
import asyncio
import contextlib
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.version import __version__
from dagster_webserver.webserver import DagsterWebserver
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost")
_FOREIGN = {"cross-site", "same-site"}
# As Dagster's own command has them.
_STATEMENT_MILLISECONDS, _RECYCLE_SECONDS, _OVERFLOW = 15_000, 3_600, 20


class OwnPagesOnly:
    """Refuse what a page of another origin can make a browser send.

    `names` are further names under which a proxy serves this server over https.
    """

    def __init__(self, app: ASGIApp, names: Sequence[str] = ()) -> None:
        self.app = app
        self.origins = {f"https://{name}" for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or answer 403 with the reason."""
        if scope["type"] in ("http", "websocket"):
            said = self._objection(scope)
            if said:
                answer = PlainTextResponse(f"{said}\n", status_code=403)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _objection(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and not self._is_own(origin, headers.get("host", "")):
            return "asked by a page of another origin"
        if headers.get("sec-fetch-site") in _FOREIGN:
            return "asked by a page of another site; type the address instead"
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith("/graphql"):
            sent = headers.get("content-type", "").split(";")[0].strip().lower()
            if (scope["method"], sent) != ("POST", "application/json"):
                return "GraphQL is taken by POST of application/json only"
        return None

    def _is_own(self, origin: str, host: str) -> bool:
        return origin in self.origins or origin in (f"http://{host}", f"https://{host}")


class GuardedWebserver(DagsterWebserver):
    """Dagster's webserver, for this machine's names and `names`."""

    def __init__(self, context: WorkspaceProcessContext, names: Sequence[str]) -> None:
        self._names = names
        super().__init__(context)

    def build_middleware(self) -> list[Middleware]:
        """The guards, before whatever Dagster has."""
        hosts = [*LOOPBACK, *(name.split(":")[0] for name in self._names)]
        return [
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
            Middleware(OwnPagesOnly, names=self._names),
            *super().build_middleware(),
        ]


@contextlib.asynccontextmanager
async def _until_ended(_: Any) -> AsyncGenerator[None]:
    # Uvicorn cancels what still waits when it is told to end.
    with contextlib.suppress(asyncio.CancelledError):
        yield


def serve(
    host: str, port: int, workspace: Path, is_read_only: bool, names: list[str]
) -> None:
    """Serve the installation of DAGSTER_HOME until a signal ends the process."""
    with dg.DagsterInstance.get() as instance:
        instance.optimize_for_webserver(
            _STATEMENT_MILLISECONDS, _RECYCLE_SECONDS, _OVERFLOW
        )
        with WorkspaceProcessContext(
            instance,
            WorkspaceFileTarget([str(workspace)]),
            version=__version__,
            read_only=is_read_only,
        ) as context:
            app = GuardedWebserver(context, names).create_asgi_app(
                lifespan=_until_ended
            )
            uvicorn.run(app, host=host, port=port, log_level="warning")


def _name(value: str) -> str:
    if "*" in value or "/" in value:
        raise argparse.ArgumentTypeError(f"{value}: a name such as ui.example.org")
    return value.lower()


def main(arguments: list[str] | None = None) -> None:
    """Serve what the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.webserver",
        description="Dagster's webserver, for its own pages alone.",
        add_help=False,
    )
    parser.add_argument("--help", action="help")
    parser.add_argument("-h", "--host", default=LOOPBACK[0])
    parser.add_argument("-p", "--port", type=int, required=True)
    parser.add_argument("-w", "--workspace", type=Path, required=True)
    parser.add_argument("--read-only", action="store_true", help="refuse all changes")
    parser.add_argument(
        "--name",
        type=_name,
        action="append",
        default=[],
        help="a further name, with its port if any, that a proxy serves by https",
    )
    told = parser.parse_args(arguments)
    serve(told.host, told.port, told.workspace, told.read_only, told.name)


if __name__ == "__main__":
    main()
