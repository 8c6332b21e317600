"""How often the rule of the verdict is wrong, and how often it sees what is there.

    python -m benchmarks.calibration [--draws 2000] [--seed 1] [--design NAME ...]
                                     [--scale-age 0] [--write]

Applies the registered rule, with the code that makes the verdict, to simulated worlds.
Prints shares of draws with their Monte Carlo errors; `--write` puts them into
docs/calibration.md.
"""

import argparse
import dataclasses
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import Progress

from analysis.evidence import agreed, weigh
from analysis.hypotheses import Rule, load
from analysis.panel import Numbers
from analysis.placebo import Contrast, contrast
from analysis.standing import DIVERGES, FOLLOWS, INSUFFICIENT, AnnualClass, standing
from analysis.windows import Roles, Windows, cut
from benchmarks.calibration_tables import REGISTERED, Measured, Shares, report
from benchmarks.worlds import (
    DESIGNS,
    FIRST_DONOR,
    JAPAN,
    TARGET,
    WORLDS,
    Design,
    simulated,
)

RECORD = Path(__file__).parent.parent / "docs" / "calibration.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"
CHUNK = 100
# With fewer than nine donors there must never be a class.
DONORS = (8, 9, 14, 19, 24)
NAMES = (FOLLOWS, DIVERGES, INSUFFICIENT)

Classes = dict[tuple[str, int], np.ndarray]


def windows_of(paths: Numbers, design: Design, end: int, rule: Rule) -> Windows:
    """Cut the windows that end in column `end` out of every draw."""
    return cut(
        paths,
        np.zeros(paths.shape, np.bool_),
        Roles(TARGET, JAPAN, np.arange(FIRST_DONOR, paths.shape[1])),
        end,
        design.window,
        design.all_lags,
        rule,
    )


def with_donors(
    found: Contrast, windows: Windows, donors: int
) -> tuple[Contrast, Windows]:
    """Keep the first donors only."""

    def kept(part: Any) -> Any:
        if isinstance(part, np.ndarray):
            return part[:, : donors + 1] if part.shape[1] > 1 else part
        names = (field.name for field in dataclasses.fields(part))
        return type(part)(*(kept(getattr(part, name)) for name in names))

    fewer = dataclasses.replace(
        windows,
        counted=windows.counted[:, :donors],
        reaches=windows.reaches[:, :donors],
    )
    return kept(found), fewer


def classes(
    paths: Numbers, design: Design, tested: Mapping[str, Rule], last: int
) -> Classes:
    """Return every draw's class by rule and number of donors, for one annual run.

    Rules other than the registered one are tried with 19 donors only.
    """
    pairs: dict[tuple[str, int], list[np.ndarray]] = {}
    for end in (last, last - 1):
        windows = windows_of(paths, design, end, tested[REGISTERED])
        found = contrast(windows)
        for donors in DONORS:
            few = with_donors(found, windows, donors)
            for name, rule in tested.items():
                if name == REGISTERED or donors == 19:
                    evidence = weigh(*few, rule)
                    pairs.setdefault((name, donors), []).append(evidence.classes)
    return {key: agreed(pair) for key, pair in pairs.items()}


def rules() -> dict[str, Rule]:
    """The registered rule, and what it was changed from."""
    registered = next(iter(load().hypotheses.values())).rule
    change = dataclasses.replace
    return {
        REGISTERED: registered,
        "without the gate on bends": change(registered, bends_minimum=-1.0),
        "ranked by concordance": change(registered, ranking="concordance"),
        "first version": change(registered, ranking="stationarity", bends_minimum=-1.0),
    }


def measured(
    design: Design,
    draws: int,
    seed: int,
    worlds: Iterable[str] = WORLDS,
    tick: Callable[[int], object] = lambda _: None,
    scale_age: int = 0,
) -> Measured:
    """Simulate worlds and return their shares by world, rule and number of donors.

    The unit of each axis was frozen `scale_age` years before the series end.
    """
    shares: Measured = {}
    tested = rules()
    for world in worlds:
        rng = _generator(design, seed, world)
        counts: dict[tuple[str, int], np.ndarray] = {}
        for size in _chunks(draws):
            paths = simulated(WORLDS[world], design, size, rng, scale_age)
            for key, found in classes(paths, design, tested, design.years - 1).items():
                hits = [(found == name).sum() for name in NAMES]
                counts[key] = counts.get(key, np.zeros(len(NAMES))) + hits
            tick(size)
        for (rule, donors), hits in counts.items():
            shares[world, rule, donors] = Shares(*(hits / draws).tolist())
    return shares


def standing_shares(design: Design, draws: int, seed: int, donors: int) -> Shares:
    """Two annual runs on walks whose last two years are first prints, each revised.

    Returns the shares of what stands after the second run.
    """
    rng = _generator(design, seed, "first prints of two years")
    rule = rules()[REGISTERED]
    longer = dataclasses.replace(design, years=design.years + 1)
    stands: list[str] = []
    for size in _chunks(draws):
        truth = simulated((), longer, size, rng)
        runs = []
        for last in (design.years - 1, design.years):
            seen = truth.copy()
            seen[:, :, last - 1 : last + 1] += rng.normal(
                size=(*truth.shape[:2], 2, design.axes)
            )
            found = classes(seen[:, :, : last + 1], design, {REGISTERED: rule}, last)
            runs.append(found[REGISTERED, donors].tolist())
        for first, second in zip(*runs, strict=True):
            history = [AnnualClass(1, first, donors), AnnualClass(2, second, donors)]
            after = standing(history, rule)
            stands.append(after.evidence_class if after else INSUFFICIENT)
    return Shares(*(stands.count(name) / draws for name in NAMES))


def _generator(design: Design, seed: int, world: str) -> np.random.Generator:
    place = list(WORLDS).index(world)
    return np.random.default_rng(
        [seed, place, design.axes, design.window, *design.lags]
    )


def _chunks(draws: int) -> Iterator[int]:
    for start in range(0, draws, CHUNK):
        yield min(CHUNK, draws - start)


def main() -> None:
    """Measure, print and, when asked, record."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--draws", type=int, default=2_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--design", nargs="*", choices=DESIGNS, default=list(DESIGNS))
    asked.add_argument("--scale-age", type=int, default=0)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    console = Console()
    started = time.process_time()
    results: dict[str, Measured] = {}
    stood: dict[str, Shares] = {}
    with Progress(console=console) as progress:
        total = len(given.design) * len(WORLDS) * given.draws
        task = progress.add_task("simulating", total=total)
        for name in given.design:
            progress.update(task, description=name)
            results[name] = measured(
                DESIGNS[name],
                given.draws,
                given.seed,
                tick=lambda size: progress.advance(task, size),
                scale_age=given.scale_age,
            )
            stood[name] = standing_shares(DESIGNS[name], given.draws, given.seed, 19)
    command = " ".join(["python -m benchmarks.calibration", *sys.argv[1:]])
    text = report(results, stood, given.draws, command)
    console.print(Markdown(text))
    console.print(f"{(time.process_time() - started) / 60:.1f} minutes of one core")
    if given.write:
        record = RECORD.read_text("utf-8")
        kept = re.sub(
            f"(?<={BEGIN}\n).*(?={END})", lambda _: f"{text}\n", record, flags=re.DOTALL
        )
        RECORD.write_text(kept, "utf-8")


if __name__ == "__main__":
    main()
