"""Stands in for dbt's `adapter` where sqlfluff reads models without dbt."""

from collections.abc import Callable


def dispatch(name: str) -> Callable[..., object]:
    """Whatever the macro: its first argument is an expression that can take its place.

    `name` is the macro's, which dbt would look up by engine.
    """
    return lambda expression, *_: expression
