"""A number of the warehouse with the address it is printed under."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal[
    "ratio", "percent", "percentile", "count", "rank", "rank_change",
    "log_points", "money", "money_as_printed", "year",
]  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One value of one mart.

    `id` is `<mart>.<column>/<key=value,…>`; `value` is in the mart's own unit, None
    when missing; `currency` is set for money, which is in millions of it.
    """

    id: str
    value: float | None
    kind: Kind
    currency: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether the mart has a value."""
        return self.value is not None

    @property
    def anchor(self) -> str:
        """The id of the element that prints this figure."""
        return anchor(self.id)


def anchor(figure_id: str) -> str:
    """Return the link target of a figure: the same in every version and language."""
    return "f-" + hashlib.sha256(figure_id.encode()).hexdigest()[:10]


def figure(
    column: str,
    value: float | Decimal | None,
    kind: Kind,
    currency: str | None = None,
    **key: str | int,
) -> Figure:
    """Build the figure of `<mart>.<column>` at `key`, in the order of the key given."""
    where = ",".join(f"{name}={part}" for name, part in key.items())
    number = None if value is None else float(value)
    return Figure(f"{column}/{where}", number, kind, currency)
