"""How an answer is put on the wire: whole, or in one of the ways it can go wrong."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class OpenWire(H11Protocol):
    """Lets the application reach the connection, so that it can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


@dataclass(frozen=True)
class Wire:
    """One connection, during one answer; a slow one in pieces with pauses."""

    send: Callable[[dict[str, Any]], Awaitable[None]]
    transport: asyncio.Transport
    drip_pieces: int
    drip_seconds: float

    async def head(self, status: int, headers: dict[str, str], length: int) -> None:
        """Send the status line and the headers, with a stated body length."""
        told = headers | {"x-synthetic": "every number is made up"}
        if status not in (204, 304):  # they have no body
            told["content-length"] = str(length)
        pairs = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in told.items()]
        await self.send(
            {"type": "http.response.start", "status": status, "headers": pairs}
        )

    async def body(self, body: bytes, more: bool = False) -> None:
        """Send a part of the body."""
        await self.send({"type": "http.response.body", "body": body, "more_body": more})


async def whole(wire: Wire, status: int, headers: dict[str, str], body: bytes) -> None:
    """Send an answer as it should be sent."""
    await wire.head(status, headers, len(body))
    await wire.body(body)


async def _slow_body(
    wire: Wire, status: int, headers: dict[str, str], body: bytes
) -> None:
    await wire.head(status, headers, len(body))
    size = max(1, -(-len(body) // wire.drip_pieces))
    for start in range(0, len(body), size):
        if wire.transport.is_closing():
            return
        await wire.body(body[start : start + size], more=True)
        await asyncio.sleep(wire.drip_seconds)
    await wire.body(b"")


async def _reset(wire: Wire, status: int, headers: dict[str, str], body: bytes) -> None:
    await wire.head(status, headers, len(body))
    await wire.body(body[: len(body) // 2], more=True)
    await asyncio.sleep(0.02)  # the first half arrives before the reset
    connection = wire.transport.get_extra_info("socket")
    # Lingering for no time makes the kernel answer with RST instead of FIN.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.transport.abort()


def _cut_short(missing: int) -> Callable[..., Awaitable[None]]:
    async def send(
        wire: Wire, status: int, headers: dict[str, str], body: bytes
    ) -> None:
        await wire.head(status, headers, len(body) + missing)
        await wire.body(body, more=True)
        wire.transport.close()

    return send


SENDERS: dict[str, Callable[..., Awaitable[None]]] = {
    "slow_body": _slow_body,
    "reset": _reset,
    "truncated_body": _cut_short(1_000),
    "oversized": _cut_short(10**12),
}
