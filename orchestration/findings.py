"""What `geese doctor` says of one thing."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `what_to_do` is empty where all is well."""

    about: str
    level: Literal["ok", "warning", "error"]
    found: str
    what_to_do: str = ""
