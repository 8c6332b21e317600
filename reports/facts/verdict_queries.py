"""The marts of the trajectory test go in; answers, curves and strips come out."""

from reports.facts.desk import Desk, Row
from reports.facts.figures import Figure, Kind, figure
from reports.facts.phase_queries import phase_paths
from reports.facts.verdict_facts import (
    DESCRIBED,
    Answer,
    Lack,
    LagPoint,
    PlaceboPoint,
    Sign,
    Trajectory,
    WindowClass,
    in_order,
)

KINDS: dict[str, Kind] = {
    "window_years": "count",
    "first_lag": "count",
    "last_lag": "count",
    "window_from": "year",
    "window_to": "year",
    "donors": "count",
    "resolution": "ratio",
    "p_value": "ratio",
    "best_lag": "count",
    "template_from": "year",
    "template_to": "year",
    "concordance": "ratio",
    "cosine": "ratio",
    "distance": "ratio",
    "lag_low": "count",
    "lag_high": "count",
    "signs_compared": "count",
    "signs_agreeing": "count",
}
CURVE: dict[str, tuple[str, Kind]] = {
    "distance": ("distance", "ratio"),
    "flat_line": ("flat_line_distance", "ratio"),
    "level": ("level_distance", "ratio"),
    "cosine": ("cosine", "ratio"),
    "concordance": ("concordance", "ratio"),
}


def trajectory(desk: Desk) -> Trajectory:
    """Return the answers to all registered hypotheses, with the tables shown."""
    answers = _answers(desk)
    shown = next((a for a in in_order(answers) if a.has_class), None)
    return Trajectory(
        answers=answers,
        windows=_windows(desk),
        lag_curve=_lag_curve(desk),
        signs=_signs(desk),
        placebos=_placebos(desk, shown.hypothesis) if shown else (),
        phase=phase_paths(desk),
    )


def _answers(desk: Desk) -> tuple[Answer, ...]:
    rows = desk.rows(
        "select verdicts.*, windows.nearer_donors,"
        " targets.name_{suffix} as target, templates.name_{suffix} as template"
        " from marts.trajectory_verdicts as verdicts"
        " left join marts.trajectory_windows as windows"
        " using (hypothesis, window_to)"
        " left join marts.economies as targets"
        " on targets.economy_code = target_code"
        " left join marts.economies as templates"
        " on templates.economy_code = template_code"
        " order by verdicts.rowid"
    )
    names = {
        row["definition"]: desk.prose(row["name"])
        for row in desk.rows(
            "select definition, name_{suffix} as name from marts.definitions"
        )
    }
    standing = _standing(desk)
    return tuple(_answer(desk, row, names, standing) for row in rows)


def _answer(
    desk: Desk, row: Row, names: dict[str, str], standing: dict[str, Row]
) -> Answer:
    key = row["hypothesis"]
    stands = standing.get(key, {})
    parts = {
        name: figure(f"trajectory_verdicts.{name}", row[name], kind, hypothesis=key)
        for name, kind in KINDS.items()
    }
    return Answer(
        hypothesis=desk.scrub(key),
        purpose=row["purpose"],
        target=desk.prose(row["target"]),
        template=desk.prose(row["template"]),
        definitions=tuple(
            names.get(name, desk.scrub(name))
            for axis in row["definitions"].split(" × ")
            for name in axis.split(" / ")
        ),
        evidence_class=row["evidence_class"],
        standing=stands.get("standing_class"),
        standing_since=stands.get("standing_since"),
        is_provisional=bool(stands.get("is_provisional")),
        lacks=_lacks(desk, key),
        nearer_donors=figure(
            "trajectory_windows.nearer_donors",
            row["nearer_donors"],
            "count",
            hypothesis=key,
            window_to=row["window_to"] or 0,
        ),
        straight_line=figure(
            "trajectory_verdicts.straight_line_distance",
            row["straight_line_distance"],
            "ratio",
            hypothesis=key,
        ),
        **parts,
    )


