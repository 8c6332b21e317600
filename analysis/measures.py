"""Registered trade measures: a file goes in, years by economy come out."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.panel import Numbers

REGISTERED = Path(__file__).with_name("measures.toml")


@dataclass(frozen=True)
class Listed:
    """What is listed of one economy, and the years for which the list is complete.

    `years` are decimal years (n) of measures, or first and last years (n, 2) of
    undertakings.
    """

    known: tuple[int, int]
    years: Numbers

    def covers(self, first: int, last: int) -> bool:
        """Whether all these years are among those of the list."""
        return self.known[0] <= first and last <= self.known[1]


def measures(economy: str, path: Path = REGISTERED) -> Listed | None:
    """Return when measures named the economy's chips; None where nothing is listed."""
    part = _part(economy, "measures", path)
    if part is None:
        return None
    days = [row["on"].timetuple() for row in part["list"]]
    years = [day.tm_year + (day.tm_yday - 1) / 366 for day in days]
    return Listed(tuple(part["known"]), np.array(years))


def undertakings(economy: str, path: Path = REGISTERED) -> Listed | None:
    """Return the years in which commitments were in force; None as above."""
    part = _part(economy, "undertakings", path)
    if part is None:
        return None
    spans = [(float(row["from"]), float(row["to"])) for row in part["list"]]
    return Listed(tuple(part["known"]), np.array(spans).reshape(-1, 2))


def _part(economy: str, name: str, path: Path) -> dict[str, Any] | None:
    return tomllib.loads(path.read_text("utf-8")).get(economy, {}).get(name)
