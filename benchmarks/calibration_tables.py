"""The record of a calibration: measured shares go in, Markdown tables come out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.standing import DIVERGES, FOLLOWS
from benchmarks.worlds import FOLLOWERS, LIMITS, MIRRORS, NULLS, WORLDS

REGISTERED = "registered"
# Hard bounds of a false class, by the number of donors.
BOUNDS = {9: 0.10, 14: 0.10, 19: 0.05, 24: 0.05}


@dataclass(frozen=True)
class Shares:
    """Shares of the draws of one world, by rule and donors."""

    follows: float
    diverges: float
    insufficient: float


Measured = dict[tuple[str, str, int], Shares]


def error(share: float, draws: int) -> float:
    """The Monte Carlo standard error of a share."""
    return float(np.sqrt(share * (1 - share) / draws))


def worst(found: Measured, rule: str, donors: int, name: str) -> tuple[float, str]:
    """The largest false share of a class over all worlds where it is false."""
    others = MIRRORS if name == FOLLOWS else FOLLOWERS
    false = {
        world: getattr(found[world, rule, donors], name.lower())
        for world in (*NULLS, *others)
        if (world, rule, donors) in found
    }
    world = max(false, key=lambda key: false[key])
    return false[world], world


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    names = list(head)
    return [_row(*names), _row(*("---" for _ in names)), *(_row(*row) for row in rows)]


def _bounds(results: Mapping[str, Measured], draws: int) -> list[str]:
    rows = []
    for design, found in results.items():
        for donors, bound in BOUNDS.items():
            cells: list[object] = [design, donors, f"{bound:.2f}"]
            for name in (FOLLOWS, DIVERGES):
                share, world = worst(found, REGISTERED, donors, name)
                cells.append(f"{share:.3f} ± {error(share, draws):.3f} ({world})")
            few = min(found[world, REGISTERED, 8].insufficient for world in WORLDS)
            rows.append((*cells, f"{few:.3f}"))
    return _table(
        (
            "design",
            "donors",
            "bound",
            "worst false FOLLOWS",
            "worst false DIVERGES",
            "INSUFFICIENT with 8 donors, at least",
        ),
        rows,
    )


def _power(results: Mapping[str, Measured]) -> list[str]:
    rows = []
    for design, found in results.items():
        for donors in BOUNDS:
            shares = [found[w, REGISTERED, donors].follows for w in FOLLOWERS]
            mirrors = [found[w, REGISTERED, donors].diverges for w in MIRRORS]
            rows.append((design, donors, *(f"{s:.3f}" for s in shares + mirrors)))
    return _table(("design", "donors", *FOLLOWERS, *MIRRORS), rows)


def _versions(results: Mapping[str, Measured]) -> list[str]:
    rows = []
    for design, found in results.items():
        for rule in dict.fromkeys(rule for _, rule, _ in found):
            follows, _ = worst(found, rule, 19, FOLLOWS)
            diverges, _ = worst(found, rule, 19, DIVERGES)
            powers = [found[world, rule, 19].follows for world in FOLLOWERS]
            limits = [found[world, rule, 19].follows for world in LIMITS]
            mirrors = [found[world, rule, 19].diverges for world in MIRRORS]
            shares = [follows, diverges, *powers, *mirrors, *limits]
            rows.append((design, rule, *(f"{share:.3f}" for share in shares)))
    head = (
        "worst false FOLLOWS",
        "worst false DIVERGES",
        *FOLLOWERS,
        *MIRRORS,
        *LIMITS,
    )
    return _table(("design", "rule", *head), rows)


def _worlds(results: Mapping[str, Measured], donors: int) -> list[str]:
    rows = [
        (
            world,
            *(
                f"{shares.follows:.3f} / {shares.diverges:.3f}"
                for shares in (f[world, REGISTERED, donors] for f in results.values())
            ),
        )
        for world in WORLDS
    ]
    return _table(("world", *results), rows)


def report(
    results: Mapping[str, Measured],
    stood: Mapping[str, Shares],
    draws: int,
    command: str,
) -> str:
    """Write all results as Markdown."""
    parts = [
        [
            f"`{command}`: {draws:,} draws of each world and design, Monte Carlo error "
            f"{error(0.05, draws):.3f} at 0.05 and {error(0.5, draws):.3f} at 0.5."
        ],
        ["", "### Bounds", "", *_bounds(results, draws)],
        ["", "### Power", "", *_power(results)],
        ["", "### What each change does, with 19 donors", "", *_versions(results)],
        ["", "### What stands after two runs on first prints, with 19 donors", ""],
        _table(
            ("design", "FOLLOWS", "DIVERGES"),
            [(d, f"{s.follows:.3f}", f"{s.diverges:.3f}") for d, s in stood.items()],
        ),
    ]
    for donors in (9, 19, 24):
        title = f"### Every world with {donors} donors: FOLLOWS / DIVERGES"
        parts.append(["", title, "", *_worlds(results, donors)])
    return "\n".join(line.rstrip() for part in parts for line in part)