def _standing(desk: Desk) -> dict[str, Row]:
    """The class that stands, by hypothesis; the history is not in every file."""
    if not desk.rows(
        "select 1 from duckdb_tables()"
        " where schema_name = 'ops' and table_name = 'verdict_history'"
    ):
        return {}
    rows = desk.rows(
        "select history.* from ops.verdict_history as history"
        " join marts.trajectory_verdicts using (hypothesis, hypothesis_sha256)"
        " order by recorded_at, data_year"
    )
    return {row["hypothesis"]: row for row in rows}


def _lacks(desk: Desk, hypothesis: str) -> tuple[Lack, ...]:
    rows = desk.rows(
        "select * from marts.trajectory_reasons where hypothesis = ? order by position",
        hypothesis,
    )

    def part(row: Row, column: str) -> Figure:
        key = {"hypothesis": hypothesis, "position": row["position"]}
        return figure(f"trajectory_reasons.{column}", row[column], "count", **key)

    return tuple(
        Lack(
            code=row["reason_code"],
            axis=row["axis"] or "",
            window_end=row["window_end"],
            found=part(row, "found"),
            needed=part(row, "needed"),
        )
        for row in rows
    )


def _windows(desk: Desk) -> tuple[WindowClass, ...]:
    rows = desk.rows(
        "select hypothesis, window_to, evidence_class from marts.trajectory_windows"
        " where is_decisive order by hypothesis, window_to desc"
    )
    return tuple(
        WindowClass(row["hypothesis"], row["window_to"], row["evidence_class"])
        for row in rows
    )


def _lag_curve(desk: Desk) -> tuple[LagPoint, ...]:
    rows = desk.rows(
        "select * from marts.trajectory_lag_curves"
        " where hypothesis = ? and is_feasible order by lag",
        DESCRIBED,
    )
    return tuple(_lag_point(row) for row in rows)


def _lag_point(row: Row) -> LagPoint:
    key = {name: row[name] for name in ("hypothesis", "window_to", "lag")}
    return LagPoint(
        lag=row["lag"],
        template_from=row["template_from"],
        template_to=row["template_to"],
        **{
            name: figure(f"trajectory_lag_curves.{column}", row[column], kind, **key)
            for name, (column, kind) in CURVE.items()
        },
    )


def _signs(desk: Desk) -> tuple[Sign, ...]:
    rows = desk.rows(
        "select * from marts.trajectory_scorecards where hypothesis = ? order by item",
        DESCRIBED,
    )
    return tuple(
        Sign(
            item=row["item"],
            target_year=row["target_year"],
            template_year=row["template_year"],
            target_fired=row["target_fired"],
            template_fired=row["template_fired"],
            agrees=row["agrees"],
        )
        for row in rows
    )


def _placebos(desk: Desk, hypothesis: str) -> tuple[PlaceboPoint, ...]:
    rows = desk.rows(
        "select placebos.*, coalesce(economies.name_{suffix}, others.name) as economy"
        " from marts.trajectory_placebos as placebos"
        " join marts.trajectory_verdicts as verdicts using (hypothesis)"
        " left join marts.economies using (economy_code)"
        " left join (select economy_code, max(economy_name_{suffix}) as name"
        " from marts.technology_balances group by economy_code) as others"
        " using (economy_code)"
        " where hypothesis = ? and placebo = 'space'"
        " and placebos.is_mirrored = coalesce(verdicts.is_mirrored, false)"
        " and is_counted and placebos.window_to = (select max(window_to)"
        " from marts.trajectory_placebos as newest"
        " where newest.hypothesis = placebos.hypothesis)"
        " order by score, economy_code",
        hypothesis,
    )
    return tuple(_placebo(desk, row) for row in rows)


def _placebo(desk: Desk, row: Row) -> PlaceboPoint:
    key = {
        "hypothesis": row["hypothesis"],
        "window_to": row["window_to"],
        "placebo": "space",
        "is_mirrored": str(row["is_mirrored"]).lower(),
        "economy_code": row["economy_code"],
    }
    return PlaceboPoint(
        economy_code=row["economy_code"],
        economy=desk.prose(row["economy"]) or desk.scrub(row["economy_code"]),
        role=row["role"],
        score=figure("trajectory_placebos.score", row["score"], "ratio", **key),
        best_lag=figure(
            "trajectory_placebos.best_lag", row["best_lag"], "count", **key
        ),
        is_nearer=bool(row["is_nearer"]),
    )
