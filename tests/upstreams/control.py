"""What a person running the simulator by hand can see and switch."""

import textwrap
from collections.abc import Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.upstreams import catalogue
from tests.upstreams.world import World

_HELP = """\
Simulated publishers: real addresses and wire shapes, made-up numbers.
https://HOST/PATH is served at /HOST/PATH here.

  curl -X POST '{base}_control/fault?host=HOST&name=NAME[&times=N][&path=TEXT]'
  curl -X POST '{base}_control/clear[?host=HOST][&name=NAME]'
  curl -X POST '{base}_control/edition[?to=YYYY-MM-DD]'
  curl '{base}_control/log'

Today is {world.today}, the edition is {world.edition}.
"""
# Real keys may be sent here by mistake; they are not shown.
_KEYS = {"appid", "subscription-key", "key", "apikey", "api_key"}


def routes(world: World) -> list[Route]:
    """The control endpoints of a world."""

    def index(request: Request) -> str:
        text = _HELP.format(base=request.base_url, world=world)
        hosts = ["*", *(h for m in catalogue.modules() for h in m.HOSTS)]
        for host in hosts:
            on = ", ".join(world.active(host)) if host != "*" else ""
            text += f"\n{host}{f'  (active: {on})' if on else ''}\n"
            names = ", ".join(sorted(catalogue.faults_of(host)))
            text += textwrap.indent(f"{textwrap.fill(names, 76)}\n", "  ")
        return text

    def fault(request: Request) -> str:
        query = request.query_params
        if not {"host", "name"} <= query.keys():
            raise ValueError("a fault needs host= and name=")
        times = int(query["times"]) if "times" in query else None
        world.fault(query["host"], query["name"], times, query.get("path", ""))
        return f"{query['host']}: {query['name']}\n"

    def clear(request: Request) -> str:
        world.clear(request.query_params.get("host"), request.query_params.get("name"))
        return "cleared\n"

    def edition(request: Request) -> str:
        to = request.query_params.get("to")
        world.advance(date.fromisoformat(to) if to else None)
        return f"edition {world.edition}, {world.today}\n"

    def log(request: Request) -> str:
        lines = (
            f"{a.status} {a.method} {a.host}{a.path} {_shown(a.query)}"
            f" {','.join(a.faults)}".rstrip()
            for a in world.asked()
        )
        return "".join(f"{line}\n" for line in lines)

    return [
        Route("/", _plain(index)),
        Route("/_control/log", _plain(log)),
        Route("/_control/fault", _plain(fault), methods=["POST"]),
        Route("/_control/clear", _plain(clear), methods=["POST"]),
        Route("/_control/edition", _plain(edition), methods=["POST"]),
    ]


def _shown(query: dict[str, str]) -> str:
    return "&".join(
        f"{name}={'...' if name.lower() in _KEYS else text}"
        for name, text in query.items()
    )


def _plain(say: Callable[[Request], str]) -> Callable[[Request], PlainTextResponse]:
    def endpoint(request: Request) -> PlainTextResponse:
        try:
            return PlainTextResponse(say(request))
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", status_code=400)

    return endpoint
