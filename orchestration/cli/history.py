"""The commands that keep history: landing, accept, revisions, rebuild, backup."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import (
    AsJson,
    open_published,
    out,
    print_json,
    print_rows,
    progress,
    settings,
    stop,
)
from orchestration.records import records
from orchestration.resources import lock, read_warehouse

app = typer.Typer()
landing_app = typer.Typer(no_args_is_help=True)

_REVISIONS = """
select series_id, period, revision_cause, published_on, old_balance_ratio as old,
    new_balance_ratio as new, log_change, recorded_on
from marts.revisions
where ($series is null or series_id = $series or series_id in (
    select series_id from marts.series_aliases where alias = $series))
and ($year is null or period_year = $year)
and (revision_cause <> 'new_period' or $all)
order by series_id, period, published_on
"""


_KNOWN = """
select 1 from marts.balance_ratios where series_id = $series
union all select 1 from marts.series_aliases where alias = $series
"""


@landing_app.command("verify")
def landing_verify(as_json: AsJson = False) -> None:
    """Digest every payload ever landed again and name what is damaged."""
    from ingest.landing import LandingZone

    zone = LandingZone(settings().landing)
    with progress("reading the landing zone"):
        damages, untold = zone.damages(), zone.untold()
        payloads = {e["sha256"] for e in zone.events() if e["event"] == "fetch"}
    if as_json:
        told = [str(path) for path in untold]
        print_json({"payloads": len(payloads), "damages": damages, "untold": told})
    if damages:
        raise stop(*damages)
    if as_json:
        return
    out.print(f"{len(payloads)} payloads, all as they were landed")
    for path in untold:
        out.print(
            f"no fetch tells of {path}: the next refresh finishes its landing",
            soft_wrap=True,
        )


@app.command()
def accept(
    sha256: Annotated[str, typer.Argument(help="The payload, eight digits or more.")],
    why: Annotated[str, typer.Option(help="Why it is right after all.")],
) -> None:
    """Let a payload that was held back into the warehouse."""
    from ingest import books, bulk, clock
    from ingest.landing import LandingZone

    found = settings()
    held = [digest for digest, _, _ in bulk.held_back(found.bulk)]
    if found.warehouse.exists():
        with read_warehouse(found) as con:
            held += [digest for digest, _, _ in books.quarantine(con)]
    if not any(digest.startswith(sha256) for digest in held):
        waiting = ", ".join(sorted({digest[:12] for digest in held})) or "none"
        raise stop(f"{sha256}: no such payload is held back; waiting: {waiting}")
    if not why.strip():
        raise stop("--why: say why it is right after all", code=2)
    zone = LandingZone(found.landing)
    source = zone.accept(sha256, why, getpass.getuser(), clock.now())
    out.print(f"accepted for {source}; the next `geese refresh` applies it")


@app.command()
def override(
    table: Annotated[str, typer.Argument(help="Raw table, e.g. article__top_ten.")],
    key: Annotated[
        list[str], typer.Option(help="column=value, once for each key column.")
    ],
    column: Annotated[str, typer.Option(help="Column whose value is wrong.")],
    value: Annotated[str, typer.Option(help="What it should be, in the same unit.")],
    why: Annotated[str, typer.Option(help="Why.")],
    source: Annotated[str, typer.Option(help="Where that can be read.")],
) -> None:
    """Lay a reasoned correction over a printed number, which stays as it is."""
    from ingest import clock, overrides
    from ingest.landing import LandingZone

    found = settings()
    if not found.warehouse.exists():
        raise stop("nothing is loaded yet; run `geese refresh`")
    with read_warehouse(found) as con:
        overrides.decide(
            con,
            LandingZone(found.landing),
            raw_name=table,
            key=dict(part.partition("=")[::2] for part in key),
            column=column,
            value=value,
            reason=why,
            source_url=source,
            author=getpass.getuser(),
            decided_at=clock.now(),
        )
    out.print("noted; the next `geese refresh` lays it over the printed value")


@app.command()
def revisions(
    series: Annotated[
        str | None, typer.Option(help="Series id or alias, e.g. jp.components.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Year of the period.")] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Also the periods that were new.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what publishers have changed of figures already published."""
    found = settings()
    asked = {"series": series, "year": year, "all": show_all}
    with open_published(found) as con:
        known = con.execute(_KNOWN, {"series": series}).fetchall()
        rows = records(con, _REVISIONS, asked)
        aliases = con.execute("select alias from marts.series_aliases").fetchall()
    if series and not known:
        may = ", ".join(sorted(alias for (alias,) in aliases))
        raise stop(f"--series {series}: no such series; short names: {may}", code=2)
    if as_json:
        print_json(rows)
        return
    print_rows(rows)


@app.command()
def rebuild(
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Use the rebuilt file even if it differs.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the warehouse anew from the landing zone alone and compare every mart."""
    from orchestration.warehouse import building

    found = settings()
    with progress("loading dbt") as tell, lock(found):
        compared = building.rebuild(found, adopt, tell)
    rows = [
        {
            "table": found.mart,
            "rebuilt": (found.rebuilt or "missing")[:16],
            "published": (found.published or "missing")[:16],
            "result": "same" if found.is_same else "DIFFERS",
        }
        for found in compared
    ]
    if as_json:
        print_json(rows)
    else:
        print_rows(rows)
    differing = [found.mart for found in compared if not found.is_same]
    if differing and not adopt:
        raise stop(
            f"{len(differing)} tables differ from the published version; the rebuilt "
            "file stays beside the build file as rebuilt.duckdb (--adopt puts it there)"
        )
    if as_json:
        return
    if differing:
        out.print(f"adopted, {len(differing)} tables differ; now run `geese refresh`")
        return
    out.print(f"identical: {len(compared)} tables")


@app.command()
def backup(
    archive: Annotated[Path, typer.Argument(help="The archive to write (.tar.gz).")],
) -> None:
    """Write everything that cannot be made again into one archive."""
    from orchestration.warehouse import backup as archiving

    found = settings()
    with progress("writing the archive"), lock(found):
        files = archiving.backup(found, archive)
    out.print(f"{files} files in {archive}", soft_wrap=True)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(help="An archive of `geese backup`.")],
) -> None:
    """Unpack an archive into an empty data folder; `geese rebuild` does the rest."""
    from orchestration.warehouse import backup as archiving

    found = settings()
    with progress("checking and unpacking"), lock(found):
        files = archiving.restore(found, archive)
    out.print(
        f"{files} files in {found.data}; the settings they were made with are in "
        "config/geese.toml; now run `geese rebuild`",
        soft_wrap=True,
    )


app.add_typer(landing_app, name="landing", help="Look after the landing zone.")
