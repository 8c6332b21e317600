"""Publishers with few tables, years and reporters, for quick visits."""

from types import ModuleType
from typing import Any

from ingest.readers import baci_archive
from ingest.sources import estat_trade, un_comtrade
from reports import kinds
from tests.upstreams.publishers import cepii, estat, world_bank

# The tables of trade that are asked for: exports of 2021 to 2025, and the running year.
TABLES = {"0003425295", "0004049327", "0004049328"}


def no_briefs() -> list[tuple[ModuleType, str, Any]]:
    """The same without briefs, of which others are read."""
    return [*one_reporter(), (kinds, "KINDS", ())]


def one_reporter() -> list[tuple[ModuleType, str, Any]]:
    """Japan alone at UN Comtrade, all else whole: whole refreshes pass their checks."""
    return [(un_comtrade, "_REPORTERS", {"HS": (392,), "S2": (392,)})]


def instead() -> list[tuple[ModuleType, str, Any]]:
    """What to put in place of what the clients and the simulator know: all that is few.

    Both must agree, so both sides need it, also in two processes.
    """
    known = {
        flow: {t: years for t, years in held.items() if t in TABLES}
        for flow, held in estat_trade._TABLES.items()
    }
    listed = [
        (estat, name, {t: y for t, y in getattr(estat, name).items() if t in TABLES})
        for name in ("_EXPORTS", "_IMPORTS")
    ]
    return [
        *listed,
        (estat_trade, "_TABLES", known),
        (baci_archive, "FIRST_YEARS", {"HS07": 2022}),
        (cepii, "FIRST_YEARS", {"HS07": 2022}),
        (world_bank, "FIRST_YEAR", 2000),
        *one_reporter(),
        (un_comtrade, "_FIRST_YEAR", 2020),
    ]
