"""The command about the question: `geese verdict`."""

from collections.abc import Iterator
from typing import Annotated, Any

import duckdb
import typer

from orchestration.cli.terminal import (
    AsJson,
    open_published,
    out,
    print_json,
    print_rows,
    settings,
    stop,
)
from orchestration.records import records

app = typer.Typer()

_ANSWERS = """
select verdicts.*, stands.standing_class, stands.standing_since, stands.is_provisional
from marts.trajectory_verdicts as verdicts
left join (
    select hypothesis, hypothesis_sha256,
        last(standing_class order by recorded_at, data_year) as standing_class,
        last(standing_since order by recorded_at, data_year) as standing_since,
        last(is_provisional order by recorded_at, data_year) as is_provisional
    from ops.verdict_history group by all
) as stands using (hypothesis, hypothesis_sha256)
where $name is null or hypothesis = $name
order by verdicts.rowid
"""
_REASONS = """
select hypothesis, reason_code, axis, window_end, found, needed
from marts.trajectory_reasons where $name is null or hypothesis = $name
order by hypothesis, position
"""
_HISTORY = """
select hypothesis, data_year, evidence_class, donors, p_value, best_lag,
    standing_class, standing_since, is_provisional, version, recorded_at,
    hypothesis_sha256
from ops.verdict_history where $name is null or hypothesis = $name
order by hypothesis, recorded_at, data_year
"""
# How often each class comes out of all settings of the grid.
_SETTINGS = """
select evidence_class, count(*) as settings
from marts.trajectory_sensitivity where hypothesis = $name
group by 1 order by settings desc, evidence_class
"""
# Settings that differ from the registered one in one thing only.
_CHANGED = """
with grid as (
    select * from marts.trajectory_sensitivity where hypothesis = $name
),

registered as (select * from grid where is_registered),

changes as (
    select grid.*, list_filter([
        struct_pack(name := 'definition', was := registered.definition,
            is_now := grid.definition),
        struct_pack(name := 'axes', was := registered.axes, is_now := grid.axes),
        struct_pack(name := 'window', was := cast(registered.window_years as varchar),
            is_now := cast(grid.window_years as varchar)),
        struct_pack(name := 'donors', was := registered.donors_without,
            is_now := 'without ' || grid.donors_without),
        struct_pack(name := 'ranking', was := registered.ranking,
            is_now := grid.ranking),
        struct_pack(name := 'alpha', was := cast(registered.alpha as varchar),
            is_now := cast(grid.alpha as varchar)),
        struct_pack(name := 'concordance',
            was := cast(registered.concordance_minimum as varchar),
            is_now := cast(grid.concordance_minimum as varchar))
    ], lambda change: change.is_now not in (change.was, 'without ')) as changed
    from grid cross join registered
)

select changed[1].name as changed, changed[1].is_now as setting, evidence_class,
    donors, p_space, p_template, best_lag
from changes where len(changed) = 1
order by list_position(['definition', 'axes', 'window', 'donors', 'ranking', 'alpha',
    'concordance'], changes.changed[1].name), setting
"""
_SIGNS = """
select item as sign, target_year, target_fired, template_year, template_fired, agrees,
    reason
from marts.trajectory_scorecards where hypothesis = $name order by item
"""
_SHOWN = (
    *("hypothesis", "purpose", "evidence_class", "standing_class", "window_to"),
    *("donors", "p_value", "resolution", "best_lag", "feasible_lags"),
)
# Of the history only --json shows these.
_APART = ("hypothesis_sha256", "recorded_at")
# What each reason says; slots are the columns of `trajectory_reasons`.
_WORDS = {
    "target_has_no_series": "{target_code} has no {axis} figures on {definition}",
    "template_has_no_series": "{template_code} has no {axis} figures on {definition}",
    "no_complete_year": "no year is complete on every axis",
    "too_few_donors": "{found:.0f} comparison economies, at least {needed:.0f} needed",
    "too_few_templates": "{found:.0f} comparison economies reach back far enough, at "
    "least {needed:.0f} needed",
    "too_few_years": "{found:.0f} years of {axis}, at least {needed:.0f} needed",
    "too_few_lags": "{found:.0f} registered lags can be compared, at least "
    "{needed:.0f} needed",
    "major_break_in_target": "the {axis} figures change their meaning in the window",
    "newest_year_too_old": "the newest complete year is older than 24 months",
    "no_world_total": "the publisher gives no total of the world's exports",
}
_CLASSES = {
    "FOLLOWS": "consistent with following; neither a causal finding nor a forecast",
    "DIVERGES": "moves against Japan at the same lag",
    "INCONCLUSIVE": "the data cannot tell; no evidence either way",
    "INSUFFICIENT": "not enough data",
    "DESCRIPTIVE": "no comparison economies, hence no class",
}


