"""What commands load, loaded once: imported by the process that tests.warm forks."""

import importlib
import sys
from typing import Any, cast

from orchestration.cli.main import COMMANDS

# As the checks do: with Spark there, importing them would end the process.
sys.modules.setdefault("pyspark", cast("Any", None))

# In the order in which a command comes to them: dbt before Dagster would log for all.
for module in (
    *(f"orchestration.cli.{place.module}" for place in COMMANDS.values()),
    "orchestration.refresh",
    "dbt.cli.main",
    "dbt.adapters.duckdb",
    "great_expectations.expectations",
    "reports.brief",
):
    importlib.import_module(module)
