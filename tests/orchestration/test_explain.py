"""Every printed number can be followed to the bytes it came from."""

import json
import random
import subprocess
import sys

import pytest

from orchestration.briefs.files import Kept
from orchestration.settings import Settings
from orchestration.tracing import explain, printed
from orchestration.tracing.printed import UnknownFigureError
from tests.conftest import CHECKOUT, geese_environment, run_geese

pytestmark = pytest.mark.integration

TAIWAN_2024 = "balance_ratios.balance_ratio/series_id=twn.ic.mof_press.ratio.a,period="


@pytest.fixture(scope="module")
def settings(refreshed) -> Settings:
    return Settings(data=refreshed)


@pytest.fixture(scope="module")
def briefs(settings) -> list[Kept]:
    found = printed.archived(settings, settings.latest.resolve().stem)
    assert [brief.language for brief in found] == ["en", "zh-TW"] * 2
    return found


@pytest.fixture(scope="module")
def explained(published, settings, briefs, heavy) -> list[explain.Explanation]:
    """Figures of both briefs: of every column a few, or all of them."""
    ids = sorted({text for brief in briefs for text in brief.figures})
    assert len(ids) > 300
    by_column: dict[str, list[str]] = {}
    for text in ids:
        by_column.setdefault(text.partition("/")[0], []).append(text)
    drawn = random.Random(1)  # noqa: S311
    chosen = [
        text
        for group in by_column.values()
        for text in drawn.sample(group, min(len(group), heavy(4, len(ids))))
    ]
    return [
        explain.explain(published, settings, "v", figure, briefs) for figure in chosen
    ]


def test_every_figure_of_both_briefs_is_followed_to_rows_and_bytes(explained):
    for told in explained:
        # What no series answers has no rows; the next test says which questions.
        if not told.is_traced_by_row:
            assert told.figure.startswith("trajectory_"), told.figure
            assert told.payloads, told.figure
    for told in explained:
        assert bool(told.raw_rows) == told.is_traced_by_row
        assert told.models[0]["table_name"].startswith("marts.")
        assert told.models[0]["sql"]
        assert told.checks, told.figure
        for payload in told.payloads:
            assert payload["bytes_state"] == "as landed", told.figure
            assert payload["licence"]
            assert payload["attribution"]
            assert payload["retrieved_at"]


def test_only_questions_without_series_are_not_followed(explained, published):
    answered = {
        name
        for (name,) in published.execute(
            """select row_key from meta.row_inputs
            where table_name = 'marts.trajectory_verdicts'"""
        ).fetchall()
    }
    assert "ic-descriptive" in answered
    for told in explained:
        if told.figure.startswith("trajectory_"):
            asked = told.rows[0]["hypothesis"]
            assert told.is_traced_by_row == (asked in answered), told.figure


def test_a_verdict_is_followed_to_the_years_of_target_and_template(explained):
    told = next(
        x
        for x in explained
        if x.figure.startswith("trajectory_lag_curves.")
        and x.rows[0]["hypothesis"] == "ic-descriptive"
    )
    roles = {step["input_role"] for step in told.steps}
    assert {"the verdict it belongs to", "target, goods", "template, goods"} <= roles
    assert {row["raw_table"] for row in told.raw_rows} >= {
        "raw.japan_customs__monthly_values",
        "raw.taiwan_mof__press_values",
    }


def test_a_cell_is_followed_to_both_of_its_ratios(explained):
    told = next(x for x in explained if x.figure.startswith("typology_combined_cells."))
    tables = {step["input_table"] for step in told.steps}
    assert {"marts.balance_ratios", "marts.technology_balances"} <= tables
    assert {payload["source"] for payload in told.payloads} >= {"world_bank"}


def test_every_figure_is_found_on_the_page_that_prints_it(explained):
    for told in explained:
        assert set(told.printed) == {"en", "zh-TW"}, told.figure
        assert all(text.strip() for text in told.printed.values())


def test_raw_rows_are_those_that_the_payloads_said(explained):
    for told in explained:
        if not told.is_traced_by_row:
            continue
        digests = {payload["payload_sha256"] for payload in told.payloads}
        said = {row.get("payload_sha256") for row in told.raw_rows} - {None}
        whole = {row["source"] for row in told.raw_rows if "source" in row}
        others = [p for p in told.payloads if p["payload_sha256"] not in said]
        assert said <= digests, told.figure
        assert {payload["source"] for payload in others} <= whole, told.figure


