"""What commands load, loaded once: imported by the process that tests.warm forks."""

import importlib
import sys
from typing import Any, cast

# As the checks do: with Spark there, importing them would end the process.
sys.modules.setdefault("pyspark", cast("Any", None))

for module in (
    "dbt.adapters.duckdb",
    "dbt.cli.main",
    "great_expectations.expectations",
    "orchestration.cli.main",
    "orchestration.refresh",
    "reports.brief",
):
    importlib.import_module(module)
