"""The command that asks the published file: sql."""

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.terminal import (
    AsJson,
    distinct,
    open_published,
    out,
    print_csv,
    print_json,
    print_rows,
    settings,
    stop,
)
from orchestration.settings import Settings

app = typer.Typer()


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="Any SQL, e.g. from marts.economies")],
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    parquet: Annotated[
        Path | None, typer.Option(help="Write the rows to this new Parquet file.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows of the table.")] = 50,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="Ask the bulk tables: every product.")
    ] = False,
) -> None:
    """Ask the latest published version a question in SQL; nothing can be changed."""
    found = settings()
    if not query.strip():
        raise stop("an empty query; ask for example: from marts.economies", code=2)
    if parquet:
        _write_parquet(found, query, parquet, bulk)
        return
    with open_published(found, bulk=bulk) as con:
        cursor = con.execute(query)
        names = distinct([column[0] for column in cursor.description or ()])
        rows = [dict(zip(names, r, strict=True)) for r in cursor.fetchall()]
    if as_csv:
        print_csv(rows, names)
    elif as_json:
        print_json(rows)
    else:
        print_rows(rows[:limit])
        if len(rows) > limit:
            out.print(f"… {len(rows) - limit} more rows; --limit or --csv shows them")


def _write_parquet(found: Settings, query: str, target: Path, bulk: bool) -> None:
    if target.exists():
        raise stop(f"{target}: exists already; choose another name")
    with open_published(found, bulk=bulk, target=target) as con:
        quoted = str(target).replace("'", "''")
        # The query is the user's own; the file is opened read-only.
        con.execute(
            f"copy ({query.rstrip().rstrip(';')}) to '{quoted}' (format parquet)"
        )
    out.print(f"{target}", soft_wrap=True)
