"""Which addresses may be told a secret: https ones, and servers of this machine."""

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

NOT_SAFE = "not an https:// address; http is for servers on this machine"


def is_of_this_machine(address: str) -> bool:
    """Whether the host, as the client that asks reads it, is a loopback one."""
    return _on_loopback(_parsed(address))


def is_safe(address: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    url = _parsed(address)
    if url.scheme == "https":
        return bool(url.host)
    return url.scheme == "http" and _on_loopback(url)


def _parsed(address: str) -> "httpx.URL":
    # A sixth of the time in which a command starts; few have such an address.
    import httpx

    try:
        return httpx.URL(address)
    except httpx.InvalidURL:
        return httpx.URL()


def _on_loopback(url: "httpx.URL") -> bool:
    if url.host == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False
