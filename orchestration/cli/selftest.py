"""The command that tests the checks: selftest."""

import random
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.checks import defects
from orchestration.cli.terminal import (
    AsJson,
    out,
    print_json,
    print_rows,
    progress,
    settings,
    stop,
)

app = typer.Typer()


@app.command()
def selftest(
    defect: Annotated[
        Path | None, typer.Option(help="A file of defects of your own (TOML).")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="So many, drawn by --seed, not all.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Which sample is drawn.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Plant defects one at a time in a copy and see that each is caught by name."""
    planted = defects.read(defect) if defect else defects.shipped()
    if sample and sample < len(planted):
        planted = random.Random(seed).sample(planted, sample)  # noqa: S311
    found = settings()
    with progress("loading dbt and Great Expectations") as tell:
        from orchestration.checks import selftest as bench_of
        from orchestration.resources import prepare_environment

        prepare_environment(found)
        with bench_of.prepared(found, tell) as bench:
            verdicts = list(bench.run(planted, tell))
    rows = [_row(verdict) for verdict in verdicts]
    if as_json:
        print_json(rows)
    else:
        print_rows([{n: row[n] for n in ("defect", "caught by")} for row in rows])
    missed = [row for row in rows if not row["is_caught"]]
    if missed:
        raise stop(*(_missed(row) for row in missed))
    if not as_json:
        out.print(f"\n{len(rows)} defects planted, all caught by name")


def _row(verdict: Any) -> dict[str, Any]:
    caught = [f"{c.checker}: {c.name}: {c.said}" for c in verdict.catches]
    return {
        "defect": verdict.defect.name,
        "says": verdict.defect.says,
        "is_caught": verdict.is_caught,
        "caught by": caught[0][:120] if caught else None,
        "named": verdict.defect.caught_by,
        "all": caught,
    }


def _missed(row: dict[str, Any]) -> str:
    what = f"caught only by {row['caught by']}" if row["all"] else "passed every check"
    return f"{row['defect']}: {what}; it names {row['named']!r}"
