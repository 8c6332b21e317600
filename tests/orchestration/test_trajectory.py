"""The registered hypotheses put to build files, made up and published."""

import dataclasses
import json
import time
from datetime import date, datetime

import duckdb
import numpy as np
import pytest
import yaml

from analysis.hypotheses import load
from orchestration import state
from orchestration.trajectory import answers, panel, scale, tables
from orchestration.trajectory import history as verdict_history
from orchestration.trajectory import signals as trajectory_signals
from tests.conftest import CHECKOUT, run_geese

FORBIDDEN = ("證實", "必然", "caused", "will decline", "proves", "probability")
AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9)  # noqa: DTZ001
YML = CHECKOUT / "dbt_project/models/marts/trajectory.yml"
DONORS = [f"D{place:02d}" for place in range(23)]
# Definition, axis, scope and first year as the publishers have them.
SERIES = (
    ("wto_mamtotic", "goods", "components", 1990),
    ("comtrade_sitc2", "goods", "components", 1976),
    ("wto_bop6_sh", "technology", "all", 2005),
)


def declared():
    source = yaml.safe_load(YML.read_text("utf-8"))["sources"][0]
    return [
        table
        | {
            "schema": source["schema"],
            "columns": {column["name"]: column for column in table["columns"]},
        }
        for table in source["tables"]
    ]


def panel_rows(seed, newest=2025, economies=("TWN", "JPN", *DONORS)):
    """Walks (synthetic) of 25 economies; Taiwan follows Japan 14 years behind."""
    rng = np.random.default_rng(seed)
    rows = []
    for definition, axis, scope, first in SERIES:
        years = range(first, newest + 1)
        walks = np.cumsum(0.1 * rng.normal(size=(len(economies), len(years))), axis=1)
        walks[0, 14:] = walks[1, :-14] + 0.02 * rng.normal(size=len(years) - 14)
        for economy, walk in zip(economies, walks, strict=True):
            rows += [
                (axis, scope, definition, economy, year, 100.0, 100 / np.exp(log), 2500)
                for year, log in zip(years, walk, strict=True)
            ]
    return rows


def build_file(rows, before=()):
    """What the trajectory test needs of a build file, and the panel of a year ago."""
    con = duckdb.connect()
    con.execute("create schema intermediate; create schema marts; create schema raw")
    for name, part in (("int_trajectory_panel", rows), ("panel_before", before)):
        con.execute(
            f"""create table intermediate.{name} (axis varchar, scope varchar,
            definition varchar, economy_code varchar, period_year integer,
            exports_millions double, imports_millions double,
            world_exports_millions double)"""
        )
        if part:
            columns = [list(column) for column in zip(*part, strict=True)]
            unnested = ", ".join("unnest(?)" for _ in columns)
            con.execute(f"insert into intermediate.{name} select {unnested}", columns)
        con.execute(
            f"""alter table intermediate.{name} add is_broken_before boolean
            default false"""
        )
    con.execute(
        """create macro intermediate.int_trajectory_panel_as_of(moment) as table (
            from intermediate.panel_before
        );
        create table marts.technology_balances (economy_code varchar,
            affiliate_scope varchar, definition varchar, industry varchar,
            period_year integer, log_ratio double);
        create table marts.country_shares (ranking_id varchar, ranking_series varchar,
            data_year integer, release_status varchar, foundry_scope varchar,
            country_basis varchar, country_code varchar, firms_in_top_ten integer,
            share_of_top_ten_pct double);
        create table marts.world_shares as
            select economy_code, scope as product_set, definition, period_year,
                100 * exports_millions / world_exports_millions as world_share_pct
            from intermediate.int_trajectory_panel where axis = 'goods';
        create table intermediate.int_goods_balances as
            select *, scope as product_set, 'annual' as period_kind,
                timestamp '2026-04-23' as published_from, 0.0 as log_ratio
            from intermediate.int_trajectory_panel where axis = 'goods';
        create table intermediate.int_technology_balances as
            select *, scope as industry, 'all' as affiliate_scope,
                timestamp '2026-04-23' as published_from, 0.0 as log_ratio
            from intermediate.int_trajectory_panel where axis = 'technology';
        create table raw.payloads as select timestamp '2026-11-22' as retrieved_at"""
    )
    return con


