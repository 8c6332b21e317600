"""The templates of every page and letter: escaped, and strict about what is absent."""

from functools import cache
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    select_autoescape,
)

TEMPLATES = Path(__file__).with_name("templates")


def template(name: str) -> Template:
    """Return the template of a page in HTML.

    Rendering raises `jinja2.UndefinedError` where a value is absent.
    """
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    """The one environment: it keeps what it has compiled."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
