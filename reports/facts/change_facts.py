"""What differs between two published versions, as frozen values in one language."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from reports.facts.figures import Figure


@dataclass(frozen=True)
class Previous:
    """The brief before: its period, and the version that it was made from.

    `digests` has the digests of code, libraries and settings before and after, by
    name; they are told where they differ.
    """

    version: str
    period: str
    file: Path
    digests: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class ChangedPoint:
    """A ratio that is new or another than before; `change` is in log points.

    `old_level` and `new_level` are low, middle or high, "" where there is no level.
    """

    economy: str
    subject: str
    definition: str
    period: str
    old: Figure
    new: Figure
    change: Figure
    old_published_on: dt.date | None
    new_published_on: dt.date | None
    old_level: str
    new_level: str


@dataclass(frozen=True)
class Group:
    """How many ratios changed for one cause, and the five that changed most."""

    count: int
    largest: tuple[ChangedPoint, ...]


@dataclass(frozen=True)
class Attribution:
    """Why a headline ratio differs from the one in the brief before, in log points.

    `total` is exactly `new_data` + `revision` + `method`, computed in this order:
    the old period as its publishers have revised it, the new period, and as the rest
    the old data under the new method. Where an old publication was read late,
    revision and method cannot be told apart: `method` is None, `revision` both.
    """

    economy: str
    product: str
    old_period: str
    new_period: str
    old: Figure
    new: Figure
    total: Decimal
    new_data: Decimal
    revision: Decimal
    method: Decimal | None


@dataclass(frozen=True)
class Changes:
    """Everything that changed since the brief before.

    `tables` are the marts that changed through our own code, `digests` the names of
    what code, libraries or settings differ, with their digests before and after.
    `old_class` and `new_class` are the classes of the confirmatory test, "" if none.
    """

    version: str
    published_on: dt.date
    is_separable: bool
    new_data: Group
    revision: Group
    method: Group
    attributions: tuple[Attribution, ...]
    tables: tuple[str, ...]
    digests: tuple[tuple[str, str, str], ...]
    old_class: str
    new_class: str