@pytest.fixture(scope="module")
def live():
    """A build file with the verdicts on 25 economies."""
    with build_file(panel_rows(3), panel_rows(3)) as con:
        answers.write(con, declared(), None)
        yield con


def classes(con):
    return dict(
        con.execute(
            "select hypothesis, evidence_class from marts.trajectory_verdicts"
        ).fetchall()
    )


def test_on_a_panel_of_25_the_hypotheses_of_taiwan_run_in_full(live):
    found = classes(live)
    assert list(found) == list(load().hypotheses)
    assert found["goods-exploratory"] == "FOLLOWS"
    tested = {n for n, h in load().hypotheses.items() if h.has_test and "goods" in n}
    assert {found[name] for name in tested} <= {"FOLLOWS", "INCONCLUSIVE", "DIVERGES"}
    rows = live.execute(
        """select donors, resolution, feasible_lags, best_lag, donor_share_pct
        from marts.trajectory_verdicts where hypothesis = 'goods-exploratory'"""
    ).fetchall()
    assert rows == [(23, 1 / 24, 15, 14, 0.5)]


def test_a_whole_run_takes_less_than_ten_seconds():
    with build_file(panel_rows(3)) as con:
        start = time.perf_counter()
        answers.write(con, declared(), None)
        assert time.perf_counter() - start < 10


def test_the_same_build_file_gives_the_same_rows(live):
    with build_file(panel_rows(3), panel_rows(3)) as con:
        answers.write(con, declared(), AS_OF)
        for node in declared():
            query = f"select * from marts.{node['name']}"
            assert con.execute(query).fetchall() == live.execute(query).fetchall()


def test_the_tables_are_as_declared_with_keys_and_words(live):
    for node in declared():
        columns = live.execute(
            """select column_name, comment is not null from duckdb_columns()
            where table_name = ? order by column_index""",
            [node["name"]],
        ).fetchall()
        assert columns == [(name, True) for name in node["columns"]]
        keys = ", ".join(tables.key_of(node))
        with pytest.raises(duckdb.ConstraintException):
            live.execute(
                f"insert into marts.{node['name']} from marts.{node['name']} limit 1"
            )
        counts = live.execute(
            f"select count(*), count(distinct ({keys})) from marts.{node['name']}"
        ).fetchone()
        assert counts[0] == counts[1] > 0, node["name"]


def test_every_verdict_has_the_digest_of_what_is_registered(live):
    rows = live.execute(
        "select hypothesis, hypothesis_sha256 from marts.trajectory_verdicts"
    ).fetchall()
    assert dict(rows) == {n: h.digest for n, h in load().hypotheses.items()}


def test_a_year_waits_for_the_donors_of_the_vintage_before():
    late = [r for r in panel_rows(3) if not (r[3] in DONORS[:3] and r[4] == 2025)]
    before = [r for r in panel_rows(3) if r[4] < 2025]
    hypothesis = load().hypotheses["goods-exploratory"]
    few = dataclasses.replace(
        hypothesis,
        context=dataclasses.replace(hypothesis.context, draws=10),
        sensitivity=dataclasses.replace(hypothesis.sensitivity, windows=(12,)),
    )
    ready = [row for row in late if row[3] not in DONORS[:3]]
    for vintage, expected in ((before, 2024), ((), 2024), (ready, 2025)):
        with build_file(late, vintage) as con:
            found = answers.answer_to(
                con,
                few,
                panel.rows(con),
                lambda day: panel.rows_as_of(con, day),
                AS_OF,
            )
            assert found.windows[0].window_to == expected


