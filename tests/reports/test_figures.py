"""A figure's address is readable, and its link target never changes."""

from decimal import Decimal

from reports.facts.figures import anchor, figure


def test_the_id_names_mart_column_and_key():
    one = figure(
        "balance_ratios.balance_ratio", 1.5, "ratio", series_id="s", period="p"
    )
    assert one.id == "balance_ratios.balance_ratio/series_id=s,period=p"


def test_decimals_of_the_warehouse_become_numbers():
    assert figure("m.c", Decimal("72759.00"), "money", "USD").value == 72759.0


def test_the_anchor_is_the_same_in_every_version():
    assert anchor("balance_ratios.balance_ratio/series_id=s") == "f-0232e087e9"
