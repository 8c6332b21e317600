"""What must stop a refresh before anything is published."""

import pytest

from tests.conftest import run_geese

pytestmark = pytest.mark.integration

PRESS = "ingest/reference/taiwan_mof_ic_and_equipment.csv"


def _published(data):
    return sorted(path.name for path in (data / "published").iterdir())


def test_bad_input_gets_one_line_and_readers_keep_the_last_version(
    copied_checkout, refreshed_copy
):
    data = refreshed_copy
    before = _published(data)
    file = copied_checkout / PRESS
    file.write_text(file.read_text().replace("164", "l64", 1))
    done = run_geese("refresh", data=data, checkout=copied_checkout)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout
    first, second = done.stderr.strip().splitlines()
    assert "taiwan_mof_ic_and_equipment.csv, line" in first
    assert "column" in first
    assert "readers keep the last published version" in second
    assert _published(data) == before
    status = run_geese("status", data=data, checkout=copied_checkout)
    assert status.returncode == 0
    assert "failed" in status.stdout


@pytest.mark.sampled(0)
def test_a_defect_that_only_the_checks_can_see_stops_the_publication(
    copied_checkout, copied_models, refreshed_copy
):
    data = refreshed_copy
    before = _published(data)
    model = copied_models / "models/intermediate/int_taiwan_goods_flows.sql"
    column = "{{ product_set }}_{{ flow_type }}s_usd_millions"
    # A lost factor of a thousand in one flow of one economy.
    factor = "{{ 1000 if flow_type == 'export' else 1 }}"
    text = model.read_text()
    assert column in text
    model.write_text(
        text.replace(column, f"cast({column} * {factor} as decimal(20, 3))", 1)
    )
    done = run_geese("refresh", data=data, checkout=copied_checkout)
    assert done.returncode == 1
    assert "balance_ratios_are_plausible" in done.stderr
    assert _published(data) == before


def _only_rankings():
    """Without --prove only the rankings are built, whose test fails."""
    from orchestration.warehouse import dbt_command

    selected = ("--select", "+int_company_rankings")
    whole = dbt_command.build
    return [(dbt_command, "build", lambda *given: whole(*given, *selected))]


def test_a_failing_dbt_test_stops_the_publication(
    copied_checkout, copied_models, refreshed_copy, heavy
):
    data = refreshed_copy
    before = _published(data)
    seed = copied_models / "seeds/company_aliases.csv"
    seed.write_text(seed.read_text().replace("聯發科,mediatek,,\n", ""))
    done = run_geese(
        "refresh",
        data=data,
        checkout=copied_checkout,
        instead=heavy(_only_rankings, None),
    )
    assert done.returncode == 1
    failed, _ = done.stderr.splitlines()
    name = "int_company_rankings_companies_are_identified"
    assert failed.startswith(f"geese: check {name} of intermediate.")
    assert "; the first: " in failed
    assert "聯發科" in failed
    assert done.stderr.endswith("; `geese checks` says what to do\n")
    assert "Traceback" not in done.stderr
    assert _published(data) == before