def test_a_later_vintage_does_not_move_the_scale():
    first = panel_rows(3, newest=2024)
    rng = np.random.default_rng(8)
    # Later the donors (synthetic) are revised to be five times as restless.
    later = [
        (*row[:6], row[6] * np.exp(rng.normal()), row[7])
        if row[3].startswith("D")
        else row
        for row in panel_rows(3)
    ]
    hypothesis = load().hypotheses["two-axis-exploratory"]
    steps = []
    for rows, before in ((first, first), (later, first), (later, later)):
        with build_file(rows, before) as con:
            steps.append(
                scale.first_scale(
                    con, hypothesis, lambda day: panel.rows_as_of(con, day)
                )
            )
            assert scale.first_day(con, hypothesis) == "2026-04-23"
    assert steps[0] == steps[1]
    assert steps[2][0] > 2 * steps[0][0]


def test_a_verdict_says_where_its_scale_comes_from(live):
    rows = live.execute(
        """select hypothesis, scale_basis, goods_yearly_step is not null
        from marts.trajectory_verdicts where window_to is not null order by 1"""
    ).fetchall()
    assert rows == [
        ("goods-confirmatory", "first_vintage", True),
        ("goods-exploratory", "first_vintage", True),
        ("goods-exploratory-long", "first_vintage", True),
        ("technology-exploratory", "first_vintage", False),
        ("two-axis-exploratory", "first_vintage", True),
    ]


TOP_TENS = (
    ("article-1990", "article", 1990, "as_printed", "JPN", 6, 4, 62.3),
    ("article-1990", "article", 1990, "as_printed", "USA", 4, 4, 37.7),
    ("article-2000", "article", 2000, "as_printed", "USA", 10, 10, 100.0),
    ("gartner-2000", "gartner", 2000, "preliminary", "JPN", 3, 2, 27.2),
    ("isuppli-2010", "isuppli", 2010, "final", "JPN", 9, 9, 90.0),
    ("gartner-2010", "gartner", 2010, "final", "USA", 10, 10, 100.0),
)


def test_the_top_tens_give_firms_and_shares_by_year():
    with build_file([]) as con:
        for ranking, series, year, status, economy, firms, heirs, share in TOP_TENS:
            for basis, count in (("headquarters", firms), ("lineage", heirs)):
                con.execute(
                    "insert into marts.country_shares values (?, ?, ?, ?,"
                    " 'without_foundries', ?, ?, ?, ?)",
                    [ranking, series, year, status, basis, economy, count, share],
                )
        found = trajectory_signals.signals(
            con, panel.rows(con), load().hypotheses["goods-exploratory"]
        )
    japan = found["JPN"]
    # Gartner before the article, no other house; who is not on a whole list has none.
    assert japan.top_ten_firms.years.tolist() == [1990, 2000, 2010]
    assert japan.top_ten_firms.values.tolist() == [6, 3, 0]
    assert japan.top_ten_firms_pro_forma.values.tolist() == [4, 2, 0]
    assert japan.top_ten_share_pct.values.tolist() == [62.3, 27.2, 0]
    assert found["TWN"].top_ten_firms.values.tolist() == [0, 0, 0]
    # No list with foundries: not available, rather than nought.
    assert japan.top_ten_share_with_foundries_pct is None
    assert found["TWN"].measures is None
    assert japan.measures is not None


def test_other_definitions_of_an_axis_are_in_the_grid(live):
    rows = live.execute(
        """select distinct definition from marts.trajectory_sensitivity
        where hypothesis = 'goods-exploratory' order by 1"""
    ).fetchall()
    assert rows == [("comtrade_sitc2",), ("registered",)]
    rows = live.execute(
        """select hypothesis, count(*) from marts.trajectory_sensitivity
        where is_registered group by 1"""
    ).fetchall()
    assert {count for _, count in rows} == {1}