def test_the_raw_rows_of_japans_goods_add_up_to_the_figure(published):
    thousand = {
        ("components", "export"): "export_70323_thousand_yen",
        ("components", "import"): "import_70311_thousand_yen",
        ("ic", "export"): "export_7032305_ic_thousand_yen",
        ("ic", "import"): "import_7031103_ic_thousand_yen",
    }
    for (product_set, flow), column in thousand.items():
        wrong = published.execute(
            f"""select vintages.series_id, vintages.period
            from marts.balance_ratio_vintages as vintages
            join meta.row_inputs as inputs
                on inputs.table_name = 'marts.balance_ratio_vintages'
                and inputs.row_key = concat_ws('|', vintages.series_id,
                    vintages.period, vintages.published_from)
            join raw.japan_customs__monthly_values as printed
                on inputs.input_table = 'raw.japan_customs__monthly_values'
                and inputs.input_key = printed.month and printed.recorded_to is null
            where vintages.product_set = '{product_set}'
            group by inputs.row_key, vintages.series_id, vintages.period,
                vintages.{flow}s_millions, vintages.months_covered
            having abs(sum(printed.{column} / 1000.0) - vintages.{flow}s_millions)
                > 0.01
            or count(*) <> vintages.months_covered"""
        ).fetchall()
        assert wrong == []


@pytest.mark.parametrize("flow", ["export", "import"])
def test_the_editions_behind_a_vintage_give_its_figures(published, flow):
    before = f"{flow} of the edition before"
    found = published.execute(
        f"""select vintages.{flow}s_millions as figure,
            sum(1000 * printed.value_bn_jpy
                * case inputs.input_role when $before then -1 else 1 end) as added
        from marts.balance_ratio_vintages as vintages
        join meta.row_inputs as inputs
            on inputs.table_name = 'marts.balance_ratio_vintages'
            and inputs.row_key = concat_ws('|', vintages.series_id, vintages.period,
                vintages.published_from)
        join raw.japan_customs__edition_values as printed
            on inputs.input_table = 'raw.japan_customs__edition_values'
            and inputs.input_key = concat_ws('|', printed.commodity, printed.flow,
                printed.area, printed.year)
            and inputs.input_published_from = printed.published_from
            and printed.recorded_to is null
        where inputs.input_role in ($before, $now)
        group by inputs.row_key, vintages.{flow}s_millions""",
        {"before": before, "now": f"{flow} of the edition"},
    ).fetchall()
    assert len(found) > 200
    assert all(abs(figure - added) < 0.01 for figure, added in found)


def test_the_raw_rows_of_technology_add_up_to_its_figures(published):
    wrong = published.execute(
        """with printed as (
            select 'raw.world_bank__ip_charges' as raw_table,
                concat_ws('|', iso3, indicator, year) as row_key,
                case when indicator like 'BX%' then value_usd / 1e6 end as receipts,
                case when indicator like 'BM%' then value_usd / 1e6 end as payments
            from raw.world_bank__ip_charges where recorded_to is null
            union all
            select 'raw.japan_technology_trade__points',
                concat_ws('|', fiscal_year, sector, statistic),
                exports_100m_yen * 100, imports_100m_yen * 100
            from raw.japan_technology_trade__points where recorded_to is null
            union all
            select 'raw.taiwan_factory_survey__points', concat_ws('|', year, industry),
                technology_sales * 100, technology_purchases * 100
            from raw.taiwan_factory_survey__points where recorded_to is null
        ),
        added as (
            select inputs.row_key, sum(printed.receipts)
                    filter (where input_role = 'receipt added') as receipts,
                sum(printed.payments) filter (where input_role = 'payment added')
                    as payments
            from meta.row_inputs as inputs join printed
                on inputs.input_table = printed.raw_table
                and inputs.input_key = printed.row_key
            where inputs.table_name = 'marts.technology_balances'
            group by inputs.row_key
        )
        select series_id, period, receipts_millions, receipts
        from marts.technology_balances as ratios
        left join added on added.row_key = concat_ws('|', ratios.economy_code,
            ratios.industry, ratios.definition, ratios.affiliate_scope,
            ratios.year_kind, ratios.period_year)
        where added.row_key is null
            or coalesce(abs(receipts - receipts_millions) > 1e-6,
                (receipts is null) <> (receipts_millions is null))
            or coalesce(abs(payments - payments_millions) > 1e-6,
                (payments is null) <> (payments_millions is null))"""
    ).fetchall()
    assert wrong == []


