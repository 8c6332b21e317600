"""The templates of every page and letter: escaped, and strict about what is absent."""

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
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html", "j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