def runs_after(*verdicts, digest="digest"):
    """The history after verdicts (year, class, donors) of one hypothesis."""

    def remember(file):
        for position, (year, evidence_class, donors) in enumerate(verdicts):
            with duckdb.connect() as con:
                con.execute(
                    """create schema marts;
                    create table marts.trajectory_verdicts as
                        select 'goods-exploratory' as hypothesis,
                        $digest as hypothesis_sha256, 'exploratory' as purpose,
                        $found as evidence_class, $donors as donors,
                        0.1::double as p_value, 12 as best_lag, $year as window_to""",
                    {
                        "found": evidence_class,
                        "donors": donors,
                        "year": year,
                        "digest": digest,
                    },
                )
                verdict_history.note(con, file, f"v{position}", NOW)
        return [
            (run[2], run[3], run[7], run[8], run[9]) for run in state.verdict_runs(file)
        ]

    return remember


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        # What is published later in a year repeats its run.
        (
            [(2025, "FOLLOWS", 24), (2025, "INCONCLUSIVE", 24)],
            [(2025, "FOLLOWS", "FOLLOWS", 2025, True)],
        ),
        # With few donors the first run cannot be FOLLOWS.
        (
            [(2025, "FOLLOWS", 20)],
            [(2025, "FOLLOWS", "INCONCLUSIVE", 2025, True)],
        ),
        # Two consecutive runs change what stands, one does not.
        (
            [
                (2025, "INCONCLUSIVE", 24),
                (2026, "DIVERGES", 24),
                (2027, "DIVERGES", 24),
            ],
            [
                (2025, "INCONCLUSIVE", "INCONCLUSIVE", 2025, True),
                (2026, "DIVERGES", "INCONCLUSIVE", 2025, True),
                (2027, "DIVERGES", "DIVERGES", 2027, False),
            ],
        ),
        # Data that arrive in the same year make a run of their own.
        (
            [(2025, "INSUFFICIENT", 0), (2025, "INCONCLUSIVE", 24)],
            [
                (2025, "INSUFFICIENT", "INSUFFICIENT", 2025, True),
                (2025, "INCONCLUSIVE", "INCONCLUSIVE", 2025, True),
            ],
        ),
        # A lost source does not take an answer back.
        (
            [(2025, "INCONCLUSIVE", 24), (2025, "INSUFFICIENT", 0)],
            [(2025, "INCONCLUSIVE", "INCONCLUSIVE", 2025, True)],
        ),
        # Where there is no window there is no run.
        ([(None, "INSUFFICIENT", 0)], []),
        # An answer counts, though an earlier run had hoped for a later year.
        (
            [(2025, "INSUFFICIENT", 0), (2024, "INCONCLUSIVE", 24)],
            [
                (2025, "INSUFFICIENT", "INSUFFICIENT", 2025, True),
                (2024, "INCONCLUSIVE", "INCONCLUSIVE", 2024, True),
            ],
        ),
    ],
)
def test_the_history_is_of_annual_runs(tmp_path, verdicts, expected):
    assert runs_after(*verdicts)(tmp_path / "state.sqlite") == expected


def test_another_digest_starts_a_new_history(tmp_path):
    file = tmp_path / "state.sqlite"
    remember = runs_after((2025, "INCONCLUSIVE", 24), (2026, "INCONCLUSIVE", 24))
    assert remember(file)[-1] == (2026, "INCONCLUSIVE", "INCONCLUSIVE", 2025, False)
    changed = runs_after((2026, "DIVERGES", 24), digest="of another yearly step")
    assert changed(file)[-1] == (2026, "DIVERGES", "DIVERGES", 2026, True)


def test_the_history_comes_back_from_the_state_file(tmp_path):
    file = tmp_path / "state.sqlite"
    runs_after((2025, "INCONCLUSIVE", 24))(file)
    with duckdb.connect() as con:
        verdict_history.copy_into(con, file)
        rows = con.execute(
            "select standing_class, is_provisional, recorded_at, version"
            " from ops.verdict_history"
        ).fetchall()
    assert rows == [("INCONCLUSIVE", True, NOW, "v0")]


