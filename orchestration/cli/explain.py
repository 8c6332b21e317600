"""The command that says where a printed number comes from: explain."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.markup import escape

from orchestration.cli.terminal import AsJson, out, print_json, print_rows, settings
from orchestration.tracing import printed
from orchestration.tracing.explain import Explanation, explain
from orchestration.warehouse.versions import find

app = typer.Typer()

_FEW = 12
_TOLD_APART = (
    *("published_from", "published_to", "recorded_from", "recorded_to"),
    *("raw_table", "row_key", "payload_sha256"),
)


@app.command("explain")
def explain_figure(
    figure: Annotated[
        str, typer.Argument(help="A figure id, or a link target of a brief (f-…).")
    ],
    version: Annotated[str, typer.Option(help="The published version.")] = "latest",
    brief: Annotated[
        Path | None, typer.Option(help="The page of a brief; names the version.")
    ] = None,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the models' text, not only names.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show where a printed number comes from, down to the publisher's bytes."""
    found = settings()
    briefs = [printed.read(brief.resolve())] if brief else []
    wanted = find(found.published, briefs[0].key if briefs else version)
    briefs = briefs or printed.archived(found, wanted.name)
    with duckdb.connect(str(wanted.path), read_only=True) as con:
        told = explain(con, found, wanted.name, figure, briefs)
    if as_json:
        print_json(told.as_json())
        return
    _print(told, sql)


def _print(told: Explanation, with_sql: bool) -> None:
    _say(f"[bold]{escape(told.figure)}[/bold]  in version {told.version}")
    for language, text in told.printed.items():
        _say(f"printed  {escape(text)}  ({language})")
    _say(f"value    {told.value}  {escape(told.meaning or '')}")
    _say("\n[italic]the row of the mart[/italic]")
    for row in told.rows[:_FEW]:
        _say(escape(_known(row)))
    _rest(told.rows)
    _print_models(told, with_sql)
    _print_raw_rows(told)
    if told.payloads:
        shown = [_payload(payload) for payload in told.payloads[:_FEW]]
        print_rows(shown, "\nthe payloads")
    _rest(told.payloads)
    _print_checks(told.checks)


def _print_models(told: Explanation, with_sql: bool) -> None:
    _say("\n[italic]the models that made it, from the mart down[/italic]")
    for model in told.models:
        _say(f"{model['sha256'][:12]}  {model['table_name']}  {model['file']}")
        if with_sql and model["sql"]:
            _say(escape(model["sql"]))
    if ends := _columns(told):
        more = f" and {len(ends) - _FEW} more" if len(ends) > _FEW else ""
        _say(f"its values come from {', '.join(ends[:_FEW])}{more}")


def _columns(told: Explanation) -> list[str]:
    """The raw columns behind it; of a traced figure those of its own raw tables."""
    own = {row["raw_table"] for row in told.raw_rows}
    named = dict.fromkeys((x["from_table"], x["from_column"]) for x in told.columns)
    return [
        f"{table}.{column}"
        for table, column in named
        if (table in own if own else table.startswith("raw."))
    ]


def _print_raw_rows(told: Explanation) -> None:
    if not told.is_traced_by_row:
        _say(
            "\nits rows are not traced one by one; below are the newest payloads of "
            "the sources behind the mart"
        )
        return
    roles = Counter(step["input_role"] for step in told.steps)
    _say(f"\n[italic]the rows behind it ({len(told.raw_rows)})[/italic]")
    _say("found as: " + ", ".join(f"{role} ({n})" for role, n in roles.items()))
    for row in told.raw_rows[:_FEW]:
        said = {name: value for name, value in row.items() if name not in _TOLD_APART}
        _say(f"[bold]{row['raw_table']}[/bold] {escape(str(row['row_key']))}")
        _say(f"  {escape(_known(said))}")
        if row.get("published_from"):
            _say(f"  {_clocks(row)}  payload {row['payload_sha256'][:12]}")
    _rest(told.raw_rows)


def _clocks(row: dict[str, Any]) -> str:
    published = f"{row['published_from']} to {row['published_to'] or 'now'}"
    return f"published {published}, learned {row['recorded_from']}"


def _payload(payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "sha256": payload["payload_sha256"],
        "file": payload["resource"],
        "publisher": payload["publisher"],
        "address": payload["requested"] or payload["url"] or None,
        "compiled from": payload["compiled_from"],
        "fetched at": payload["retrieved_at"],
        "licence": payload["licence"],
        "cite as": payload["attribution"],
        "bytes": payload["bytes_state"],
        "lies in": payload["file"],
    }


def _print_checks(checks: Sequence[dict[str, Any]]) -> None:
    failed = [check for check in checks if not check["is_passed"]]
    passed = len(checks) - len(failed)
    _say(f"\n{passed} of {len(checks)} checks on its way passed")
    for check in failed:
        said = f"{check['severity']}  {check['table_name']}  {check['check_name']}"
        _say(f"{said}  {escape(check['description'] or '')}")


def _known(row: dict[str, Any]) -> str:
    return "  ".join(f"{name}={x}" for name, x in row.items() if x is not None)


def _rest(rows: Sequence[Any]) -> None:
    if len(rows) > _FEW:
        _say(f"… {len(rows) - _FEW} more; --json shows them all")


def _say(line: str) -> None:
    out.print(line, soft_wrap=True)