def test_the_ratios_behind_a_level_give_its_mean(published):
    wrong = published.execute(
        """with ratios as (
            select 'marts.balance_ratios' as mart, log_ratio, balance_ratio,
                series_id || '|' || period as row_key from marts.balance_ratios
            union all
            select 'marts.technology_balances', log_ratio, balance_ratio,
                concat_ws('|', economy_code, industry, definition, affiliate_scope,
                    year_kind, period_year)
            from marts.technology_balances
        )
        select cells.series_id, cells.period, any_value(cells.balance_ratio)
        from marts.typology_cells as cells
        left join meta.row_inputs as inputs
            on inputs.table_name = 'marts.typology_cells'
            and inputs.row_key = concat_ws('|', cells.series_id, cells.period,
                cells.threshold_set, cells.smoothing_years)
        left join ratios
            on inputs.input_table = ratios.mart and inputs.input_key = ratios.row_key
        group by cells.series_id, cells.period, cells.threshold_set,
            cells.smoothing_years
        having count(ratios.row_key) <> any_value(cells.smoothing_years)
            or abs(coalesce(exp(avg(ratios.log_ratio)), min(ratios.balance_ratio))
                - any_value(cells.balance_ratio))
                > 1e-9 * greatest(1, any_value(cells.balance_ratio))"""
    ).fetchall()
    assert wrong == []


def test_a_link_target_is_its_figure(published, settings, briefs):
    text = f"{TAIWAN_2024}2024"
    target = briefs[0].figures[text]
    for asked in (target, f"index.html#{target}"):
        told = explain.explain(published, settings, "v", asked, briefs)
        assert told.figure == text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (f"{TAIWAN_2024}2094", "near it: .*period=2024"),
        ("balance_ratios.balance/series_id=a,period=2024", "no such figure"),
        ("nothing.at_all/a=b", "no such figure"),
        ("f-0000000000", "no such figure"),
        ("1.75", "not a figure id; one looks like"),
    ],
)
def test_an_unknown_figure_is_one_line_with_what_is_near(
    published, settings, briefs, asked, said
):
    with pytest.raises(UnknownFigureError, match=said) as caught:
        explain.explain(published, settings, "v", asked, briefs)
    assert "\n" not in str(caught.value)


def test_a_value_with_a_comma_stays_whole():
    key = printed.parse("m.c/ranking_id=a,company_printed=Intel, Inc.,x=1").key
    assert key == {"ranking_id": "a", "company_printed": "Intel, Inc.", "x": "1"}


def test_a_damaged_payload_is_named(published, settings, briefs, tmp_path):
    elsewhere = Settings(data=tmp_path)
    told = explain.explain(published, elsewhere, "v", f"{TAIWAN_2024}2024", briefs)
    assert "not in" in told.payloads[0]["bytes_state"]


def test_the_command_prints_and_writes_json(refreshed):
    figure = f"{TAIWAN_2024}2024"
    shown = run_geese("explain", figure, data=refreshed)
    assert shown.returncode == 0, shown.stderr
    for part in (
        "printed  1.75",
        "come from raw.taiwan_mof__press_values.exp_",
        "Open Government",
    ):
        assert part in shown.stdout
    as_json = run_geese("explain", figure, "--json", data=refreshed)
    assert json.loads(as_json.stdout)["raw_rows"][0]["period"] == "2024"
    wrong = run_geese("explain", f"{TAIWAN_2024}1", data=refreshed)
    assert wrong.returncode == 1
    assert len(wrong.stderr.splitlines()) == 1


def test_explaining_loads_neither_dagster_nor_dbt(refreshed):
    code = f"""
import sys
sys.argv = ["geese", "explain", "{TAIWAN_2024}2024"]
from orchestration.cli.main import app
app(standalone_mode=False)
heavy = {{"dagster", "dbt", "great_expectations", "pandas"}} & set(sys.modules)
sys.exit(str(heavy) if heavy else 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env=geese_environment(refreshed, CHECKOUT),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
