"""Cron lines as the settings take them."""

import re
from typing import Annotated

from pydantic import AfterValidator

_FIELD = re.compile(r"(\*|\d+)(-\d+)?(/\d+)?(,\d+(-\d+)?(/\d+)?)*")


def five_fields(line: str) -> str:
    """The line itself. Raises ValueError if it is no cron line of five fields."""
    if len(line.split()) != 5 or not all(map(_FIELD.fullmatch, line.split())):
        raise ValueError("not a cron line of five fields, e.g. 0 9 * * 1")
    return line


CronLine = Annotated[str, AfterValidator(five_fields)]