@app.command()
def verdict(
    hypothesis: Annotated[
        str | None, typer.Argument(help="One registered hypothesis; all without it.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="The annual runs and what stood after.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether Taiwan follows Japan's path, by the registered rule, and why."""
    asked = {"name": hypothesis}
    with open_published(settings()) as con:
        names = _names(con)
        if hypothesis and hypothesis not in names:
            may = ", ".join(names)
            raise stop(f"{hypothesis}: no such hypothesis; registered: {may}", code=2)
        if history:
            rows = records(con, _HISTORY, asked)
        else:
            rows = records(con, _ANSWERS, asked)
            for row in rows:
                own = {"name": row["hypothesis"]}
                row["reasons"] = records(con, _REASONS, own)
                row["settings"] = {
                    found["evidence_class"]: found["settings"]
                    for found in records(con, _SETTINGS, own)
                }
        apart = {
            title: records(con, query, asked) if hypothesis else []
            for title, query in (("one setting changed", _CHANGED), ("signs", _SIGNS))
        }
    if as_json:
        print_json(rows)
    elif history:
        print_rows([{k: v for k, v in r.items() if k not in _APART} for r in rows])
    else:
        _print_answers(rows)
        for title, part in apart.items():
            if part:
                out.print()
                print_rows(part, title)


def _names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The registered hypotheses of the published version."""
    exists = con.execute(
        "select 1 from duckdb_tables() where table_name = 'verdict_history'"
    ).fetchone()
    if not exists:
        raise stop("the published version has no verdicts yet; run `geese refresh`")
    rows = con.execute("select hypothesis from marts.trajectory_verdicts").fetchall()
    return sorted(name for (name,) in rows)


def _print_answers(rows: list[dict[str, Any]]) -> None:
    print_rows([{name: row[name] for name in _SHOWN} for row in rows])
    for row in rows:
        said = "; ".join(_in_words(reason, row) for reason in row["reasons"])
        out.print(
            f"[bold]{row['hypothesis']}[/bold]  {_CLASSES[row['evidence_class']]}"
            + (f": {said}" if said else ""),
            soft_wrap=True,
        )
        for line in _beside(row):
            out.print(f"  {line}", soft_wrap=True)


def _beside(answer: dict[str, Any]) -> Iterator[str]:
    """What a class may never be told without: lag, band, economies, p, concept."""
    if answer["best_lag"] is None:
        return
    edge = ", at the edge" if answer["is_at_edge"] else ""
    side = ", upside down" if answer["is_mirrored"] else ""
    yield (
        "{target_code} {window_from}-{window_to} beside {template_code} "
        "{template_from}-{template_to}: lag {best_lag} of {first_lag} to {last_lag}"
        "{edge}; {definitions}{side}"
    ).format(**answer, edge=edge, side=side)
    if answer["p_value"] is not None:
        yield (
            "p {p_value:.4f} among {donors} economies, which allow no less than "
            "{resolution:.4f}"
        ).format(**answer)
    if answer["distance"] is not None and answer["p_value"] is not None:
        yield (
            "{distance:.2f} yearly steps away; its own straight line, which follows "
            "nobody, {straight_line_distance:.2f}"
        ).format(**answer)
    if answer["settings"]:
        told = ", ".join(f"{n} {name}" for name, n in answer["settings"].items())
        yield f"of {sum(answer['settings'].values())} settings: {told}"
    if answer["signs_compared"]:
        yield "{signs_agreeing} of {signs_compared} signs agree".format(**answer)


def _in_words(reason: dict[str, Any], answer: dict[str, Any]) -> str:
    axes, definitions = (answer[name].split(" × ") for name in ("axes", "definitions"))
    of_axis = dict(zip(axes, definitions, strict=True))
    known = answer | reason | {"definition": of_axis.get(reason["axis"] or axes[0])}
    words = _WORDS[reason["reason_code"]].format(**known)
    return (
        f"{words} (window to {reason['window_end']})" if reason["window_end"] else words
    )
