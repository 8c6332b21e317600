"""Which publishers there are, and which faults each of them can show."""

import functools
import importlib
import pkgutil
from types import ModuleType

from tests.upstreams import faults, publishers


@functools.cache
def modules() -> tuple[ModuleType, ...]:
    """The publisher modules, found by their place in the folder."""
    found = sorted(m.name for m in pkgutil.iter_modules(publishers.__path__))
    return tuple(importlib.import_module(f"{publishers.__name__}.{n}") for n in found)


@functools.cache
def faults_of(host: str) -> frozenset[str]:
    """The faults of a host; those of the transport for '*'.

    Raises:
        ValueError: no publisher has this host.
    """
    if host == "*":
        return frozenset(faults.TRANSPORT)
    names = {name for m in modules() if host in m.HOSTS for name in m.FAULTS}
    if not names:
        known = sorted(h for m in modules() for h in m.HOSTS)
        raise ValueError(f"no publisher at {host!r}; there are {known}")
    return frozenset(names)