@pytest.mark.integration
def test_on_the_embedded_figures_the_claim_cannot_be_tested(published):
    found = classes(published)
    assert found["goods-confirmatory"] == "INSUFFICIENT"
    rows = published.execute(
        """select reason_code, axis, found, needed from marts.trajectory_reasons
        where hypothesis = 'goods-confirmatory' order by position"""
    ).fetchall()
    assert rows == [
        ("target_has_no_series", "goods", None, None),
        ("template_has_no_series", "goods", None, None),
        ("too_few_donors", None, 0, 9),
    ]
    feasible = published.execute(
        """select count(*), count(*) filter (is_feasible), any_value(reason)
        from marts.trajectory_feasibility where hypothesis = 'goods-confirmatory'"""
    ).fetchone()
    assert feasible == (7, 0, "target_has_no_series")


@pytest.mark.integration
def test_the_published_lag_curve_has_the_figures_of_the_circuits(published):
    def nearest(column, first=0, last=27):
        return published.execute(
            f"""select lag, template_from, template_to, round(cosine)
            from marts.trajectory_lag_curves where hypothesis = 'ic-descriptive'
            and lag between ? and ? order by {column}, lag limit 1""",
            [first, last],
        ).fetchone()

    assert nearest("distance") == (3, 2012, 2021, 1)
    assert nearest("distance", 10, 24)[::3] == (13, -1)
    assert nearest("level_distance")[:3] == (20, 1995, 2004)
    flat = published.execute(
        """select count(*), count(*) filter (flat_line_distance < distance)
        from marts.trajectory_lag_curves where hypothesis = 'ic-descriptive'"""
    ).fetchone()
    assert flat == (28, 18)


@pytest.mark.integration
def test_the_published_rehearsal_is_inconclusive(published):
    rows = published.execute(
        """select purpose, evidence_class, donors, window_to
        from marts.trajectory_verdicts where target_code = 'KOR'"""
    ).fetchall()
    assert rows == [("rehearsal", "INCONCLUSIVE", 17, 2024)]
    windows = published.execute(
        """select window_to from marts.trajectory_windows
        where hypothesis like 'rehearsal%' and is_decisive order by 1"""
    ).fetchall()
    assert windows == [(2023,), (2024,)]


@pytest.mark.integration
def test_the_published_history_has_a_run_of_every_test_with_data(published):
    rows = published.execute(
        "select distinct hypothesis, data_year, is_provisional from ops.verdict_history"
    ).fetchall()
    assert rows == [("rehearsal-korea-technology", 2024, True)]


@pytest.mark.integration
def test_the_command_shows_answers_reasons_and_history(refreshed):
    shown = run_geese("verdict", data=refreshed)
    assert shown.returncode == 0, shown.stderr
    assert "not enough data: TWN has no goods figures on comtrade_sitc2" in shown.stdout
    assert "of 216 settings" in shown.stdout
    assert not [word for word in FORBIDDEN if word in shown.stdout]
    one = run_geese("verdict", "rehearsal-korea-technology", data=refreshed)
    assert "KOR 2013-2024 beside JPN 2001-2012: lag 12 of 5 to 18" in one.stdout
    assert "its own straight line, which follows nobody" in one.stdout
    for setting in ("window", "donors", "ranking", "alpha", "concordance"):
        assert setting in one.stdout
    assert "without CHN" in one.stdout
    assert "target_and_template_without_list_of_undertakings" in one.stdout
    asked = run_geese("verdict", "goods-confirmatory", "--json", data=refreshed)
    (answer,) = json.loads(asked.stdout)
    assert (answer["standing_class"], answer["evidence_class"]) == (
        None,
        "INSUFFICIENT",
    )
    assert answer["reasons"][-1]["needed"] == 9
    history = run_geese("verdict", "--history", "--json", data=refreshed)
    assert {run["data_year"] for run in json.loads(history.stdout)} == {2024}


@pytest.mark.integration
def test_an_unknown_hypothesis_gets_one_line(refreshed, tmp_path):
    asked = run_geese("verdict", "nonsense", data=refreshed)
    assert asked.returncode == 2
    (line,) = asked.stderr.strip().splitlines()
    assert "no such hypothesis; registered: goods-confirmatory" in line
    nothing = run_geese("verdict", data=tmp_path)
    assert nothing.stderr.strip().splitlines() == [
        "geese: nothing is published yet; run `geese refresh`"
    ]
